"""The command ``console``: the officers' pages, served by a process of their own."""

from __future__ import annotations

import logging
import signal
import sys
import threading

import click

from publisher import logs
from publisher.cli.opening import site
from publisher.cli.terminal import say
from publisher.i18n import _


@click.command(
    help=_("Serve the console, where the daemon is not to (Ctrl+C ends it); see [console].")
)
@click.pass_context
def console(ctx: click.Context) -> None:
    from publisher.cli.people import FIRST
    from publisher.store import people
    from publisher.web.server import ConsoleServer, not_served

    office = site(ctx)
    settings = office.settings
    with office.database.reading() as session:
        alone = not people.everybody(session)
    logs.set_up(settings.zone, logging.DEBUG if ctx.obj["verbose"] else logging.INFO)
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_args: told.set())
    server = ConsoleServer(office)
    try:
        server.start()
    except OSError as error:
        raise click.ClickException(not_served(settings.console.listen, error)) from None
    say(_("The console is at %(address)s (Ctrl+C ends it)") % {"address": settings.console.address})
    if alone:
        say(_("Nobody can log in yet. Take in the first administrator: %(command)s") % {
            "command": FIRST
        })  # fmt: skip
    while server.is_up and not told.wait(1.0):
        pass
    server.stop()
    if not told.is_set():
        # It ended by itself, which it should not: whoever watches it is to start it again.
        sys.exit(1)
