"""Plays the coming editions through: the real program on a moved clock, in seconds.

Everything is real but the clock, the readers and the platforms: planning, rendering, APScheduler's
jobs, the life cycle, SQLite, the feed over HTTP, mail over SMTP. Where a platform has a stand-in
in ``channels.simulated`` the real adapter speaks to it; the rest goes to the outbox. Nothing
outside the folder ``out`` is written and nothing leaves the machine.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from channels import simulated
from channels.outbox import set_views
from publisher.campaign.model import Campaign
from publisher.campaign.reader import read_campaigns
from publisher.clock import MovedClock
from publisher.daemon import Daemon, Job, first_run
from publisher.delivery.lifecycle import CLAIMABLE, State
from publisher.planning.dates import public_holidays
from publisher.planning.plan import slots
from publisher.rehearsal.portal import PortalFeed
from publisher.rehearsal.readers import figures
from publisher.rehearsal.stepped import SteppedScheduler
from publisher.secrets import secret_reader
from publisher.settings import Jobs, Mail, Reports, Settings
from publisher.site import Site
from publisher.store import approvals, deliveries
from publisher.store.database import Database

SEED = 57
FAULTS = ("flaky", "outage", "expired-token")
MARK = ".rehearsal"
_HOURS = timedelta(hours=1)
_JOBS = Jobs(plan=12 * _HOURS, sweep=timedelta(minutes=20), readings=3 * _HOURS, feeds=6 * _HOURS)
"""Rarer than in earnest: on a moved clock nothing happens between two deliveries."""


@dataclass(frozen=True, slots=True)
class Episode:
    """A stretch of time to play: from before the first post to after the weekly mail that follows
    the last."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Played:
    """What a rehearsal leaves: its site (closed by the caller), stand-ins' records, mails."""

    site: Site
    episodes: tuple[Episode, ...]
    mails: tuple[bytes, ...]
    faults: tuple[str, ...]


class NothingToPlay(Exception):  # noqa: N818 -- it is no error of the program's
    """No campaign has an edition to come."""


@contextmanager
def played(
    settings: Settings,
    now: datetime,
    out: Path,
    fault: str | None,
    progress: Callable[[datetime, float], None],
) -> Iterator[Played]:
    """Play what is to come after ``now`` into ``out``; ``progress`` hears the moment and a share.

    Raises ``NothingToPlay``.
    """
    campaigns, _faults = read_campaigns(settings)
    episodes = tuple(coming(campaigns, settings, now))
    if not episodes:
        raise NothingToPlay
    _empty(out)
    clock = MovedClock(episodes[0].start)
    with ExitStack() as stack:
        stage = _Stage(settings, out, clock, stack, episodes[0].start)
        site = stage.site()
        stack.callback(site.close)
        site.database.prepare(clock())
        trouble = _trouble(fault, stage, episodes)
        _run(site, stage, clock, episodes, trouble, progress)
        yield Played(site, episodes, tuple(stage.mails()), tuple(stage.told))


def coming(campaigns: Sequence[Campaign], settings: Settings, now: datetime) -> list[Episode]:
    """The stretches in which the next edition of each anchored campaign goes out."""
    found = []
    for campaign in campaigns:
        if campaign.file.anchor is None:
            continue
        far = now + timedelta(days=800)
        holidays = public_holidays(range(now.year, now.year + 4))
        planned = slots(campaign, settings.zone, now, far, holidays)
        whole = [slot for slot in planned if _is_whole(slot.identity.edition, campaign, now)]
        if not whole:
            continue
        edition = min(slot.identity.edition for slot in whole)
        dues = [slot.due_at for slot in whole if slot.identity.edition == edition]
        found.append(Episode(min(dues) - timedelta(days=1), max(dues) + timedelta(days=9)))
    found.sort(key=lambda episode: episode.start)
    return _merged(found)


def _is_whole(edition: int, campaign: Campaign, now: datetime) -> bool:
    """Whether all of the edition is still to come: half of one would rehearse little."""
    day = campaign.file.anchor.day_in(edition) if campaign.file.anchor else None
    return day is not None and (day - now.date()).days > 31


def _merged(episodes: Sequence[Episode]) -> list[Episode]:
    merged: list[Episode] = []
    for episode in episodes:
        if merged and episode.start <= merged[-1].end:
            merged[-1] = Episode(merged[-1].start, max(merged[-1].end, episode.end))
        else:
            merged.append(episode)
    return merged


class _Stage:
    """The settings turned to stand-ins, and what they received."""

    def __init__(
        self, settings: Settings, out: Path, clock: MovedClock, stack: ExitStack, start: datetime
    ) -> None:
        self.out = out
        self.clock = clock
        self.told: list[str] = []
        self.stand_ins: dict[str, Any] = {}
        self._given: dict[str, str] = {}
        channels = {
            name: self._channel(name, keys, stack) for name, keys in settings.channels.items()
        }
        self._relay = stack.enter_context(simulated.load("email")(clock))  # type: ignore[misc]
        relay = self._relay.config()
        to = settings.reports.weekly.to or ("lanh-dao@example.vn",)
        weekly = settings.reports.weekly.model_copy(update={"to": to})
        self.settings = settings.model_copy(
            update={
                "var": (out / "var").resolve(),
                "campaigns": settings.campaigns_folder.resolve(),
                "channels": channels,
                "jobs": _JOBS,
                "mail": Mail(
                    host=str(relay["host"]),
                    port=int(relay["port"]),
                    security="none",
                    sender=settings.mail.sender if settings.mail else "publisher@example.vn",
                ),
                "reports": Reports(weekly=weekly),
            }
        )
        self._feed = stack.enter_context(PortalFeed(clock, start))

    def _channel(self, name: str, keys: dict[str, Any], stack: ExitStack) -> dict[str, Any]:
        if keys["adapter"] == "outbox":
            return {**keys, "rehearsal": True}
        make = simulated.load(str(keys["adapter"]))
        if make is None:
            return {"adapter": "outbox", "title": keys.get("title", name), "rehearsal": True}
        stand_in = stack.enter_context(make(self.clock))
        self.stand_ins[name] = stand_in
        self._given.update(stand_in.secrets())
        return {**keys, **stand_in.config()}

    def site(self) -> Site:
        store = Database(f"sqlite:///{(self.out / 'publisher.db').resolve()}")
        secret = secret_reader(self.settings.root, environment={}, given=self._given)
        site = Site(self.settings, store, self.clock, secret, rehearsal=True)
        site.tell = lambda subject, text: self.told.append(f"{subject}\n{text}")
        site.desk.adapt = self._turn
        return site

    def _turn(self, campaign: Campaign) -> Campaign:
        """The campaign with its feed turned to the rehearsal's own portal."""
        source = campaign.file.feed
        if source is None:
            return campaign
        feed = source.model_copy(update={"url": self._feed.url})
        file = campaign.file.model_copy(update={"feed": feed})
        return Campaign(campaign.slug, campaign.folder, file, campaign.posts)

    def mails(self) -> list[bytes]:
        """The mails to leaders, as they arrived."""
        return [bytes(message) for message in self._relay.mailbox]


def _run(
    site: Site,
    stage: _Stage,
    clock: MovedClock,
    episodes: Sequence[Episode],
    trouble: Callable[[datetime], None],
    progress: Callable[[datetime, float], None],
) -> None:
    scheduler = SteppedScheduler(clock)
    daemon = Daemon(site, idle=2 * _HOURS)
    total = sum((episode.end - episode.start for episode in episodes), timedelta())
    done = timedelta()
    with site.database.daemon_lock():
        daemon.start(scheduler)
        _start_feeds_empty(daemon)
        for episode in episodes:
            if clock() < episode.start:
                clock.move_to(episode.start)
                for job in daemon.jobs():
                    scheduler.modify_job(job.name, next_run_time=first_run(job, clock()))

            def after(moment: datetime, episode: Episode = episode, done: timedelta = done) -> None:
                site.engine.wait()
                trouble(moment)
                _approve(site)
                _read(site, stage)
                progress(moment, (done + (moment - episode.start)) / total)

            _approve(site)
            scheduler.run_until(episode.end, after)
            done += episode.end - episode.start
        site.engine.drain(60)


def _start_feeds_empty(daemon: Daemon) -> None:
    """The first look at a feed publishes nothing old; it is taken before the curtain rises."""
    daemon.feeds()


def _approve(site: Site) -> None:
    """Two made-up officers approve everything: a rehearsal waits for nobody."""
    now = site.clock()
    with site.database.writing() as session:
        for row in deliveries.in_state(session, *CLAIMABLE):
            given = approvals.given(session, row)
            for person in ("Diễn tập A", "Diễn tập B")[len(given) : row.approvals]:
                approvals.approve(session, row, person, now)


def _read(site: Site, stage: _Stage) -> None:
    """Simulated readers look at what is out: in the stand-ins and in the outboxes."""
    now = site.clock()
    with site.database.reading() as session:
        sent = deliveries.in_state(session, State.SENT)
    for row in sent:
        if row.sent_at is None or row.remote_id is None or now - row.sent_at > timedelta(days=9):
            continue
        counts = figures(SEED, deliveries.identity_of(row).key, row.sent_at, now)
        if row.channel in stage.stand_ins:
            stage.stand_ins[row.channel].readers(row.remote_id, **counts)
        elif row.channel in stage.settings.channels:
            set_views(site.switchboard.workdir(row.channel), row.remote_id, counts["views"])


def _trouble(
    fault: str | None, stage: _Stage, episodes: Sequence[Episode]
) -> Callable[[datetime], None]:
    """What goes wrong, by the moment; the stand-ins' own faults are switched on and off."""
    if fault is None or not stage.stand_ins:
        return lambda moment: None
    dice = random.Random(SEED)  # noqa: S311 -- no secret
    # The last ten days hold the day itself: trouble then is the trouble worth rehearsing.
    begin = episodes[0].end - timedelta(days=14)
    stand_ins = list(stage.stand_ins.values())

    def flaky(_moment: datetime) -> None:
        for stand_in in stand_ins:
            stand_in.faults.clear()
            if dice.random() < 0.3:
                stand_in.faults.next(dice.choice(("refuse", "429", "drop")))

    def spell(name: str, length: timedelta) -> Callable[[datetime], None]:
        def during(moment: datetime) -> None:
            for stand_in in stand_ins:
                stand_in.faults.clear()
                if begin <= moment < begin + length:
                    stand_in.faults.always(name)

        return during

    if fault == "flaky":
        return flaky
    if fault == "outage":
        return spell("refuse", timedelta(days=3))
    return spell("expired", timedelta(days=2))


def _empty(out: Path) -> None:
    """Make ``out`` an empty folder of ours; another's folder is never emptied."""
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        raise FileExistsError(17, "not a rehearsal's folder, so it is not emptied", str(out))
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / MARK).write_text("")


__all__ = ["FAULTS", "Episode", "Job", "NothingToPlay", "Played", "coming", "played"]
