"""``doctor``: looks at everything the daemon needs, publishes nothing."""

from __future__ import annotations

import sys

import click

from publisher.cli.office import console, site
from publisher.doctor import Finding, examine
from publisher.i18n import _


@click.command(help=_("Check clock, zones, disk, store, secrets and every channel's credentials."))
@click.pass_context
def doctor(ctx: click.Context) -> None:
    findings: list[Finding] = []
    for finding in examine(site(ctx)):
        mark = "[green]✓[/]" if finding.well else "[bold red]✗[/]"
        console.print(f"{mark} {finding.what}: {finding.detail}")
        if not finding.well and finding.instead:
            console.print(f"    → {finding.instead}")
        findings.append(finding)
    if all(finding.well for finding in findings):
        console.print(_("All is well."))
        return
    sys.exit(1)
