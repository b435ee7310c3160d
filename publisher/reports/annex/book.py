"""The annex's workbook as a whole: which sheets, in which order."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from publisher.i18n import _, speaking
from publisher.reach import words
from publisher.reach.export.sheets import definitions_sheet
from publisher.reach.export.tables import Sheet
from publisher.reach.export.xlsx import write_workbook
from publisher.reports import span_words
from publisher.reports.annex import groups, measures, posts
from publisher.reports.annex.page import Page
from publisher.reports.periodic import LANGUAGE, PeriodicReport


def write_annex(report: PeriodicReport, path: Path) -> None:
    """Write the annex of ``report``. Raises ``OSError``."""
    with speaking(LANGUAGE):
        write_workbook(
            path,
            _sheets(Page(report)),
            title=_("Annex to: %(report)s")
            % {"report": span_words.report_name(report.summary.span)},
            author=report.letterhead.unit or report.office.name,
            made_at=report.made_at,
        )


def _sheets(page: Page) -> Iterator[Sheet]:
    """Made as they are asked for: deliveries may be hundreds of thousands."""
    summary = page.report.summary
    yield groups.totals(page)
    yield posts.every_post(page)
    yield posts.every_delivery(page)
    for title, of_what, rows, shown_as in (
        (_("By channel"), _("Channel"), summary.channels, page.named),
        (_("By campaign"), _("Campaign"), summary.campaigns, page.named),
        (_("By edition"), _("Edition"), summary.editions, page.edition),
        (_("By kind"), _("Kind"), summary.kinds, words.kind),
    ):
        yield groups.of_rows(page, title, of_what, rows, shown_as)
    yield groups.of_rows(
        page,
        _("By audience"),
        _("Audience"),
        summary.audiences,
        words.audience,
        why_no_total=words.note("overlapping"),
    )
    yield groups.trend(page)
    yield groups.followers(page)
    yield measures.indicators(page)
    if summary.coverage is not None:
        yield measures.register(page, summary.coverage)
    yield measures.not_out(page)
    yield definitions_sheet(page.report.given_by)
