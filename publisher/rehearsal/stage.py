"""The stage of a rehearsal: the office's own settings, turned to stand-ins on this machine.

Where a platform has a stand-in in ``channels.simulated`` the real adapter speaks to it; the rest
goes to the outbox, under its platform's limits. Mail goes to a sink, the feed comes from a portal
of our own. Nothing outside the folder ``out`` is written and nothing leaves the machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from channels import simulated
from channels.hosting import SweptHost
from channels.outbox.folder import set_views
from channels.sealing import KeySeal
from channels.simulated.host import LoopbackHost
from publisher.campaign.model import Campaign
from publisher.clock import MovedClock
from publisher.delivery.lifecycle import CLAIMABLE, State
from publisher.media.record import NOTHING
from publisher.rehearsal.episodes import Episode
from publisher.rehearsal.portal import PortalFeed
from publisher.rehearsal.readers import figures
from publisher.secrets import secret_reader
from publisher.settings import Settings
from publisher.settings.feeds import Feeds
from publisher.settings.jobs import Jobs
from publisher.settings.mail import Mail
from publisher.settings.reports import Reports
from publisher.site import Site, library_of
from publisher.store import approvals, deliveries
from publisher.store.database import Database
from publisher.switchboard import kind_of

SEED = 57
READ_FOR = timedelta(days=9)
"""So long after its day a post still finds readers."""

_HOURS = timedelta(hours=1)
_JOBS = Jobs(
    plan=24 * _HOURS,
    sweep=2 * _HOURS,
    readings=12 * _HOURS,
    feeds=12 * _HOURS,
    alerts=2 * _HOURS,
)
"""Rarer than in earnest: on a moved clock nothing happens between two deliveries."""


class Stage:
    """A site whose every channel, feed and mail server is on this machine. Used in ``with``."""

    def __init__(
        self, settings: Settings, out: Path, clock: MovedClock, episodes: Sequence[Episode]
    ) -> None:
        self.alerts: list[str] = []
        self.stand_ins: dict[str, simulated.StandIn] = {}
        self._clock = clock
        self._stack = ExitStack()
        with ExitStack() as stack:
            self._given: dict[str, str] = {}
            self._relay: Any = stack.enter_context(_platform("email")(clock))
            self._loopback = stack.enter_context(LoopbackHost())
            self._feed = stack.enter_context(PortalFeed(clock, episodes))
            channels = {
                name: self._channel(settings, name, out, stack) for name in settings.channels
            }
            self._settings = self._turned(settings, out, channels)
            self._library = library_of(settings) or NOTHING
            self._stack = stack.pop_all()
        self.site = self._site(out)
        self._stack.callback(self.site.close)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def mails(self) -> list[bytes]:
        """The mails to leaders, as they arrived."""
        return [bytes(message) for message in self._relay.mailbox]

    def approve(self) -> None:
        """Two made-up officers approve everything: a rehearsal waits for nobody."""
        now = self._clock()
        with self.site.database.writing() as session:
            counts = approvals.counts(session)
            for row in deliveries.in_state(session, *CLAIMABLE):
                if counts.get(deliveries.number_of(row), 0) >= row.approvals:
                    continue
                given = approvals.given(session, row)
                for person in ("Diễn tập A", "Diễn tập B")[len(given) : row.approvals]:
                    approvals.approve(session, row, person, now)

    def look(self) -> None:
        """Simulated readers look at what is out: in the stand-ins and in the outboxes."""
        now = self._clock()
        with self.site.database.reading() as session:
            sent = deliveries.in_state(session, State.SENT)
        for row in sent:
            if row.sent_at is None or not row.remote_id or now - row.sent_at > READ_FOR:
                continue
            counts = figures(SEED, deliveries.identity_of(row).key, row.sent_at, now)
            if row.channel in self.stand_ins:
                self.stand_ins[row.channel].readers(row.remote_id, **counts)
            elif self._settings.channels.get(row.channel, {}).get("adapter") == "outbox":
                folder = self.site.switchboard.workdir(row.channel)
                set_views(folder, row.remote_id, counts["views"])

    # -- setting it up ----------------------------------------------------------------------------

    def _channel(
        self, settings: Settings, name: str, out: Path, stack: ExitStack
    ) -> dict[str, Any]:
        kind, config = kind_of(settings, name)
        own = kind.rehearsed(config, (out / "channels" / name).resolve())
        if own is not None:
            given: dict[str, Any] = own.model_dump(exclude_none=True)
            return given
        keys, adapter = settings.channels[name], config.adapter
        if simulated.load(adapter) is None:
            return {"adapter": "outbox", "title": keys.get("title", name), "rehearsal": True}
        stand_in = stack.enter_context(_platform(adapter)(self._clock))
        stand_in.furnish(keys)
        self.stand_ins[name] = stand_in
        self._given.update(stand_in.secrets())
        return {**keys, **stand_in.config()}

    def _turned(self, settings: Settings, out: Path, channels: dict[str, Any]) -> Settings:
        relay = self._relay.config()
        to = settings.reports.weekly.to or ("lanh-dao@example.vn",)
        sender = settings.mail.sender if settings.mail else "publisher@example.vn"
        return settings.model_copy(
            update={
                "var": (out / "var").resolve(),
                "campaigns": settings.campaigns_folder.resolve(),
                "channels": channels,
                "jobs": _JOBS,
                "feeds": Feeds(trusted_hosts=(self._feed.host,)),
                "mail": Mail(
                    host=str(relay["host"]),
                    port=int(relay["port"]),
                    security="none",
                    sender=sender,
                ),
                "reports": Reports(
                    weekly=settings.reports.weekly.model_copy(update={"to": to}),
                    # One is written at the end; drafts by mail would only hide the weekly ones.
                    periodic=settings.reports.periodic.model_copy(update={"to": ()}),
                ),
            }
        )

    def _site(self, out: Path) -> Site:
        # A power cut during a rehearsal loses nothing that can't be rehearsed again.
        store = Database(f"sqlite:///{(out / 'publisher.db').resolve()}", durable=False)
        secret = secret_reader(self._settings.root, environment={}, given=self._given)
        site = Site(self._settings, store, self._clock, secret, rehearsal=True, host=self._host())
        site.seal = KeySeal.fresh()
        site.tell = lambda subject, text: self.alerts.append(f"{subject}\n{text}")
        site.desk.planner.adapt = self._turn
        site.desk.planner.library = lambda: self._library
        store.prepare(self._clock())
        return site

    def _host(self) -> SweptHost | None:
        """The portal's stand-in, where schedule.toml lets the portal keep media for the others."""
        hosting = self._settings.media_host
        by_channel = hosting is not None and hosting.kind == "channel"
        return None if by_channel else self._loopback

    def _turn(self, campaign: Campaign) -> Campaign:
        """The campaign with its feed turned to the rehearsal's own portal."""
        source = campaign.file.feed
        if source is None:
            return campaign
        feed = source.model_copy(update={"url": (self._feed.url,)})
        file = campaign.file.model_copy(update={"feed": feed})
        return Campaign(campaign.slug, campaign.folder, file, campaign.posts)


def _platform(adapter: str) -> type[simulated.StandIn]:
    platform = simulated.load(adapter)
    if platform is None:
        raise LookupError(f"{adapter} has no stand-in")
    return platform
