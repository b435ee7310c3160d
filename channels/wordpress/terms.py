"""Gives the numbers of a portal's categories and tags by their names. They are looked up, and made
where that is allowed.

Used by ``channels.wordpress``. Nothing here is seen by a reader before a post is.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from html import unescape
from typing import Any, Literal

from channels.base import N_, TransientError
from channels.web.http import parsed
from channels.wordpress.line import Line
from channels.wordpress.text import ascii_name

Taxonomy = Literal["categories", "tags"]
_FIELDS = "id,name,slug"
_A_PAGE = 100
_UNMADE = N_("it doesn't say that it made the category or tag")


class Terms:
    """The terms of one site. Nothing is remembered: an editor may have merged or renamed some."""

    def __init__(self, line: Line) -> None:
        self._line = line

    def numbers(
        self, taxonomy: Taxonomy, names: Sequence[str], *, create: bool
    ) -> tuple[list[int], list[str]]:
        """The numbers of the terms called ``names`` (by name or by slug), and those that aren't
        there; with ``create`` all are."""
        found = self._by_slug(taxonomy, names)
        for name in names:
            if name in found:
                continue
            number = self._by_name(taxonomy, name)
            if number is None and create:
                number = self._made(taxonomy, name)
            if number is not None:
                found[name] = number
        there = list(dict.fromkeys(found[name] for name in names if name in found))
        return there, [name for name in names if name not in found]

    def _by_slug(self, taxonomy: Taxonomy, names: Sequence[str]) -> dict[str, int]:
        slugs = {name: slug for name in names if (slug := ascii_name(name))}
        if not slugs:
            return {}
        asked = ",".join(dict.fromkeys(slugs.values()))
        rows = self._rows(taxonomy, slug=asked)
        numbers = {str(row.get("slug")): int(row["id"]) for row in rows}
        return {name: numbers[slug] for name, slug in slugs.items() if slug in numbers}

    def _by_name(self, taxonomy: Taxonomy, name: str) -> int | None:
        for row in self._rows(taxonomy, search=name):
            if _folded(unescape(str(row.get("name")))) == _folded(name):
                return int(row["id"])
        return None

    def _made(self, taxonomy: Taxonomy, name: str) -> int:
        with self._line.http.harmless():
            answer = self._line.ask("POST", f"/wp/v2/{taxonomy}", json={"name": name})
        told = parsed(answer) or {}
        data = told.get("data")
        if told.get("code") == "term_exists" and isinstance(data, dict):
            # It was made meanwhile, or its name differs only in what WordPress doesn't regard.
            told = {"id": data.get("term_id")}
        elif not 200 <= answer.status_code < 300:
            raise self._line.error_of(answer)
        number = told.get("id")
        if not isinstance(number, int):
            raise TransientError(f"WordPress: {_UNMADE}: {name}")
        return number

    def _rows(self, taxonomy: Taxonomy, **query: Any) -> Iterable[dict[str, Any]]:
        rows = self._line.rows(f"/wp/v2/{taxonomy}", per_page=_A_PAGE, _fields=_FIELDS, **query)
        return [row for row in rows if isinstance(row.get("id"), int)]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold().strip()
