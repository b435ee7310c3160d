"""The command ``doctor``: all that the daemon needs, looked at.

It publishes nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable

import click
from rich.text import Text

from publisher.cli.opening import site_as_it_lies
from publisher.cli.rich_console import console
from publisher.cli.terminal import say
from publisher.doctor.examination import examine
from publisher.doctor.finding import Finding
from publisher.i18n import _


@click.command(help=_("Check clock, zones, disk, store, secrets and every channel's credentials."))
@click.pass_context
def doctor(ctx: click.Context) -> None:
    if show(examine(site_as_it_lies(ctx))):
        say(_("All is well."))
        return
    sys.exit(1)


def show(findings: Iterable[Finding]) -> bool:
    """Print each finding as it is made; gives whether all are well."""
    well = True
    for finding in findings:
        mark = ("✓", "green") if finding.well else ("✗", "bold red")
        console.print(Text.assemble(mark, f" {finding.what}: {finding.detail}"))
        if not finding.well and finding.instead:
            say(f"    → {finding.instead}")
        well = well and finding.well
    return well
