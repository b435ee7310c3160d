"""Keeps an account at Instagram or Threads, for both of their stand-ins. Its long-lived tokens, its
posts, what is told of them, and what is counted of each by metric.

How a post comes about is its own affair: ``channels.simulated.meta.containers``.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from werkzeug.wrappers import Request, Response

from channels.simulated import FaultName, Published
from channels.simulated.meta.graph import GraphStandIn, expired, missing, no, refuse, wanted
from channels.simulated.meta.tokens import TOKEN, Access

FOLLOWERS = 5_432


@dataclass(slots=True)
class Post:
    published: Published
    counts: dict[str, int] = field(default_factory=dict)


class AccountStandIn(GraphStandIn):
    """One account. ``may_list``, ``may_count`` and ``may_see_followers`` are what the token may do;
    ``stale`` tokens can only be renewed; ``list_lags`` hides all posts; ``dead_metrics`` are names
    that are refused, ``closed_metrics`` those that the token may not read, and ``late_metrics``
    those that aren't known yet; ``tells_address`` is for posts."""

    metrics: Mapping[str, str] = {}
    grants = ("", "")
    needed_scope = ""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
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
        self.posts: dict[str, Post] = {}
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
    def shown(self, number: str, post: Post) -> dict[str, Any]:
        """All fields of a post."""

    @abstractmethod
    def granted(self, token: str) -> dict[str, Any]:
        """How a short token is given."""

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

    def number(self, begin: str) -> str:
        """A new id, of a post or of what becomes one."""
        self._last += 1
        return f"{begin}{self._last:014d}"

    # -- reading ----------------------------------------------------------------------------------

    def one(self, request: Request, number: str) -> dict[str, Any]:
        """A post."""
        post = self.posts.get(number)
        if post is None:
            refuse(missing(number))
        told = self.shown(number, post)
        names = wanted(request, told)
        if not self.tells_address:
            told.pop("permalink")
        return only(told, names)

    def list_posts(self, request: Request, posts: Iterable[tuple[str, Post]]) -> dict[str, Any]:
        """``posts``, the newest first."""
        if not self.may_list:
            refuse(not_permitted())
        since = int(request.values.get("since", "0"))
        items = [
            self.shown(number, post)
            for number, post in reversed(list(posts))
            if post.published.at.timestamp() >= since
        ]
        known = self.shown("0", Post(Published("0", "", self.clock())))
        names = wanted(request, known)
        shown = [only(item, names) for item in items]
        return self.listed(request, [] if self.list_lags else shown, TOKEN)

    def insights(self, request: Request, number: str) -> dict[str, Any]:
        """What is counted of a post."""
        if not self.may_count:
            refuse(not_permitted())
        post = self.posts.get(number)
        if post is None:
            refuse(missing(number))
        names = request.values.get("metric", "").split(",")
        for name in names:
            if name not in self.metrics or name in self.dead_metrics:
                said = f"(#100) metric[0] must be one of the following values, not {name}"
                refuse(no(100, said))
        if self.closed_metrics & {*names}:
            refuse(not_permitted())
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


def only(told: Mapping[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """What ``told`` has of ``names``, and the id, which Graph gives unasked."""
    return {name: told[name] for name in {"id", *names} if name in told}


def not_permitted() -> Response:
    """How it refuses what the token may not do."""
    return no(10, "(#10) Application does not have permission for this action")
