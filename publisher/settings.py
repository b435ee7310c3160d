"""schedule.toml as data: channels, accounts, working hours, blackouts, jobs, reports.

Every key is described here (docs/reference/schedule.md is made from it) and unknown keys are
refused. Paths are relative to the file's own folder and given as absolute ones. A channel's keys
are checked by its adapter's own ``Config``.
"""

from __future__ import annotations

import re
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from channels.base import SecretRef, ZoneName
from channels.hosting import is_public
from channels.mail.smtp import require_protected
from publisher.campaign.model import Day, Language, TimeOfDay, Words
from publisher.durations import Duration

EmailAddress = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+\.[^@\s]+$")]
ChannelName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]*$", max_length=40)]
HostName = Annotated[
    str, Field(pattern=r"^(\[[0-9A-Fa-f:.]+\]|[0-9A-Za-z][0-9A-Za-z.-]*)(:[0-9]{1,5})?$")
]


def _short_base(url: str) -> str:
    """``url`` without a slash at its end, where short links can stand below it."""
    try:
        parts = urlsplit(url)
        fit = not url or (bool(parts.hostname) and is_public(url) and not set(url) & set("?#@ "))
    except ValueError:
        fit = False
    if not fit:
        raise PydanticCustomError("links_short", "no address for short links")
    return url.rstrip("/")


def _listen(place: str) -> str:
    if place and not ((found := _PLACE.fullmatch(place)) and 0 < int(found[2]) < 65_536):
        raise PydanticCustomError("links_listen", "no place to listen at")
    return place


_PLACE = re.compile(r"(\[[0-9A-Fa-f:]+\]|[0-9A-Za-z][0-9A-Za-z.-]*):([0-9]{1,5})")
ShortBase = Annotated[str, AfterValidator(_short_base)]
Listen = Annotated[str, AfterValidator(_listen)]
"""HOST:PORT; an IPv6 address stands in brackets."""


class _Keys(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


class Office(_Keys):
    """The office that publishes."""

    name: Words = Field("UBND tỉnh", description="Its name, as readers and leaders see it.")
    url: str = Field("", description="Its web site.")


class Hours(_Keys):
    """The hours in which posts are expected; the check warns of posts outside them."""

    start: TimeOfDay = Field(time(7, 0), description="From.")
    end: TimeOfDay = Field(time(21, 0), description="To.")

    @model_validator(mode="after")
    def _forwards(self) -> Hours:
        if self.end <= self.start:
            raise PydanticCustomError("hours_order", "end before start")
        return self


class Blackout(_Keys):
    """Days known beforehand on which nothing goes out."""

    from_: Day = Field(alias="from", description="First day.")
    to: Day = Field(description="Last day.")
    reason: Words = Field(description="Why, for colleagues.", min_length=1)
    channels: tuple[str, ...] = Field((), description="Only these channels; all when left out.")
    campaigns: tuple[str, ...] = Field((), description="Only these campaigns; all when left out.")

    @model_validator(mode="after")
    def _forwards(self) -> Blackout:
        if self.to < self.from_:
            raise PydanticCustomError("blackout_order", "to before from")
        return self


class Links(_Keys):
    """Links of our own, which carry where a reader came from (UTM)."""

    utm_hosts: tuple[str, ...] = Field(
        (), description="Hosts of ours: links to them get UTM tags; links elsewhere never do."
    )
    short: ShortBase = Field(
        "",
        description=(
            "The public address below which short links stand, https://…: links to utm_hosts then "
            "become short ones, which count how often they are followed. None when left out."
        ),
    )
    not_short_on: tuple[ChannelName, ...] = Field(
        (), description="Channels on which links stay as they are: the portal, a feed."
    )
    listen: Listen = Field(
        "127.0.0.1:8081",
        description=(
            "Where the daemon answers what the web server passes on of short links, HOST:PORT; "
            '"" where publisher links serve does.'
        ),
    )


class Feeds(_Keys):
    """The feeds that campaigns take their news from: on the public web, unless said here."""

    trusted_hosts: tuple[HostName, ...] = Field(
        (),
        description=(
            "Hosts whose feeds are fetched wherever they stand, also inside the office's network, "
            'and through the proxy that the environment names: "portal.tinh.local", or '
            '"portal.tinh.local:8080" for a port that is not the web\'s own. Exact names only.'
        ),
    )


class Mail(_Keys):
    """The mail server through which reports and alerts leave."""

    host: str = Field(description="Its name.")
    port: Annotated[int, Field(ge=1, le=65535)] = Field(587, description="Its port.")
    security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description='How the line is protected; "none" only on the same machine.'
    )
    username: str = Field("", description="The account to log in with; none when left out.")
    password: SecretRef | None = Field(None, description="Where its password stands.")
    sender: EmailAddress = Field(description="From which address.")
    sender_name: Words = Field("", description="The sender's name; the office's when left out.")

    @model_validator(mode="after")
    def _protected(self) -> Mail:
        require_protected(self.host, self.security)
        return self


class MediaHosting(_Keys):
    """Where media stand for platforms that fetch them from an address of their own: Instagram,
    Threads, Zalo, photos on TikTok."""

    kind: Literal["folder", "bucket", "channel"] = Field(
        description=(
            '"folder": a folder that the office\'s web server serves; "bucket": an S3-compatible '
            'storage; "channel": the media library of a channel of ours (WordPress).'
        )
    )
    folder: Path | None = Field(None, description="folder: where to put the files.")
    url: str = Field(
        "",
        description=(
            "folder: the address at which the web server serves that folder. bucket: the address "
            "below which its objects are readable; signed addresses are used when left out."
        ),
    )
    endpoint: str = Field("", description="bucket: the storage's address, https://…")
    bucket: str = Field("", description="bucket: its name.")
    region: str = Field("", description="bucket: its region, where the storage has any.")
    access_key: SecretRef | None = Field(None, description="bucket: where its access key stands.")
    secret_key: SecretRef | None = Field(None, description="bucket: where its secret key stands.")
    channel: str = Field("", description="channel: which one.")
    keep: Duration = Field(
        timedelta(days=3), description="How long a file stays there before it is taken away."
    )

    @model_validator(mode="after")
    def _whole(self) -> MediaHosting:
        missing = next((key for key in _NEEDED[self.kind] if not getattr(self, key)), None)
        if missing:
            raise PydanticCustomError("media_host_lacks", "incomplete", {"lacks": missing})
        for url in (self.url, self.endpoint):
            if url and not is_public(url):
                raise PydanticCustomError("media_host_url", "not public", {})
        if self.keep < timedelta(days=2):
            raise PydanticCustomError("media_host_keep", "too short", {})
        return self


_NEEDED = {
    "folder": ("folder", "url"),
    "bucket": ("endpoint", "bucket", "access_key", "secret_key"),
    "channel": ("channel",),
}


class Weekly(_Keys):
    """The weekly reach summary."""

    to: tuple[EmailAddress, ...] = Field((), description="Who gets it; nobody when left out.")
    day: Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = (
        Field("monday", description="On which day.")
    )
    at: TimeOfDay = Field(time(8, 0), description="At what time.")
    language: Language = Field("vi", description="In which language.")
    grace: Duration = Field(timedelta(days=2), description="How late it may still go out.")


ReportKind = Literal["monthly", "half-year", "yearly"]


class Letterhead(_Keys):
    """What stands around the text of a report as an administrative document."""

    parent: Words = Field("", description="The body above, over the unit's name.")
    unit: Words = Field("", description="The unit that reports; the office's name when left out.")
    symbol: Words = Field("BC", description='What follows "Số:   /": "BC-SKHCN".')
    place: Words = Field("", description="Where it is dated, before the date.")
    to: Words = Field("", description='To whom it is addressed: "Sở Khoa học và Công nghệ".')
    basis: Words = Field(
        "",
        description=(
            'By which documents it is written, from "Thực hiện …" on and without a full stop; the '
            "Resolution, Decision 1169/QĐ-TTg and the province's plan when left out."
        ),
    )
    copies: tuple[Words, ...] = Field(
        (), description='The list under "Nơi nhận", one line each; "Lưu: VT" when left out.'
    )
    signs_for: Words = Field("", description='For whom it is signed: "TM. ỦY BAN NHÂN DÂN".')
    title: Words = Field("", description='The signer\'s post: "GIÁM ĐỐC".')
    signer: Words = Field("", description="The signer's name.")


class Periodic(_Keys):
    """The reports that the plan requires, drafted and mailed ahead of their deadline."""

    to: tuple[EmailAddress, ...] = Field(
        (), description="Who gets the drafts and reminders; nobody when left out."
    )
    kinds: tuple[ReportKind, ...] = Field(
        ("monthly", "half-year", "yearly"), description="Which reports this office owes."
    )
    closes_on: Annotated[int, Field(ge=1, le=31)] = Field(
        14,
        description=(
            "The last day of the month that a report counts; what follows is the next report's. "
            "31 is the last day of every month."
        ),
    )
    deadline_day: Annotated[int, Field(ge=1, le=28)] = Field(
        20, description="The day of the month by which a report is due."
    )
    remind: tuple[Duration, ...] = Field(
        (timedelta(days=5), timedelta(days=1)),
        description="How long before the deadline a reminder goes out, the draft attached.",
    )
    at: TimeOfDay = Field(time(8, 0), description="At what time of that day.")
    grace: Duration = Field(timedelta(days=2), description="How late a reminder may still go out.")
    template: Path | None = Field(
        None,
        description=(
            "The office's own Word template (publisher report template makes one to edit); the "
            "shipped one when left out."
        ),
    )
    letterhead: Letterhead = Field(
        default_factory=Letterhead, description="What stands around the text."
    )


class Reports(_Keys):
    """What is reported to whom."""

    weekly: Weekly = Field(default_factory=Weekly, description="The weekly reach summary.")
    periodic: Periodic = Field(
        default_factory=Periodic, description="The monthly, half-yearly and yearly reports."
    )


class Readings(_Keys):
    """When it is read back whom a post reached. ``ages`` are given in order, each once."""

    ages: Annotated[tuple[Duration, ...], Field(min_length=1, max_length=24)] = Field(
        tuple(timedelta(hours=hours) for hours in (1, 6, 24, 3 * 24, 7 * 24, 28 * 24)),
        description="At which ages of a post, from a minute to two years.",
    )
    accounts: Duration = Field(
        timedelta(days=1),
        description=(
            "How often an account's followers and reach are read, from every hour to every month."
        ),
    )

    @field_validator("ages")
    @classmethod
    def _in_order(cls, ages: tuple[timedelta, ...]) -> tuple[timedelta, ...]:
        # Platforms keep what they counted for two years (Facebook, for one).
        if not all(timedelta(minutes=1) <= age <= timedelta(days=731) for age in ages):
            raise PydanticCustomError("reading_ages", "an age that no post is read at")
        return tuple(sorted(set(ages)))

    @field_validator("accounts")
    @classmethod
    def _bearable(cls, every: timedelta) -> timedelta:
        if not timedelta(hours=1) <= every <= timedelta(days=31):
            raise PydanticCustomError("reading_accounts", "too often, or too rarely")
        return every


class CoverageRegister(_Keys):
    """The coverage register: the tasks and topics that the office owes the public."""

    file: Path | None = Field(
        None,
        description=(
            "Where it stands, a CSV or XLSX file; campaigns/coverage.csv or "
            "campaigns/coverage.xlsx when left out."
        ),
    )


class Alerts(_Keys):
    """Who is told when a person must act: one message, never a flood."""

    to: tuple[EmailAddress, ...] = Field(
        (), description="Mail addresses; the mail leaves through the server of [mail]."
    )
    services: tuple[SecretRef, ...] = Field(
        (),
        description=(
            "Where the Apprise URLs of chat services stand (Zalo, Telegram, Teams and others), "
            'such as "file:secrets/alert-telegram". The URLs themselves hold secrets and never '
            "stand here."
        ),
    )
    gather: Duration = Field(
        timedelta(seconds=20),
        description="How long the first of several alerts waits for the others: they go together.",
    )
    at_most_every: Duration = Field(
        timedelta(minutes=5), description="After a message the next one goes only after so long."
    )
    quiet: Duration = Field(
        timedelta(hours=6), description="The same matter is told again only after so long."
    )


class Retry(_Keys):
    """How a send that surely wasn't taken is tried again, within its post's grace."""

    first: Duration = Field(timedelta(seconds=30), description="The first wait; then doubling.")
    most: Duration = Field(timedelta(minutes=15), description="The longest wait.")
    breaks_after: Annotated[int, Field(ge=1)] = Field(
        5,
        description=(
            "After so many failures in a row a channel is tried with one post at a time, "
            "ever more rarely, until it answers."
        ),
    )


class Jobs(_Keys):
    """How often the daemon looks at what."""

    plan: Duration = Field(timedelta(seconds=10), description="Campaign files, for changes.")
    sweep: Duration = Field(timedelta(seconds=30), description="Late and interrupted sends.")
    readings: Duration = Field(timedelta(minutes=5), description="Posts whose reading is due.")
    feeds: Duration = Field(timedelta(minutes=5), description="Feeds whose time has come.")
    accounts: Duration = Field(
        timedelta(days=1), description="Every account's credentials: proved, renewed where needed."
    )
    alerts: Duration = Field(timedelta(seconds=5), description="Alerts that are to be told.")


class Settings(_Keys):
    """The keys of schedule.toml."""

    root: Path = Field(default=Path(), exclude=True, description="The folder of schedule.toml.")
    timezone: ZoneName = Field("Asia/Ho_Chi_Minh", description="The zone of all times.")
    language: Language = Field("vi", description="The language of messages.")
    store: str = Field(
        "sqlite:///var/publisher.db",
        description="The database; PUBLISHER_STORE in the environment goes before it.",
    )
    var: Path = Field(Path("var"), description="The folder for what the program keeps.")
    campaigns: Path = Field(Path("campaigns"), description="The campaigns' folder.")
    horizon: Duration = Field(timedelta(days=60), description="How far ahead the plan is made.")
    office: Office = Field(default_factory=Office, description="The office that publishes.")
    hours: Hours = Field(default_factory=Hours, description="When posts are expected.")
    blackouts: tuple[Blackout, ...] = Field((), description="Days on which nothing goes out.")
    links: Links = Field(default_factory=Links, description="Links of our own.")
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

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def campaigns_folder(self) -> Path:
        return self.root / self.campaigns

    @property
    def var_folder(self) -> Path:
        return self.root / self.var

    @property
    def report_template(self) -> Path | None:
        """The office's own Word template for its reports."""
        own = self.reports.periodic.template
        return self.root / own if own is not None else None
