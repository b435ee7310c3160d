"""What every command shares: the site it works on, who is at the keyboard, how faults are shown.

Settings and store are imported once a command asks for them: its help doesn't.
"""

from __future__ import annotations

import getpass
import logging
import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, NoReturn

import click
from rich.console import Console
from rich.text import Text

from publisher.clock import system_clock
from publisher.files.faults import Fault, Severity
from publisher.i18n import _, ngettext, use_language

if TYPE_CHECKING:
    from publisher.settings import Settings
    from publisher.site import Site

console = Console(highlight=False, soft_wrap=True, emoji=False)


def site(ctx: click.Context) -> Site:
    """The site of this run's schedule.toml; ends the program, told why, where it has faults."""
    from publisher.site import open_site

    opened, faults = open_site(ctx.obj["config"], system_clock)
    if opened is None:
        _refuse(ctx, faults)
    closing: Site = opened
    ctx.call_on_close(closing.close)
    _settle_in(ctx, closing.settings)
    return closing


def site_as_it_lies(ctx: click.Context) -> Site:
    """The site with its store neither made nor brought up to date: for when that can't be done."""
    from publisher.secrets import seal_of_the_office, secret_reader
    from publisher.site import Site, store_url
    from publisher.store.database import Database

    settings = settings_of(ctx)
    store, secret = Database(store_url(settings)), secret_reader(settings.root)
    lying = Site(settings, store, system_clock, secret, seal=seal_of_the_office())
    ctx.call_on_close(lying.close)
    return lying


def settings_of(ctx: click.Context) -> Settings:
    """What ``site`` begins with, for commands that look at files alone."""
    from publisher.settings.reader import read_settings

    settings, faults = read_settings(ctx.obj["config"])
    if settings is None:
        _refuse(ctx, faults)
    _settle_in(ctx, settings)
    return settings


def _refuse(ctx: click.Context, faults: Sequence[Fault]) -> NoReturn:
    """End the command: without a schedule.toml there is nothing to work on."""
    show_faults(faults)
    if not ctx.obj["config"].exists():
        refuse(_("Go into the office's folder first (cd FOLDER), or name its file: --config FILE"))
    sys.exit(1)


def _settle_in(ctx: click.Context, settings: Settings) -> None:
    from publisher import logs

    speak(ctx, settings)
    # Who is at the keyboard is told by the command; the log of its parts would only bury that.
    logs.set_up(settings.zone, logging.DEBUG if ctx.obj["verbose"] else logging.CRITICAL)


def speak(ctx: click.Context, settings: Settings) -> None:
    """Speak schedule.toml's language, unless this run was told another."""
    if not ctx.find_root().params.get("lang") and not os.environ.get("PUBLISHER_LANG"):
        use_language(settings.language)


def campaign_names(settings: Settings) -> list[str]:
    """The campaigns' folders, faulty ones too."""
    return sorted(path.parent.name for path in settings.campaigns_folder.glob("*/campaign.toml"))


def refuse_unknown_campaign(name: str, known: Sequence[str]) -> None:
    """End the command where ``name`` is none of ``known``."""
    if name not in known:
        raise click.UsageError(
            _("There is no campaign “%(name)s”; there are: %(known)s.")
            % {"name": name, "known": ", ".join(known)}
        )


def refuse_unknown_channel(name: str, settings: Settings) -> None:
    """End the command where schedule.toml has no channel ``name``."""
    if name not in settings.channels:
        raise click.UsageError(
            _("There is no channel “%(name)s”; there are: %(known)s.")
            % {"name": name, "known": ", ".join(settings.channels)}
        )


def say(text: str) -> None:
    """Print ``text`` as it stands: what people wrote may look like rich's markup, "[/]"."""
    console.print(Text(text))


def refuse(text: str) -> NoReturn:
    """End the command, told why: where what was typed is well and can't be done all the same."""
    say(text)
    sys.exit(1)


def user_name() -> str:
    """Who is at the keyboard, for the audit trail."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


def show_faults(faults: Sequence[Fault]) -> None:
    """Print every fault: where, what is wrong, what to write instead."""
    for fault in faults:
        warning = fault.severity is Severity.WARNING
        label = _("warning") if warning else _("error")
        style = "yellow" if warning else "red"
        console.print(Text.assemble((fault.place, "bold"), ": ", (label, style), f": {fault.what}"))
        if fault.instead:
            say(f"    → {fault.instead}")


def count_faults(faults: Sequence[Fault]) -> str:
    """One line that counts errors and warnings."""
    errors = sum(fault.severity is Severity.ERROR for fault in faults)
    warnings = len(faults) - errors
    return ", ".join(
        (
            ngettext("%(n)d error", "%(n)d errors", errors) % {"n": errors},
            ngettext("%(n)d warning", "%(n)d warnings", warnings) % {"n": warnings},
        )
    )


def explain(error: Exception) -> str:
    """One line for an error that no command foresaw; no secret in it."""
    from sqlalchemy.exc import ArgumentError, SQLAlchemyError

    from publisher.store.database import StoreBusyError, StoreError

    if isinstance(error, StoreBusyError):
        return _(
            "Another Publisher (process %(holder)s) is already running on this database. "
            "Stop it first, or leave it running."
        ) % {"holder": error.holder or "?"}
    if isinstance(error, StoreError):
        return _("The database: %(why)s") % {"why": error}
    if isinstance(error, ArgumentError):
        return _(
            "The database's address isn't written right (PUBLISHER_STORE in the environment, or "
            "store in schedule.toml). Usual is: sqlite:///var/publisher.db"
        )
    if isinstance(error, SQLAlchemyError):
        from publisher.store.trouble import in_words

        return _("The database can't be used: %(why)s") % {"why": in_words(error)}
    if isinstance(error, ModuleNotFoundError):
        return _("This installation lacks the Python package “%(name)s”: have it installed.") % {
            "name": error.name or "?"
        }
    if isinstance(error, PermissionError):
        return _("%(file)s: the program's user may not read or write here.") % {
            "file": error.filename or "?"
        }
    if isinstance(error, OSError):
        from publisher.store.trouble import disk_in_words

        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{disk_in_words(error)}"
    return _(
        "Something went wrong that should not have (%(kind)s). PUBLISHER_DEBUG=1 shows more."
    ) % {"kind": type(error).__name__}
