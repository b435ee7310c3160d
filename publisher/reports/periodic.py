"""A periodic report, put together from the ledger.

What the office owes the one that collects.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING

from publisher.files.faults import Fault, Severity
from publisher.i18n import speaking
from publisher.reach.criteria import of_office
from publisher.reach.givers import Givers, givers
from publisher.reach.period import PeriodSummary, period_summary
from publisher.reach.spans import Span
from publisher.reports.deadlines import deadline_of
from publisher.reports.schedule import names
from publisher.settings.office import Office
from publisher.settings.reports import Letterhead

if TYPE_CHECKING:
    from publisher.site import Site

LANGUAGE = "vi"
"""An administrative document is in Vietnamese, whatever the program speaks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodicReport:
    """Everything that stands in a report, in whatever form it is written.

    ``names`` is what leaders know campaigns (by slug) and channels by. ``deadline`` is the last
    day on which it is in time; ``None`` for a span that was asked for. It is a ``draft`` while its
    span isn't over. ``made_at`` is local. ``faults`` are those of the criteria and of the register,
    which keep something out of it. ``given_by`` says which of the office's adapters give a figure.
    """

    summary: PeriodSummary
    office: Office
    letterhead: Letterhead
    made_at: datetime
    names: Mapping[str, str] = field(default_factory=dict)
    deadline: date | None = None
    draft: bool = False
    rehearsal: bool = False
    faults: tuple[Fault, ...] = ()
    given_by: Givers = field(default_factory=dict)


def report_of(site: Site, span: Span) -> PeriodicReport:
    """The report of ``span`` as it stands now."""
    settings, now = site.settings, site.clock()
    closes_on = settings.reports.periodic.closes_on
    owed = deadline_of(span, settings)
    with speaking(LANGUAGE):
        judged = of_office(settings, site.database, span, now)
    return PeriodicReport(
        summary=period_summary(
            site.database, span, settings.zone, now, closes_on, judged.results, judged.coverage
        ),
        office=settings.office,
        letterhead=settings.reports.periodic.letterhead,
        made_at=now.astimezone(settings.zone),
        names=names(site),
        deadline=owed.day if owed is not None else None,
        draft=now < span.bounds(settings.zone)[1],
        rehearsal=site.rehearsal,
        faults=tuple(one for one in judged.faults if one.severity is Severity.ERROR),
        given_by=givers(settings.adapters),
    )
