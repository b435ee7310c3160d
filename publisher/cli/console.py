"""The command ``console``: the officers' pages, served by a process of their own."""

from __future__ import annotations

import click

from publisher.cli import serving
from publisher.cli.opening import site
from publisher.cli.terminal import say
from publisher.i18n import _


@click.command(
    help=_("Serve the console, where the daemon is not to (Ctrl+C ends it); see [console].")
)
@click.pass_context
def console(ctx: click.Context) -> None:
    from publisher.cli.people import nobody_yet
    from publisher.store import people
    from publisher.web.server import ConsoleServer, not_served

    office = site(ctx)
    settings = office.settings
    with office.database.reading() as session:
        alone = not people.everybody(session)

    def greet() -> None:
        address = settings.console.address
        say(_("The console is at %(address)s (Ctrl+C ends it)") % {"address": address})
        if alone:
            say(nobody_yet())

    serving.log_here(ctx, settings)
    serving.serve(
        ConsoleServer(office), lambda error: not_served(settings.console.listen, error), greet
    )
