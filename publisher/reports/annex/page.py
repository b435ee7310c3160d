"""What all sheets of an annex have in common.

Their heads, names, and columns of figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher import notation
from publisher.i18n import _
from publisher.reach import words
from publisher.reach.export.tables import Cell, Column, Sheet
from publisher.reach.figures import Sum
from publisher.reports import span_words
from publisher.reports.periodic import PeriodicReport

COMPARED = ("shown", "reach", "engagement")
"""The figures that are told with how many deliveries they cover."""


@dataclass(frozen=True, slots=True)
class Page:
    """What sheets of one report begin with, and how they name things."""

    report: PeriodicReport

    def sheet(
        self,
        title: str,
        columns: Sequence[Column],
        rows: Iterable[Sequence[Cell]],
        *,
        total: Sequence[Cell] | None = None,
        notes: Sequence[str] = (),
    ) -> Sheet:
        """A sheet below the report's name, its days, and the moment of its figures."""
        summary = self.report.summary
        heading = [
            f"{span_words.report_name(summary.span)}: {title}",
            _("Posts published %(days)s; figures as of %(moment)s.")
            % {
                "days": span_words.span_days(summary.span),
                "moment": notation.moment(summary.as_of),
            },
        ]
        if self.report.rehearsal:
            heading.append(_("REHEARSAL: nothing was published, the figures are made up"))
        if self.report.draft:
            heading.append(_("Draft: the span isn't over."))
        return Sheet(title, columns, rows, heading, total, notes)

    def named(self, name: str) -> str:
        """A campaign or channel as leaders know it."""
        return self.report.names.get(name, name)

    def edition(self, name: str) -> str:
        """An edition, "CAMPAIGN/YEAR", likewise."""
        return words.edition(name, self.report.names)

    def local(self, moment: datetime) -> datetime:
        """``moment`` by the office's clock."""
        return moment.astimezone(self.report.made_at.tzinfo)


def figure(sum_: Sum, name: str) -> int | None:
    """One figure of a sum."""
    value: int | None = getattr(sum_.figures, name)
    return value


def figure_columns() -> tuple[Column, ...]:
    """Columns for ``figure_cells``."""
    return tuple(
        Column(label, "number")
        for name in COMPARED
        for label in (words.heading(name), words.known_of(name))
    )


def figure_cells(sum_: Sum) -> tuple[Cell, ...]:
    """The figures of a sum, each with how many deliveries it covers."""
    return tuple(cell for name in COMPARED for cell in (figure(sum_, name), sum_.of[name]))


def empty_cells() -> str:
    """What an empty cell means."""
    return _("An empty cell: the platform gave no figure; that is not zero.")


def of_the_same_age() -> str:
    """How other spans are read."""
    return _("Other spans are read as of the same age, so that their posts had as long to be seen.")
