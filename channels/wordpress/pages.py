"""Makes the page of a portal that an officer named show what a message says. Used by
``channels.wordpress``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlsplit

from channels.base import N_, InvalidContentError
from channels.web.values import held
from channels.wordpress.line import Line
from channels.wordpress.text import is_same

_ROUTE = "/wp/v2/pages"
_FIELDS = "id,slug,status,link,modified_gmt,content"
_A_PAGE = 100
_NO_PAGE = N_("no page is called that: see its number or its path in the portal")
_SEVERAL = N_("several pages are called that: name one by its number")


def page_of(line: Line, named_as: str) -> Mapping[str, Any]:
    """The page with that number, or that slug, with those of the pages above it where others have
    the same; ``InvalidContentError`` where there is none, or it could be one of several."""
    more = {"context": "edit", "_fields": _FIELDS}
    if named_as.isdecimal():
        return line.object("GET", f"{_ROUTE}/{named_as}", params=more)
    path = named_as.strip("/")
    slug = path.rpartition("/")[2]
    rows = line.rows(_ROUTE, slug=slug, status="any", per_page=_A_PAGE, **more)
    if "/" in path:
        rows = [row for row in rows if _ends(row, path)]
    if len(rows) != 1:
        raise InvalidContentError(f"{named_as}: {_SEVERAL if rows else _NO_PAGE}")
    return rows[0]


def holds(page: Mapping[str, Any], text: str) -> bool:
    """Whether ``page`` shows just what ``text`` does."""
    raw = held(page.get("content")).get("raw")
    return isinstance(raw, str) and is_same(raw, text)


def replaced(line: Line, page: Mapping[str, Any], text: str) -> Mapping[str, Any]:
    """``page`` with ``text`` as its content; where it shows that already, nothing is sent."""
    if holds(page, text):
        return page
    return line.object("POST", f"{_ROUTE}/{page['id']}", json={"content": text})


def _ends(row: Mapping[str, Any], path: str) -> bool:
    link = urlsplit(str(row.get("link", ""))).path.rstrip("/")
    return link.casefold().endswith(f"/{quote(path, safe='/%')}".casefold())
