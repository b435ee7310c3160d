"""The command line: one module a noun, each loaded only when its command is called.

``publisher --help`` imports click and nothing heavier. The language is settled before anything is
imported that speaks: by ``--lang``, else by PUBLISHER_LANG, else Vietnamese.
"""

from __future__ import annotations

import atexit
import gc
import gettext
import importlib
import os
import sys
from typing import Any

import click

from publisher.i18n import DEFAULT_LANGUAGE, FOLDER, LANGUAGES, N_, _, language, use_language

COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init", N_("Lay out a new site in an empty folder.")),
    "new-campaign": ("campaigns", N_("Make a new campaign folder with examples.")),
    "check": ("check", N_("Check every campaign and schedule.toml.")),
    "schema": ("schema", N_("Let an editor complete and check files as one types.")),
    "preview": ("campaigns", N_("Show every post as each channel will show it.")),
    "card": ("card", N_("Draw the cards of a post; list their designs.")),
    "video": ("video", N_("Make the short video of a post.")),
    "media": ("media", N_("The media library: add, describe and find pictures and videos.")),
    "plan": ("plan", N_("Show what would change in what is scheduled.")),
    "apply": ("plan", N_("Put the plan into force.")),
    "calendar": ("calendar", N_("The plan as a table for Excel, out and back in.")),
    "variants": ("variants", N_("Have texts proposed that fit a channel.")),
    "approve": ("deliveries", N_("Approve posts.")),
    "status": ("status", N_("Show what is coming, what went out, what needs you.")),
    "log": ("status", N_("Show who did what, when.")),
    "cancel": ("deliveries", N_("Take a post out.")),
    "again": ("deliveries", N_("Try a failed post once more.")),
    "settle": ("deliveries", N_("Say whether a doubtful post went out.")),
    "send": ("send", N_("Send one post now, outside the plan.")),
    "hold": ("holds", N_("Stop everything, a channel or a campaign.")),
    "release": ("holds", N_("End a stop.")),
    "reach": ("reach", N_("Show what went out and whom it reached.")),
    "criteria": ("criteria", N_("Show the plan's indicators against their targets.")),
    "coverage": ("coverage", N_("List the register's tasks and what each has had.")),
    "report": ("reports", N_("Write reports; show which are owed when.")),
    "feeds": ("feeds", N_("Show what feeds would bring, and how they stand.")),
    "links": ("links", N_("List short links and their clicks; serve them.")),
    "rehearse": ("rehearsal", N_("Play the coming editions through, with no account.")),
    "outbox": ("outbox", N_("Serve the local timeline to a browser.")),
    "console": ("console", N_("Serve the console: pages for the officers.")),
    "assistant": ("assistant", N_("Serve an assistant that drafts and asks, and never sends.")),
    "people": ("people", N_("Who may log in to the console, and what each may do.")),
    "run": ("daemon", N_("Run the daemon.")),
    "worker": ("worker", N_("Send as one of a cluster's processes.")),
    "alive": ("alive", N_("Say whether the daemon is at work.")),
    "channels": ("channels", N_("List, check and log in the channels.")),
    "key": ("key", N_("Make and change the key that stored tokens are sealed by.")),
    "alerts": ("alerts", N_("List what a person must act upon; try who is told.")),
    "doctor": ("doctor", N_("Check clock, disk, store, secrets and every channel.")),
    "backup": ("backups", N_("Back up the store while it is in use.")),
    "restore": ("backups", N_("Bring back a backup.")),
    "drill": ("drill", N_("Try a backup before it is needed.")),
    "migrate-store": ("migrate_store", N_("Move the store to another database, and back.")),
}
"""Each command's module and its line of help, in the order in which help shows them."""


RUBBISH = 50_000
"""After so many new objects rubbish is looked for; Python's own 700 is met in every import."""


class ToldOption(click.Option):
    """An option of the group itself: made before the language is known, told once it is."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        if self.help:
            self.help = _(self.help)
        return super().get_help_record(ctx)


def name_places(command: click.Command) -> None:
    """Let help name what is to be filled in (``CAMPAIGN/POST``, ``TEXT``) in the reader's words."""
    command.options_metavar = _("[OPTIONS]")
    for parameter in command.params:
        if parameter.metavar is not None:
            parameter.metavar = _(parameter.metavar)
        elif isinstance(parameter, click.Argument):
            parameter.metavar = _((parameter.name or "").upper())
        elif isinstance(parameter.type, type(click.INT)):
            parameter.metavar = _("INTEGER")
            parameter.type.name = _("whole number")
        elif parameter.type.name in ("text", "file", "directory"):
            parameter.metavar = _(parameter.type.name.upper())
    if isinstance(command, click.Group):
        command.subcommand_metavar = _("COMMAND [ARGS]...")
        if not isinstance(command, LazyCommands):
            for one in command.commands.values():
                name_places(one)


class LazyCommands(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"publisher.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = getattr(module, cmd_name.replace("-", "_"))
        name_places(command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(line)) for name, (_module, line) in COMMANDS.items()])

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        if args and args[0] not in COMMANDS:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            text = _("There is no command “%(name)s”. See them all: publisher --help") % {
                "name": args[0]
            }
            if near:
                text = _("There is no command “%(name)s”. Did you mean “%(near)s”?") % {
                    "name": args[0],
                    "near": near[0],
                }
            raise click.UsageError(text, ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyCommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.option(
    "--config",
    cls=ToldOption,
    help=N_("The office's schedule.toml."),
    type=click.Path(dir_okay=False),
    default="schedule.toml",
    envvar="PUBLISHER_CONFIG",
    show_default=True,
)
@click.option(
    "--lang",
    cls=ToldOption,
    type=click.Choice(LANGUAGES),
    help=N_("Speak Vietnamese (vi) or English (en)."),
)
@click.option("--verbose", cls=ToldOption, is_flag=True, help=N_("Write down more in the log."))
@click.version_option(
    package_name="publisher", cls=ToldOption, help=N_("Show the version and exit.")
)
@click.pass_context
def cli(ctx: click.Context, config: str, lang: str | None, verbose: bool) -> None:  # noqa: ARG001
    from pathlib import Path

    ctx.obj = {"config": Path(config), "verbose": verbose}


def main() -> None:
    """Run the command line; a fault of ours is told in one line, not as a traceback."""
    # What is imported stays: to look for rubbish in it time and again, and once more at the end,
    # takes a quarter of a short command's time.
    gc.set_threshold(RUBBISH)
    atexit.register(gc.freeze)
    use_language(_wanted_language(sys.argv[1:]))
    _let_click_speak()
    name_places(cli)
    cli.help = _("Publisher: publishes campaigns on time, once, on every channel.")
    try:
        cli(prog_name="publisher")
    except Exception as error:
        if os.environ.get("PUBLISHER_DEBUG"):
            raise
        from publisher.cli.mishaps import explain

        click.echo(explain(error), err=True)
        sys.exit(2)


def _let_click_speak() -> None:
    """Show click our catalogue: its own words (``click_words``) go through the gettext module."""
    gettext.bindtextdomain("click", FOLDER)
    gettext.textdomain("click")
    os.environ["LANGUAGE"] = language()


def _wanted_language(arguments: list[str]) -> str:
    for place, argument in enumerate(arguments):
        if argument.startswith("--lang="):
            return argument.partition("=")[2]
        if argument == "--lang" and place + 1 < len(arguments):
            return arguments[place + 1]
    return os.environ.get("PUBLISHER_LANG", DEFAULT_LANGUAGE)
