"""What an officer may wish of one post on Bluesky."""

from __future__ import annotations

from pydantic import Field

from channels.base import ChannelOptions, InvalidContentError, Message, options_of


class BlueskyOptions(ChannelOptions):
    """``[for.NAME.options]`` of a post on Bluesky."""

    card: bool | None = Field(
        None,
        description="Whether its link is shown as a card, with one picture at most; when left "
        "out, where no pictures stand in its place.",
    )


def wants_card(message: Message) -> bool:
    """Whether the post shows its link as a card; raises ``InvalidContentError``."""
    wished = options_of(message, BlueskyOptions).card
    if wished and (not message.link or len(message.media) > 1):
        raise InvalidContentError("Bluesky: a card is of a link, and has one picture at most")
    return bool(message.link and not message.media) if wished is None else wished
