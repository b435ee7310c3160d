"""``report weekly``: the summary of a week, to look at or to send again."""

from __future__ import annotations

import sys
import webbrowser
from datetime import datetime, timedelta
from pathlib import Path

import click

from channels.base import ChannelError
from publisher.cli.office import console, site
from publisher.i18n import _


@click.group(help=_("Write reports."))
def report() -> None:
    """Reports are also sent by the daemon; here they are made by hand."""


@report.command(help=_("Write the summary of a week."))
@click.option(
    "--week", type=click.DateTime(["%Y-%m-%d"]), help=_("Any day of that week; else the last one.")
)
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
    ctx: click.Context, week: datetime | None, show: bool, send_to: str | None, out: Path
) -> None:
    from publisher.reach.summary import week_summary  # noqa: PLC0415 -- charts and layout
    from publisher.reports.schedule import reported_week  # noqa: PLC0415
    from publisher.reports.weekly import compose, post_by_hand  # noqa: PLC0415

    office = site(ctx)
    now = office.clock()
    day = week.date() if week else reported_week(office.settings, now)
    monday = day - timedelta(days=day.weekday())
    summary = week_summary(office.database.engine, monday, office.settings.zone, now)
    mail = compose(summary, office.settings.office, office.settings.reports.weekly.language)
    out.parent.mkdir(parents=True, exist_ok=True)
    mail.write_page(out)
    console.print(_("The page is at %(file)s") % {"file": out})
    if send_to:
        try:
            post_by_hand(mail, office.settings, office.secret, send_to)
        except ChannelError as error:
            console.print(_("Not sent: %(why)s") % {"why": error})
            sys.exit(1)
        console.print(_("Sent to %(address)s.") % {"address": send_to})
    if show:
        webbrowser.open(out.resolve().as_uri())
