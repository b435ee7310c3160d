"""Makes containers as Instagram and Threads do, for both of their stand-ins. They are worked on,
published once and forgotten after a day; with an allowance of posts, long-lived tokens, and counts
by metric.

Media are fetched from the address that is given. Nothing is published that isn't ready, and a
container that is a post already isn't known any more to the request that publishes.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from channels.simulated import FaultName, Published
from channels.simulated.host import fetched
from channels.simulated.meta.graph import (
    GraphStandIn,
    expired,
    invalid,
    missing,
    no,
    refuse,
    wanted,
)
from channels.simulated.meta.tokens import TOKEN, Access

FOLLOWERS = 5_432

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


@dataclass(slots=True)
class Post:
    published: Published
    counts: dict[str, int] = field(default_factory=dict)


class ContainerStandIn(GraphStandIn):
    """One account. ``looks_until_ready`` is how often a container must be asked for; ``fails`` the
    reason for which new ones fail; ``lost_for`` how often a ready one is unknown to the request
    that publishes it; ``says_status`` whether they can be asked at all, and ``says_published``
    whether that tells of posts; ``allowance`` the posts of a day; ``stale`` tokens can only be
    renewed. ``may_publish``, ``may_list``, ``may_count`` and ``may_see_followers`` are what the
    token may do; ``list_lags`` hides all posts; ``dead_metrics`` are names that are refused,
    ``closed_metrics`` those that the token may not read, and ``late_metrics`` those that aren't
    known yet; ``tells_address`` is for posts."""

    status_field = "status"
    reason_field = "error_message"
    metrics: Mapping[str, str] = {}
    grants = ("", "")
    needed_scope = ""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.looks_until_ready = 1
        self.fails = ""
        self.lost_for = 0
        self.says_status = True
        self.says_published = True
        self.allowance = 250
        self.may_publish = True
        self.may_list = True
        self.may_count = True
        self.may_see_followers = True
        self.list_lags = False
        self.dead_metrics: set[str] = set()
        self.closed_metrics: set[str] = set()
        self.late_metrics: set[str] = set()
        self.tells_address = True
        self.stale: set[str] = set()
        self.asked: list[str] = []
        self.containers: dict[str, Container] = {}
        self.posts: dict[str, Post] = {}
        self.out_at: list[tuple[datetime, bool]] = []
        self.access = Access(clock, self.grants, self.needed_scope, self.granted)
        self._last = 0

    # -- for those who use it ---------------------------------------------------------------------

    def published(self) -> tuple[Published, ...]:
        with self.guard:
            return tuple(post.published for post in self.posts.values())

    def readers(self, remote_id: str, **counts: int) -> None:
        with self.guard:
            post = self.posts.get(remote_id.partition(",")[0])
            if post is not None:
                post.counts = dict(counts)

    def remove(self, post_id: str) -> None:
        """Take a post away, as its owner does in the app."""
        with self.guard:
            del self.posts[post_id]

    def revoke(self, token: str = "") -> None:
        """Take ``token``, or every one, for bad from now on."""
        with self.guard:
            for name in [token] if token else list(self.access.good):
                self.access.good.pop(name, None)

    def consent(self, address: str) -> dict[str, str]:
        """What the account's owner is sent back with, who opened ``address`` and agreed."""
        with self.guard:
            return self.access.consent(address)

    # -- the platform -----------------------------------------------------------------------------

    @abstractmethod
    def not_ready(self) -> Response:
        """How it refuses to publish a container that isn't ready."""

    @abstractmethod
    def unknown(self) -> Response:
        """How it refuses to publish a container that it doesn't know."""

    @abstractmethod
    def address(self, container: Container, number: str) -> str:
        """Where the post is seen."""

    @abstractmethod
    def shown(self, number: str, post: Post) -> dict[str, Any]:
        """All fields of a post."""

    @abstractmethod
    def granted(self, token: str) -> dict[str, Any]:
        """How a short token is given."""

    def publishes(self, request: Request) -> bool:
        return request.method == "POST" and request.path.endswith("_publish")

    def permits(self, token: str) -> Response | None:
        is_good = self.access.takes(token) and token not in self.stale
        return None if is_good else expired()

    def refusal(self, fault: FaultName) -> Response:
        if fault == "expired":
            # The owner took the app's access back: no token is good any more, nor to be renewed.
            self.revoke()
        return super().refusal(fault)

    def answer(self, request: Request) -> Response:
        self.asked.append(f"{request.method} {request.path}")
        match request.method, request.path:
            case "POST", "/oauth/access_token":
                return self.access.short(request)
            case "GET", "/access_token":
                return self.access.long(request)
            case "GET", "/refresh_access_token":
                return self.access.renew(request)
        return super().answer(request)

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

    # -- reading ----------------------------------------------------------------------------------

    def one(self, request: Request, number: str) -> dict[str, Any]:
        """A container, or a post."""
        container, post = self.containers.get(number), self.posts.get(number)
        if container is not None:
            if not self.says_status:
                refuse(missing(number))
            told = {"id": number, self.status_field: self._status(container)}
            if container.failed:
                told[self.reason_field] = container.failed
            names = wanted(request, {"id", self.status_field, self.reason_field})
        elif post is not None:
            told = self.shown(number, post)
            names = wanted(request, told)
            if not self.tells_address:
                told.pop("permalink")
        else:
            refuse(missing(number))
        return {name: told[name] for name in {"id", *names} if name in told}

    def list_posts(self, request: Request, posts: Iterable[tuple[str, Post]]) -> dict[str, Any]:
        """``posts``, the newest first."""
        if not self.may_list:
            refuse(no(10, "(#10) Application does not have permission for this action"))
        since = int(request.values.get("since", "0"))
        items = [
            self.shown(number, post)
            for number, post in reversed(list(posts))
            if post.published.at.timestamp() >= since
        ]
        known = self.shown("0", Post(Published("0", "", self.clock())))
        names = wanted(request, known)
        shown = [{name: item[name] for name in {"id", *names}} for item in items]
        return self.listed(request, [] if self.list_lags else shown, TOKEN)

    def insights(self, request: Request, number: str) -> dict[str, Any]:
        if not self.may_count:
            refuse(no(10, "(#10) Application does not have permission for this action"))
        post = self.posts.get(number)
        if post is None:
            refuse(missing(number))
        names = request.values.get("metric", "").split(",")
        for name in names:
            if name not in self.metrics or name in self.dead_metrics:
                said = f"(#100) metric[0] must be one of the following values, not {name}"
                refuse(no(100, said))
        if self.closed_metrics & {*names}:
            refuse(no(10, "(#10) Application does not have permission for this action"))
        return {
            "data": [
                {
                    "name": name,
                    "period": "lifetime",
                    "values": [{"value": post.counts.get(self.metrics[name], 0)}],
                    "title": name.capitalize(),
                    "id": f"{number}/insights/{name}/lifetime",
                }
                for name in names
                if name not in self.late_metrics
            ]
        }

    # -- parts ------------------------------------------------------------------------------------

    def number(self, begin: str) -> str:
        self._last += 1
        return f"{begin}{self._last:014d}"

    def _may_publish(self) -> None:
        if not self.may_publish:
            refuse(no(10, "(#10) Application does not have permission for this action"))

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


def written(at: datetime) -> str:
    """A time as Graph writes it."""
    return at.strftime("%Y-%m-%dT%H:%M:%S+0000")


def is_video(content: bytes) -> bool:
    return content[4:8] == b"ftyp"
