"""Tells which of a server's posts reads like one of ours. Pure. Used by ``channels.mastodon``.

What is shown of a post is HTML: addresses cut in pieces, mentions without their servers.
Source: https://docs.joinmastodon.org/user/posting/.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any

from channels.likeness import letters
from channels.mastodon.counting import without_servers
from channels.web.values import objects


def matching(
    shown: Sequence[Mapping[str, Any]],
    plain: str,
    thread: Sequence[str],
    uploads: Collection[Collection[str]],
) -> Mapping[str, Any] | None:
    """The post among ``shown`` that is ours: it continues ``thread`` (empty: begins one) and has
    one of the sets of ``uploads``, which are nobody else's; without uploads it reads like
    ``plain``."""
    before = thread[-1] if thread else None
    for post in shown:
        if post.get("in_reply_to_id") != before or str(post.get("id")) in thread:
            continue
        if uploads:
            attached = {str(each.get("id")) for each in objects(post.get("media_attachments"))}
            if any(attached == set(each) for each in uploads):
                return post
        elif _seen(plain) == _seen(text_of(str(post.get("content", "")))):
            return post
    return None


def text_of(content: str) -> str:
    """The words of a post's HTML."""
    reader = _Words()
    reader.feed(content)
    reader.close()
    return "".join(reader.words)


def _seen(text: str) -> str:
    return letters(without_servers(text))


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)
