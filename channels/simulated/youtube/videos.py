"""Keeps the videos of YouTube's stand-in, and shows them as the Data API does."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from channels.simulated import Published
from channels.simulated.youtube.answers import written

COUNTS = {"views": "viewCount", "reactions": "likeCount", "comments": "commentCount"}

_WHY = {"failed": "failureReason", "rejected": "rejectionReason"}


@dataclass(slots=True)
class Video:
    """A video as its owner sees it; ``looks_left`` is how often it is still to be asked for until
    YouTube knows what becomes of it."""

    number: str
    at: datetime
    snippet: dict[str, Any]
    privacy: str
    made_for_kids: bool
    notified: bool
    content: bytes
    upload: str = "uploaded"
    why: str = ""
    looks_left: int = 0
    thumbnail: bytes = b""
    captions: dict[tuple[str, str], bytes] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def is_seen(self) -> bool:
        """Whether people who have its address can see it."""
        return self.upload in ("uploaded", "processed") and self.privacy != "private"

    def published(self, url: str) -> Published:
        """As they see it, at ``url``."""
        return Published(
            remote_id=self.number,
            text=self.snippet["description"],
            at=self.at,
            url=f"{url}/watch?v={self.number}",
            title=self.snippet["title"],
            media=1,
        )

    def look(self, outcome: str, why: str) -> None:
        """Somebody asks how YouTube took it: in the end ``outcome``, and ``why``."""
        if self.looks_left == 0 and self.upload == "uploaded":
            self.upload, self.why = outcome, why
        self.looks_left = max(self.looks_left - 1, 0)

    def resource(self, parts: Collection[str], hidden: Collection[str]) -> dict[str, Any]:
        """The resource by its ``parts``, without the ``hidden`` counts."""
        shown: dict[str, Any] = {"kind": "youtube#video", "id": self.number}
        if "snippet" in parts:
            shown["snippet"] = {**self.snippet, "publishedAt": written(self.at)}
        if "status" in parts:
            shown["status"] = {"uploadStatus": self.upload, "privacyStatus": self.privacy}
            if self.upload in _WHY:
                shown["status"][_WHY[self.upload]] = self.why
        if "statistics" in parts:
            names = [name for name in COUNTS.values() if name not in hidden]
            counts = {name: str(self.counts.get(name, 0)) for name in names}
            shown["statistics"] = {**counts, "favoriteCount": "0"}
        return shown

    def item(self) -> dict[str, Any]:
        """As an item of the list of the channel's uploads."""
        return {
            "snippet": {
                "publishedAt": written(self.at),
                "title": self.snippet["title"],
                "description": self.snippet["description"],
                "resourceId": {"kind": "youtube#video", "videoId": self.number},
            }
        }
