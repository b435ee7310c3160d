"""Keeps the jobs of TikTok's stand-in, whose videos come piece by piece."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from werkzeug.wrappers import Request, Response


@dataclass(slots=True)
class Job:
    """A post that is asked for, of ``size`` bytes in ``count`` pieces, of which ``taken`` are
    there; without pieces it is fetched. It is done after ``looks``."""

    info: dict[str, Any]
    text: str
    at: datetime
    media: int = 1
    size: int = 0
    piece: int = 0
    count: int = 0
    taken: list[int] = field(default_factory=list)
    failed: str = ""
    post_id: str = ""
    looks: int = 0

    @property
    def by_upload(self) -> bool:
        return self.count > 0

    @property
    def is_whole(self) -> bool:
        return sum(self.taken) == self.size

    def take(self, request: Request) -> Response:
        """The answer to a piece of it; 201 to the last one."""
        told = re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", request.headers.get("Content-Range", ""))
        if request.method != "PUT" or told is None or "Authorization" in request.headers:
            return Response(status=400)
        first, last, size = (int(each) for each in told.groups())
        content = request.get_data()
        if size != self.size or len(content) != last + 1 - first or len(content) > 2 * self.piece:
            return Response(status=400)
        there = sum(self.taken)
        if first != there:
            return Response(status=416, headers={"Content-Range": f"bytes 0-{there}"})
        self.taken.append(len(content))
        if len(self.taken) < self.count:
            return Response(status=400 if len(content) != self.piece else 206)
        return Response(status=201 if self.is_whole else 400)
