"""The command ``report weekly``: the summary of a week, to look at or to send again.

The reports that the plan requires stand in ``periodic``.
"""

from __future__ import annotations

import webbrowser
from datetime import timedelta
from pathlib import Path

import click

from publisher.cli import by_hand, periodic
from publisher.cli.days import Day, GivenDay
from publisher.cli.opening import site
from publisher.cli.terminal import say
from publisher.i18n import _


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
    from publisher.reports.schedule import names, reported_week, summary_of
    from publisher.reports.weekly import compose

    office = site(ctx)
    if send_to is not None:
        by_hand.refuse_unmailable(office, send_to)
    now = office.clock()
    day = week.day if week else reported_week(office.settings, now)
    monday = day - timedelta(days=day.weekday())
    summary = summary_of(office, monday, now)
    tongue = office.settings.reports.weekly.language
    mail = compose(summary, office.settings.office, tongue, names=names(office))
    out.parent.mkdir(parents=True, exist_ok=True)
    mail.write_page(out)
    say(_("The page is at %(file)s") % {"file": out})
    if send_to:
        folder = office.settings.var_folder / "reports"
        by_hand.mail(office, send_to, "weekly", lambda key, due: mail.to_message(key, due, folder))
    if show:
        webbrowser.open(out.resolve().as_uri())


for _command in periodic.COMMANDS:
    report.add_command(_command)
