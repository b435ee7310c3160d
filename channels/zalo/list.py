"""The list of an account's articles at Zalo, and what it counts. Used by ``channels.zalo``."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from channels.base import Metric
from channels.web.values import looked_through, name_of, whole
from channels.zalo.api import Api

LIST = "/v2.0/article/getslice"

_A_PAGE = 10
"""Zalo refuses to list more at once."""

METRICS: Mapping[str, Metric] = {"total_view": "views", "total_share": "shares"}


class Listing:
    """The account's articles, the newest first, as far as ``pages`` reach. ``is_complete`` once
    all of them were seen (what is taken away meanwhile moves the pages, and one may be missed)."""

    def __init__(self, api: Api, pages: int) -> None:
        self._api = api
        self._pages = pages
        self._seen: set[str] = set()
        self.is_complete = False

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        for page in range(self._pages):
            offset, limit = str(page * _A_PAGE), str(_A_PAGE)
            told = self._api.get(LIST, offset=offset, limit=limit, type="normal")
            medias, total = told.get("medias"), whole(told.get("total"))
            # An account without articles may have no list of them either.
            found = looked_through([] if medias is None and total == 0 else medias, "Zalo")
            self._seen |= {name_of(each, "Zalo") for each in found}
            self.is_complete = total is not None and len(self._seen) >= total
            yield from found
            if len(found) < _A_PAGE or self.is_complete:
                return
