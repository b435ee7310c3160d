"""What an officer may wish of one article on Zalo."""

from __future__ import annotations

from pydantic import Field

from channels.base import ChannelOptions

_YOUTUBE = r"^https://(?:www\.youtube\.com/watch\?v=|youtu\.be/)[\w-]{11}(?:[?&][\w=&.-]*)?$"


class ZaloOptions(ChannelOptions):
    """``[for.NAME.options]`` of an article on Zalo."""

    broadcast: bool = Field(False, description="Whether it is sent to all followers as well.")
    comments: bool | None = Field(
        None, description="Whether it may be commented on; as in schedule.toml when left out."
    )
    youtube: str = Field(
        "",
        pattern=rf"^$|{_YOUTUBE}",
        description="The address of a film on YouTube, shown below the text.",
    )
