"""Stands in for Threads: containers, chains of replies, counts, deletion.

It counts a text as Threads does, fetches what it is given by address, answers only to what is ready
and only once for each container, and shows replies in a list of their own. One account.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from werkzeug.wrappers import Request, Response

from channels.simulated import FaultName
from channels.simulated.meta.account import FOLLOWERS, Post, not_permitted
from channels.simulated.meta.containers import Container, ContainerStandIn, is_video
from channels.simulated.meta.graph import Route, invalid, missing, no, refuse, wanted, written
from channels.simulated.meta.tokens import TOKEN
from channels.threads.counting import LINKS_MAX, TEXT_MAX, length, links

USER_ID, USERNAME = "25000000000000007", "sokhcn_vidu"

_TEXT = frozenset({"media_type", "text", "reply_to_id", "reply_control", "topic_tag"})
_FIELDS = {
    "TEXT": _TEXT | {"link_attachment"},
    "IMAGE": _TEXT | {"image_url", "alt_text", "is_carousel_item"},
    "VIDEO": _TEXT | {"video_url", "alt_text", "is_carousel_item"},
    "CAROUSEL": _TEXT | {"children"},
}
_ALL = frozenset().union(*_FIELDS.values())
_MAY_REPLY = frozenset(
    {
        *("", "everyone", "accounts_you_follow", "mentioned_only"),
        *("parent_post_author_only", "followers_only"),
    }
)
_PICTURES_BEGIN = (b"\x89PNG", b"\xff\xd8\xff")
_PAGING = frozenset({"fields", "limit", "since", "after", "before"})


class Platform(ContainerStandIn):
    """One account. ``made_of`` is what each container was asked for with, in their order;
    ``may_delete`` is what the token may do besides; ``tells_replied_to`` is of replies."""

    metrics = {  # noqa: RUF012 -- a table, as the platform's
        "views": "views",
        "likes": "reactions",
        "replies": "comments",
        "reposts": "shares",
        "quotes": "quotes",
        "shares": "sends",
    }
    grants = ("th_exchange_token", "th_refresh_token")
    needed_scope = "threads_content_publish"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.versions = frozenset({"v1.0"})
        self.may_delete = True
        self.tells_replied_to = True
        self.made_of: list[dict[str, str]] = []

    def config(self) -> dict[str, Any]:
        return {
            "account": USER_ID,
            "token": "env:STAND_IN_THREADS_TOKEN",
            "base_url": self.url,
            "web_url": self.url,
            "poll_s": 0,
        }

    def secrets(self) -> dict[str, str]:
        return {"env:STAND_IN_THREADS_TOKEN": TOKEN}

    # -- the platform -----------------------------------------------------------------------------

    @property
    def routes(self) -> Sequence[Route]:
        me, fields = rf"(me|{USER_ID})", frozenset({"fields"})
        return (
            Route("GET", me, self._me, fields),
            Route("POST", rf"{me}/threads", self._create, _ALL),
            Route("POST", rf"{me}/threads_publish", self.take, frozenset({"creation_id"})),
            Route("GET", rf"{me}/threads_publishing_limit", self.told_allowance, fields),
            Route("GET", rf"{me}/threads", self._threads, _PAGING),
            Route("GET", rf"{me}/replies", self._replies, _PAGING),
            Route("GET", rf"{me}/threads_insights", self._of_account, frozenset({"metric"})),
            Route("GET", r"(\d+)/insights", self.insights, frozenset({"metric"})),
            Route("GET", r"(\d+)", self.one, fields),
            Route("DELETE", r"(\d+)", self._delete),
        )

    def refusal(self, fault: FaultName) -> Response:
        if fault == "429":
            return no(4, "(#4) Application request limit reached", status=403)
        return super().refusal(fault)

    def not_ready(self) -> Response:
        return no(24, "The requested resource does not exist", subcode=4279009)

    def unknown(self) -> Response:
        return self.not_ready()

    def address(self, container: Container, number: str) -> str:
        return f"{self.url}/@{USERNAME}/post/C{number}"

    def granted(self, token: str) -> dict[str, Any]:
        return {"access_token": token, "user_id": int(USER_ID)}

    def shown(self, number: str, post: Post) -> dict[str, Any]:
        before = {"id": post.published.reply_to} if self.tells_replied_to else None
        return {
            "id": number,
            "text": post.published.text,
            "timestamp": written(post.published.at),
            "permalink": post.published.url,
            "replied_to": before,
        }

    # -- what is asked ----------------------------------------------------------------------------

    def _me(self, request: Request, _user: str) -> dict[str, Any]:
        known = {"id": USER_ID, "username": USERNAME, "name": "Sở Khoa học và Công nghệ"}
        return {name: known[name] for name in wanted(request, known)}

    def _of_account(self, request: Request, _user: str) -> dict[str, Any]:
        if not self.may_see_followers:
            refuse(not_permitted())
        if request.values.get("metric") != "followers_count":
            refuse(invalid("(#100) metric"))
        total = {"value": FOLLOWERS}
        return {"data": [{"name": "followers_count", "period": "day", "total_value": total}]}

    def _create(self, request: Request, _user: str) -> dict[str, Any]:
        asked = request.values
        kind, text, before = asked.get("media_type", ""), asked.get("text", ""), ""
        if kind not in _FIELDS or not {*asked} - {"access_token"} <= _FIELDS[kind]:
            refuse(invalid("(#100) Param media_type, or one that it doesn't have"))
        if length(text) > TEXT_MAX:
            refuse(invalid("(#100) Param text must be at most 500 characters long."))
        if links(text, asked.get("link_attachment", "")) > LINKS_MAX:
            refuse(invalid("THREADS_API__LINK_LIMIT_EXCEEDED"))
        if len(asked.get("alt_text", "")) > 1_000 or (kind == "TEXT" and not text):
            refuse(invalid("(#100) Param alt_text, or text"))
        if asked.get("reply_control", "") not in _MAY_REPLY:
            refuse(invalid("(#100) Param reply_control"))
        if "reply_to_id" in asked:
            before = asked["reply_to_id"]
            if before not in self.posts:
                refuse(missing(before))
        alts: tuple[str, ...] = ()
        if kind == "CAROUSEL":
            numbers = asked.get("children", "").split(",")
            alts = self.item_alts(numbers, 20, invalid("(#100) Param children: 2 to 20"))
        elif kind != "TEXT":
            self._fetch(kind, asked.get(f"{kind.lower()}_url"))
            alts = (asked.get("alt_text", ""),)
        self.made_of.append(asked.to_dict())
        looks, is_item = self.looks_until_ready, asked.get("is_carousel_item") == "true"
        made = Container(kind, text, self.clock(), looks, alts, is_item, before)
        return self.made(made)

    def _fetch(self, kind: str, address: str | None) -> None:
        refused = no(1, "The media could not be fetched from this uri", subcode=2207052)
        content = self.fetch(address, f"{kind.lower()}/", refused)
        known = is_video(content) if kind == "VIDEO" else content.startswith(_PICTURES_BEGIN)
        if not known or (kind == "IMAGE" and len(content) > 8_000_000):
            refuse(invalid("(#100) The media has an invalid format"))

    def _threads(self, request: Request, _user: str) -> dict[str, Any]:
        posts = [each for each in self.posts.items() if not each[1].published.reply_to]
        if "replied_to" in request.values.get("fields", ""):
            refuse(no(100, "(#100) Tried accessing nonexisting field (replied_to)"))
        return self.list_posts(request, posts)

    def _replies(self, request: Request, _user: str) -> dict[str, Any]:
        posts = [each for each in self.posts.items() if each[1].published.reply_to]
        return self.list_posts(request, posts)

    def _delete(self, _request: Request, number: str) -> dict[str, Any]:
        if not self.may_delete:
            refuse(not_permitted())
        if number not in self.posts:
            refuse(missing(number))
        del self.posts[number]
        return {"success": True, "deleted_id": number}
