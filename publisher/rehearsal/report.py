"""The half-year's report at the end of a rehearsal, as the office would send it.

It is marked.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from publisher.reach.spans import Span
from publisher.rehearsal.play import Played


def half_year_report(played: Played, folder: Path) -> tuple[Path, ...]:
    """Write the report of the half-year in which the play ended, as of the morning after it is
    over: the clock is set on to it, for nothing is played any more."""
    # What Word and the typesetter need is loaded by who writes documents, nobody else.
    from publisher.reports.deadlines import next_owed
    from publisher.reports.documents import TemplateError
    from publisher.reports.drafts import write_drafts
    from publisher.reports.periodic import report_of

    site = played.site
    zone = site.settings.zone
    span = next_owed("half-year", played.clock().astimezone(zone).date(), site.settings).span
    _set_on(played, span)
    report = report_of(site, span)
    try:
        drafts = write_drafts(report, folder, template=site.settings.report_template)
    except TemplateError:
        # The check tells of it; a rehearsal shows how the report would look with a sound one.
        drafts = write_drafts(report, folder)
    return tuple(draft.path for draft in drafts)


def _set_on(played: Played, span: Span) -> None:
    over = span.bounds(played.site.settings.zone)[1]
    played.clock.move_to(max(played.clock(), over + timedelta(hours=8)))
