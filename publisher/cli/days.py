"""Days as people write them at the keyboard.

27/11/2026 as in Viet Nam, or 2026-11-27; months likewise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import click

from publisher import notation
from publisher.i18n import _

_DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y")
_MONTHS = ("%Y-%m", "%m/%Y", "%m-%Y")
_TIME = " %H:%M"


@dataclass(frozen=True, slots=True)
class GivenDay:
    """A day, with a time of day where one was given."""

    day: date
    at: time | None = None

    @property
    def end(self) -> datetime:
        """When it is over, in local time: a day alone is meant to its end."""
        if self.at is None:
            return datetime.combine(self.day + timedelta(days=1), time())
        return datetime.combine(self.day, self.at)

    @property
    def words(self) -> str:
        if self.at is None:
            return _("at the end of %(day)s") % {"day": notation.day(self.day, "full")}
        return _("at %(time)s on %(day)s") % {
            "time": notation.hour(self.at),
            "day": notation.day(self.day, "full"),
        }


class Day(click.ParamType[GivenDay]):
    """An option that is a day."""

    name = "day"

    def __init__(self, *, with_time: bool = False) -> None:
        self.with_time = with_time

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return _("DAY/MONTH/YEAR [HOUR:MINUTE]") if self.with_time else _("DAY/MONTH/YEAR")

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> GivenDay:
        if isinstance(value, GivenDay):
            return value
        text = " ".join(str(value).split())
        for form in _DAYS:
            if (day := _read(text, form)) is not None:
                return GivenDay(day.date())
            if self.with_time and (moment := _read(text, form + _TIME)) is not None:
                return GivenDay(moment.date(), moment.time())
        said = _("“%(text)s” is no day of the calendar. Write it like this: 27/11/2026")
        if self.with_time:
            said = _(
                "“%(text)s” is no day of the calendar. Write it like this: 27/11/2026 or "
                '"27/11/2026 17:00"'
            )
        return self.fail(said % {"text": text}, param, ctx)


class Month(click.ParamType[date]):
    """An option that is a calendar month, given by its first day: 10/2027, or 2027-10."""

    name = "month"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return _("MONTH/YEAR")

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        text = "".join(str(value).split())
        for form in _MONTHS:
            if (day := _read(text, form)) is not None:
                return day.date()
        said = _("“%(text)s” is no month. Write it like this: 10/2027")
        return self.fail(said % {"text": text}, param, ctx)


def _read(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)  # noqa: DTZ007 -- local time, its zone is added later
    except ValueError:
        return None
