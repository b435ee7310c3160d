"""Finds a delivery's post on a portal, which is known by its slug. Used by
``channels.wordpress``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.base import Journal, Message
from channels.web.values import name_of
from channels.wordpress.line import Line
from channels.wordpress.text import named

PAGE = "pages/"
"""How the remote id of a page begins; a post's is its number."""

_FIELDS = "id,slug,status,link,date_gmt,modified_gmt"


def by_slug(line: Line, slug: str) -> Mapping[str, Any] | None:
    """The post of that slug, drafts included; ``None`` where there is none."""
    # Drafts too, and so that a password that is no longer good is refused, not shown nothing.
    rows = line.rows("/wp/v2/posts", slug=slug, status="any", _fields=_FIELDS)
    for row in rows:
        if name_of(row, "WordPress", "slug") == slug:
            name_of(row, "WordPress")
            return row
    return None


def slug_of(message: Message, journal: Journal) -> str:
    """The slug of a delivery, the same in every attempt, also where its title was changed since."""
    noted = journal.get("slug")
    if noted is None:
        noted = named(message.title, message.key)
        journal.put("slug", noted)
    return noted


def of_post(row: Mapping[str, Any]) -> dict[str, str]:
    """What a receipt needs, out of a post."""
    return {
        "id": str(row["id"]),
        "url": str(row.get("link", "")),
        "at": str(row.get("date_gmt")),
    }


def of_page(row: Mapping[str, Any]) -> dict[str, str]:
    """Likewise, out of a page."""
    return {
        "id": f"{PAGE}{row.get('id')}",
        "url": str(row.get("link", "")),
        "at": str(row.get("modified_gmt")),
    }
