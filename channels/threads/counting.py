"""Counts texts as Threads does. 500 characters, of which an emoji is as many as its bytes in UTF-8.

https://developers.facebook.com/docs/threads/posts. What an emoji is there isn't said: all of a
cluster that holds one is counted by its bytes here, with its joiners and its skin, so that what is
called short enough is. Pure. Used by ``channels.threads`` and its stand-in.

A post has five links at most, each counted once however often it stands there, and the attached one
too (https://developers.facebook.com/docs/threads/create-posts/text-attachments). UNVERIFIED: what
is a link without "https://" or "www."; such are left for Threads to count.
"""

from __future__ import annotations

import regex

TEXT_MAX = 500
LINKS_MAX = 5

_CLUSTER = regex.compile(r"\X")
_EMOJI = regex.compile(
    r"\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}|\u20e3"
)

_LINK = regex.compile(r"(?:https?://|(?<![\w@./-])www\.)\S+", regex.IGNORECASE)
_SCHEME = regex.compile(r"^https?://", regex.IGNORECASE)


def length(text: str) -> int:
    """The length of ``text`` as Threads counts it."""
    return sum(
        len(cluster.encode()) if _EMOJI.search(cluster) else len(cluster)
        for cluster in _CLUSTER.findall(text)
    )


def links(text: str, attached: str = "") -> int:
    """How many links a post of ``text`` has, with the one ``attached`` to it."""
    found = [*_LINK.findall(text), *([attached] if attached else [])]
    return len({_SCHEME.sub("", each).rstrip(".,;:!?)]}»”…\"'/") for each in found})
