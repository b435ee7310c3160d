"""What ``reach`` tells, in each of its forms.

A table for people; CSV, XLSX or JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import click
from pydantic import BaseModel

from publisher.cli import reach_table
from publisher.cli.terminal import say
from publisher.i18n import _
from publisher.reach.accounts import accounts
from publisher.reach.answers import Question, answer, sorted_by, top
from publisher.reach.export import json_form, sheets
from publisher.reach.export.csv_form import to_csv
from publisher.reach.export.tables import Sheet
from publisher.reach.export.xlsx import write_workbook
from publisher.reach.givers import Givers, givers
from publisher.reach.in_doubt import in_doubt
from publisher.reports.schedule import names
from publisher.site import Site

FORMS = ("table", "csv", "xlsx", "json")


@dataclass(frozen=True, slots=True)
class Way:
    """In which form, to which file (``None``: the terminal), and whether CSV is for programs."""

    form: str
    out: Path | None
    for_programs: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One answer in every form: shown, as a CSV's table, as a workbook's sheets, as JSON."""

    show: Callable[[], None]
    table: Callable[[], Sheet]
    book: Callable[[], Sequence[Sheet]]
    document: Callable[[], BaseModel]


class Answers:
    """The answers to one question."""

    def __init__(self, office: Site, question: Question) -> None:
        self._office = office
        self._question = question
        self._zone = office.settings.zone

    @cached_property
    def _titles(self) -> Mapping[str, str]:
        return names(self._office)

    @cached_property
    def _given_by(self) -> Givers:
        return givers(self._office.settings.adapters)

    def groups(self, sort: str | None, most: int | None) -> Told:
        """What was asked for, sorted by ``sort``, no more than ``most`` groups of it."""
        told = answer(self._office.database, self._question, self._zone, self._office.clock())
        if sort is not None:
            told = sorted_by(told, sort)
        if most is not None:
            told = top(told, most)

        def sheet(*, every_figure: bool) -> Sheet:
            return sheets.groups_sheet(told, self._titles, every_figure=every_figure)

        return Told(
            lambda: reach_table.show_answer(told, self._titles),
            lambda: sheet(every_figure=True),
            # People are spared the columns of what no platform of theirs gives; programs aren't.
            lambda: [sheet(every_figure=False), sheets.definitions_sheet(self._given_by)],
            lambda: json_form.answer_json(told, self._titles),
        )

    def accounts(self) -> Told:
        """Followers and account reach at both ends of the span."""
        span, channels = self._question.span, self._question.channels
        now = self._office.clock()
        told = accounts(self._office.database, span, self._zone, now, channels)

        def sheet() -> Sheet:
            return sheets.accounts_sheet(told, span, self._titles)

        return Told(
            lambda: reach_table.show_accounts(told, span, self._titles),
            sheet,
            lambda: [sheet(), sheets.definitions_sheet(self._given_by)],
            lambda: json_form.accounts_json(told, span),
        )

    def doubts(self) -> Told:
        """The figures in doubt."""
        span = self._question.span
        told = in_doubt(self._office.database, self._question, self._zone, self._office.clock())

        def sheet() -> Sheet:
            return sheets.doubts_sheet(told, span, self._titles)

        return Told(
            lambda: reach_table.show_doubts(told, span, self._titles),
            sheet,
            lambda: [sheet(), sheets.definitions_sheet(self._given_by)],
            lambda: json_form.doubts_json(told, span),
        )

    def definitions(self) -> Told:
        """What every figure means."""
        return Told(
            lambda: reach_table.show_definitions(self._given_by),
            lambda: sheets.definitions_sheet(self._given_by),
            lambda: [sheets.definitions_sheet(self._given_by)],
            lambda: json_form.definitions_json(self._given_by),
        )


def give(told: Told, way: Way, office: Site) -> None:
    """Give ``told`` in the form that was asked for, to the terminal or the file."""
    match way:
        case Way("xlsx", Path() as out):
            title, author = _("Whom our posts reached"), office.settings.office.name
            write_workbook(out, told.book(), title=title, author=author, made_at=office.clock())
        case Way("csv"):
            _put(to_csv(told.table(), for_programs=way.for_programs), way.out)
        case Way("json"):
            _put(json_form.to_json(told.document()), way.out)
        case _:
            told.show()
    if way.out is not None:
        say(_("Written to %(file)s") % {"file": way.out})


def _put(content: bytes, out: Path | None) -> None:
    if out is None:
        click.echo(content, nl=False)
        return
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(content)
