"""Alerts, from the moment they are raised until everybody was told.

An alert is about a *matter* (``channel fanpage``, ``campaign x``). Raising one writes it down and
logs it; a job of the daemon tells what is written down over every way that schedule.toml names
(mail addresses, chat services), all of it in one message. A process that dies in between, or a way
that is down, loses nothing: what a way hasn't told yet waits in the store, and is tried again ever
more rarely. It is marked as told after the way took it, so a crash just then tells it twice: better
twice than never. What the store itself can't take (a full disk) is told from memory.

Against floods: the first alert waits ``alerts.gather`` for the others; after a message the way
rests for ``alerts.at_most_every``; the same matter is told again after ``alerts.quiet``, and then
ever more rarely while nobody acts. What is mended before it was told isn't told, but for what a
person must know all the same (a post that was missed).
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from contextlib import suppress

import structlog
from sqlalchemy.exc import SQLAlchemyError

from channels.base import ChannelError
from publisher.alerts.memory import Memory
from publisher.alerts.rest import RETRY_MOST, lies_ahead, rest_after
from publisher.alerts.watch import Watch
from publisher.alerts.ways import Way
from publisher.alerts.wording import Cause, written
from publisher.clock import Clock
from publisher.settings import Settings
from publisher.store import alerts as stored
from publisher.store.database import Database
from publisher.store.models import Alert, AlertWay

log = structlog.get_logger("alerts")

_NOWHERE = "log"
"""Who is told where schedule.toml names nobody."""


class Alerts:
    """Raises and clears alerts, from any thread; ``tell_due`` carries them to people over ``ways``.

    ``watch`` tells of work that fails as nobody foresaw.
    """

    def __init__(
        self, database: Database, settings: Settings, clock: Clock, ways: Sequence[Way]
    ) -> None:
        self._database = database
        self._settings = settings
        self._clock = clock
        self._ways = ways
        self._guard = threading.Lock()
        self._memory = Memory()
        self._telling = threading.Lock()
        self.watch = Watch(self)

    # -- raising ----------------------------------------------------------------------------------

    def raise_(
        self, matter: str, text: str, *, cause: Cause | None = None, must_know: bool = False
    ) -> bool:
        """Put down that a person is to be told ``text`` about ``matter``; gives whether it is news.

        It isn't where that waits to be told, or was told a short while ago. Alerts of one ``cause``
        are told together. What a person ``must_know`` is told although it is cleared before.
        """
        now = self._clock()
        alert = Alert(
            matter=matter,
            text=text,
            kind=cause.kind if cause else "",
            why=cause.why if cause else "",
            must_know=must_know,
            raised_at=now,
            asked_at=now,
        )
        is_news = self._ask(alert)
        if is_news:
            log.warning("alert", matter=matter, text=text)
        return is_news

    def _ask(self, alert: Alert) -> bool:
        quiet = self._settings.alerts.quiet
        try:
            with self._database.writing() as session:
                is_news = stored.ask(session, Alert(**alert.model_dump()), quiet)
        except SQLAlchemyError as error:
            log.error("alert not written down", matter=alert.matter, why=type(error).__name__)
            with self._guard:
                return self._memory.ask(alert, quiet)
        with self._guard:
            self._memory.forget(alert.matter)
        return is_news

    def clear(self, matter: str) -> None:
        """The matter is mended: the next alert about it is news."""
        now = self._clock()
        try:
            with self._database.writing() as session:
                stored.clear(session, matter, now)
        except SQLAlchemyError as error:
            log.error("alert not cleared", matter=matter, why=type(error).__name__)
            with self._guard:
                self._memory.clear(matter, now)
        else:
            with self._guard:
                self._memory.forget(matter)

    def open(self, matters: str) -> Sequence[str]:
        """The matters that begin with ``matters`` and aren't mended yet."""
        with self._database.reading() as session:
            return stored.matters(session, matters)

    def clear_others(self, matters: str, standing: Collection[str]) -> None:
        """All matters that begin with ``matters`` are mended but for those ``standing``."""
        for matter in self.open(matters):
            if matter not in standing:
                self.clear(matter)

    # -- telling ----------------------------------------------------------------------------------

    def tell_due(self, *, at_once: bool = False) -> None:
        """Tell what is to be told, over each way whose time has come; never raises for a way.

        ``at_once``: nothing waits for others, as when the program is about to stop. Called by one
        process alone, the one that has the daemon's lock.
        """
        with self._telling:
            self._write_down()
            waiting = self._waiting()
            if not waiting:
                return
            if not self._ways:
                self._mark(waiting, _NOWHERE)
            known = self._known_ways()
            for way in self._ways:
                fares = known.get(way.name) or AlertWay(name=way.name)
                with self._guard:
                    untold = [one for one in waiting if not self._memory.is_told(one, way.name)]
                if untold and self._is_time(fares, untold, at_once=at_once):
                    self._tell_over(way, untold, fares)

    def write_down(self) -> None:
        """Bring what is in memory alone into the store, where that takes it: for a process that
        tells nothing itself."""
        with self._telling:
            self._write_down()

    def tell_the_rest(self, within_s: float) -> None:
        """Tell what is left before the program ends; what takes longer, the next start tells."""
        telling = threading.Thread(
            target=lambda: self.tell_due(at_once=True), name="alerts", daemon=True
        )
        telling.start()
        telling.join(within_s)

    def _waiting(self) -> list[Alert]:
        rows: Sequence[Alert] = ()
        # What is in memory alone must be told all the more.
        with suppress(SQLAlchemyError), self._database.reading() as session:
            rows = stored.waiting(session)
        with self._guard:
            return self._memory.with_stored(rows)

    def _known_ways(self) -> dict[str, AlertWay]:
        known: dict[str, AlertWay] = {}
        with suppress(SQLAlchemyError), self._database.reading() as session:
            known = stored.ways(session)
        with self._guard:
            return known | self._memory.ways

    def _is_time(self, way: AlertWay, untold: Sequence[Alert], *, at_once: bool) -> bool:
        now, alerts = self._clock(), self._settings.alerts
        rests = lies_ahead(way.next_at, now, max(alerts.at_most_every, alerts.quiet, RETRY_MOST))
        if rests and (way.failures or not at_once):
            return False
        settled = min(alert.asked_at for alert in untold) + alerts.gather
        return at_once or not lies_ahead(settled, now, alerts.gather)

    def _tell_over(self, way: Way, untold: Sequence[Alert], fares: AlertWay) -> None:
        zone = self._settings.zone
        try:
            way.tell(lambda longest: written(untold, zone, longest))
        except ChannelError as error:
            self._failed(fares, error, str(error))
        except Exception as error:  # noqa: BLE001 -- whatever it is, the other ways must go on
            self._failed(fares, error, f"unforeseen {type(error).__name__}")
        else:
            now = self._clock()
            rests_until = now + self._settings.alerts.at_most_every
            log.info("alerts told", way=way.name, matters=len(untold))
            with self._guard:
                self._memory.fares(AlertWay(name=way.name, told_at=now, next_at=rests_until))
            self._mark(untold, way.name)

    def _mark(self, told: Sequence[Alert], way: str) -> None:
        with self._guard:
            self._memory.told(told, way, self._clock())
        self._write_down()

    def _failed(self, fares: AlertWay, error: Exception, why: str) -> None:
        now, failures = self._clock(), fares.failures + 1
        log.error("alerts not told", way=fares.name, why=why, failures=failures)
        again = AlertWay(
            name=fares.name,
            told_at=fares.told_at,
            failures=failures,
            problem=why,
            next_at=now + rest_after(failures, error, now, self._settings.alerts.quiet),
        )
        with self._guard:
            self._memory.fares(again)
        self._write_down()

    def _write_down(self) -> None:
        """Bring what is in memory alone into the store, where that takes it."""
        with self._guard:
            if not self._memory:
                return
            names = [way.name for way in self._ways]
            try:
                with self._database.writing() as session:
                    self._memory.write(session, self._settings.alerts.quiet, names)
            except SQLAlchemyError as error:
                log.error("alerts not written down", why=type(error).__name__)
            else:
                self._memory = Memory()
