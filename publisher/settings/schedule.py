"""The keys of schedule.toml, each of its tables described in a module of its own.

Every key is described (docs/reference/schedule.md is made from it) and unknown keys are refused.
Paths are relative to the file's own folder and given as absolute ones. A channel's keys are checked
by its adapter's own ``Config``.
"""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import Field

from channels.base import ZoneName
from publisher.files.durations import Duration
from publisher.files.keys import Keys
from publisher.files.values import ChannelName, Engine, Language
from publisher.settings.alerts import Alerts
from publisher.settings.assistant import Assistant
from publisher.settings.blackouts import Blackout
from publisher.settings.cards import Cards
from publisher.settings.console import Console
from publisher.settings.coverage import CoverageRegister
from publisher.settings.feeds import Feeds
from publisher.settings.jobs import Jobs
from publisher.settings.links import Links
from publisher.settings.mail import Mail
from publisher.settings.media_host import MediaHosting
from publisher.settings.office import Hours, Office
from publisher.settings.readings import Readings
from publisher.settings.reports import Reports
from publisher.settings.retry import Retry


class Settings(Keys):
    """The keys of schedule.toml."""

    root: Path = Field(default=Path(), exclude=True, description="The folder of schedule.toml.")
    timezone: ZoneName = Field("Asia/Ho_Chi_Minh", description="The zone of all times.")
    language: Language = Field("vi", description="The language of messages.")
    store: str = Field(
        "sqlite:///var/publisher.db",
        description="The database; PUBLISHER_STORE in the environment goes before it.",
    )
    engine: Engine = Field(
        "local",
        description=(
            'What carries posts out: "local", this one process; or "cluster", any number of them '
            "on any number of machines, which needs a PostgreSQL database (docs/cluster.md)."
        ),
    )
    var: Path = Field(Path("var"), description="The folder for what the program keeps.")
    campaigns: Path = Field(Path("campaigns"), description="The campaigns' folder.")
    horizon: Duration = Field(timedelta(days=60), description="How far ahead the plan is made.")
    office: Office = Field(default_factory=Office, description="The office that publishes.")
    hours: Hours = Field(default_factory=Hours, description="When posts are expected.")
    blackouts: tuple[Blackout, ...] = Field((), description="Days on which nothing goes out.")
    links: Links = Field(default_factory=Links, description="Links of our own.")
    cards: Cards = Field(default_factory=Cards, description="The look of drawn cards.")
    feeds: Feeds = Field(default_factory=Feeds, description="Feeds of campaigns.")
    channels: dict[ChannelName, dict[str, Any]] = Field(
        default_factory=dict, description="Every account the office runs, by a name of its own."
    )
    media_host: MediaHosting | None = Field(
        None, description="Where media stand for platforms that fetch them from an address."
    )
    mail: Mail | None = Field(None, description="The mail server for reports and alerts.")
    reports: Reports = Field(default_factory=Reports, description="Reports.")
    readings: Readings = Field(default_factory=Readings, description="When reach is read back.")
    coverage: CoverageRegister = Field(
        default_factory=CoverageRegister, description="The coverage register."
    )
    alerts: Alerts = Field(default_factory=Alerts, description="Who is told of trouble.")
    retry: Retry = Field(default_factory=Retry, description="How sends are tried again.")
    jobs: Jobs = Field(default_factory=Jobs, description="How often the daemon looks.")
    console: Console = Field(default_factory=Console, description="The pages for officers.")
    assistant: Assistant | None = Field(
        None, description="A service that proposes variants of texts; none is asked when left out."
    )

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def campaigns_folder(self) -> Path:
        return self.root / self.campaigns

    @property
    def campaign_names(self) -> list[str]:
        """The names of the campaigns' folders, faulty ones too."""
        return sorted(path.parent.name for path in self.campaigns_folder.glob("*/campaign.toml"))

    @property
    def var_folder(self) -> Path:
        return self.root / self.var

    @property
    def media_folder(self) -> Path:
        """Where the media library's originals lie, and every medium of what was planned."""
        return self.var_folder / "media"

    @property
    def named_store(self) -> str:
        """The database's address: PUBLISHER_STORE in the environment, else what the file says."""
        return os.environ.get("PUBLISHER_STORE") or self.store

    def channel_title(self, name: str) -> str:
        """What people call the channel ``name``, also where there is none of it any more."""
        return str(self.channels.get(name, {}).get("title") or name)

    @property
    def channel_titles(self) -> dict[str, str]:
        """The same of every channel, by its name."""
        return {name: self.channel_title(name) for name in self.channels}

    @property
    def adapters(self) -> frozenset[str]:
        """The names of the adapters that its channels go by."""
        return frozenset(str(keys["adapter"]) for keys in self.channels.values())

    @property
    def report_template(self) -> Path | None:
        """The office's own Word template for its reports."""
        own = self.reports.periodic.template
        return self.root / own if own is not None else None
