"""Writes a post as Bluesky keeps it: a record of the lexicon app.bsky.feed.post. Pure. Used by
``channels.bluesky``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from channels.base import Media, Message, Text

COLLECTION = "app.bsky.feed.post"

Blob = dict[str, Any]
Embed = dict[str, Any]


def post(
    part: Text,
    created_at: datetime,
    language: str,
    facets: Sequence[dict[str, Any]],
    embed: Embed | None,
    thread: Sequence[tuple[str, str]],
) -> dict[str, Any]:
    """The record; ``thread`` are the address and the content's id (CID) of each post before it."""
    record: dict[str, Any] = {
        "$type": COLLECTION,
        "text": part.plain,
        "createdAt": written(created_at),
        "langs": [language],
    }
    if facets:
        record["facets"] = list(facets)
    if embed:
        record["embed"] = embed
    if thread:
        record["reply"] = {"root": _reference(thread[0]), "parent": _reference(thread[-1])}
    return record


def pictures(media: Sequence[Media], blobs: Sequence[Blob]) -> Embed:
    """Pictures under a post, each with its alt text and its shape."""
    images = [
        {"alt": each.alt, "image": blob} | _shape(each)
        for each, blob in zip(media, blobs, strict=True)
    ]
    return {"$type": "app.bsky.embed.images", "images": images}


def card(message: Message, thumb: Blob | None) -> Embed:
    """The card of the message's link; what has no title is called by where it stands."""
    external: dict[str, Any] = {
        "uri": message.link,
        "title": message.title or _host(message.link) or message.link,
        "description": message.summary,
    }
    if thumb:
        external["thumb"] = thumb
    return {"$type": "app.bsky.embed.external", "external": external}


def written(moment: datetime) -> str:
    """``moment`` as the lexicons write it."""
    text = moment.astimezone(UTC).isoformat(timespec="milliseconds")
    return text.replace("+00:00", "Z")


def _host(link: str) -> str:
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        return ""


def _shape(media: Media) -> dict[str, Any]:
    if not media.width or not media.height:
        return {}
    return {"aspectRatio": {"width": media.width, "height": media.height}}


def _reference(named: tuple[str, str]) -> dict[str, str]:
    uri, cid = named
    return {"uri": uri, "cid": cid}
