"""What is asked of the pages of reach: days, figure and filters.

Read from an address and written back into it, so that a page can be handed on as it is seen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import get_args
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from publisher.campaign.model import Audience
from publisher.i18n import N_, _
from publisher.reach import spans
from publisher.reach.overview import METRICS, Scope, Step
from publisher.reach.spans import Span
from publisher.web.visit import Visit

SPANS: Mapping[str, str] = {
    "last-week": N_("Last week"),
    "this-week": N_("This week"),
    "28-days": N_("The last 28 days"),
    "last-month": N_("Last month"),
    "this-month": N_("This month"),
    "90-days": N_("The last 90 days"),
    "this-year": N_("This year"),
    "days": N_("Other days"),
}
AUDIENCES: tuple[str, ...] = get_args(Audience)
STEPS: tuple[Step, ...] = get_args(Step)

_MONTHS_FROM = 70
"""Days from which on months tell more than weeks."""

_MOST_DAYS = 366
_CALENDAR = 31


@dataclass(frozen=True, slots=True)
class Asked:
    """``choice`` is one of ``SPANS``; ``faults`` say by field what could not be understood.

    ``as_of`` is the whole minute up to which everything counts.
    """

    choice: str
    scope: Scope
    as_of: datetime
    faults: Mapping[str, str]

    def query(self, *, exactly: bool = False, **changed: str) -> str:
        """This question as an address has it, without what is usual; ``exactly``: as of this very
        moment, so that a picture and its table tell the same."""
        scope = self.scope
        said = {"span": self.choice if self.choice != "last-week" else ""}
        if self.choice == "days":
            said |= {"from": f"{scope.span.first}", "to": f"{scope.span.last}"}
        said |= {
            "metric": scope.metric if scope.metric != "shown" else "",
            "by": scope.step if scope.step != _usual_step(scope.span) else "",
            "campaign": scope.campaign,
            "channel": scope.channel,
            "audience": scope.audience,
            "at": f"{self.as_of:%Y-%m-%dT%H:%M}" if exactly else "",
        }
        told = {name: value for name, value in (said | changed).items() if value}
        return f"?{urlencode(told)}" if told else ""


def asked(visit: Visit) -> Asked:
    """What ``visit`` asks; what can't be understood is as if it were left out."""
    faults: dict[str, str] = {}
    as_of = moment_of(visit)
    choice, span = _span(visit, as_of.date(), faults)
    metric, step, audience = (visit.asked(name) for name in ("metric", "by", "audience"))
    # So far in a year is held against the same days of the year before.
    earlier = spans.a_year_earlier if choice == "this-year" else spans.before
    scope = Scope(span, earlier(span, _CALENDAR), step=_usual_step(span))
    if metric in METRICS:
        scope = replace(scope, metric=metric)
    if step in STEPS:
        scope = replace(scope, step="month" if step == "month" else "week")
    if audience in AUDIENCES:
        scope = replace(scope, audience=audience)
    # A name that nobody knows finds nothing, and the page says so.
    scope = replace(scope, campaign=visit.asked("campaign"), channel=visit.asked("channel"))
    return Asked(choice, scope, as_of, faults)


def moment_of(visit: Visit) -> datetime:
    """The whole minute as of which ``visit`` asks: now, unless its address names one before."""
    now = visit.now.replace(second=0, microsecond=0)
    told = _moment(visit.asked("at"), visit.zone)
    return now if told is None else min(now, told)


def _span(visit: Visit, today: date, faults: dict[str, str]) -> tuple[str, Span]:
    choice = visit.asked("span") or "last-week"
    if choice == "days":
        found = _days(visit, today, faults)
        return (choice, found) if found else ("last-week", _named("last-week", today))
    if choice not in SPANS:
        choice = "last-week"
    return choice, _named(choice, today)


def _named(choice: str, today: date) -> Span:
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    match choice:
        case "this-week":
            return spans.any_span(monday, monday + timedelta(days=6))
        case "28-days" | "90-days":
            return spans.any_span(today - timedelta(days=int(choice[:2]) - 1), today)
        case "this-month":
            return spans.month(first.year, first.month, _CALENDAR)
        case "last-month":
            last = first - timedelta(days=1)
            return spans.month(last.year, last.month, _CALENDAR)
        case "this-year":
            return spans.any_span(today.replace(month=1, day=1), today)
        case _:
            return spans.any_span(monday - timedelta(days=7), monday - timedelta(days=1))


def _days(visit: Visit, today: date, faults: dict[str, str]) -> Span | None:
    first, last = _day(visit.asked("from")), _day(visit.asked("to")) or today
    if first is None:
        faults["from"] = _("Choose the first day.")
    elif first > today:
        faults["from"] = _("This day is still to come: nothing can be told of it yet.")
    elif last < first:
        faults["to"] = _("This day is before the first one: exchange the two.")
    elif (last - first).days >= _MOST_DAYS:
        faults["to"] = _("A year at most can be seen at once.")
    else:
        return spans.any_span(first, last)
    return None


def _usual_step(span: Span) -> Step:
    return "month" if span.days >= _MONTHS_FROM else "week"


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 2000 <= found.year < 3000 else None


def _moment(text: str, zone: ZoneInfo) -> datetime | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.replace(tzinfo=zone) if found.tzinfo is None and found.year >= 2000 else None
