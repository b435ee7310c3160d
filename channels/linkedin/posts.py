"""Looks through a page's own posts on LinkedIn for one of ours.

https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api, "Find posts by
authors". Used by ``channels.linkedin``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels.base import N_, CannotTellError, TransientError
from channels.doubts import or_cannot_tell
from channels.linkedin.line import Line, encoded
from channels.linkedin.text import plain, same
from channels.web.values import held, looked_through, name_of, objects, unix

_A_PAGE = 50
_PAGES = 10
_NOT_SHOWN = frozenset({"DRAFT", "PUBLISH_FAILED"})
_CLOCKS_APART = timedelta(minutes=5)
"""By how much our clock may be ahead of LinkedIn's. An older post of the same words, taken for ours
within that time, does no harm: LinkedIn wouldn't have taken them twice."""


@dataclass(frozen=True, slots=True)
class Post:
    """A post that is there, and when LinkedIn took it."""

    urn: str
    at: datetime


@dataclass(frozen=True, slots=True)
class OwnPosts:
    """The posts of the page ``owner``."""

    line: Line
    owner: str

    def named(self, urn: str, words: str, since: datetime) -> Post | None:
        """The post ``urn``, where it has these ``words`` and is no older than ``since``."""
        return _ours(self.line.get(f"/posts/{encoded(urn)}"), words, since - _CLOCKS_APART)

    def of(self, words: str, since: datetime) -> Post | None:
        """The page's post of ``words`` since ``since``; raises ``CannotTellError`` where its posts
        can't all be seen."""
        for post in self._recent(since - _CLOCKS_APART):
            ours = _ours(post, words, since - _CLOCKS_APART)
            if ours is not None:
                return ours
        return None

    def _recent(self, since: datetime) -> Iterator[Mapping[str, Any]]:
        """The posts, last changed first, until they are older than ``since``."""
        for page in range(_PAGES):
            told = self._page(page * _A_PAGE)
            posts = looked_through(told.get("elements"), "LinkedIn")
            yield from posts
            changed = _moment(posts[-1].get("lastModifiedAt")) if posts else None
            links = objects(held(told.get("paging")).get("links"))
            has_next = any(each.get("rel") == "next" for each in links)
            if not posts or (len(posts) < _A_PAGE and not has_next):
                return
            # A post is never created after it was last changed.
            if changed is not None and changed < since:
                return
        raise CannotTellError(N_("LinkedIn has too many posts since then to look through"))

    def _page(self, start: int) -> dict[str, Any]:
        asked = f"/posts?q=author&author={encoded(self.owner)}&sortBy=LAST_MODIFIED"
        path = f"{asked}&count={_A_PAGE}&start={start}"
        return or_cannot_tell(lambda: self.line.get(path, "FINDER"))


def _ours(post: Mapping[str, Any], words: str, since: datetime) -> Post | None:
    at = _moment(post.get("createdAt"))
    if (at is not None and at < since) or str(post.get("lifecycleState")) in _NOT_SHOWN:
        return None
    if not same(words, plain(str(post.get("commentary") or ""))):
        return None
    if at is None:
        raise TransientError("LinkedIn: it shows the post without its time")
    return Post(name_of(post, "LinkedIn"), at)


def _moment(told: Any) -> datetime | None:
    """LinkedIn's milliseconds since 1970."""
    return unix(told, per_second=1_000)
