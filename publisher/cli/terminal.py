"""What is printed at the terminal."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import click

from publisher import notation
from publisher.files.faults import Fault, Severity
from publisher.i18n import _, ngettext

Styled = tuple[str, str]
"""A text, and how it is drawn: "bold", "dim", a colour, or several of them."""

# What a platform or a file says must not drive the terminal; lines and tabs are meant.
_DRIVES_TERMINALS = dict.fromkeys((*range(9), *range(11, 32), *range(127, 160)))


def say(*parts: str | Styled) -> None:
    """Print a line of ``parts`` as they stand, however long."""
    # https://no-color.org
    click.echo("".join(map(_drawn, parts)), color=False if os.environ.get("NO_COLOR") else None)


def refuse(text: str) -> NoReturn:
    """End the command, told why: where what was typed is well and can't be done all the same."""
    say(text)
    sys.exit(1)


def show_faults(faults: Sequence[Fault]) -> None:
    """Print every fault: where, what is wrong, what to write instead."""
    for fault in faults:
        warning = fault.severity is Severity.WARNING
        label = _("warning") if warning else _("error")
        style = "yellow" if warning else "red"
        say((fault.place, "bold"), ": ", (label, style), f": {fault.what}")
        if fault.instead:
            say(f"    → {fault.instead}")


def count_faults(faults: Sequence[Fault]) -> str:
    """One line that counts errors and warnings."""
    errors = sum(fault.severity is Severity.ERROR for fault in faults)
    warnings = len(faults) - errors
    return ", ".join(
        (
            ngettext("%(n)s error", "%(n)s errors", errors) % {"n": notation.number(errors)},
            ngettext("%(n)s warning", "%(n)s warnings", warnings)
            % {"n": notation.number(warnings)},
        )
    )


def _drawn(part: str | Styled) -> str:
    text, style = (part, "") if isinstance(part, str) else part
    text, words = text.translate(_DRIVES_TERMINALS), style.split()
    if not words:
        return text
    colour = next((word for word in words if word not in ("bold", "dim")), None)
    return click.style(text, colour, bold="bold" in words or None, dim="dim" in words or None)
