"""Makes containers as Instagram and Threads do, for both of their stand-ins. They are worked on,
published once and forgotten after a day; with an allowance of posts.

Media are fetched from the address that is given. Nothing is published that isn't ready, and a
container that is a post already isn't known any more to the request that publishes.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from channels.simulated import Published
from channels.simulated.host import fetched
from channels.simulated.meta.account import AccountStandIn, Post, not_permitted, only
from channels.simulated.meta.graph import invalid, missing, no, refuse, wanted

_CONTAINERS_LAST = timedelta(hours=24)


@dataclass(slots=True)
class Container:
    """``kind`` is its media_type, ``alts`` those of its media, ``looks`` how often it is still to
    be asked for until it is ready."""

    kind: str
    text: str
    at: datetime
    looks: int
    alts: tuple[str, ...] = ()
    is_item: bool = False
    reply_to: str = ""
    failed: str = ""
    post_id: str = ""


class ContainerStandIn(AccountStandIn):
    """One account. ``looks_until_ready`` is how often a container must be asked for; ``fails`` the
    reason for which new ones fail; ``lost_for`` how often a ready one is unknown to the request
    that publishes it; ``says_status`` whether they can be asked at all, and ``says_published``
    whether that tells of posts; ``allowance`` the posts of a day; ``may_publish`` is what the token
    may do besides."""

    status_field = "status"
    reason_field = "error_message"

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.looks_until_ready = 1
        self.fails = ""
        self.lost_for = 0
        self.says_status = True
        self.says_published = True
        self.allowance = 250
        self.may_publish = True
        self.containers: dict[str, Container] = {}
        self.out_at: list[tuple[datetime, bool]] = []

    @abstractmethod
    def not_ready(self) -> Response:
        """How it refuses to publish a container that isn't ready."""

    @abstractmethod
    def unknown(self) -> Response:
        """How it refuses to publish a container that it doesn't know."""

    @abstractmethod
    def address(self, container: Container, number: str) -> str:
        """Where the post is seen."""

    def publishes(self, request: Request) -> bool:
        return request.method == "POST" and request.path.endswith("_publish")

    # -- containers -------------------------------------------------------------------------------

    def made(self, container: Container) -> dict[str, Any]:
        self._may_publish()
        number = self.number("178")
        container.failed = self.fails
        self.containers[number] = container
        return {"id": number}

    def item_alts(self, numbers: Iterable[str], most: int, too_many: Response) -> tuple[str, ...]:
        """The alt texts of a carousel's items, all of which must be ready."""
        items = [self.containers.get(number) for number in numbers]
        if not 2 <= len(items) <= most:
            refuse(too_many)
        alts: list[str] = []
        for item in items:
            if item is None or not item.is_item or self._is_stale(item):
                refuse(self.unknown())
            if item.looks or item.failed:
                refuse(self.not_ready())
            alts += item.alts
        return tuple(alts)

    def fetch(self, address: object, kind: str, refused: Response) -> bytes:
        """What the platform gets from ``address``, which must give ``kind`` ("image/")."""
        try:
            content, mime = fetched(address)
        except (ValueError, OSError):
            refuse(refused)
        if not mime.startswith(kind):
            refuse(refused)
        return content

    def take(self, request: Request, *_user: str) -> dict[str, Any]:
        """Publish the container that ``request`` names."""
        self._may_publish()
        container = self.containers.get(request.values.get("creation_id", ""))
        if container is None or container.post_id or self._is_stale(container):
            refuse(self.unknown())
        if container.is_item:
            refuse(invalid("(#100) An item of a carousel can't be published"))
        if container.looks or container.failed:
            refuse(self.not_ready())
        if self.lost_for:
            self.lost_for -= 1
            refuse(self.unknown())
        is_reply = bool(container.reply_to)
        if self.used(replies=is_reply) >= self.allowance:
            refuse(self.over_allowance())
        container.post_id = number = self.number("179")
        self.out_at.append((self.clock(), is_reply))
        self.posts[number] = Post(
            Published(
                number,
                container.text,
                self.clock(),
                self.address(container, number),
                media=len(container.alts),
                alts=container.alts,
                reply_to=container.reply_to,
            )
        )
        return {"id": number}

    def over_allowance(self) -> Response:
        said = "You reached maximum number of posts that is allowed to be published by this API."
        return no(9, said, subcode=2207042)

    def used(self, *, replies: bool = False) -> int:
        """The posts, or replies, of the last 24 hours."""
        since = self.clock() - timedelta(hours=24)
        return sum(at > since and is_reply is replies for at, is_reply in self.out_at)

    def told_allowance(self, request: Request, *_user: str) -> dict[str, Any]:
        self._may_publish()
        known = {
            "quota_usage": self.used(),
            "config": {"quota_total": self.allowance, "quota_duration": 86_400},
            "reply_quota_usage": self.used(replies=True),
            "reply_config": {"quota_total": self.allowance, "quota_duration": 86_400},
        }
        return {"data": [{name: known[name] for name in wanted(request, known)}]}

    def one(self, request: Request, number: str) -> dict[str, Any]:
        """A container, or a post."""
        container = self.containers.get(number)
        if container is None:
            return super().one(request, number)
        if not self.says_status:
            refuse(missing(number))
        told = {"id": number, self.status_field: self._status(container)}
        if container.failed:
            told[self.reason_field] = container.failed
        return only(told, wanted(request, {"id", self.status_field, self.reason_field}))

    # -- parts ------------------------------------------------------------------------------------

    def _may_publish(self) -> None:
        if not self.may_publish:
            refuse(not_permitted())

    def _status(self, container: Container) -> str:
        if container.post_id:
            return "PUBLISHED" if self.says_published else "FINISHED"
        if container.failed:
            return "ERROR"
        if self._is_stale(container):
            return "EXPIRED"
        if container.looks:
            container.looks -= 1
            return "IN_PROGRESS"
        return "FINISHED"

    def _is_stale(self, container: Container) -> bool:
        return self.clock() - container.at > _CONTAINERS_LAST


def is_video(content: bytes) -> bool:
    return content[4:8] == b"ftyp"
