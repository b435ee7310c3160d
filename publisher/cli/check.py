"""The command ``check``: every fault of the officers' files, for people and for programs.

For people it prints them, once or whenever a file is saved; for a repository's checks it writes
what those take (``fault_forms``).
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import click

from publisher.cli.opening import speak
from publisher.cli.rich_console import console
from publisher.cli.terminal import count_faults, say, show_faults
from publisher.clock import system_clock
from publisher.files.faults import Fault, any_error
from publisher.i18n import _
from publisher.settings.reader import read_settings

if TYPE_CHECKING:
    from publisher.media.record import Library
    from publisher.settings import Settings

LOOK_EVERY_S = 0.5
"""How often a watching check looks for a file that was saved; network drives tell nobody."""


@click.command(help=_("Read every campaign and schedule.toml, and print every fault at once."))
@click.option(
    "--as",
    "form",
    type=click.Choice(["text", "github", "sarif"]),
    default="text",
    show_default=True,
    help=_("For people, or as a repository's checks take it: annotations of GitHub, SARIF."),
)
@click.option("--watch", is_flag=True, help=_("Check again whenever a file is saved; Ctrl-C ends."))
@click.pass_context
def check(ctx: click.Context, form: str, watch: bool) -> None:
    if watch:
        if form != "text":
            raise click.UsageError(_("--watch is for people: leave out --as."))
        with suppress(KeyboardInterrupt):
            _watch(ctx)
        return
    faults = _faults(ctx)
    if form == "text":
        _print(faults)
    else:
        from publisher.cli import fault_forms

        click.echo(fault_forms.FORMS[form](faults, Path.cwd()), nl=False)
    if any_error(faults):
        sys.exit(1)


def library_of_the_office(settings: Settings) -> Library | None:
    """The media library: what keeps it is loaded only where a post names something of it."""
    from publisher.site import library_of

    return library_of(settings)


def _faults(ctx: click.Context) -> list[Fault]:
    from publisher.check.look import look

    settings, faults = read_settings(ctx.obj["config"])
    if settings is not None:
        speak(ctx, settings)
        faults += look(settings, system_clock(), lambda: library_of_the_office(settings)).faults
    return faults


def _print(faults: list[Fault]) -> None:
    show_faults(faults)
    if any_error(faults):
        console.print(f"[bold red]✗[/] {count_faults(faults)}")
    else:
        well = _("Everything can go out as it stands.")
        console.print(f"[green]✓[/] {well} {count_faults(faults)}")


def _watch(ctx: click.Context) -> None:
    for _change in _changes(ctx.obj["config"], lambda: time.sleep(LOOK_EVERY_S)):
        if console.is_terminal:
            console.clear()
        now = system_clock().astimezone()
        say(_("Checked at %(time)s; waiting for a file to be saved.") % {"time": f"{now:%H:%M:%S}"})
        _print(_faults(ctx))


def _changes(config: Path, wait: Callable[[], None]) -> Iterator[None]:
    """Once at first, and again whenever schedule.toml or a file of a campaign is another one."""
    from publisher.desk.folder import signature_of

    folder = config.parent / "campaigns"
    read_at: int | None = None
    seen: object = None
    while True:
        saved_at = config.stat().st_mtime_ns if config.exists() else 0
        if saved_at != read_at:
            settings, _faults = read_settings(config)
            folder = settings.campaigns_folder if settings else config.parent / "campaigns"
            read_at = saved_at
        saved = saved_at, signature_of(folder)
        if saved != seen:
            seen = saved
            yield
        wait()
