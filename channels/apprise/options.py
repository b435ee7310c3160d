"""What an officer may wish of one message through Apprise."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from channels.base import ChannelOptions


class AppriseOptions(ChannelOptions):
    """``[for.NAME.options]`` of a message through Apprise."""

    type: Literal["info", "success", "warning", "failure"] = Field(
        "info", description="Its sort, which some services show by a sign or a colour."
    )
