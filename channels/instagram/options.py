"""What an officer may wish of one post on Instagram."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from channels.base import ChannelOptions, InvalidContentError, Message, options_of


class InstagramOptions(ChannelOptions):
    """``[for.NAME.options]`` of a post on Instagram."""

    feed: bool = Field(True, description="Whether a reel is shown in the feed too; reels alone.")


def wishes_of(message: Message) -> dict[str, Any]:
    """An officer's wishes as Instagram's fields; raises ``InvalidContentError``."""
    options = options_of(message, InstagramOptions)
    if [media.kind for media in message.media] == ["video"]:
        return {"share_to_feed": options.feed}
    if "feed" in options.model_fields_set:
        raise InvalidContentError("Instagram: the option feed is of reels alone")
    return {}
