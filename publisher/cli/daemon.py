"""The command ``run``: the daemon in the foreground, as systemd likes it."""

from __future__ import annotations

import logging
import os
import sys

import click

from publisher import logs
from publisher.cli.opening import site
from publisher.i18n import _


@click.command(
    help=_("Run the daemon until it is told to stop (SIGTERM); SIGHUP rereads the files.")
)
@click.pass_context
def run(ctx: click.Context) -> None:
    from publisher.daemon.running import Daemon

    office = site(ctx)
    logs.set_up(office.settings.zone, logging.DEBUG if ctx.obj["verbose"] else logging.INFO)
    end = Daemon(office, config=ctx.obj["config"]).run()
    sys.stderr.flush()
    if end.again:
        # The same process begins anew: whoever watches it sees no end, and what hangs is gone.
        os.execv(sys.executable, [sys.executable, "-m", "publisher", *sys.argv[1:]])  # noqa: S606
    if not end.finished:
        # A hanging send must not keep the process: its row says "sending", the next start settles.
        os._exit(0)
