"""Looks through a Page's own posts and videos for one of ours. Used by ``channels.facebook``.

Sources: developers.facebook.com/docs/graph-api/reference/page/published_posts and …/page/videos.
Reels and videos aren't sure to be among the posts: they have a list of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels.base import (
    N_,
    CannotTellError,
    ForbiddenError,
    InvalidContentError,
    Message,
    Receipt,
    TransientError,
)
from channels.likeness import letters
from channels.meta.graph import Line
from channels.web.values import moment, name_of

_CLOCKS_APART = timedelta(minutes=5)
"""By how much our clock may be ahead of Facebook's. Were it more than is granted here, a post that
is there would be called absent and sent again."""

_A_PAGE = 100


@dataclass(frozen=True, slots=True)
class Lookup:
    """What the Page ``page_id`` shows; addresses without a host are at ``web_url``."""

    line: Line
    page_id: str
    web_url: str

    def post(self, message: Message, since: datetime) -> Receipt | None:
        """``message`` among the posts since ``since``; ``None`` where it isn't. Raises
        ``CannotTellError`` where they can't all be seen."""
        after = {"since": int((since - _CLOCKS_APART).timestamp())}
        return self._listed("published_posts", "message", message, since, after)

    def video(self, message: Message, since: datetime) -> Receipt | None:
        """Likewise, among the videos."""
        return self._listed("videos", "description", message, since, {})

    def address(self, told: Mapping[str, Any], remote_id: str) -> str:
        """Where people see what ``told`` is of; a video's comes without the host."""
        shown = str(told.get("permalink_url") or f"/{remote_id}")
        return f"{self.web_url}{shown}" if shown.startswith("/") else shown

    def _listed(
        self, edge: str, text: str, message: Message, since: datetime, query: Mapping[str, Any]
    ) -> Receipt | None:
        words, earliest, older = letters(message.body.plain), since - _CLOCKS_APART, 0
        if not words:
            raise CannotTellError(N_("Facebook: a post without words can't be told from others"))
        fields = f"id,{text},created_time,permalink_url"
        path = f"{self.page_id}/{edge}"
        try:
            for told in self.line.listed(path, fields=fields, limit=_A_PAGE, **query):
                at = moment(told.get("created_time"))
                if at is not None and at < earliest:
                    # They come the newest first, though no page says so.
                    older += 1
                    if older > _A_PAGE:
                        return None
                elif letters(str(told.get(text) or "")) == words:
                    remote_id = name_of(told, "Facebook")
                    if at is None:
                        raise TransientError("Facebook: it shows the post without its time")
                    return Receipt(remote_id, self.address(told, remote_id), at)
        except (ForbiddenError, InvalidContentError):
            pass  # raised below, so that nothing stands behind the error
        else:
            return None
        raise CannotTellError(N_("Facebook: the token may not look through the Page's posts"))
