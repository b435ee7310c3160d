"""What an officer may wish of one post on a Facebook Page."""

from __future__ import annotations

from pydantic import Field

from channels.base import ChannelOptions


class FacebookOptions(ChannelOptions):
    """``[for.NAME.options]`` of a post on a Facebook Page."""

    preview: bool = Field(True, description="Whether the post's link is shown with its preview.")
