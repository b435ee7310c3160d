"""The commands as they are: each with its help, its usage and a table of its options."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from publisher.i18n import speaking
from publisher.reference.sheet import sheet


def commands() -> list[str]:
    """What holds for all commands, then a section for each, in English.

    A command speaks the language it was imported in, so none may have been imported before.
    """
    with speaking("en"):
        from publisher.cli import cli

        top = click.Context(cli, info_name="publisher")
        return [_parameters(cli, top), *_commands(cli, top)]


def _commands(group: click.Group, above: click.Context) -> Iterator[str]:
    """Every command of ``group``, and below it those of the groups inside."""
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        if command is None:
            continue
        ctx = click.Context(command, info_name=name, parent=above)
        if not isinstance(command, click.Group):
            yield _section(command, ctx)
            continue
        if command.invoke_without_command:
            yield _section(command, ctx)
        yield from _commands(command, ctx)


def _section(command: click.Command, ctx: click.Context) -> str:
    usage = " ".join([ctx.command_path, *command.collect_usage_pieces(ctx)])
    parts = [f"## {ctx.command_path}", command.help or "", f"```\n{usage}\n```"]
    return "\n\n".join([*parts, *filter(None, [_parameters(command, ctx)])])


def _parameters(command: click.Command, ctx: click.Context) -> str:
    """The table of the options of ``command``; empty where it has none but ``--help``."""
    options = [
        option
        for option in command.params
        if isinstance(option, click.Option) and not option.hidden
    ]
    if not options:
        return ""
    rows = [[_option(option, ctx), option.help or "", _preset(option, ctx)] for option in options]
    return sheet(["option", "meaning", "default"], rows)


def _option(option: click.Option, ctx: click.Context) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    if option.is_flag:
        return names
    return f"{names[:-1]} {option.make_metavar(ctx)}`"


def _preset(option: click.Option, ctx: click.Context) -> str:
    if option.required:
        return "**required**"
    preset = option.get_default(ctx, call=False)
    if callable(preset):
        # Told by its name: what it gives differs from machine to machine.
        return {"user_name": "your name on this machine"}[preset.__name__]
    shown = isinstance(preset, (int, str, Path)) and not option.is_flag and preset != ""
    return f"`{preset}`" if shown else ""
