"""Publishes a message on a portal as a post, or as the content of a page. Used by
``channels.wordpress``.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from channels.base import N_, ChannelError, InvalidContentError, Journal, Message
from channels.reasons import NOT_TO_WHAT
from channels.wordpress.config import WordPressConfig
from channels.wordpress.library import Library
from channels.wordpress.line import Line
from channels.wordpress.options import WordPressOptions
from channels.wordpress.pages import page_of, replaced
from channels.wordpress.posts import by_slug, of_page, of_post, slug_of
from channels.wordpress.terms import Terms
from channels.wordpress.text import Shown, content

_log = logging.getLogger(__name__)


_NO_CATEGORY = N_("the portal has no such category: make it there, or write another")


class Publishing:
    """Publishes through ``line`` as ``keys`` say; ``name`` is the channel's, for the log."""

    def __init__(self, name: str, keys: WordPressConfig, line: Line, library: Library) -> None:
        self._name = name
        self._keys = keys
        self._line = line
        self._library = library

    def published(
        self, message: Message, options: WordPressOptions, journal: Journal
    ) -> dict[str, str]:
        """Publish ``message``, unless it is there already; gives what a receipt needs."""
        if options.page is not None:
            page = page_of(self._line, options.page)
            shown = self._library.brought(message.media)
            return of_page(replaced(self._line, page, self._content(message, shown)))
        slug = slug_of(message, journal)
        return of_post(by_slug(self._line, slug) or self._made(message, options, slug))

    def _made(self, message: Message, options: WordPressOptions, slug: str) -> Mapping[str, Any]:
        keys = self._keys
        shown = self._library.brought(message.media)
        pictures = [each for each in shown if each.media.kind == "image"]
        cover = pictures[0] if keys.cover and pictures else None
        in_text = [each for each in shown if each is not cover]
        asked: dict[str, Any] = {
            "slug": slug,
            "status": options.status or keys.status,
            "title": escape(message.title, quote=False),
            "excerpt": escape(message.summary, quote=False),
            "content": self._content(message, in_text),
            "sticky": options.sticky,
            **self._filed(message, options),
        }
        if cover:
            asked["featured_media"] = cover.number
        if keys.language_field:
            asked[keys.language_field] = message.language
        made = self._line.object("POST", "/wp/v2/posts", json=asked)
        if not isinstance(made.get("id"), int):
            raise self._line.http.doubt(f"WordPress: {NOT_TO_WHAT}")
        if re.fullmatch(rf"{re.escape(slug)}-\d+", str(made.get("slug"))):
            return self._earlier(slug, made)
        return made

    def _earlier(self, slug: str, made: Mapping[str, Any]) -> Mapping[str, Any]:
        """The post of an earlier attempt that arrived after we had looked for it; ``made`` is the
        second one, and goes again."""
        # The post is out: nothing that fails from here on may call that in question.
        try:
            earlier = by_slug(self._line, slug)
            if earlier is not None and earlier.get("id") != made["id"]:
                with self._line.http.harmless():
                    route, query = f"/wp/v2/posts/{made['id']}", {"force": "true"}
                    self._line.object("DELETE", route, params=query)
                return earlier
        except ChannelError as error:
            _log.warning("%s: post %s may be there twice: %s", self._name, made["id"], error)
        return made

    def _filed(self, message: Message, options: WordPressOptions) -> dict[str, list[int]]:
        """The numbers of its categories and tags."""
        keys, terms = self._keys, Terms(self._line)
        filed: dict[str, list[int]] = {}
        wanted = list(dict.fromkeys([*keys.categories, *options.categories]))
        if wanted:
            numbers, missing = terms.numbers("categories", wanted, create=keys.create_categories)
            if missing:
                raise InvalidContentError(f"{_NO_CATEGORY}: {missing[0]}")
            filed["categories"] = numbers
        wanted = list(dict.fromkeys([*message.hashtags, *options.tags]))
        if wanted:
            filed["tags"], missing = terms.numbers("tags", wanted, create=keys.create_tags)
            if missing:
                _log.info("%s: the portal lacks tags, left out: %s", self._name, missing)
        return filed

    def _content(self, message: Message, shown: Sequence[Shown]) -> str:
        return content(message, shown, self._keys.language)
