"""Keeps the articles of Zalo's stand-in, each from the job that makes it on."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from PIL import Image

from channels.simulated.host import fetched
from channels.simulated.zalo.article import pictures_in

COUNTS = {"views": "total_view", "shares": "total_share"}

_PICTURE_MAX = 1_000_000


@dataclass(slots=True)
class Job:
    """An ``article`` that is asked for; ``looks`` is how often it is still to be asked after until
    it is made, and ``id`` what it is called then."""

    article: dict[str, Any]
    at: datetime
    looks: int
    id: str
    failed: bool = False
    removed: bool = False
    counts: Mapping[str, int] = field(default_factory=dict)

    def fetch(self) -> None:
        """Get its pictures; it fails over one that can't be had."""
        for address in pictures_in(self.article):
            try:
                content, mime = fetched(address)
                Image.open(BytesIO(content)).verify()
            except (ValueError, OSError):
                self.failed = True
            else:
                self.failed |= len(content) > _PICTURE_MAX or not mime.startswith("image/")

    def summary(self) -> dict[str, Any]:
        """As the list of articles tells of it."""
        return {
            "id": self.id,
            "type": "normal",
            "title": self.article["title"],
            "status": self.article["status"],
            **dict.fromkeys(COUNTS.values(), 0),
            **self.counts,
        }


class Jobs:
    """Those of one account, by their tokens; one is made by itself once ``settles_after`` is
    over."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.settles_after = timedelta(seconds=20)
        self.all: dict[str, Job] = {}

    def begin(self, article: dict[str, Any], looks: int) -> tuple[str, Job]:
        """A new one, with its token."""
        # An id of Zalo's is no number.
        job = Job(article, self._clock(), looks, f"c9f1b7d38e96{len(self.all) + 1:04d}a0b1")
        token = f"job-{secrets.token_hex(12)}"
        self.all[token] = job
        return token, job

    def is_made(self, job: Job) -> bool:
        return job.looks <= 0 or self._clock() - job.at >= self.settles_after

    def out(self) -> list[Job]:
        """Those that readers see, the oldest first."""
        return [
            job
            for job in self.all.values()
            if self.is_made(job) and not job.failed and not job.removed
        ]

    def named(self, article_id: object) -> Job | None:
        """The one that readers see under that id."""
        return next((job for job in self.out() if job.id == article_id), None)
