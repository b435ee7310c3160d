"""Puts a value at a key of a post's front matter, or says why a person has to do it by hand."""

from __future__ import annotations

from pathlib import Path

from publisher.editing.layout import Layout
from publisher.editing.literals import Value
from publisher.editing.refusals import refused
from publisher.editing.splice import UnplaceableError, Way
from publisher.editing.words import is_editable, tidied
from publisher.i18n import _


def with_value_at(layout: Layout, path: Path, way: Way, value: Value | None) -> Layout:
    """``layout`` with ``value``, tidied, at ``way``; ``None`` or an empty text takes the key out.
    ``path`` is the file that a refusal names.

    Raises ``RefusedError`` for a key that is none of those that may be changed by a page, a table
    or an assistant, and for one that is written in a way that can't be changed without the rest.
    """
    key = {"key": ".".join(way)}
    if not is_editable(way):
        raise refused(
            path,
            "not_editable",
            _("“%(key)s” can't be changed from here.") % key,
            _("Change it in the file itself."),
        )
    try:
        return layout.with_key(way, tidied(way, value))
    except UnplaceableError:
        raise refused(
            path,
            "edit_by_hand",
            _("“%(key)s” is written in a way that can't be changed from here.") % key,
            _("A person has to change it in the file itself."),
        ) from None
