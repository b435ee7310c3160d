"""What posts say that they cover, held against the coverage register."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from publisher.campaign.register import Register
from publisher.files.document import Document
from publisher.files.faults import Fault, Severity
from publisher.files.messages import near, nearest, quoted
from publisher.i18n import _

_FEW = 12
NOT_TO_BE_TOLD = "covers_secret"
"""The code of the fault that a post is about a secret task."""


def of_covers(
    covers: Sequence[str], document: Document, register: Register | None
) -> Iterator[Fault]:
    """What is wrong with what a post says that it covers.

    A code may be written before the register has it: that is worth a look, no more. A task that is
    a state secret isn't communicated at all.
    """
    for place, code in enumerate(covers):
        topic = register.find(code) if register is not None else None
        if topic is not None and topic.secret:
            yield document.fault(
                ("covers", place),
                NOT_TO_BE_TOLD,
                _(
                    "Task “%(code)s” is secret by the coverage register: no post may be about it, "
                    "and this one is not sent."
                )
                % {"code": quoted(code)},
                _("Take the post out, or have the register mended if the task isn't secret."),
            )
        elif topic is None and register is not None:
            what, instead = _unknown(code, register)
            yield document.fault(("covers", place), "unknown_code", what, instead, Severity.WARNING)


def _unknown(code: str, register: Register) -> tuple[str, str]:
    what = _("The coverage register has no task “%(code)s”.") % {"code": quoted(code)}
    # No one is led to a secret task.
    known = [topic.code for topic in register.topics if not topic.secret]
    # A register of hundreds of tasks is no list to choose from.
    is_told = len(known) <= _FEW or nearest(code, known) is not None
    hint = near(code, known) if is_told else ""
    return what, hint or _("Add it to the register, or mend the code here.")
