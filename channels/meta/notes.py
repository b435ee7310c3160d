"""Notes in a delivery's journal what became of its containers at Instagram or Threads.

Everything is noted before the next step is taken. Used by ``channels.meta.containers``.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from channels.base import Journal, Media
from channels.noted import NotedMedia

_CHILDREN_LAST = timedelta(hours=20)
"""Containers that nobody publishes are kept for 24 hours."""


@dataclass(frozen=True, slots=True)
class Container:
    """``part`` of a message at the platform; ``mark`` is the fingerprint of what it was made of.
    ``asked_at`` is when it was first to be published, where no refusal came; ``misses`` how often
    the platform didn't know it then."""

    id: str
    part: int
    mark: str
    at: datetime
    asked_at: datetime | None = None
    misses: int = 0


class Notes:
    """One delivery's notes: the posts that are out (``ids``), the container of the next one, and
    the media of a carousel that are there already."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._children = NotedMedia(journal, _CHILDREN_LAST, place="child")
        self.ids: list[str] = json.loads(journal.get("posts") or "[]")

    def add(self, post_id: str) -> None:
        self.ids.append(post_id)
        self._journal.put("posts", json.dumps(self.ids))

    def container(self, part: int) -> Container | None:
        noted = json.loads(self._journal.get("container") or "null")
        if not noted or noted["part"] != part:
            return None
        asked_at = noted["asked_at"]
        return Container(
            noted["id"],
            noted["part"],
            noted["mark"],
            datetime.fromisoformat(noted["at"]),
            datetime.fromisoformat(asked_at) if asked_at else None,
            noted["misses"],
        )

    def keep(self, container: Container) -> Container:
        asked_at = container.asked_at.isoformat() if container.asked_at else None
        noted = asdict(container) | {"at": container.at.isoformat(), "asked_at": asked_at}
        self._journal.put("container", json.dumps(noted))
        return container

    def forget(self) -> None:
        """The container surely is no post and won't be one."""
        self._journal.put("container", "null")

    def leave(self, container: Container) -> None:
        """Nobody can tell of ``container``: what is sent after this, a person has decided on."""
        self._journal.put("left", container.id)

    def is_left(self, container: Container) -> bool:
        return self._journal.get("left") == container.id

    def child(self, media: Media, now: datetime) -> str | None:
        """The container of ``media`` in a carousel, while the platform surely keeps it."""
        noted = self._children.get(media, now)
        return str(noted["id"]) if noted else None

    def keep_child(self, media: Media, child: str, now: datetime) -> None:
        self._children.put(media, now, id=child)

    def forget_child(self, media: Media) -> None:
        self._children.forget(media)
