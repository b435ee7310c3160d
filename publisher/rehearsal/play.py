"""Plays the coming editions through.

It is the real program on a moved clock, in seconds. Everything is real but the clock, the readers
and the platforms: planning, rendering, APScheduler's jobs, the life cycle, SQLite, the feed over
HTTP, mail over SMTP (see ``rehearsal.stage``). Between two editions the clock is set on, and
nothing is planned for the time left out.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from publisher.campaign.reader import read_campaigns
from publisher.clock import MovedClock
from publisher.daemon.running import Daemon
from publisher.rehearsal.episodes import Episode, coming
from publisher.rehearsal.stage import Stage
from publisher.rehearsal.stepped import SteppedScheduler
from publisher.rehearsal.trouble import Trouble, trouble
from publisher.settings import Settings
from publisher.site import Site

MARK = ".rehearsal"

Progress = Callable[[datetime, float], None]
"""Told how far the play is: the moment, and the share of it that is played."""


@dataclass(frozen=True, slots=True)
class Played:
    """What a rehearsal leaves: its site (closed by the caller) with its clock, mails and alerts as
    they came."""

    site: Site
    clock: MovedClock
    episodes: tuple[Episode, ...]
    mails: tuple[bytes, ...]
    alerts: tuple[str, ...]


class NothingToPlay(Exception):  # noqa: N818 -- it is no error of the program's
    """No campaign has an edition to come."""


@contextmanager
def played(
    settings: Settings, now: datetime, out: Path, fault: str | None, progress: Progress
) -> Iterator[Played]:
    """Play what is to come after ``now`` into ``out``, an empty folder of ours.

    Raises ``NothingToPlay``.
    """
    campaigns, _faults = read_campaigns(settings)
    episodes = tuple(coming(campaigns, settings, now))
    if not episodes:
        raise NothingToPlay
    clock = MovedClock(episodes[0].start)
    with Stage(settings, out, clock, episodes) as stage:
        meddle = trouble(fault, tuple(stage.stand_ins.values()), episodes)
        _run(stage, clock, episodes, meddle, progress)
        yield Played(stage.site, clock, episodes, tuple(stage.mails()), tuple(stage.alerts))


def empty(out: Path) -> None:
    """Make ``out`` an empty folder of ours; another's folder is never emptied.

    Raises ``FileExistsError``.
    """
    if out.exists() and any(out.iterdir()) and not (out / MARK).exists():
        raise FileExistsError(17, "not a rehearsal's folder, so it is not emptied", str(out))
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    (out / MARK).write_text("")


class _Rehearsed(Daemon):
    """The daemon, with people who approve whatever is new and look before they are counted."""

    def __init__(self, stage: Stage) -> None:
        clock = stage.site.clock
        # Time itself goes as the rehearsal's clock does: nobody sets that.
        super().__init__(stage.site, idle=timedelta(hours=2), steady=lambda: clock().timestamp())
        self._stage = stage

    def send_due(self) -> None:
        super().send_due()
        # When more is due is asked next, and is to be known: on a moved clock nobody looks again
        # for hours.
        self.site.engine.wait()

    def plan(self) -> None:
        super().plan()
        self._stage.approve()

    def feeds(self) -> None:
        super().feeds()
        self._stage.approve()

    def readings(self) -> None:
        self._stage.look()
        super().readings()


def _run(
    stage: Stage,
    clock: MovedClock,
    episodes: Sequence[Episode],
    meddle: Trouble,
    progress: Progress,
) -> None:
    site, daemon, scheduler = stage.site, _Rehearsed(stage), SteppedScheduler(clock)
    total = sum((episode.end - episode.start for episode in episodes), timedelta())
    done = timedelta()
    with site.database.daemon_lock():
        for episode in episodes:
            clock.move_to(max(clock(), episode.start))
            site.desk.planner.until = episode.end
            if scheduler.running:
                for job in daemon.jobs():
                    scheduler.modify_job(job.name, next_run_time=clock())
            else:
                daemon.start(scheduler)
                # The first look at a feed publishes nothing old: it is taken beforehand.
                daemon.feeds()

            def after(moment: datetime, start: datetime = episode.start) -> None:
                site.engine.wait()
                meddle(moment)
                progress(moment, (done + (moment - start)) / total)  # noqa: B023 -- called within

            scheduler.run_until(episode.end, after)
            done += episode.end - episode.start
        site.engine.drain(60)
        site.alerts.tell_due(at_once=True)
