"""``report weekly``: the summary of a week, to look at or to send again."""

from __future__ import annotations

import sys
import webbrowser
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
from pydantic import TypeAdapter, ValidationError

from channels.base import ChannelError
from publisher.cli.days import Day, GivenDay
from publisher.cli.office import say, site, user_name
from publisher.i18n import _
from publisher.settings import EmailAddress
from publisher.site import Site
from publisher.store import audit

if TYPE_CHECKING:
    from publisher.reports.weekly import ReportMail


@click.group(help=_("Write reports."))
def report() -> None:
    """Reports are also sent by the daemon; here they are made by hand."""


@report.command(help=_("Write the summary of a week."))
@click.option("--week", type=Day(), help=_("Any day of that week; else the last one."))
@click.option("--open", "show", is_flag=True, help=_("Open it in the browser."))
@click.option("--send-to", help=_("Also mail it to this address."))
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path("preview/weekly.html"),
    show_default=True,
    help=_("Where to write it."),
)
@click.pass_context
def weekly(
    ctx: click.Context, week: GivenDay | None, show: bool, send_to: str | None, out: Path
) -> None:
    from publisher.reach.summary import week_summary
    from publisher.reports.schedule import names, reported_week
    from publisher.reports.weekly import compose

    if send_to is not None and not _is_address(send_to):
        raise click.UsageError(_("“%(address)s” is no mail address.") % {"address": send_to})
    office = site(ctx)
    now = office.clock()
    day = week.day if week else reported_week(office.settings, now)
    monday = day - timedelta(days=day.weekday())
    summary = week_summary(office.database, monday, office.settings.zone, now)
    tongue = office.settings.reports.weekly.language
    mail = compose(summary, office.settings.office, tongue, names=names(office))
    out.parent.mkdir(parents=True, exist_ok=True)
    mail.write_page(out)
    say(_("The page is at %(file)s") % {"file": out})
    if send_to:
        _send(office, mail, send_to)
    if show:
        webbrowser.open(out.resolve().as_uri())


def _is_address(text: str) -> bool:
    """Whether schedule.toml would take it too."""
    try:
        TypeAdapter(EmailAddress).validate_python(text)
    except ValidationError:
        return False
    return True


def _send(office: Site, mail: ReportMail, address: str) -> None:
    """Mail the summary to one address, at once and once; the record says who asked."""
    from publisher.reports.channel import ReportChannel

    if office.settings.mail is None:
        raise click.UsageError(_("schedule.toml names no mail server: add [mail]."))
    now = office.clock()
    key = f"reports/by-hand/{now:%Y%m%dT%H%M%S}"
    folder = office.settings.var_folder / "reports"
    channel = ReportChannel.of(office.settings, office.clock, office.secret, folder, to=(address,))
    try:
        channel.send(mail.to_message(key, now, folder), _Forgetful())
    except ChannelError as error:
        say(_("Not sent: %(why)s") % {"why": error})
        sys.exit(1)
    with office.database.writing() as session:
        audit.record(session, now, user_name(), "report", "weekly", to=address)
    say(_("Sent to %(address)s.") % {"address": address})


class _Forgetful:
    """A journal for what is sent by hand, once: the person at the keyboard sees how it ends."""

    def get(self, name: str) -> str | None:
        return None

    def put(self, name: str, value: str, *, secret: bool = False) -> None:
        """Nothing is kept."""
