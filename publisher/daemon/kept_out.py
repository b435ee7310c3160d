"""Tells a person that the daemon can't begin, where there is no store to write an alert into.

A full disk refuses the first thing that a daemon writes, a faulty schedule.toml doesn't even say
where the store is, and systemd would start it anew every five seconds while nobody is told. So
under systemd it stays, tries again every half minute, and tells what keeps it over the ways of
``[alerts]``: once, and then as rarely as any alert. Called by the command ``run``; whoever types
that at a terminal has the reason in front of them instead.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import structlog

from channels.base import ChannelError
from publisher.alerts.ways import Way, ways_of
from publisher.alerts.wording import Notice
from publisher.clock import system_clock, time_awake
from publisher.daemon.supervisor import Supervisor
from publisher.i18n import _
from publisher.secrets import secret_reader
from publisher.settings import Settings

log = structlog.get_logger("daemon")

TRY_AGAIN_S = 30.0


class KeptOut:
    """What keeps a daemon from beginning is told by this, over the ways of ``settings``; where
    there are none, to systemd and in the log alone."""

    def __init__(self, settings: Settings, steady: Callable[[], float] = time_awake) -> None:
        self._ways = ways_of(settings, secret_reader(settings.root), system_clock)
        self._quiet: timedelta = settings.alerts.quiet
        self._steady = steady
        self._told: dict[str, float] = {}
        self._supervisor = Supervisor()

    def bear(self, why: str) -> None:
        """Tell ``why``, a sentence, to whom it wasn't told lately; come back when it is worth
        trying again."""
        log.error("can't begin", why=why)
        # A daemon that had got as far as to listen for these no longer does.
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        notice = Notice(
            _("Publisher can't begin, and nothing goes out"),
            _(
                "Publisher can't begin, and nothing goes out until it can. %(why)s It tries again "
                "by itself. See what is wrong: publisher doctor"
            )
            % {"why": why},
            uuid4().hex,
        )
        if not self._ways:
            log.error("nobody is told", why="no way to tell anybody is known")
        for way in self._ways:
            self._tell(way, notice)
        self._supervisor.kept_out(why, TRY_AGAIN_S)
        time.sleep(TRY_AGAIN_S)

    def _tell(self, way: Way, notice: Notice) -> None:
        told, now = self._told.get(way.name), self._steady()
        if told is not None and now - told < self._quiet.total_seconds():
            return
        try:
            way.tell(lambda _most: notice)
        except ChannelError as error:
            log.error("nobody is told", way=way.name, why=str(error))
        else:
            log.info("a person was told", way=way.name)
            self._told[way.name] = now
