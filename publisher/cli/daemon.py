"""``run``: the daemon in the foreground, as systemd likes it."""

from __future__ import annotations

import logging
import os
import sys

import click

from publisher import logs
from publisher.cli.office import site
from publisher.i18n import _


@click.command(
    help=_("Run the daemon until it is told to stop (SIGTERM); SIGHUP rereads the files.")
)
@click.pass_context
def run(ctx: click.Context) -> None:
    from publisher.daemon import Daemon

    office = site(ctx)
    logs.set_up(office.settings.zone, logging.DEBUG if ctx.obj["verbose"] else logging.INFO)
    finished = Daemon(office).run()
    sys.stderr.flush()
    if not finished:
        # A hanging send must not keep the process: its row says "sending", the next start settles.
        os._exit(0)
