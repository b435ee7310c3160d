"""What can't be changed from here, said so that a person knows what to do instead."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from publisher.files.faults import Fault
from publisher.files.text import shown
from publisher.i18n import _


class RefusedError(Exception):
    """A change that isn't made: ``faults`` say why, and what to do."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(fault.code for fault in faults))
        self.faults = tuple(faults)


def refused(path: Path, code: str, what: str, instead: str) -> RefusedError:
    """The refusal of a change to ``path`` for one reason."""
    return RefusedError([Fault(shown(path), None, code, what, instead)])


def changed_meanwhile(path: Path) -> RefusedError:
    """The refusal to write over what somebody saved since the file was read."""
    return refused(
        path,
        "changed_meanwhile",
        _("Somebody changed this file meanwhile; nothing was written."),
        _("Look at it as it is now, and make your change again."),
    )
