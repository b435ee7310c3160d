"""Counts texts as Bluesky does, and marks what is to be clicked in them. It makes the keys of its
records, too. Pure. Used by ``channels.bluesky`` and its stand-in.

A text has at most 300 graphemes and 3,000 bytes (UTF-8). What means something in it is a facet,
whose place is counted in bytes: a Vietnamese letter is one to three.
Source: the lexicons app.bsky.feed.post and app.bsky.richtext.facet, and
https://atproto.com/specs/tid.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from channels._graphemes import graphemes
from channels.base import Facet, Text

TEXT_MAX = 300
_BYTES_PER_GRAPHEME = 10  # 3,000 bytes to 300 graphemes
_TAG_MAX, _TAG_MAX_BYTES = 64, 640

_FEATURE = "app.bsky.richtext.facet"
_ADDRESS = re.compile(r"\w+:(//)?[^\s/]\S*")
_DIGITS = "234567abcdefghijklmnopqrstuvwxyz"
_SECOND = 1_000_000


def length(text: str) -> int:
    """Graphemes, or tenths of bytes where those are more: 300 keeps both of Bluesky's limits."""
    size_bytes = len(text.encode())
    return max(graphemes(text), -(-size_bytes // _BYTES_PER_GRAPHEME))


def record_key(key: str, due_at: datetime, part: int) -> str:
    """The key under which a delivery's post is put: a TID, which is a time in microseconds and ten
    bits of whose clock it was. The second is ``due_at``'s; what is below that, and the clock, come
    of ``key``, so that no two deliveries of one second meet. The posts of a thread follow one
    another."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big")
    micros = int(due_at.timestamp()) * _SECOND + number % _SECOND + part
    tid = micros << 10 | number // _SECOND & 0x3FF
    return "".join(_DIGITS[tid >> shift & 0x1F] for shift in range(60, -1, -5))


def facets(text: Text, did_of: Callable[[str], str | None]) -> list[dict[str, Any]]:
    """What is to be clicked in ``text``: the links and hashtags that it is known to have, then
    addresses, hashtags and ``@names`` found in it where none of those are. ``did_of`` gives whose a
    name is; ``None`` where it is nobody's."""
    found: list[dict[str, Any]] = []
    for each in (*_known(text), *_seen(text.plain), *_people(text.plain, did_of)):
        if not any(_overlap(each["index"], other["index"]) for other in found):
            found.append(each)
    return sorted(found, key=lambda facet: int(facet["index"]["byteStart"]))


def _known(text: Text) -> Iterator[dict[str, Any]]:
    for facet in text.facets:
        feature = _feature(facet)
        start, end = (len(text.plain[:place].encode()) for place in (facet.start, facet.end))
        if feature is not None and start < end:
            yield _facet(start, end, feature)


def _feature(facet: Facet) -> dict[str, Any] | None:
    """What Bluesky would take; a post isn't worth losing for a tag that is too long."""
    value = facet.value
    if facet.kind == "link":
        whole = _ADDRESS.fullmatch(value)
        return {"$type": f"{_FEATURE}#link", "uri": value} if whole else None
    if graphemes(value) > _TAG_MAX or len(value.encode()) > _TAG_MAX_BYTES:
        return None
    return {"$type": f"{_FEATURE}#tag", "tag": value}


def _seen(plain: str) -> Iterator[dict[str, Any]]:
    from atproto_client.utils.facet_detection import detect_facets

    for facet in detect_facets(plain):
        feature = facet.features[0].model_dump(by_alias=True, exclude_none=True)
        # "$500" is an amount of money here, not the name of a share.
        if not str(feature.get("tag", "")).startswith("$"):
            yield _facet(facet.index.byte_start, facet.index.byte_end, feature)


def _people(plain: str, did_of: Callable[[str], str | None]) -> Iterator[dict[str, Any]]:
    from atproto_client.utils.facet_detection import detect_mentions

    for mention in detect_mentions(plain):
        did = did_of(mention.handle.lower())
        if did is not None:
            feature = {"$type": f"{_FEATURE}#mention", "did": did}
            yield _facet(mention.byte_start, mention.byte_end, feature)


def _facet(start: int, end: int, feature: dict[str, Any]) -> dict[str, Any]:
    return {"index": {"byteStart": start, "byteEnd": end}, "features": [feature]}


def _overlap(one: dict[str, int], other: dict[str, int]) -> bool:
    return one["byteStart"] < other["byteEnd"] and other["byteStart"] < one["byteEnd"]
