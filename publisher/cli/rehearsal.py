"""The command ``rehearse``: the coming editions on a moved clock.

It says where to look at what came of it.
"""

from __future__ import annotations

import sys
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from publisher import logs, notation
from publisher.cli.rich_console import console
from publisher.cli.terminal import refuse, show_faults
from publisher.clock import system_clock
from publisher.delivery.lifecycle import State
from publisher.i18n import _, ngettext
from publisher.rehearsal.trouble import FAULTS
from publisher.settings.reader import read_settings
from publisher.states import state_words
from publisher.store import deliveries

if TYPE_CHECKING:
    from publisher.rehearsal.pages import Pages
    from publisher.rehearsal.play import Played

LOG = "log.jsonl"


@click.command(help=_("Play the coming editions through on a moved clock; nothing is published."))
@click.option("--fault", type=click.Choice(FAULTS), help=_("With things going wrong."))
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("rehearsal"),
    show_default=True,
    help=_("Where to write what comes of it."),
)
@click.pass_context
def rehearse(ctx: click.Context, fault: str | None, out: Path) -> None:
    # Imported late: a rehearsal loads the whole program, its help need not.
    from publisher.rehearsal import pages
    from publisher.rehearsal.play import NothingToPlay, empty, played

    settings, faults = read_settings(ctx.obj["config"])
    if settings is None:
        show_faults(faults)
        sys.exit(1)
    empty(out)
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeElapsedColumn(),
        console=Console(stderr=True),
    )
    try:
        with bar, (out / LOG).open("w", encoding="utf-8") as log:
            logs.set_up(settings.zone, to=log)
            title = _("Rehearsal")
            task = bar.add_task(title, total=1.0)

            def tell(moment: datetime, share: float) -> None:
                today = notation.day(moment.astimezone(settings.zone), "aligned")
                bar.update(task, completed=share, description=f"{title} {today}")

            with played(settings, system_clock(), out, fault, tell) as result:
                found = pages.write(result, out)
                bar.update(task, completed=1.0)
                bar.stop()
                _show(result, found, out / LOG)
    except NothingToPlay:
        refuse(
            _(
                "No campaign has an edition to come: give a post a day that isn't over, or "
                "add a campaign (publisher new-campaign)."
            )
        )


def _show(result: Played, found: Pages, log: Path) -> None:
    with result.site.database.reading() as session:
        rows = list(deliveries.matching(session))
    channels = [*result.site.settings.channels, "reports"]
    states = [state for state in State if any(row.state == state for row in rows)]
    table = Table(title=_("REHEARSAL: nothing was published"), title_justify="left")
    table.add_column(_("Channel"))
    table.add_column(_("through"))
    for state in states:
        table.add_column(state_words(state), justify="right")
    for channel in channels:
        counts = Counter(row.state for row in rows if row.channel == channel)
        keys = result.site.settings.channels.get(channel, {"adapter": "email"})
        table.add_row(
            channel, str(keys["adapter"]), *(str(counts[state] or "") for state in states)
        )
    console.print(table)
    if result.alerts:
        console.print(
            ngettext(
                "People would have been alerted %(n)s time. The first:",
                "People would have been alerted %(n)s times. The first:",
                len(result.alerts),
            )
            % {"n": notation.number(len(result.alerts))}
        )
        # Below the subject stands what happened and what to do.
        told = dict.fromkeys(text.splitlines()[1] for text in result.alerts)
        for text in list(told)[:3]:
            console.print(f"  {text}", markup=False)
    for name, path in (
        (_("Timeline"), found.timeline),
        (_("Calendar"), found.calendar),
        (_("Weekly mail"), found.mail),
        (_("The mail as it arrived"), found.eml),
        *((_("Half-year report"), path) for path in found.reports),
        (_("What channels wrote themselves"), found.files),
        (_("Database"), found.database),
        (_("Log"), log),
    ):
        if path is not None:
            console.print(f"  {name}: {_near(path)}", markup=False)


def _near(path: Path) -> Path:
    """``path`` as one would type it here."""
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path
