"""The mark at the head of a draft that an assistant wrote: people see it, and it tells whose it is.

It is a comment in the front matter, so nobody's post becomes an assistant's by accident, and a
person who has made a draft their own takes the line out: no assistant touches it then. What
approvers are told goes by the record instead (``publisher.desk.drafted``).
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from publisher.desk.drafted import SIGN, as_line, has_mark
from publisher.files.faults import Fault
from publisher.files.text import read_text
from publisher.i18n import _
from publisher.notation import day


def actor_of(name: str) -> str:
    """The name under which the record has what the assistant of ``name`` did."""
    return f"assistant ({as_line(name)})"


def mark(name: str, today: date) -> str:
    """The line for a draft written ``today`` by the assistant of ``name``."""
    words = _("Drafted by a program for %(name)s on %(day)s: read it before you approve.")
    return f"{SIGN} {words % {'name': as_line(name), 'day': day(today, 'full')}}"


def is_marked(path: Path) -> bool:
    """Whether the draft in the file ``path`` is an assistant's."""
    text = read_text(path, path.parent.parent)
    return not isinstance(text, Fault) and has_mark(text)
