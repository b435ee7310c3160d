"""``doctor``: looks at everything the daemon needs, publishes nothing."""

from __future__ import annotations

import sys

import click
from rich.text import Text

from publisher.cli.office import console, say, site_as_it_lies
from publisher.doctor import Finding, examine
from publisher.i18n import _


@click.command(help=_("Check clock, zones, disk, store, secrets and every channel's credentials."))
@click.pass_context
def doctor(ctx: click.Context) -> None:
    findings: list[Finding] = []
    for finding in examine(site_as_it_lies(ctx)):
        mark = ("✓", "green") if finding.well else ("✗", "bold red")
        console.print(Text.assemble(mark, f" {finding.what}: {finding.detail}"))
        if not finding.well and finding.instead:
            say(f"    → {finding.instead}")
        findings.append(finding)
    if all(finding.well for finding in findings):
        say(_("All is well."))
        return
    sys.exit(1)
