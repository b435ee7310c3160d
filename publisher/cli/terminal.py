"""What is printed at the terminal."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import NoReturn

from rich.console import Console
from rich.text import Text

from publisher.files.faults import Fault, Severity
from publisher.i18n import _, ngettext

console = Console(highlight=False, soft_wrap=True, emoji=False)


def say(text: str) -> None:
    """Print ``text`` as it stands: what people wrote may look like rich's markup, "[/]"."""
    console.print(Text(text))


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
