"""The annex's sheets of what the plan asked for.

Its indicators, the coverage register, what did not go out.
"""

from __future__ import annotations

from collections.abc import Sequence

from publisher import notation
from publisher.i18n import _
from publisher.reach import words
from publisher.reach.coverage import Coverage
from publisher.reach.export.tables import Cell, Column, Sheet
from publisher.reports.annex.page import Page, empty_cells, figure_cells, figure_columns
from publisher.states import state_words
from publisher.store import holds


def indicators(page: Page) -> Sheet:
    """An indicator a row, with what it came to in the spans before."""
    results = page.report.summary.results
    ends = sorted({day for result in results for day, _value in result.trend})
    columns = (
        Column(_("Indicator"), width=44, wrap=True),
        Column(_("Unit of measure"), width=12),
        Column(_("Value"), "number"),
        Column(_("Target"), "number"),
        Column(_("Target met"), width=14),
        Column(_("What was counted"), width=48, wrap=True),
        Column(_("Source"), width=24, wrap=True),
        *(
            Column(_("until %(day)s") % {"day": notation.day(day, "full")}, "number")
            for day in ends
        ),
    )
    rows = (
        (
            result.title,
            result.unit,
            _short(result.value),
            _short(result.target),
            _verdict(result.met),
            result.basis,
            result.source,
            *(_short(dict(result.trend).get(day)) for day in ends),
        )
        for result in results
    )
    note = _("An empty cell: nothing is known; that is not zero.")
    return page.sheet(_("Indicators"), columns, rows, notes=(note,))


def register(page: Page, coverage: Coverage) -> Sheet:
    """A task or topic a row."""
    columns = (
        Column(_("Code")),
        Column(_("Task or topic"), width=48, wrap=True),
        Column(_("Unit"), width=28, wrap=True),
        Column(_("Kind"), width=18),
        Column(words.label("posts"), "number"),
        Column(_("Last post"), "date"),
        Column(words.label("deliveries"), "number"),
        *figure_columns(),
    )
    rows = (
        (
            one.topic.code,
            one.topic.title,
            one.topic.unit,
            one.topic.kind,
            one.posts,
            one.last,
            one.sum.posts,
            *figure_cells(one.sum),
        )
        for one in coverage.of
    )
    notes = [words.note("not_people"), empty_cells()]
    if coverage.unknown:
        told = _("Codes that posts name and the register lacks: %(list)s")
        notes.append(told % {"list": ", ".join(coverage.unknown)})
    return page.sheet(_("Tasks and topics"), columns, rows, notes=notes)


def not_out(page: Page) -> Sheet:
    """What fell due and did not go out, by its state, and the stops that were in force."""
    columns = (
        Column(_("What"), width=34, wrap=True),
        Column(words.label("deliveries"), "number"),
        Column(_("From"), "moment"),
        Column(_("To"), "moment"),
        Column(_("Why"), width=48, wrap=True),
    )
    summary = page.report.summary
    rows: list[Sequence[Cell]] = [
        (state_words(state), count, None, None, None) for state, count in summary.undone.items()
    ]
    for hold in summary.holds:
        ended_at = holds.ended_at(hold)
        target = page.named(hold.target) if hold.target else _("everything")
        rows.append(
            (
                _("on hold: %(target)s") % {"target": target},
                None,
                page.local(hold.placed_at),
                page.local(ended_at) if ended_at is not None else None,
                hold.reason,
            )
        )
    nothing = _("Everything that fell due went out, and nothing was on hold.")
    return page.sheet(_("Not gone out, and stops"), columns, rows, notes=() if rows else (nothing,))


def _short(value: float | None) -> float | None:
    """A count without decimals, where it is one."""
    return int(value) if value is not None and value == int(value) else value


def _verdict(met: bool | None) -> str:
    if met is None:
        return ""
    return _("met") if met else _("not met")
