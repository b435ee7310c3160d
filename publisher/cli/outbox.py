"""The command ``outbox``: the local timeline in a browser, counting its views."""

from __future__ import annotations

import click

from publisher.cli.names import refuse_silent_channel
from publisher.cli.opening import site
from publisher.cli.terminal import say
from publisher.i18n import _


@click.command(help=_("Serve a channel's local timeline to a browser on this machine."))
@click.argument("channel")
@click.option("--port", default=8057, show_default=True, help=_("The port to listen on."))
@click.pass_context
def outbox(ctx: click.Context, channel: str, port: int) -> None:
    from channels.outbox.adapter import Adapter
    from channels.outbox.server import serve

    office = site(ctx)
    refuse_silent_channel(channel, office)
    with office.switchboard.line(channel) as adapter:
        if not isinstance(adapter, Adapter):
            raise click.UsageError(
                _(
                    'Channel “%(name)s” is no outbox: name one that has adapter = "outbox" in '
                    "schedule.toml."
                )
                % {"name": channel}
            )
        folder = adapter.folder
    say(_("The timeline is at %(url)s (Ctrl+C ends it)") % {"url": f"http://127.0.0.1:{port}/"})
    serve(folder, "127.0.0.1", port)
