"""Keeps what the store couldn't take.

A full or locked disk is the very moment when one must be told. Alerts that couldn't be written
down, and tellings that couldn't be marked, are kept here until the store takes them. Bounded: what
comes beyond that is in the log alone. Used by ``Alerts``, which lets one thread in at a time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from publisher.store import alerts as stored
from publisher.store.models import Alert, AlertWay

MOST = 200


class Memory:
    """Alerts and tellings that aren't in the store yet."""

    def __init__(self) -> None:
        self._asked: dict[str, Alert] = {}
        self._cleared: dict[str, datetime] = {}
        self._tellings: list[tuple[Sequence[Alert], str, datetime]] = []
        self._ways: dict[str, AlertWay] = {}

    def __bool__(self) -> bool:
        return bool(self._asked or self._cleared or self._tellings or self._ways)

    def ask(self, alert: Alert, quiet: timedelta) -> bool:
        """Keep ``alert``, to be told; false where that is known, or there is no room for it."""
        known = self._asked.get(alert.matter)
        if known is not None:
            known.text = alert.text
            last = max((at for _way, at in self._tellings_of(known)), default=None)
            if last is None or alert.asked_at - last < quiet:
                return False
        elif len(self._asked) >= MOST:
            return False
        self._cleared.pop(alert.matter, None)
        self._asked[alert.matter] = alert
        return True

    def clear(self, matter: str, now: datetime) -> None:
        """It is mended, so that it needn't be told, as a rule."""
        known = self._asked.get(matter)
        if known is not None and not known.must_know:
            del self._asked[matter]
        if len(self._cleared) < MOST:
            self._cleared[matter] = now

    def forget(self, matter: str) -> None:
        """The store knows better by now."""
        self._asked.pop(matter, None)
        self._cleared.pop(matter, None)

    def told(self, alerts: Sequence[Alert], way: str, now: datetime) -> None:
        """``way`` told ``alerts``."""
        self._tellings.append((alerts, way, now))

    def fares(self, way: AlertWay) -> None:
        """How ``way`` fares now."""
        self._ways[way.name] = way

    @property
    def ways(self) -> dict[str, AlertWay]:
        """How the ways fare that the store knows older things of."""
        return self._ways

    def with_stored(self, alerts: Iterable[Alert]) -> list[Alert]:
        """What waits to be told: of ``alerts``, the store's, and of those that are only here."""
        known = self._asked.keys() | self._cleared.keys()
        return [*self._asked.values(), *(one for one in alerts if one.matter not in known)]

    def is_told(self, alert: Alert, way: str) -> bool:
        """Whether ``way`` told of it, by the store or by what is only known here."""
        return way in alert.told_by or any(way == name for name, _at in self._tellings_of(alert))

    def write(self, session: Session, quiet: timedelta, ways: Iterable[str]) -> None:
        """Put everything into the store."""
        ways = tuple(ways)
        for alert in self._asked.values():
            stored.ask(session, Alert(**alert.model_dump()), quiet)
        for alerts, way, at in self._tellings:
            stored.told(session, alerts, way, ways, at)
        for matter, at in self._cleared.items():
            stored.clear(session, matter, at)
        for fares in self._ways.values():
            stored.keep_way(session, fares)

    def _tellings_of(self, alert: Alert) -> list[tuple[str, datetime]]:
        mark = (alert.matter, alert.asked_at)
        return [
            (way, at)
            for alerts, way, at in self._tellings
            if mark in {(one.matter, one.asked_at) for one in alerts}
        ]
