"""Marks what is to be clicked in a text, as Bluesky wants it. Pure. Used by ``channels.bluesky``.

What means something in a text is a facet, whose place is counted in bytes: a Vietnamese letter is
one to three. Source: the lexicon app.bsky.richtext.facet.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from channels._graphemes import graphemes
from channels.base import Facet, Text

_TAG_MAX, _TAG_MAX_BYTES = 64, 640

_FEATURE = "app.bsky.richtext.facet"
_ADDRESS = re.compile(r"\w+:(//)?[^\s/]\S*")


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
