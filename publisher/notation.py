"""Numbers, sizes, days and lengths of time as a reader writes them, in the present language.

All that people read of them is written here, by Babel (CLDR's patterns); what other programs read
(files, addresses, logs) isn't. Babel is imported when it is first needed: a Vietnamese day is
digits alone, and ``status`` doesn't wait for it.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from typing import Literal

from publisher.i18n import language

ABSENT = "–"

Shape = Literal[
    "short", "full", "aligned", "weekday", "in words", "month", "brief month", "month in words"
]
"""Of a day: "04/10", "04/10/2027" (``aligned``: as wide for every day, to stand in a column),
"Thứ Hai, 04/10", "Thứ Hai, 4/10/2027"; of its month: "10/2027", "10/27", "tháng 10 năm 2027"."""

_PATTERNS: dict[str, dict[Shape, str]] = {
    "vi": {
        "short": "dd/MM",
        "full": "dd/MM/yyyy",
        "aligned": "dd/MM/yyyy",
        "weekday": "EEEE, dd/MM",
        "month": "MM/yyyy",
        "brief month": "MM/yy",
        "in words": "EEEE, d/M/y",
        "month in words": "MMMM 'năm' y",
    },
    "en": {
        "short": "d MMM",
        "full": "d MMM yyyy",
        "aligned": "dd MMM yyyy",
        "weekday": "EEEE, d MMM",
        "month": "MMM y",
        "brief month": "MMM yy",
        "in words": "EEEE, d MMMM y",
        "month in words": "MMMM y",
    },
}
_DIGITS_ALONE = {"dd/MM": "%d/%m", "dd/MM/yyyy": "%d/%m/%Y", "MM/yyyy": "%m/%Y", "MM/yy": "%m/%y"}
_SIZES = ((1e9, "gigabyte", "#,##0.#"), (1e6, "megabyte", "#,##0.#"), (1e3, "kilobyte", "#,##0"))


def number(value: int | None) -> str:
    """A count as the reader writes it; a dash where it is absent."""
    if value is None:
        return ABSENT
    # As short in every language; and most counts that are shown are small.
    return str(value) if 0 <= value < 1_000 else decimal(value)


def decimal(value: float, places: int = 0) -> str:
    """A number with at most so many decimals: "95,3"."""
    from babel.numbers import format_decimal

    return str(format_decimal(round(value, places), f"#,##0.{'#' * places}", locale=language()))


def short_number(value: int | None) -> str:
    """A count for a chart: from a million on in few letters ("1,2 Tr", "1.2M")."""
    if value is None or value < 1_000_000:
        return number(value)
    from babel.numbers import format_compact_decimal

    return str(format_compact_decimal(value, locale=language(), fraction_digits=1))


def percent(share: float) -> str:
    """A share or a change in whole percent: 0.124 is "12%"."""
    from babel.numbers import format_percent

    return str(format_percent(share, "#,##0%", locale=language()))


def change(now: int | None, before: int | None) -> str:
    """The change against the week before as "+12%"; empty where there is nothing to compare."""
    if now is None or not before:
        return ""
    whole = round(100 * (now - before) / before)
    return ("+" if whole > 0 else "") + percent(whole / 100)


def share_of_change(now: int | None, before: int | None) -> str:
    """The same without its sign, for a sentence that says "more" or "fewer" itself."""
    return change(now, before).lstrip("+-")


def size(of_bytes: int) -> str:
    """How large a file or a disk is: "3,5 GB", "12,3 MB", "245 kB"; a kB has 1,000 bytes."""
    from babel.units import format_unit

    unit_bytes, unit, form = next((one for one in _SIZES if of_bytes >= one[0]), _SIZES[-1])
    return str(format_unit(of_bytes / unit_bytes, unit, "short", form, locale=language()))


def seconds(length: float) -> str:
    """A short length of time, to a tenth of a second: "12,5 giây", "12.5 sec"."""
    from babel.units import format_unit

    return str(format_unit(length, "second", "short", "#,##0.#", locale=language()))


def age(length: timedelta) -> str:
    """Roughly how long: "3 giờ", "2 ngày"; two of a unit at least, else the smaller ones."""
    from babel.dates import format_timedelta

    return str(format_timedelta(max(length, timedelta()), threshold=2, locale=language()))


def day(moment: date, shape: Shape = "short") -> str:
    """A day in its ``Shape``; of a moment that is local already, its day."""
    return _written(moment, _PATTERNS[language()][shape])


def weekday_name(moment: date) -> str:
    """The day of the week: "Thứ Hai", "Monday"."""
    return _written(moment, "EEEE")


def hour(at: datetime | time) -> str:
    """A local time of day: "08:00". Twenty-four hours in both languages, as Viet Nam counts."""
    return f"{at:%H:%M}"


def moment(at: datetime, zone: tzinfo | None = None) -> str:
    """A moment: "10/10/2027 08:00", in ``zone``; without one, ``at`` is local already."""
    local = at if zone is None else at.astimezone(zone)
    return f"{day(local, 'aligned')} {hour(local)}"


def day_and_time(moment: datetime) -> str:
    """A local moment without its year: "04/10 08:00"."""
    return f"{day(moment)} {hour(moment)}"


def week(monday: date) -> str:
    """The week that begins on ``monday``: "04/10 – 10/10/2027"."""
    return days(monday, monday + timedelta(days=6))


def days(first: date, last: date) -> str:
    """The days from ``first`` to ``last``: "04/10 – 10/10/2026"."""
    return f"{day(first)} – {day(last, 'full')}"


def _written(moment: date, pattern: str) -> str:
    if pattern in _DIGITS_ALONE:
        return moment.strftime(_DIGITS_ALONE[pattern])
    from babel.dates import format_date

    return str(format_date(moment, pattern, locale=language()))
