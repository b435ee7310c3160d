"""The templates of mails, from ``reports/templates``.

Their page (MJML) and their plain twin.
"""

from __future__ import annotations

import textwrap

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from publisher import notation
from publisher.i18n import _, ngettext
from publisher.reports import wording

_TEXT_WIDTH = 72


def environment() -> Environment:
    """Where both are found: ``notation`` is ``n`` in them, ``wording`` is ``w``; a mail adds its
    own, and keeps it: templates are compiled once."""
    made = Environment(
        loader=PackageLoader("publisher.reports"),
        autoescape=select_autoescape(("mjml",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["wrapped"] = wrapped
    made.globals |= {"_": _, "ngettext": ngettext, "n": notation, "w": wording}
    return made


def wrapped(text: str, indent: str = "") -> str:
    """Lines that every mail reader shows whole; ``indent`` begins all but the first."""
    return textwrap.fill(
        text,
        _TEXT_WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
