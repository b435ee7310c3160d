"""What an officer may wish of one post on Telegram."""

from __future__ import annotations

from pydantic import Field

from channels.base import ChannelOptions


class TelegramOptions(ChannelOptions):
    """``[for.NAME.options]`` of a post on Telegram."""

    pin: bool = Field(False, description="Whether it is pinned above the others.")
    silent: bool | None = Field(
        None, description="Whether telephones stay silent; when left out, at night."
    )
    preview: bool = Field(True, description="Whether its link is shown with its preview.")
