"""The commands of the reports that the plan requires: ``report monthly``, its like.

They are written, or it is told when they are owed.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from publisher import notation
from publisher.cli import by_hand
from publisher.cli.days import Day, GivenDay, Month
from publisher.cli.opening import site
from publisher.cli.terminal import refuse, say
from publisher.i18n import _
from publisher.reach import spans
from publisher.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from publisher.reports.deadlines import Deadline, Reminder
    from publisher.reports.drafts import Form

FOLDER = Path("reports")


class Forms(click.ParamType[tuple[str, ...]]):
    """An option that names forms of a document: "docx,pdf"."""

    name = "forms"

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str:
        return "docx,pdf,xlsx"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[Form, ...]:
        from publisher.reports.drafts import FORMS

        if isinstance(value, tuple):
            return value
        asked = [word.strip().lower() for word in str(value).split(",") if word.strip()]
        unknown = [word for word in asked if word not in FORMS]
        if unknown or not asked:
            return self.fail(
                _("“%(text)s” is no form of a report. There are: docx, pdf, xlsx")
                % {"text": unknown[0] if unknown else value},
                param,
                ctx,
            )
        return tuple(form for form in FORMS if form in asked)


def _making(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every command has that writes a report."""
    for option in (
        click.option("--send-to", help=_("Also mail it to this address.")),
        click.option("--open", "show", is_flag=True, help=_("Open what was written.")),
        click.option(
            "--as", "forms", type=Forms(), default="docx,pdf,xlsx", help=_("In which forms.")
        ),
        click.option(
            "--out",
            type=click.Path(file_okay=False, path_type=Path),
            help=_("The folder to write it into; else one of its own in “reports”."),
        ),
    ):
        command = option(command)
    return click.pass_context(command)


_YEAR = click.IntRange(2000, 2999)


@click.command(help=_("Write the report of a month."))
@click.option("--month", type=Month(), help=_("Which month; else the one that is owed next."))
@_making
def monthly(ctx: click.Context, month: date | None, **how: Any) -> None:
    def which(office: Site, today: date) -> spans.Span:
        if month is None:
            return _next_owed(office, "monthly", today)
        return spans.month(month.year, month.month, _closes_on(office))

    _make(ctx, which, **how)


@click.command("half-year", help=_("Write the report of half a year."))
@click.option("--half", type=click.IntRange(1, 2), help=_("1 or 2; else the one owed next."))
@click.option("--year", type=_YEAR, help=_("Of which year; else of the one owed next."))
@_making
def half_year(ctx: click.Context, half: int | None, year: int | None, **how: Any) -> None:
    if year is not None and half is None:
        raise click.UsageError(_("Say which half of the year: --half 1 or --half 2."))

    def which(office: Site, today: date) -> spans.Span:
        owed = _next_owed(office, "half-year", today)
        if half is None:
            return owed
        return spans.half_year(year or owed.year, half, _closes_on(office))

    _make(ctx, which, **how)


@click.command(help=_("Write the report of a year."))
@click.option("--year", type=_YEAR, help=_("Which year; else the one that is owed next."))
@_making
def yearly(ctx: click.Context, year: int | None, **how: Any) -> None:
    def which(office: Site, today: date) -> spans.Span:
        if year is None:
            return _next_owed(office, "yearly", today)
        return spans.whole_year(year, _closes_on(office))

    _make(ctx, which, **how)


@click.command(help=_("Write a report of any days."))
@click.option("--from", "first", type=Day(), required=True, help=_("The first day."))
@click.option("--to", "last", type=Day(), required=True, help=_("The last day."))
@_making
def span(ctx: click.Context, first: GivenDay, last: GivenDay, **how: Any) -> None:
    if last.day < first.day:
        raise click.UsageError(
            _("The last day, %(last)s, is before the first, %(first)s: exchange the two.")
            % {"last": notation.day(last.day, "full"), "first": notation.day(first.day, "full")}
        )
    _make(ctx, lambda _office, _today: spans.any_span(first.day, last.day), **how)


@click.command(help=_("Copy the Word template of the reports, to edit in Word."))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("bao-cao.docx"),
    show_default=True,
    help=_("The file to write it to."),
)
def template(out: Path) -> None:
    from publisher.reports.documents import copy_template

    if out.exists():
        raise click.UsageError(
            _("%(file)s is there already: name another file with --out.") % {"file": out}
        )
    out.parent.mkdir(parents=True, exist_ok=True)
    copy_template(out)
    say(_("The template is at %(file)s") % {"file": out})
    say(
        _(
            "Edit it in Word, then name it in schedule.toml under [reports.periodic]: "
            'template = "%(file)s"'
        )
        % {"file": out}
    )


@click.command(help=_("Show which reports are owed when, and which drafts were mailed."))
@click.option(
    "--months",
    type=click.IntRange(1, 36),
    default=6,
    show_default=True,
    help=_("How far ahead to look."),
)
@click.pass_context
def deadlines(ctx: click.Context, months: int) -> None:
    from publisher.reports import deadlines as owed
    from publisher.reports.span_words import span_days, span_name

    office = site(ctx)
    settings, now = office.settings, office.clock()
    today = now.astimezone(settings.zone).date()
    ahead = today + timedelta(days=31 * months)
    for deadline in owed.deadlines(settings, today, ahead):
        say(f"{span_name(deadline.span)} ({span_days(deadline.span)})")
        say(
            _("  due by %(day)s; send it by %(send_on)s")
            % {
                "day": notation.day(deadline.day, "full"),
                "send_on": notation.day(deadline.send_on, "full"),
            }
        )
        for reminder in deadline.reminders:
            words = _reminder_words(office, deadline, reminder)
            say(_("  draft mailed: %(when)s") % {"when": words})
    if settings.mail is None or not settings.reports.periodic.to:
        say(
            _(
                "Nobody is reminded: write [mail], and under [reports.periodic] "
                'to = ["van-thu@example.vn"], into schedule.toml.'
            )
        )


COMMANDS = (monthly, half_year, yearly, span, template, deadlines)


def _closes_on(office: Site) -> int:
    return office.settings.reports.periodic.closes_on


def _next_owed(office: Site, kind: Any, today: date) -> spans.Span:
    from publisher.reports.deadlines import next_owed

    return next_owed(kind, today, office.settings).span


def _make(
    ctx: click.Context,
    which: Callable[[Site, date], spans.Span],
    *,
    out: Path | None,
    forms: Sequence[Form],
    show: bool,
    send_to: str | None,
) -> None:
    """Write the report of the span that ``which`` gives for an office and its day."""
    from publisher.reports.documents import TemplateError
    from publisher.reports.drafts import write_drafts
    from publisher.reports.periodic import report_of
    from publisher.reports.span_words import report_name, span_days

    office = site(ctx)
    if send_to is not None:
        by_hand.refuse_unmailable(office, send_to)
    settings = office.settings
    asked = which(office, office.clock().astimezone(settings.zone).date())
    if office.clock() < asked.bounds(settings.zone)[0]:
        raise click.UsageError(
            _("Nothing can be reported yet: it begins on %(day)s. Name an earlier span.")
            % {"day": notation.day(asked.first, "full")}
        )
    report = report_of(office, asked)
    say(f"{report_name(asked)} ({span_days(asked)})")
    folder = out if out is not None else FOLDER / asked.label
    try:
        drafts = write_drafts(report, folder, forms, settings.report_template)
    except TemplateError as error:
        refuse(
            _(
                "The office's Word template can't be used: %(why)s\n"
                "A sound one to begin with anew: publisher report template"
            )
            % {"why": error}
        )
    for draft in drafts:
        if draft.kept is not None:
            say(_("%(file)s was changed by somebody, so it stays as it is.") % {"file": draft.kept})
        say(_("Written: %(file)s") % {"file": draft.path})
    _tell_gaps(report)
    if send_to is not None:
        _send(office, report, forms, send_to)
    if show:
        click.launch(str(drafts[0].path.resolve()))


def _tell_gaps(report: Any) -> None:
    from publisher.reports.gaps import gaps

    found = gaps(report)
    if found:
        say(_("Before it is signed:"))
    for gap in found:
        say(f"  {gap.what}")
        say(f"    → {gap.do}")


def _send(office: Site, report: Any, forms: Sequence[Form], address: str) -> None:
    from publisher.reports.reminder_mail import addressed, compose
    from publisher.reports.reminders import attached

    settings = office.settings
    drafts = attached(report, settings.var_folder, settings.report_template, forms)
    message = compose(report, drafts.media, notes=drafts.notes)
    what = f"{report.summary.span.kind} {report.summary.span.label}"
    by_hand.mail(office, address, what, lambda key, due: addressed(message, key, due))


def _reminder_words(office: Site, deadline: Deadline, reminder: Reminder) -> str:
    """When the draft was or will be mailed, and what became of it."""
    from publisher.delivery.lifecycle import State
    from publisher.reports.reminders import identity_of
    from publisher.states import state_words
    from publisher.store import deliveries

    at = notation.moment(reminder.at, office.settings.zone)
    with office.database.reading() as session:
        row = deliveries.of_identity(session, identity_of(deadline, reminder))
    if row is not None:
        return f"{at} {state_words(State(row.state))}"
    if reminder.at > office.clock():
        return at
    what = _("not mailed")
    return f"{at} {what}"
