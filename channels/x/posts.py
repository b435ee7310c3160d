"""Looks through an account's own recent posts on X for one of ours. Used by ``channels.x``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from channels.base import CannotTellError
from channels.doubts import or_cannot_tell
from channels.web.values import held, looked_through, whole
from channels.x.line import Line

_PAGES_OF_A_SEARCH = 5
_CLOCKS_APART = timedelta(minutes=15)
"""By how much our clock may be ahead of X's. Were it more than is granted here, a post that is
there would be called absent and sent again. An older one of the same words, taken for ours within
that time, does no harm: X wouldn't have taken them twice."""


class OwnPosts:
    """The posts of the account whose number ``user_id`` gives."""

    def __init__(self, line: Line, user_id: Callable[[], str]) -> None:
        self._line = line
        self._user_id = user_id

    def searchable(self, since: datetime) -> list[Mapping[str, Any]]:
        """``recent``, where an account that may not search is one that can't tell."""
        return or_cannot_tell(lambda: list(self.recent(since)))

    def recent(self, since: datetime) -> Iterator[Mapping[str, Any]]:
        """The posts since ``since``; raises ``CannotTellError`` where not all of them can be
        seen."""
        user_id = self._user_id()
        page = ""
        for _ in range(_PAGES_OF_A_SEARCH):
            told = self._line.ask(
                partial(
                    self._line.client.get_users_tweets,
                    user_id,
                    max_results=100,
                    start_time=since - _CLOCKS_APART,
                    pagination_token=page or None,
                    tweet_fields=["created_at", "entities", "note_tweet", "referenced_tweets"],
                    user_auth=True,
                )
            )
            meta = held(told.get("meta"))
            # A page without posts has no "data", and counts none of them.
            none_at_all = "data" not in told and whole(meta.get("result_count")) == 0
            yield from looked_through([] if none_at_all else told.get("data"), "X")
            page = str(meta.get("next_token") or "")
            if not page:
                return
        raise CannotTellError("X: too many posts since then to look through")
