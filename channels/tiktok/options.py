"""What an officer may wish of one post on TikTok."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from channels.base import ChannelOptions

Privacy = Literal["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "FOLLOWER_OF_CREATOR", "SELF_ONLY"]
PUBLIC, PRIVATE = "PUBLIC_TO_EVERYONE", "SELF_ONLY"


class TikTokOptions(ChannelOptions):
    """``[for.NAME.options]`` of a post on TikTok; what is left out is as schedule.toml has it."""

    privacy: Privacy | None = Field(None, description="Who may see it.")
    comments: bool | None = Field(None, description="Whether it may be commented on.")
    duet: bool | None = Field(None, description="Whether a video may be used for a duet.")
    stitch: bool | None = Field(None, description="Whether a video may be stitched.")
    music: bool | None = Field(None, description="Whether TikTok puts music to photos.")
    ai: bool | None = Field(None, description="Whether it was made by artificial intelligence.")
    promotes: Literal["own", "paid"] | None = Field(
        None, description='What it promotes: "own" (the office\'s own cause), "paid" (another\'s).'
    )
