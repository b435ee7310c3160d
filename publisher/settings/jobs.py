"""How often the daemon looks at what."""

from __future__ import annotations

from datetime import timedelta

from pydantic import Field

from publisher.files.durations import Duration
from publisher.files.keys import Keys


class Jobs(Keys):
    """How often the daemon looks at what."""

    plan: Duration = Field(timedelta(seconds=10), description="Campaign files, for changes.")
    sweep: Duration = Field(timedelta(seconds=30), description="Late and interrupted sends.")
    readings: Duration = Field(timedelta(minutes=5), description="Posts whose reading is due.")
    feeds: Duration = Field(timedelta(minutes=5), description="Feeds whose time has come.")
    accounts: Duration = Field(
        timedelta(days=1), description="Every account's credentials: proved, renewed where needed."
    )
    alerts: Duration = Field(timedelta(seconds=5), description="Alerts that are to be told.")
