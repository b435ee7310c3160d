"""Keeps the posts and pictures of Facebook's stand-in, and shows them in Graph's form."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from channels.simulated import Published
from channels.simulated.facebook.people import PAGE_ID
from channels.simulated.meta.graph import invalid, no, refuse, written

COUNTS = frozenset({"reactions", "comments", "shares"})
POST_FIELDS = COUNTS | {"id", "message", "created_time", "permalink_url", "insights"}
VIDEO_FIELDS = COUNTS | {"id", "description", "created_time", "permalink_url"}
VIDEO_FIELDS |= {"published", "status"}

_PICTURES_BEGIN = (b"\x89PNG", b"\xff\xd8")


@dataclass
class _Photo:
    alt: str
    is_used: bool = False


@dataclass
class Post:
    """``key`` is what makes another post the same one; ``link`` has its preview in it."""

    published: Published
    key: tuple[str, str, tuple[str, ...]]
    link: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)


class Posts:
    """What is on the Page at ``url``, by number; a video's has no "_". Pictures that were brought
    are in no post until one takes them."""

    def __init__(self, clock: Callable[[], datetime], url: Callable[[], str]) -> None:
        self._clock = clock
        self._url = url
        self.all: dict[str, Post] = {}
        self._photos: dict[str, _Photo] = {}
        self._last = 0

    # -- pictures ---------------------------------------------------------------------------------

    @property
    def photos(self) -> int:
        """How many pictures were brought."""
        return len(self._photos)

    def bring(self, content: bytes, alt: str, most_bytes: int) -> str:
        """A picture that nobody sees yet; gives its number."""
        if not content.startswith(_PICTURES_BEGIN) or len(content) > most_bytes:
            said = "Photos should be smaller than 4 MB and saved as JPG, PNG."
            refuse(no(324, said, subcode=1366046))
        number = self._number()
        self._photos[number] = _Photo(alt)
        return number

    def forget_photos(self) -> None:
        """Have no pictures any more that aren't in a post."""
        self._photos = {name: each for name, each in self._photos.items() if each.is_used}

    # -- posts ------------------------------------------------------------------------------------

    def add(self, message: str, link: str, photos: Sequence[str]) -> str:
        """A post; gives its number. The same one twice running is refused."""
        if any(photo not in self._photos for photo in photos):
            refuse(invalid("(#100) Invalid parameter: attached_media"))
        if any(self._photos[photo].is_used for photo in photos):
            refuse(no(100, "The photos were already posted.", subcode=1366051))
        key = (message, link, tuple(photos))
        if self.all and [*self.all.values()][-1].key == key:
            refuse(no(506, "(#506) Duplicate status message"))
        for photo in photos:
            self._photos[photo].is_used = True
        number = f"{PAGE_ID}_{self._number()}"
        alts = tuple(self._photos[photo].alt for photo in photos)
        self.all[number] = Post(self._published(number, message, len(photos), alts), key, link)
        return number

    def add_video(self, number: str, description: str) -> None:
        """The post that a finished video is."""
        published = self._published(number, description, 1, ())
        self.all[number] = Post(published, (description, "", (number,)))

    def shown(self, number: str, names: Sequence[str]) -> dict[str, Any]:
        """A post by the fields of ``names``, as far as it has them."""
        published, counts = self.all[number].published, self.all[number].counts
        path = urlsplit(published.url).path
        told: dict[str, Any] = {
            "id": number,
            "created_time": written(published.at),
            "published": True,
            "message": published.text,
            "description": published.text,
            "permalink_url": path if "_" not in number else published.url,
            "reactions": {"data": [], "summary": {"total_count": counts.get("reactions", 0)}},
            "comments": {"data": [], "summary": {"total_count": counts.get("comments", 0)}},
        }
        if counts.get("shares"):
            told["shares"] = {"count": counts["shares"]}
        return {"id": number} | {name: told[name] for name in names if name in told}

    def _published(self, number: str, text: str, media: int, alts: tuple[str, ...]) -> Published:
        kind = "posts" if "_" in number else "videos"
        url = f"{self._url()}/{PAGE_ID}/{kind}/{number.rpartition('_')[2]}"
        return Published(number, text, self._clock(), url, media=media, alts=alts)

    def _number(self) -> str:
        self._last += 1
        return str(122_000_000_000_000 + self._last)
