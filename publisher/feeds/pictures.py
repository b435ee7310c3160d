"""Fetches the picture of an entry that goes out, from the public web, and keeps it.

It is kept as every medium of the plan is, by what it is made of, below var/media. What is no
picture, or too small to be looked at, or too large, is passed over: the entry goes out without.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import structlog

from publisher.clock import Clock
from publisher.feeds.entries import ParsedEntry
from publisher.feeds.fetch import FeedError, fetch_bytes
from publisher.feeds.manners import Manners
from publisher.media.library import MediaError, keep, measure

log = structlog.get_logger("feeds")

MAX_BYTES = 12 * 1024 * 1024
MAX_SIDES = 12_000
"""Of a picture's width and height."""

LEAST_SIDE = 200
"""Smaller ones are counters, smileys and thumbnails, which nobody would post."""

TIMEOUT_S = 15.0
MOST_A_LOOK = 40
"""So many pictures are fetched at one look: the entries of a flood go out without."""

_SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
}


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A picture kept below var/media under ``name``; ``url`` is where it was shown."""

    name: str
    url: str
    alt: str


class PictureBook:
    """Fetches and keeps; ``folder`` is var/media."""

    def __init__(self, folder: Path, clock: Clock, manners: Manners) -> None:
        self._folder = folder
        self._clock = clock
        self._manners = manners

    def of(
        self, entries: Iterable[ParsedEntry], trusted_hosts: Collection[str]
    ) -> dict[str, KeptPicture]:
        """The pictures of ``entries``, by their keys; those that have none are left out."""
        found: dict[str, KeptPicture] = {}
        left = MOST_A_LOOK
        for entry in entries:
            for picture in entry.pictures:
                if left == 0:
                    return found
                left -= 1
                name = self._kept(picture.url, trusted_hosts)
                if name:
                    found[entry.key] = KeptPicture(name, picture.url, picture.alt or entry.title)
                    break
        return found

    def _kept(self, url: str, trusted_hosts: Collection[str]) -> str:
        """The name of the picture at ``url``; "" where there is none that can be used."""
        try:
            with self._manners.turn(url):
                content = fetch_bytes(
                    url,
                    self._clock,
                    trusted_hosts=trusted_hosts,
                    timeout_s=TIMEOUT_S,
                    most=MAX_BYTES,
                )
            return self._measured(content)
        except (FeedError, MediaError, OSError) as error:
            log.info("picture of an entry passed over", url=url, why=str(error))
            return ""

    def _measured(self, content: bytes) -> str:
        with tempfile.TemporaryDirectory(prefix="publisher-picture-") as folder:
            place = Path(folder) / "picture"
            place.write_bytes(content)
            mime = measure(place, "").mime
            if mime not in _SUFFIXES:
                raise MediaError("unknown")
            named = place.rename(place.with_suffix(_SUFFIXES[mime]))
            medium = measure(named, "")
            width, height = medium.width or 0, medium.height or 0
            if min(width, height) < LEAST_SIDE or max(width, height) > MAX_SIDES:
                raise MediaError("unknown")
            return keep(medium, self._folder).path.relative_to(self._folder).as_posix()
