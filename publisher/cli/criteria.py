"""The command ``criteria``: the plan's indicators against their targets.

It changes nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from datetime import date
from typing import Any

import click
from rich.text import Text

from publisher.cli.opening import site
from publisher.cli.rich_console import console
from publisher.cli.span_options import Asked, span_options
from publisher.cli.terminal import refuse, say, show_faults
from publisher.files.faults import Fault, as_lines
from publisher.i18n import _
from publisher.notation import day
from publisher.reach.criteria import (
    Judged,
    Result,
    of_office,
    target_words,
    value_words,
    verdict_words,
)
from publisher.reach.export.csv_form import to_csv
from publisher.reach.export.plan_sheets import criteria_sheet
from publisher.reach.spans import Span, this_year


@click.command(help=_("Show the plan's indicators, their targets and what they came to."))
@span_options
@click.option(
    "--as", "form", type=click.Choice(["csv", "json"]), help=_("For programs, or for Excel.")
)
@click.pass_context
def criteria(ctx: click.Context, asked: Asked, form: str | None) -> None:
    office = site(ctx)
    now = office.clock()
    today = now.astimezone(office.settings.zone).date()
    closes_on = office.settings.reports.periodic.closes_on
    span = asked.span(closes_on, today) or this_year(closes_on, today)
    judged = of_office(office.settings, office.database, span, now)
    tell_faults(judged.faults, form)
    if form == "csv":
        click.echo(to_csv(criteria_sheet(judged.results)), nl=False)
    elif form == "json":
        document = {"span": _span(span), "indicators": [_json(one) for one in judged.results]}
        click.echo(json.dumps(document, ensure_ascii=False, indent=2))
    else:
        _show(judged, span)
    if not judged.results:
        sys.exit(1)


def tell_faults(faults: Sequence[Fault], form: str | None) -> None:
    """What is wrong with the files; beside what is for programs, not in it."""
    if form is None:
        show_faults(faults)
    elif faults:
        click.echo(as_lines(faults), err=True)


def _show(judged: Judged, span: Span) -> None:
    if not judged.results:
        if not judged.faults:
            refuse(_("There are no indicators: write them into campaigns/criteria.toml."))
        return
    say(days_of(span))
    for result in judged.results:
        console.print()
        console.print(Text.assemble((verdict_words(result), _style(result)), ": ", result.title))
        say(f"    {_value(result)}")
        say(f"    {result.basis}")
        if trend := _trend(result):
            say(f"    {trend}")


def days_of(span: Span) -> str:
    """The days that are counted, as a line above."""
    return _("From %(first)s to %(last)s:") % {
        "first": day(span.first, "full"),
        "last": day(span.last, "full"),
    }


def _style(result: Result) -> str:
    return {True: "green", False: "red", None: "dim"}[result.met]


def _value(result: Result) -> str:
    parts = [value_words(result.value, result.unit)]
    if target := target_words(result):
        parts.append(_("target: %(target)s") % {"target": target})
    if result.source:
        parts.append(_("plan: %(section)s") % {"section": result.source})
    return " · ".join(parts)


def _trend(result: Result) -> str:
    """The spans before, in words and numbers that can be read aloud; empty where none is known."""
    known = [(last, value) for last, value in result.trend if value is not None]
    if len(known) < 2:
        return ""
    points = ", ".join(
        f"{day(last, 'full')} {value_words(value, result.unit)}" for last, value in known
    )
    before, now = known[-2][1], known[-1][1]
    if value_words(now, result.unit) == value_words(before, result.unit):
        way = _("the same")
    else:
        way = _("up") if now > before else _("down")
    return _("up to each day: %(points)s (%(way)s)") % {"points": points, "way": way}


def _json(result: Result) -> dict[str, Any]:
    return {
        "id": result.id,
        "title": result.title,
        "source": result.source,
        "unit": result.unit,
        "value": result.value,
        "target": result.target,
        "target_is": None
        if result.target is None
        else ("at_most" if result.at_most else "at_least"),
        "met": result.met,
        "basis": result.basis,
        "trend": [{"last": _day(last), "value": value} for last, value in result.trend],
    }


def _span(span: Span) -> dict[str, Any]:
    return {"first": _day(span.first), "last": _day(span.last), "kind": span.kind}


def _day(day_: date) -> str:
    return day_.isoformat()
