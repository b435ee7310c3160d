"""The grammar of the key ``when``, in which officers write when a post goes out.

    D                       the campaign's day, at its usual time
    D-7 08:00               seven days before
    D+1 weekdays 09:30      the first working day after (Monday to Friday, no public holiday)
    2027-10-01 08:00        one date
    RRULE:FREQ=WEEKLY;...   a recurrence, as RFC 5545 writes it
    feed                    once for every entry that the campaign's feed brings

The forms are data; what moment each means is worked out in ``planning.dates``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time

from dateutil.rrule import rrulestr

from publisher.files.values import parse_time


@dataclass(frozen=True, slots=True)
class Offset:
    """``days`` from the campaign's day; in working days where ``working_days``."""

    days: int
    at: time | None = None
    working_days: bool = False


@dataclass(frozen=True, slots=True)
class OnDate:
    """One date of the calendar."""

    day: date
    at: time | None = None


@dataclass(frozen=True, slots=True)
class Recurring:
    """A recurrence rule (RFC 5545, the part behind ``RRULE:``), in the campaign's zone."""

    rule: str


@dataclass(frozen=True, slots=True)
class FromFeed:
    """Once for every entry of the campaign's feed."""


When = Offset | OnDate | Recurring | FromFeed

MAX_OFFSET_DAYS = 366

_OFFSET = re.compile(
    r"^D\s*(?:(?P<sign>[+-])\s*(?P<days>\d{1,5}))?(?P<weekdays>\s+weekdays)?(?:\s+(?P<at>\S+))?$"
)
_DATE = re.compile(r"^(?P<day>\d{4}-\d{1,2}-\d{1,2})(?:[ T]+(?P<at>\S+))?$")
_UNTIL = re.compile(r";?UNTIL=[^;]*")
_BEGIN = datetime(2024, 1, 1)  # noqa: DTZ001 -- local time
_LATE = datetime(9624, 1, 1)  # noqa: DTZ001 -- likewise
"""``_BEGIN`` by the calendar, which turns every 400 years, and near the end of the years that there
are: for a day that never comes they are all looked through, which takes seconds from ``_BEGIN``."""


class WhenError(ValueError):
    """The text is none of the forms; ``code`` says which rule it breaks.

    Codes: ``form``, ``time``, ``date``, ``far`` (more than a year from the day), ``rule`` (also
    one that never falls), ``rule_fast`` (more often than hourly), ``rule_start`` (a start belongs
    to no campaign file), ``rule_count`` (nor does a count from there).
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code = code
        self.detail = detail


def parse_when(text: str) -> When:
    """What ``text`` says; raises ``WhenError``."""
    text = text.strip()
    if text == "feed":
        return FromFeed()
    if text.upper().startswith("RRULE:"):
        return Recurring(_rule(text[len("RRULE:") :].strip()))
    if match := _OFFSET.match(text):
        return _offset(match)
    if match := _DATE.match(text):
        return OnDate(_date(match["day"]), _time(match["at"]))
    raise WhenError("form", text)


def _offset(match: re.Match[str]) -> Offset:
    days = int(match["days"] or 0) * (-1 if match["sign"] == "-" else 1)
    if abs(days) > MAX_OFFSET_DAYS:
        raise WhenError("far", str(days))
    return Offset(days, _time(match["at"]), working_days=bool(match["weekdays"]))


def _time(text: str | None) -> time | None:
    if text is None:
        return None
    try:
        return parse_time(text)
    except ValueError:
        raise WhenError("time", text) from None


def _date(text: str) -> date:
    try:
        year, month, day = (int(part) for part in text.split("-"))
        return date(year, month, day)
    except ValueError:
        raise WhenError("date", text) from None


def _rule(rule: str) -> str:
    upper = rule.upper()
    if "DTSTART" in upper or "\n" in rule:
        raise WhenError("rule_start", rule)
    if any(f"FREQ={often}" in upper for often in ("SECONDLY", "MINUTELY")):
        raise WhenError("rule_fast", rule)
    if re.search(r"BY(SECOND|MINUTE)=[^;]*,", upper):
        raise WhenError("rule_fast", rule)
    if "COUNT=" in upper:
        raise WhenError("rule_count", rule)
    # An interval of nothing is never left again by who looks for its next day.
    if re.search(r"INTERVAL=(?!0*[1-9])", upper):
        raise WhenError("rule", rule)
    # Not RFC 5545, and no feast of ours.
    if "BYEASTER" in upper:
        raise WhenError("rule", rule)
    try:
        falls = rrulestr(upper, dtstart=_BEGIN)
        late = rrulestr(_UNTIL.sub("", upper).removeprefix(";"), dtstart=_LATE)
        first = next(iter(late), None) and next(iter(falls), None)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
        raise WhenError("rule", str(error)) from None
    if first is None:
        raise WhenError("rule", rule)
    return upper
