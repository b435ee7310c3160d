"""What an officer may wish of one post on LinkedIn."""

from __future__ import annotations

from pydantic import Field

from channels.base import ChannelOptions


class LinkedInOptions(ChannelOptions):
    """``[for.NAME.options]`` of a post on LinkedIn."""

    reshares: bool = Field(True, description="Whether readers may share it on.")
