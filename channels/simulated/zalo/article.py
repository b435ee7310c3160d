"""Checks an article as Zalo does. Used by ``channels.simulated.zalo``."""

from __future__ import annotations

import re
from collections.abc import Set as AbstractSet
from html import unescape
from typing import Any

_FIELDS = {"type", "title", "author", "description", "cover", "body", "status", "comment"}
# It says "1 to 150 characters", and refuses 150.
_LESS_THAN = {"title": 150, "author": 51, "description": 300}
_ITEMS = {
    "text": ({"content"}, set[str]()),
    "image": ({"url"}, {"caption"}),
    "video": (set[str](), {"url", "video_id", "thumb"}),
}
_COVERS = {"photo": {"photo_url"}, "video": {"video_id", "cover_view"}}


def checked(article: dict[str, Any], videos: AbstractSet[str]) -> str:
    """The field that Zalo takes offence at; empty where it takes the article."""
    if set(article) != _FIELDS or article["type"] != "normal":
        return "type"
    for name, most in _LESS_THAN.items():
        if not 0 < len(str(article[name])) < most:
            return name
    for name in ("status", "comment"):
        if article[name] not in ("show", "hide"):
            return name
    return _cover(article["cover"], videos) or _body(article["body"], videos)


def pictures_in(article: dict[str, Any]) -> list[Any]:
    """The addresses that Zalo fetches pictures from."""
    found = [article["cover"].get("photo_url")]
    found += [each.get("thumb") for each in article["body"]]
    found += [each.get("url") for each in article["body"] if each["type"] == "image"]
    return [address for address in found if address is not None]


def text_of(article: dict[str, Any]) -> str:
    """What a reader reads below the title."""
    texts = (each["content"] for each in article["body"] if each["type"] == "text")
    return unescape(re.sub(r"<[^>]*>", " ", "\n".join(texts)))


def media_in(article: dict[str, Any], default_cover: str) -> int:
    """How many pictures and films it shows, besides the ``default_cover``."""
    on_cover: bool = article["cover"].get("photo_url") not in ("", default_cover)
    return on_cover + len([each for each in article["body"] if each["type"] != "text"])


def _cover(cover: Any, videos: AbstractSet[str]) -> str:
    wanted = _COVERS.get(str(cover.get("cover_type"))) if isinstance(cover, dict) else None
    if wanted is None or set(cover) != wanted | {"cover_type", "status"}:
        return "cover"
    if cover["status"] != "show":
        return "cover"
    if cover["cover_type"] == "photo":
        address = str(cover["photo_url"])
        return "" if address.startswith("http") and address.isascii() else "photo_url"
    fits = cover["cover_view"] in ("horizontal", "vertical", "square")
    return "" if fits and cover["video_id"] in videos else "video_id"


def _body(body: Any, videos: AbstractSet[str]) -> str:
    if not isinstance(body, list) or not body:
        return "body"
    for item in body:
        needed, allowed = _ITEMS.get(str(item.get("type")), (None, None))
        if needed is None or allowed is None:
            return "body"
        fields = set(item) - {"type"}
        if not needed <= fields <= needed | allowed or not all(item.values()):
            return "body"
        if item["type"] == "video" and ("url" in item) == ("video_id" in item):
            return "body"
        if item["type"] == "video" and item.get("video_id", "") not in {"", *videos}:
            return "video_id"
    return ""
