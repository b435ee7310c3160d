"""What an officer may wish of one video on YouTube."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from channels.base import ChannelOptions

Privacy = Literal["public", "unlisted", "private"]


class YouTubeOptions(ChannelOptions):
    """``[for.NAME.options]`` of a video; what is left out is as schedule.toml has it."""

    privacy: Privacy | None = Field(None, description="Who may see it.")
    category: str | None = Field(
        None, pattern=r"^[0-9]+$", description='YouTube\'s number for its category, like "27".'
    )
    made_for_kids: bool | None = Field(None, description="Whether it is made for children.")
    notify: bool | None = Field(None, description="Whether subscribers are told of it.")
