"""What every command shares: the site it works on, who is at the keyboard, how faults are shown."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Sequence
from typing import Any

import click
from rich.console import Console

from publisher.clock import system_clock
from publisher.faults import Fault, Severity
from publisher.i18n import _, ngettext
from publisher.logs import redact
from publisher.site import Site, open_site

console = Console(highlight=False, soft_wrap=True)


def site(ctx: click.Context) -> Site:
    """The site of this run's schedule.toml; ends the program, told why, where it has faults."""
    opened, faults = open_site(ctx.obj["config"], system_clock)
    if opened is None:
        show_faults(faults)
        sys.exit(1)
    closing: Site = opened
    ctx.call_on_close(closing.close)
    return closing


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
        console.print(f"[bold]{_plain(fault.place)}[/]: [{style}]{label}[/]: {_plain(fault.what)}")
        if fault.instead:
            console.print(f"    → {_plain(fault.instead)}")


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
    from sqlalchemy.exc import SQLAlchemyError

    from publisher.store.database import StoreBusyError, StoreError

    if isinstance(error, StoreBusyError):
        return _(
            "Another Publisher (process %(holder)s) is already running on this database. "
            "Stop it first, or leave it running."
        ) % {"holder": error.holder or "?"}
    if isinstance(error, StoreError):
        return _("The database: %(why)s") % {"why": error}
    if isinstance(error, SQLAlchemyError):
        reason = str(getattr(error, "orig", None) or type(error).__name__)
        return _("The database can't be used: %(why)s") % {"why": redact(reason)}
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename else ""
        return f"{place}{error.strerror or type(error).__name__}"
    return _(
        "Something went wrong that should not have (%(kind)s). PUBLISHER_DEBUG=1 shows more."
    ) % {"kind": type(error).__name__}


def _plain(text: Any) -> str:
    from rich.markup import escape

    return escape(str(text))
