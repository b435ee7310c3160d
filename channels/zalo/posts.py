"""Looks through an Official Account's articles for one of ours. Used by ``channels.zalo``."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from typing import Any

from channels.base import (
    N_,
    CannotTellError,
    ChannelError,
    InvalidContentError,
    TransientError,
)
from channels.likeness import letters
from channels.web.values import looked_through, name_of, whole
from channels.zalo.article import words
from channels.zalo.errors import MediaFailedError, ProcessingError
from channels.zalo.line import Line
from channels.zalo.notes import Article, Asked, Job, Notes

LIST = "/v2.0/article/getslice"
SHOWN_WITHIN = timedelta(seconds=30)
"""So long an article that was asked for may be on its way to the list."""

_VERIFY = "/v2.0/article/verify"
_DETAIL = "/v2.0/article/getdetail"
_A_PAGE = 10
"""Zalo refuses to list more at once."""

_PENDING_FOR = timedelta(days=1)


class Listing:
    """The account's articles, the newest first, as far as ``pages`` reach. ``is_complete`` once
    all of them were seen (what is taken away meanwhile moves the pages, and one may be missed)."""

    def __init__(self, line: Line, pages: int) -> None:
        self._line = line
        self._pages = pages
        self._seen: set[str] = set()
        self.is_complete = False

    def __iter__(self) -> Iterator[Mapping[str, Any]]:
        for page in range(self._pages):
            offset, limit = str(page * _A_PAGE), str(_A_PAGE)
            told = self._line.get(LIST, offset=offset, limit=limit, type="normal")
            medias, total = told.get("medias"), whole(told.get("total"))
            # An account without articles may have no list of them either.
            found = looked_through([] if medias is None and total == 0 else medias, "Zalo")
            self._seen |= {name_of(each, "Zalo") for each in found}
            self.is_complete = total is not None and len(self._seen) >= total
            yield from found
            if len(found) < _A_PAGE or self.is_complete:
                return


class OwnArticles:
    """The account's articles, of which ``pages`` are looked through; ``address_of`` says where
    people read one, by its id, as far as that is known without asking."""

    def __init__(self, line: Line, pages: int, address_of: Callable[[str], str]) -> None:
        self._line = line
        self._clock = line.http.clock
        self._pages = pages
        self._address_of = address_of

    def titled(self, title: str) -> list[Mapping[str, Any]]:
        """The articles of this title among the newest ones."""
        wanted = letters(title)
        listing = Listing(self._line, self._pages)
        return [each for each in listing if letters(str(each.get("title", ""))) == wanted]

    def settled(self, notes: Notes) -> Article | None:
        """The article, by its job or by the list; ``None`` where there surely is none."""
        job, asked = notes.job, notes.asked
        now = self._clock()
        if job is not None:
            try:
                return self.made(job, notes)
            except MediaFailedError:
                notes.refused()
                return None
            except ProcessingError:
                if now - job.at < _PENDING_FOR:
                    raise
                said = N_("Zalo has been working on the article for more than a day")
            except InvalidContentError:
                # It no longer knows the job, as such tokens don't live for ever.
                said = ""
            if said:
                raise CannotTellError(said)
            notes.job_unknown()
        if asked is None:
            return None
        if now - asked.at < SHOWN_WITHIN:
            raise TransientError("Zalo: the article may be on its way to the list of articles")
        return self.listed(asked, notes)

    def made(self, job: Job, notes: Notes) -> Article:
        """The article that ``job`` became; ``ProcessingError`` while it isn't one."""
        told = self._line.ask(_VERIFY, {"token": job.token})
        article_id = told.get("id") or told.get("article_id")
        if not article_id:
            raise ProcessingError(N_("Zalo: it still works on the article"))
        return self._noted(str(article_id), notes)

    def listed(self, asked: Asked, notes: Notes) -> Article | None:
        """The article that was asked for, among those that weren't there before."""
        new = [
            str(each.get("id"))
            for each in self.titled(asked.title)
            if str(each.get("id")) not in asked.before
        ]
        if not new:
            return None
        # Where Zalo doesn't tell the text of an article, its title has to do.
        alike = [each for each in new if words(self._detail(each).get("body")) in ("", asked.words)]
        if len(alike) > 1:
            raise CannotTellError(N_("Zalo shows several new articles of this title and text"))
        if not alike:
            raise CannotTellError(N_("Zalo shows a new article of this title, with another text"))
        return self._noted(alike[0], notes)

    def _noted(self, article_id: str, notes: Notes) -> Article:
        at = self._clock()
        notes.out(Article(at, article_id, self._address_of(article_id)))
        url = ""
        with suppress(ChannelError):
            url = str(self._detail(article_id).get("link_view") or "")
        article = Article(at, article_id, url or self._address_of(article_id))
        return notes.out(article)

    def _detail(self, article_id: str) -> dict[str, Any]:
        told: dict[str, Any] = self._line.get(_DETAIL, id=article_id)
        return told
