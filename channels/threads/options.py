"""What an officer may wish of one post on Threads."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from channels.base import ChannelOptions, Message, options_of

MayReply = Literal[
    "everyone", "accounts_you_follow", "mentioned_only", "parent_post_author_only", "followers_only"
]


class ThreadsOptions(ChannelOptions):
    """``[for.NAME.options]`` of a post on Threads."""

    may_reply: MayReply | None = Field(None, description="Who may reply; everyone when left out.")
    topic: str | None = Field(
        None,
        pattern=r"^[^.&\n]{1,50}$",
        description="Its one topic: up to 50 characters without a full stop and without &.",
    )


def wishes_of(message: Message) -> dict[str, str]:
    """An officer's wishes as Threads' fields; raises ``InvalidContentError``."""
    options = options_of(message, ThreadsOptions)
    wishes = {"reply_control": options.may_reply, "topic_tag": options.topic}
    return {name: value for name, value in wishes.items() if value is not None}
