"""What a calendar draws into a day besides its posts: public holidays, blackouts, holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from publisher.i18n import _, language
from publisher.planning.dates import public_holidays
from publisher.settings.blackouts import Blackout
from publisher.store.holds import ended_at
from publisher.store.models import Hold


@dataclass(frozen=True, slots=True)
class Stop:
    """A blackout or a hold on a day: what it stops, and why."""

    kind: str
    target: str
    reason: str


@dataclass(frozen=True, slots=True)
class DayMarks:
    """Those of one stretch of days, looked up by day."""

    feasts: dict[date, str]
    blackouts: Sequence[Blackout]
    holds: Sequence[Hold]
    zone: ZoneInfo

    @classmethod
    def of(
        cls,
        days: Sequence[date],
        blackouts: Sequence[Blackout],
        holds: Sequence[Hold],
        zone: ZoneInfo,
    ) -> DayMarks:
        """The marks of ``days``, which follow one another."""
        years = range(days[0].year, days[-1].year + 1)
        named = public_holidays(years, language())
        feasts = {day: named[day] for day in days if day in named}
        return cls(feasts, blackouts, holds, zone)

    def feast(self, day: date) -> str:
        """The public holiday of ``day``; empty where it is none."""
        return self.feasts.get(day, "")

    def stops(self, day: date) -> list[Stop]:
        """What is stopped on ``day``, or on a part of it."""
        return [*self._blackouts(day), *self._holds(day)]

    def _blackouts(self, day: date) -> Iterator[Stop]:
        for one in self.blackouts:
            if one.from_ <= day <= one.to:
                target = ", ".join((*one.channels, *one.campaigns)) or _("everything")
                yield Stop("blackout", target, one.reason)

    def _holds(self, day: date) -> Iterator[Stop]:
        begins = datetime.combine(day, datetime.min.time(), self.zone)
        ends = begins + timedelta(days=1)
        for one in self.holds:
            over = ended_at(one)
            if one.placed_at < ends and (over is None or over > begins):
                yield Stop("hold", one.target or _("everything"), one.reason)
