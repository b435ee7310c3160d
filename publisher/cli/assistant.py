"""The command ``assistant``: what a language model may see, draft and ask for, over MCP."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

from publisher.cli.keyboard import user_name
from publisher.cli.opening import lasting_site
from publisher.cli.terminal import refuse
from publisher.i18n import _

if TYPE_CHECKING:
    from publisher.settings import Settings
    from publisher.site import Site


@click.command(
    help=_(
        "Serve an assistant on standard input and output (Model Context Protocol): it may look, "
        "write drafts and ask for approval, and never approves or sends (docs/assistant.md)."
    )
)
@click.option("--by", default=user_name, help=_("Whose assistant it is: the record names you."))
@click.pass_context
def assistant(ctx: click.Context, by: str) -> None:
    try:
        from publisher.assistant.server import server
    except ModuleNotFoundError as error:
        refuse(
            _(
                "This installation lacks what an assistant needs (%(name)s). Install it: "
                "pip install 'publisher[assistant]'"
            )
            % {"name": error.name or "mcp"}
        )
    if sys.stdin.isatty():
        refuse(
            _(
                "No person speaks to this command: a program for assistants starts it. How it is "
                "told to: docs/assistant.md"
            )
        )
    from publisher.assistant.abilities import Abilities
    from publisher.settings.reader import read_settings

    office = lasting_site(ctx)
    abilities = Abilities(
        lambda: read_settings(ctx.obj["config"]),
        office.database,
        office.clock,
        by,
        lambda settings: _matters(office, settings),
        office.settings.root,
    )
    server(abilities).run("stdio")


def _matters(office: Site, settings: Settings) -> Sequence[dict[str, Any]]:
    """What needs a person, as the console's page has it."""
    from publisher.web.matters import gathered

    now = office.clock().astimezone(settings.zone)
    with office.database.reading() as session:
        return [
            {
                "kind": one.kind.value,
                "what": one.title,
                "why": one.why,
                "since": one.since.astimezone(settings.zone).isoformat(timespec="minutes"),
                "command_for_people": one.say,
            }
            for one in gathered(session, dataclasses.replace(office, settings=settings), now)
        ]
