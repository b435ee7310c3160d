"""Makes a feed of the posts in it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Any

from feedgenerator import Atom1Feed, Enclosure, Rss201rev2Feed


@dataclass(frozen=True, slots=True)
class Image:
    """A picture beside the feed."""

    url: str
    alt: str
    mime: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A post in the feed; ``at`` is ISO 8601 in UTC, ``number`` its name for ever."""

    number: str
    title: str
    html: str
    summary: str
    link: str
    at: str
    categories: tuple[str, ...]
    images: tuple[Image, ...]


def entry_of(kept: dict[str, Any]) -> Entry:
    """An entry as it was kept."""
    images = tuple(Image(**one) for one in kept.pop("images"))
    return Entry(**{**kept, "categories": tuple(kept["categories"]), "images": images})


def drawn(
    entries: Sequence[Entry],
    *,
    title: str,
    url: str,
    site: str,
    description: str,
    language: str,
    atom: bool,
    tag: Callable[[Entry], str],
) -> str:
    """The feed's text (Atom 1.0, RFC 4287, or RSS 2.0), the newest post first."""
    feed: Any = (Atom1Feed if atom else Rss201rev2Feed)(
        title=title,
        link=site,
        description=description or title,
        subtitle=description or None,
        language=language,
        feed_url=url,
        feed_guid=url,
        author_name=title,
    )
    for entry in reversed(entries):
        at = datetime.fromisoformat(entry.at)
        html = entry.html + "".join(_shown(image) for image in entry.images)
        enclosures = [Enclosure(one.url, str(one.size_bytes), one.mime) for one in entry.images]
        feed.add_item(
            title=entry.title,
            link=entry.link or site,
            # RSS 2.0 knows one text and one enclosure; Atom a summary beside the text, and many.
            description=(entry.summary or None) if atom else html,
            content=html if atom else None,
            unique_id=tag(entry),
            unique_id_is_permalink=False,
            pubdate=at,
            updateddate=at,
            categories=entry.categories,
            enclosures=enclosures if atom else enclosures[:1],
        )
    text: str = feed.writeString("utf-8")
    return text


def _shown(image: Image) -> str:
    return f'<p><img src="{escape(image.url)}" alt="{escape(image.alt)}"></p>'
