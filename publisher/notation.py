"""Numbers and days as a reader writes them, in the present language."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from babel.dates import format_date
from babel.numbers import format_compact_decimal, format_decimal, format_percent

from publisher.i18n import language

ABSENT = "–"
_PATTERNS = {
    "vi": {"short": "dd/MM", "full": "dd/MM/yyyy", "weekday": "EEEE, dd/MM"},
    "en": {"short": "d MMM", "full": "d MMM yyyy", "weekday": "EEEE, d MMM"},
}


def number(value: int | None) -> str:
    """A count as the reader writes it; a dash where it is absent."""
    return ABSENT if value is None else str(format_decimal(value, locale=language()))


def short_number(value: int | None) -> str:
    """A count for a chart: from a million on in few letters ("1,2 Tr", "1.2M")."""
    if value is None or value < 1_000_000:
        return number(value)
    return str(format_compact_decimal(value, locale=language(), fraction_digits=1))


def change(now: int | None, before: int | None) -> str:
    """The change against the week before as "+12%"; empty where there is nothing to compare."""
    if now is None or not before:
        return ""
    whole = round(100 * (now - before) / before)
    sign = "+" if whole > 0 else ""
    return sign + str(format_percent(whole / 100, "#,##0%", locale=language()))


def share_of_change(now: int | None, before: int | None) -> str:
    """The same without its sign, for a sentence that says "more" or "fewer" itself."""
    return change(now, before).lstrip("+-")


def day(moment: date, shape: str = "short") -> str:
    """A day: ``short`` ("04/10"), ``full`` ("04/10/2027") or with its ``weekday``."""
    return str(format_date(moment, _PATTERNS[language()][shape], locale=language()))


def weekday_name(moment: date) -> str:
    """The day of the week: "Thứ Hai", "Monday"."""
    return str(format_date(moment, "EEEE", locale=language()))


def day_and_time(moment: datetime) -> str:
    """A local moment: "04/10 08:00"."""
    return f"{day(moment)} {moment:%H:%M}"


def week(monday: date) -> str:
    """The week that begins on ``monday``: "04/10 – 10/10/2027"."""
    return f"{day(monday)} – {day(monday + timedelta(days=6), 'full')}"


def days(first: date, last: date) -> str:
    """The days from ``first`` to ``last``: "04/10 – 10/10/2026"."""
    return f"{day(first)} – {day(last, 'full')}"
