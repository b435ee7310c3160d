"""The command ``worker``: a process that sends, one of a cluster's, in the foreground."""

from __future__ import annotations

import click

from publisher.cli.daemon import end_with
from publisher.cli.opening import lasting_site
from publisher.cli.terminal import refuse
from publisher.i18n import _

MOST = 512


@click.command(
    help=_(
        "Send what the cluster gives this process, until it is told to stop (SIGTERM). "
        "Any number, on any machine: docs/cluster.md."
    )
)
@click.option(
    "--concurrency",
    type=click.IntRange(1, MOST),
    help=_("So many channels at once; 64 if left out."),
)
@click.pass_context
def worker(ctx: click.Context, concurrency: int | None) -> None:
    office = lasting_site(ctx)
    if not office.is_cluster:
        refuse(
            _(
                'Workers are for a cluster: write engine = "cluster" into schedule.toml '
                "(docs/cluster.md). Without one, publisher run sends everything itself."
            )
        )
    from publisher.daemon.member import Member
    from publisher.engines.cluster.engine import CONCURRENCY

    end_with(Member(office, ctx.obj["config"], concurrency or CONCURRENCY).run())
