"""What an officer may wish of one post on Mastodon."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from channels.base import ChannelOptions, Message, options_of

Visibility = Literal["public", "unlisted", "private"]
_Said = Annotated[str, StringConstraints(pattern=r"\S")]


class MastodonOptions(ChannelOptions):
    """``[for.NAME.options]`` of a post on Mastodon."""

    visibility: Visibility | None = Field(
        None, description="Who sees it; as in schedule.toml when left out."
    )
    sensitive: bool | None = Field(None, description="Whether its media are hidden at first.")
    spoiler_text: _Said | None = Field(None, description="A warning in front of it.")
    language: _Said | None = Field(None, description="Its language, where it isn't the post's.")


def wishes_of(message: Message, visibility: str) -> dict[str, Any]:
    """What an officer may wish, as Mastodon.py takes it; raises ``InvalidContentError``."""
    given = options_of(message, MastodonOptions).model_dump(exclude_none=True)
    return {"visibility": visibility, "language": message.language, **given}
