"""Days and times of day in the many ways in which offices type them. Pure.

``10/10/2027``, ``10-10``, ``Thứ Hai, 10.10.2027``, ``ngày 10 tháng 10``, ``8h30``, ``8:30 CH``,
``20h ngày 10/10``; and Excel's own dates. The day comes before the month, as everywhere in Viet
Nam. What can be read in two ways isn't read.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from publisher.campaign.names import without_accents

_HOUR = re.compile(r"\d{1,4}")
"""What is a number and no power or index of one, and no longer than anybody writes."""

_FIRST_SERIAL, _LAST_SERIAL = 36_526, 73_050
"""Excel's numbers for 2000 and 2099: a date that lost its form is such a number."""

_EPOCH = date(1899, 12, 30)

_WEEKDAY = re.compile(
    r"\b(?:thu\s*(?:hai|ba|tu|bon|nam|sau|bay|[2-7])|chu\s*nhat|cn|t[2-7]"
    r"|(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun)\b"
)
_DATES = (
    re.compile(r"(?<!\d)(?P<y>\d{4})[-/.](?P<m>\d{1,2})[-/.](?P<d>\d{1,2})(?!\d)"),
    re.compile(
        r"(?<!\d)(?P<d>\d{1,2})\s*thang\s*(?P<m>\d{1,2})(?:\s*(?:,|nam)?\s*(?P<y>\d{4}))?(?!\d)"
    ),
    re.compile(
        r"(?<![\d/.-])(?P<d>\d{1,2})\s*(?P<s>[-/.])\s*(?P<m>\d{1,2})"
        r"(?:\s*(?P=s)\s*(?P<y>\d{4}|\d{2}))?(?![\d/])"
    ),
)
_PART = r"(?:\s*(?P<part>am|pm|sa|ch|sang|trua|chieu|toi|dem)\b)?"
_TIMES = (
    re.compile(r"(?<![\d/.:-])(?P<h>\d{1,2})\s*:\s*(?P<m>\d{2})(?:\s*:\s*\d{2})?(?!\d)" + _PART),
    re.compile(
        r"(?<![\d/.:-])(?P<h>\d{1,2})\s*(?:gio|h|g)\s*(?:(?P<m>\d{2})\s*(?:phut|ph|p|')?)?"
        r"(?![\d\w])" + _PART
    ),
    re.compile(r"(?<![\d/.:-])(?P<h>\d{1,2})\s+(?P<part>am|pm|sa|ch)\b"),
)
_DOTTED = re.compile(r"(?P<h>\d{1,2})[.,](?P<m>\d{2})")
_HARMLESS = re.compile(r"\b(?:ngay|luc|vao|hoi|gio|on|at|the)\b|[\s,;()\-–|.]")


@dataclass(frozen=True, slots=True)
class Said:
    """What a cell says of a moment: a day, a time, or both."""

    day: date | None = None
    at: time | None = None


def said_in(cell: object, today: date) -> Said | None:
    """The day or time that ``cell`` says, or both; ``None`` where it says anything else.

    A day without a year is the next such day from ``today`` on.
    """
    match cell:
        case bool():
            return None
        case datetime():
            at = cell.time().replace(second=0, microsecond=0)
            return Said(cell.date(), at if cell.time() != time() else None)
        case date():
            return Said(cell)
        case time():
            return Said(at=cell.replace(second=0, microsecond=0, tzinfo=None))
        case timedelta() if timedelta() <= cell < timedelta(days=1):
            return Said(at=_of_day(cell / timedelta(days=1)))
        case int() | float() if _FIRST_SERIAL <= cell <= _LAST_SERIAL:
            part = cell - int(cell)
            day = _EPOCH + timedelta(days=int(cell))
            return Said(day, _of_day(part) if part else None)
        case float() if 0 <= cell < 1:
            return Said(at=_of_day(cell))
        case str():
            return _of_text(cell, today)
        case _:
            return None


def time_in(cell: object, today: date) -> time | None:
    """The time of day in a cell that holds nothing else: an hour alone is one there, and so is
    ``8.30``."""
    if isinstance(cell, int) and not isinstance(cell, bool) and 0 <= cell < 24:
        return time(cell)
    if isinstance(cell, str):
        if (match := _DOTTED.fullmatch(cell.strip())) is not None:
            return _time(match["h"], match["m"], None)
        if _HOUR.fullmatch(cell.strip()):
            return _time(cell.strip(), None, None)
    said = said_in(cell, today)
    if isinstance(cell, datetime):
        return cell.time().replace(second=0, microsecond=0)
    return said.at if said is not None and said.day is None else None


def weekday_in(cell: object) -> int | None:
    """The day of the week that ``cell`` names, Monday 0; ``None`` where it names none."""
    if isinstance(cell, int) and not isinstance(cell, bool) and 2 <= cell <= 7:
        return cell - 2
    words = " ".join(without_accents(str(cell or "")).split()).removeprefix("thu ")
    for number, names in enumerate(_WEEKDAYS):
        if words in names:
            return number
    return None


_WEEKDAYS = (
    ("hai", "2", "t2", "monday", "mon"),
    ("ba", "3", "t3", "tuesday", "tue"),
    ("tu", "bon", "4", "t4", "wednesday", "wed"),
    ("nam", "5", "t5", "thursday", "thu"),
    ("sau", "6", "t6", "friday", "fri"),
    ("bay", "7", "t7", "saturday", "sat"),
    ("chu nhat", "cn", "sunday", "sun"),
)


def _of_text(cell: str, today: date) -> Said | None:
    text = without_accents(unicodedata.normalize("NFC", cell))
    text = _WEEKDAY.sub(" ", text)
    at: time | None = None
    day: date | None = None
    for form in _TIMES:
        if (match := form.search(text)) is not None:
            minutes = match.groupdict().get("m")
            at = _time(match["h"], minutes, match["part"])
            if at is None:
                return None
            text = text[: match.start()] + " " + text[match.end() :]
            break
    for form in _DATES:
        if (match := form.search(text)) is not None:
            day = _day(match["d"], match["m"], match["y"], today)
            if day is None:
                return None
            text = text[: match.start()] + " " + text[match.end() :]
            break
    if _HARMLESS.sub("", text) or (day is None and at is None):
        return None
    return Said(day, at)


def _day(day: str, month: str, year: str | None, today: date) -> date | None:
    try:
        if year is not None:
            return date(int(year) + (2000 if len(year) == 2 else 0), int(month), int(day))
        # 29 February may be some years away.
        for number in range(today.year, today.year + 9):
            if (
                _is_day(number, month, day)
                and (found := date(number, int(month), int(day))) >= today
            ):
                return found
    except ValueError:
        return None
    return None


def _is_day(year: int, month: str, day: str) -> bool:
    try:
        date(year, int(month), int(day))
    except ValueError:
        return False
    return True


def _time(hour: str, minute: str | None, part: str | None) -> time | None:
    hours, minutes = int(hour), int(minute or 0)
    if part in ("am", "sa", "sang") and hours == 12:
        hours = 0
    late = part in ("pm", "ch", "chieu", "toi") or (part == "dem" and hours >= 6)
    if (late and hours < 12) or (part == "trua" and hours < 4):
        hours += 12
    return time(hours, minutes) if hours < 24 and minutes < 60 else None


def _of_day(part: float) -> time:
    """A share of a day as a time, to the minute that was meant."""
    minutes = round(part * 24 * 60) % (24 * 60)
    return time(minutes // 60, minutes % 60)
