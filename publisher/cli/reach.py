"""The command ``reach``: whom it reached, on the terminal or in a file.

What went out, and whom it reached; it changes nothing.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any, get_args

import click
from sqlmodel import col, select

from publisher import notation
from publisher.campaign.model import Audience
from publisher.cli.days import Day, GivenDay, Month
from publisher.cli.names import refuse_unknown_campaign, refuse_unknown_channel
from publisher.cli.opening import site
from publisher.cli.reach_forms import FORMS, Answers, Way, give
from publisher.i18n import _
from publisher.reach.answers import BYS, SORTS, By, Question, days_of
from publisher.reach.spans import Span, any_span
from publisher.site import Site
from publisher.store.models import Delivery

USUAL_DAYS = 28


@click.command(help=_("Show what went out in a span of days, and whom it reached."))
@click.option(
    "--by",
    type=click.Choice(BYS),
    default="channel",
    show_default=True,
    help=_("By what to add up."),
)
@click.option("--from", "first", type=Day(), help=_("First day; else the last 28 days are shown."))
@click.option("--to", "last", type=Day(), help=_("Last day, counted in; else today."))
@click.option("--week", type=Day(), help=_("The week, Monday to Sunday, that has this day."))
@click.option("--month", type=Month(), help=_("The calendar month."))
@click.option("--year", type=click.IntRange(1970, 9998), help=_("The calendar year."))
@click.option("--campaign", "campaigns", multiple=True, help=_("Only this one; may be repeated."))
@click.option("--channel", "channels", multiple=True, help=_("Only this one; may be repeated."))
@click.option(
    "--audience",
    "audiences",
    type=click.Choice(get_args(Audience)),
    multiple=True,
    help=_("Only what is for this one; may be repeated."),
)
@click.option(
    "--edition",
    "editions",
    type=click.IntRange(1970, 9998),
    multiple=True,
    help=_("Only editions of this year; may be repeated."),
)
@click.option("--sort", type=click.Choice(SORTS), help=_("Sort by this; figures downwards."))
@click.option("--top", "most", type=click.IntRange(min=1), help=_("Show no more than so many."))
@click.option(
    "--accounts", is_flag=True, help=_("Show followers and account reach at both ends of the span.")
)
@click.option("--doubts", is_flag=True, help=_("List the figures in doubt, and why."))
@click.option("--definitions", is_flag=True, help=_("Say what every figure means."))
@click.option(
    "--as",
    "form",
    type=click.Choice(FORMS),
    help=_("In which form; else as the file's name ends, or a table."),
)
@click.option(
    "--out", type=click.Path(dir_okay=False, path_type=Path), help=_("Write it to this file.")
)
@click.option(
    "--comma",
    is_flag=True,
    help=_(
        "CSV for programs: commas and no byte order mark. Else it is as an Excel in "
        "Viet Nam opens it: semicolons."
    ),
)
@click.pass_context
def reach(
    ctx: click.Context,
    by: By,
    first: GivenDay | None,
    last: GivenDay | None,
    week: GivenDay | None,
    month: date | None,
    year: int | None,
    campaigns: tuple[str, ...],
    channels: tuple[str, ...],
    audiences: tuple[str, ...],
    editions: tuple[int, ...],
    sort: str | None,
    most: int | None,
    accounts: bool,
    doubts: bool,
    definitions: bool,
    form: str | None,
    out: Path | None,
    comma: bool,
) -> None:
    if accounts + doubts + definitions > 1:
        raise click.UsageError(
            _("--accounts, --doubts and --definitions are three questions: ask one at a time.")
        )
    way = _way(form, out, comma=comma)
    office = site(ctx)
    span = _span(office, first, last, week, month, year)
    question = Question(
        span, by, tuple(campaigns), tuple(channels), tuple(audiences), tuple(editions)
    )
    _refuse_unknown(office, question)
    answers = Answers(office, question)
    if definitions:
        told = answers.definitions()
    elif accounts:
        told = answers.accounts()
    elif doubts:
        told = answers.doubts()
    else:
        told = answers.groups(sort, most)
    give(told, way, office)


def _way(form: str | None, out: Path | None, *, comma: bool) -> Way:
    """In which form, and where to: what isn't said is told by the file's name."""
    if form is None:
        ending = out.suffix.lstrip(".").lower() if out else ""
        form = ending if ending in FORMS else "table"
    if form == "table" and out is not None:
        raise click.UsageError(
            _("A file is written as CSV, XLSX or JSON: name it so (reach.xlsx), or say --as csv.")
        )
    if form == "xlsx" and out is None:
        raise click.UsageError(_("XLSX needs a file to be written to: --out reach.xlsx"))
    if comma and form != "csv":
        raise click.UsageError(_("--comma is for CSV alone: add --as csv."))
    return Way(form, out, comma)


def _span(
    office: Site,
    first: GivenDay | None,
    last: GivenDay | None,
    week: GivenDay | None,
    month: date | None,
    year: int | None,
) -> Span:
    """The days asked about; the last 28 where none are named."""
    if sum(one is not None for one in (first or last, week, month, year)) > 1:
        raise click.UsageError(_("Name one span: --week, --month, --year, or --from and --to."))
    if week is not None:
        monday = week.day - timedelta(days=week.day.weekday())
        return any_span(monday, monday + timedelta(days=6))
    if month is not None:
        return any_span(*days_of(f"{month:%Y-%m}"))
    if year is not None:
        return any_span(date(year, 1, 1), date(year, 12, 31))
    today = office.clock().astimezone(office.settings.zone).date()
    until = last.day if last else max(today, first.day if first else today)
    since = first.day if first else until - timedelta(days=USUAL_DAYS - 1)
    if until < since:
        raise click.UsageError(
            _("%(first)s comes after %(last)s: --from is the earlier day.")
            % {"first": notation.day(since, "full"), "last": notation.day(until, "full")}
        )
    return any_span(since, until)


def _refuse_unknown(office: Site, question: Question) -> None:
    """End the command where a filter names what neither the files nor the ledger know."""
    for name in question.campaigns:
        known = office.settings.campaign_names
        if name not in known and not _is_in_the_ledger(office, Delivery.campaign, name):
            refuse_unknown_campaign(name, known)
    for name in question.channels:
        if not _is_in_the_ledger(office, Delivery.channel, name):
            refuse_unknown_channel(name, office.settings)


def _is_in_the_ledger(office: Site, column: Any, name: str) -> bool:
    """Whether it is there, though its folder or its keys may be gone since."""
    with office.database.reading() as session:
        return (
            session.exec(select(Delivery.id).where(col(column) == name).limit(1)).first()
            is not None
        )
