"""The annex's sheets of what the posts add up to.

In all, by channel, campaign and the like, over time; followers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from publisher.i18n import _
from publisher.reach import words
from publisher.reach.export.tables import Cell, Column, Sheet
from publisher.reach.figures import NAMES
from publisher.reach.period import Row
from publisher.reports import span_words
from publisher.reports.annex.page import (
    COMPARED,
    Page,
    empty_cells,
    figure,
    figure_cells,
    figure_columns,
    of_the_same_age,
)


def totals(page: Page) -> Sheet:
    """A figure a row, against the span before and a year earlier."""
    columns = (
        Column(_("Figure"), width=44, wrap=True),
        Column(_("This span"), "number", width=18),
        Column(_upper(words.label("of")), "number", width=18),
        Column(_("Span before"), "number", width=18),
        Column(_("A year earlier"), "number", width=18),
    )
    total = page.report.summary.total
    now, before, year_before = total.now, total.before, total.year_before
    rows: list[Sequence[Cell]] = [
        (words.label("posts"), total.posts, None, None, None),
        (words.label("deliveries"), now.posts, None, before.posts, year_before.posts),
    ]
    rows += [
        (
            words.heading(name),
            figure(now, name),
            now.of[name],
            figure(before, name),
            figure(year_before, name),
        )
        for name in NAMES
    ]
    rows.append((_("Deliveries in doubt"), now.doubtful, None, None, None))
    rows.append((_("No longer there"), now.gone, None, None, None))
    notes = (words.note("not_people"), empty_cells(), of_the_same_age())
    return page.sheet(_("Summary"), columns, rows, notes=notes)


def of_rows(
    page: Page,
    title: str,
    of_what: str,
    rows: Sequence[Row],
    shown_as: Callable[[str], str],
    *,
    why_no_total: str = "",
) -> Sheet:
    """A channel, a campaign or the like a row; ``why_no_total`` where they don't add up."""
    columns = [
        Column(of_what, width=34, wrap=True),
        Column(words.label("posts"), "number"),
        *_compared(words.label("deliveries"), words.label("deliveries")),
    ]
    for name in COMPARED:
        now, *others = _compared(words.heading(name), words.label(name))
        columns += [now, Column(words.known_of(name), "number"), *others]
    total = (_("Total, each post once"), *_row(page.report.summary.total))
    return page.sheet(
        title,
        columns,
        ((shown_as(row.name), *_row(row)) for row in rows),
        total=None if why_no_total else total,
        notes=[
            *filter(None, (why_no_total,)),
            words.note("not_people"),
            empty_cells(),
            of_the_same_age(),
        ],
    )


def trend(page: Page) -> Sheet:
    """A part of the span a row."""
    columns = (
        Column(_("Part"), width=34),
        Column(_("First day"), "date"),
        Column(_("Last day"), "date"),
        Column(words.label("deliveries"), "number"),
        *figure_columns(),
    )
    rows = (
        (span_words.span_name(part), part.first, part.last, sum_.posts, *figure_cells(sum_))
        for part, sum_ in page.report.summary.trend
    )
    notes = (words.note("not_people"), empty_cells())
    return page.sheet(_("Trend"), columns, rows, notes=notes)


def followers(page: Page) -> Sheet:
    """An account a row; they are never added up."""
    columns = (
        Column(_("Channel"), width=34, wrap=True),
        Column(_("Followers before"), "number"),
        Column(_("Followers at the end"), "number"),
        Column(_("More followers"), "number"),
    )
    rows = (
        (page.named(one.channel), one.first, one.last, one.gained)
        for one in page.report.summary.followers
    )
    note = _("Who follows two accounts counts on both: they are never added up.")
    return page.sheet(words.label("followers"), columns, rows, notes=(note,))


def _compared(label: str, short: str) -> list[Column]:
    return [
        Column(label, "number"),
        Column(_("%(figure)s, span before") % {"figure": short}, "number"),
        Column(_("%(figure)s, a year earlier") % {"figure": short}, "number"),
    ]


def _row(row: Row) -> tuple[Cell, ...]:
    cells: list[Cell] = [row.posts, row.now.posts, row.before.posts, row.year_before.posts]
    for name in COMPARED:
        cells += [
            figure(row.now, name),
            row.now.of[name],
            figure(row.before, name),
            figure(row.year_before, name),
        ]
    return tuple(cells)


def _upper(label: str) -> str:
    return label[:1].upper() + label[1:]
