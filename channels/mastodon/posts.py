"""Looks through an account's own posts on a Mastodon server for one of ours. Used by
``channels.mastodon``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from channels.base import N_, CannotTellError, Text
from channels.doubts import or_cannot_tell
from channels.mastodon.line import Line
from channels.mastodon.notes import Doubt, Notes
from channels.mastodon.text import matching
from channels.web.values import moment, name_of

_A_PAGE, _PAGES_OF_A_SEARCH = 40, 5
_CLOCKS_APART = timedelta(minutes=15)
"""By how much our clock may be ahead of the server's. Were it more than is granted here, a post
that is there would be called absent and sent again."""


class OwnPosts:
    """The posts of the account whose number ``account_id`` gives."""

    def __init__(self, line: Line, account_id: Callable[[], str]) -> None:
        self._line = line
        self._account_id = account_id

    def there(self, part: Text, notes: Notes, doubt: Doubt) -> Mapping[str, Any] | None:
        """The account's own post that is ``part``; raises ``CannotTellError`` where not all of
        its posts since the doubt can be seen, or ``part`` can't be told from others."""
        if not part.plain.strip() and not doubt.uploads:
            raise CannotTellError(N_("Mastodon: a post without words can't be told from others"))
        shown = or_cannot_tell(lambda: list(self._recent(doubt.at - _CLOCKS_APART)))
        found = matching(shown, part.plain, notes.ids, doubt.uploads)
        if found is not None:
            name_of(found, "Mastodon")
        return found

    def _recent(self, since: datetime) -> Iterator[Mapping[str, Any]]:
        """The account's own posts since then, the newest first."""
        account_id, line = self._account_id(), self._line
        last: str | None = None
        for _ in range(_PAGES_OF_A_SEARCH):
            answer = line.ask(
                partial(
                    line.api.account_statuses,
                    account_id,
                    exclude_reblogs=True,
                    max_id=last,
                    limit=_A_PAGE,
                )
            )
            page = line.list_in(answer)
            for post in page:
                at = moment(post.get("created_at"), UTC)
                if at is not None and at < since:
                    return
                yield post
            if not page:
                return
            last = str(page[-1].get("id"))
        raise CannotTellError(N_("Mastodon: too many posts since then to look through"))
