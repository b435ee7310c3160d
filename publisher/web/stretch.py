"""The days that a calendar shows: a month, a week, or four weeks as a list."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, get_args
from zoneinfo import ZoneInfo

from publisher import notation
from publisher.reach import words

View = Literal["month", "week", "list"]
VIEWS: tuple[View, ...] = get_args(View)

_LIST = timedelta(days=28)
_WEEK = timedelta(days=7)
_EARLIEST, _LATEST = date(2000, 2, 1), date(2199, 11, 30)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days around ``on``, as ``view`` shows them: whole weeks from Monday on, or from ``on`` on."""

    view: View
    on: date

    @classmethod
    def asked(cls, view: str, on: str, today: date) -> Stretch:
        """What an address asks for; whatever can't be read is the month of ``today``."""
        try:
            day = date.fromisoformat(on)
        except ValueError:
            day = today
        known = next((one for one in VIEWS if one == view), VIEWS[0])
        return cls(known, min(max(day, _EARLIEST), _LATEST))

    @property
    def first(self) -> date:
        if self.view == "list":
            return self.on
        start = self.on.replace(day=1) if self.view == "month" else self.on
        return start - timedelta(days=start.weekday())

    @property
    def last(self) -> date:
        if self.view == "list":
            return self.on + _LIST - timedelta(days=1)
        end = self._month_end if self.view == "month" else self.on
        return end + timedelta(days=6 - end.weekday())

    @property
    def days(self) -> list[date]:
        return [self.first + timedelta(days=n) for n in range((self.last - self.first).days + 1)]

    @property
    def before(self) -> date:
        """A day of the stretch before this one."""
        if self.view == "month":
            return (self.on.replace(day=1) - timedelta(days=1)).replace(day=1)
        return self.on - (_LIST if self.view == "list" else _WEEK)

    @property
    def after(self) -> date:
        if self.view == "month":
            return self._month_end + timedelta(days=1)
        return self.on + (_LIST if self.view == "list" else _WEEK)

    @property
    def title(self) -> str:
        if self.view == "month":
            name = notation.day(self.on, "month in words")
            return name[:1].upper() + name[1:]
        if self.view == "week":
            year, week, _day = self.on.isocalendar()
            return words.week(f"{year}-W{week:02d}")
        return notation.days(self.first, self.last)

    def has(self, day: date) -> bool:
        """Whether ``day`` belongs to it, and isn't only there to fill a week."""
        return self.view != "month" or (day.year, day.month) == (self.on.year, self.on.month)

    def bounds(self, zone: ZoneInfo) -> tuple[datetime, datetime]:
        """From its first midnight until before its last, in ``zone``."""
        return (
            datetime.combine(self.first, time(), zone),
            datetime.combine(self.last + timedelta(days=1), time(), zone),
        )

    @property
    def _month_end(self) -> date:
        return self.on.replace(day=monthrange(self.on.year, self.on.month)[1])
