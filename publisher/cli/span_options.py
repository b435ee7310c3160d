"""The span that a command is asked about.

A report's month, half or year, or any days. Months, halves and years count the days that their
reports count (``reports.periodic.closes_on``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import click

from publisher import notation
from publisher.cli.days import Day, GivenDay, Month
from publisher.i18n import _
from publisher.reach import spans
from publisher.reach.spans import Span

_YEARS = click.IntRange(2000, 2999)


@dataclass(frozen=True, slots=True)
class Asked:
    """The options as they were given."""

    month: date | None
    half: int | None
    year: int | None
    first: GivenDay | None
    last: GivenDay | None

    def span(self, closes_on: int, today: date) -> Span | None:
        """The span that they name, ``None`` where they name none; ends the command where they
        name two."""
        named = (self.month, self.half or self.year, self.first or self.last)
        if sum(one is not None for one in named) > 1:
            raise click.UsageError(_("Name one span: --month, --half, --year, or --from and --to."))
        if self.month is not None:
            return spans.month(self.month.year, self.month.month, closes_on)
        if self.half is not None:
            return spans.half_year(self.year or today.year, self.half, closes_on)
        if self.year is not None:
            return spans.whole_year(self.year, closes_on)
        return self._days(today)

    def _days(self, today: date) -> Span | None:
        if self.first is None and self.last is None:
            return None
        if self.first is None:
            raise click.UsageError(_("Say from which day on: --from 01/10/2027"))
        last = self.last.day if self.last is not None else max(today, self.first.day)
        if last < self.first.day:
            raise click.UsageError(
                _("%(first)s comes after %(last)s: --from is the earlier day.")
                % {
                    "first": notation.day(self.first.day, "full"),
                    "last": notation.day(last, "full"),
                }
            )
        return spans.any_span(self.first.day, last)


def span_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give ``command`` the options of a span, and hand it one argument: ``asked``."""

    def asking(
        *arguments: Any,
        month: date | None,
        half: int | None,
        year: int | None,
        first: GivenDay | None,
        last: GivenDay | None,
        **others: Any,
    ) -> None:
        command(*arguments, asked=Asked(month, half, year, first, last), **others)

    asking.__name__, asking.__doc__ = command.__name__, command.__doc__
    asking.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    given: Callable[..., None] = asking
    for option in (
        click.option("--to", "last", type=Day(), help=_("Last day, counted in; else today.")),
        click.option("--from", "first", type=Day(), help=_("First day, for any span of days.")),
        click.option(
            "--year", type=_YEARS, help=_("The days that the report of this year counts.")
        ),
        click.option(
            "--half", type=click.IntRange(1, 2), help=_("Its first or second half: 1 or 2.")
        ),
        click.option(
            "--month", type=Month(), help=_("The days that the report of this month counts.")
        ),
    ):
        given = option(given)
    return given
