"""What an office and its officers may wish of Discord: keys of schedule.toml, options of a post."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from channels.base import Address, ChannelConfig, ChannelOptions, SecretRef

MIB = 1024 * 1024


class DiscordConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "discord"``.

    ``channel`` is the channel's number. ``site`` is the office's website: Discord wants to be told
    who runs a program. ``file_max_bytes`` bounds one file and ``post_max_bytes`` a post's files
    together: 20 and 25 MiB, unless the server is boosted. (20 since September 2026, 10 before that:
    docs.discord.com/developers/reference, "Uploading Files".)
    """

    adapter: Literal["discord"] = "discord"
    token: SecretRef
    channel: str = Field(pattern=r"^\d{15,20}$")
    site: Address
    preview: bool = True
    silent: bool = False
    file_max_bytes: int = Field(20 * MIB, gt=0)
    post_max_bytes: int = Field(25 * MIB, gt=0)
    base_url: Address = "https://discord.com/api/v10"


class DiscordOptions(ChannelOptions):
    """``[for.NAME.options]`` of a message; left out, the channel's keys of the same names hold."""

    preview: bool | None = Field(None, description="Whether it shows what its links lead to.")
    silent: bool | None = Field(None, description="Whether it arrives without a notification.")
