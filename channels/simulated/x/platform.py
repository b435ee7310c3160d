"""Stands in for X: the part of the API v2 by which an account posts and is read.

It verifies OAuth 1.0a signatures, refuses unknown fields, texts that weigh too much and repeats,
turns every address into one of its own (as t.co does) and processes videos before it takes them.
One app, one account.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from html import escape
from typing import Any

from werkzeug.wrappers import Request, Response

from channels.simulated import FaultName, Published
from channels.simulated.server import HttpStandIn, RefusedError, as_json
from channels.simulated.x.answers import body_of, check_query, gone, invalid, no, refuse
from channels.simulated.x.media import Library
from channels.simulated.x.oauth1 import Signatures
from channels.x.counting import addresses, weight

CONSUMER_KEY, CONSUMER_SECRET = "standInConsumerKey", "pl4ntedConsumerSecretOfNoValue"
TOKEN, TOKEN_SECRET = "1580000000-pl4ntedToken", "pl4ntedTokenSecretOfNoValue"
USER_ID, USERNAME = "1580000000", "sokhcn_vidu"
FOLLOWERS = 4_096
TEXT_MAX = 280

_COUNTS = {
    "impressions": "impression_count",
    "reactions": "like_count",
    "comments": "reply_count",
    "shares": "retweet_count",
    "saves": "bookmark_count",
}


@dataclass(frozen=True, slots=True)
class _Post:
    published: Published
    media_ids: tuple[str, ...] = ()
    counts: dict[str, int] = field(default_factory=dict)
    clicks: int = 0


class Platform(HttpStandIn):
    """One account. ``may_search`` is whether its tier may list its own posts, and ``list_lags``
    whether the list lacks all that is new; ``day_is_over`` and ``app_is_over`` make the fault
    ``429`` the account's day limit, or the app's; without ``has_credits`` nothing is posted;
    ``looks_until_processed`` is how often a video must be asked for before it is ready (0: it is at
    once, and may not be asked for); ``left`` is how many posts the quarter of an hour allows."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.may_search = True
        self.day_is_over = False
        self.app_is_over = False
        self.left: int | None = None
        self.has_credits = True
        self.list_lags = False
        self.looks_until_processed = 2
        self._posts: dict[str, _Post] = {}
        self.media = Library()
        self._last_id = 1_840_000_000_000_000_000
        self._signatures = Signatures(CONSUMER_KEY, CONSUMER_SECRET, TOKEN, TOKEN_SECRET)

    # -- for those who use it ---------------------------------------------------------------------

    def config(self) -> dict[str, Any]:
        return {
            "account": USER_ID,
            "consumer_key": "env:STAND_IN_X_CONSUMER_KEY",
            "consumer_secret": "env:STAND_IN_X_CONSUMER_SECRET",
            "access_token": "env:STAND_IN_X_TOKEN",
            "access_token_secret": "env:STAND_IN_X_TOKEN_SECRET",
            "base_url": self.url,
            "web_url": self.url,
        }

    def secrets(self) -> dict[str, str]:
        return {
            "env:STAND_IN_X_CONSUMER_KEY": CONSUMER_KEY,
            "env:STAND_IN_X_CONSUMER_SECRET": CONSUMER_SECRET,
            "env:STAND_IN_X_TOKEN": TOKEN,
            "env:STAND_IN_X_TOKEN_SECRET": TOKEN_SECRET,
        }

    def published(self) -> tuple[Published, ...]:
        with self.guard:
            return tuple(post.published for post in self._posts.values())

    def readers(self, remote_id: str, **counts: int) -> None:
        """Of a thread (ids with commas between), its first post."""
        first = remote_id.split(",")[0]
        with self.guard:
            if first in self._posts:
                known = {_COUNTS[name]: n for name, n in counts.items() if name in _COUNTS}
                self._posts[first] = replace(
                    self._posts[first], counts=known, clicks=counts.get("clicks", 0)
                )

    def media_ids(self) -> tuple[str, ...]:
        """The media that were brought here, the oldest first."""
        with self.guard:
            return tuple(self.media.all)

    def forget_media(self) -> None:
        """Have no media any more, as after a day."""
        with self.guard:
            self.media.forget()

    # -- the platform -----------------------------------------------------------------------------

    def publishes(self, request: Request) -> bool:
        return (request.method, request.path) == ("POST", "/2/tweets")

    def refusal(self, fault: FaultName) -> Response:
        match fault:
            case "429":
                reset = str(int(self.clock().timestamp()) + 900)
                limits = {"x-rate-limit-remaining": "0", "x-rate-limit-reset": reset}
                if self.day_is_over:
                    evening = str(int(self.clock().timestamp()) + 36_000)
                    limits |= {"x-user-limit-24hour-remaining": "0"}
                    limits |= {"x-user-limit-24hour-reset": evening}
                if self.app_is_over:
                    night = str(int(self.clock().timestamp()) + 72_000)
                    limits |= {"x-app-limit-24hour-remaining": "0"}
                    limits |= {"x-app-limit-24hour-reset": night}
                return no(429, "Too Many Requests", "Too Many Requests", headers=limits)
            case "expired":
                return no(401, "Unauthorized", "Unauthorized")
            case "forbidden":
                said = "Your account is suspended and is not permitted to access this feature."
                return no(403, "Forbidden", said)
            case "invalid":
                return invalid("One or more parameters to your request was invalid.")
        return no(500, "Internal Server Error", "Something is broken.")

    def answer(self, request: Request) -> Response:
        if not self._signatures.verify(request):
            raise RefusedError(no(401, "Unauthorized", "Unauthorized"))
        for method, pattern, verb in _ROUTES:
            match = re.fullmatch(pattern, request.path)
            if match and request.method == method:
                told = verb(self, request, *match.groups())
                if method == "POST" and pattern == "/2/tweets":
                    return as_json(201, told, self._limits())
                return as_json(200, told)
        raise RefusedError(no(404, "Not Found", "Not Found"))

    def _limits(self) -> dict[str, str]:
        """How many posts are left in this quarter of an hour, where ``left`` is counted."""
        if self.left is None:
            return {}
        self.left -= 1
        reset = str(int(self.clock().timestamp()) + 900)
        return {"x-rate-limit-remaining": str(self.left), "x-rate-limit-reset": reset}

    # -- posts ------------------------------------------------------------------------------------

    def _me(self, _request: Request) -> dict[str, Any]:
        metrics = {"followers_count": FOLLOWERS, "following_count": 0, "tweet_count": 0}
        name = "Sở Khoa học và Công nghệ"
        user = {"id": USER_ID, "name": name, "username": USERNAME, "public_metrics": metrics}
        return {"data": user}

    def _create(self, request: Request) -> dict[str, Any]:
        body = body_of(request, {"text", "media", "reply"})
        if not self.has_credits:
            said = "Your enrolled account does not have any credits to fulfill this request."
            refuse(no(402, "CreditsDepleted", said))
        text = body.get("text", "")
        media_ids = tuple(body.get("media", {}).get("media_ids", ()))
        reply_to = str(body.get("reply", {}).get("in_reply_to_tweet_id", ""))
        if not text and not media_ids:
            refuse(invalid("You must provide text or media."))
        if text and weight(text) > TEXT_MAX:
            refuse(invalid("Your Tweet text is too long."))
        self.media.check(media_ids)
        if reply_to and reply_to not in self._posts:
            said = "You attempted to reply to a Tweet that is deleted or not visible to you."
            refuse(no(403, "Forbidden", said))
        for post in self._posts.values():
            if (post.published.text, post.published.reply_to) == (text, reply_to) and text:
                said = "You are not allowed to create a Tweet with duplicate content."
                refuse(no(403, "Forbidden", said))
        self._last_id += 4_194_304
        number = str(self._last_id)
        published = Published(
            remote_id=number,
            text=text,
            at=self.clock().astimezone(UTC),
            url=f"{self.url}/{USERNAME}/status/{number}",
            media=len(media_ids),
            alts=tuple(self.media.all[each].alt for each in media_ids),
            reply_to=reply_to,
        )
        self._posts[number] = _Post(published, media_ids)
        return {"data": {"id": number, "text": _shortened(self._posts[number])[0]}}

    def _delete(self, _request: Request, number: str) -> dict[str, Any]:
        self._posts.pop(number, None)
        return {"data": {"deleted": True}}

    def _timeline(self, request: Request, user_id: str) -> dict[str, Any]:
        if not self.may_search or user_id != USER_ID:
            refuse(no(403, "Forbidden", "Your access level doesn't include this endpoint."))
        check_query(request, {"max_results", "start_time", "pagination_token", "tweet.fields"})
        count = request.args.get("max_results", default=10, type=int)
        if not 5 <= count <= 100:
            refuse(invalid("max_results is between 5 and 100"))
        since = datetime.fromisoformat(request.args.get("start_time", "2010-11-06T00:00:00Z"))
        start = int(request.args.get("pagination_token", "0"))
        shown = [post for post in self._posts.values() if post.published.at >= since][::-1]
        shown = [] if self.list_lags else shown
        page = shown[start : start + count]
        meta: dict[str, Any] = {"result_count": len(page)}
        if start + count < len(shown):
            meta["next_token"] = str(start + count)
        told: dict[str, Any] = {"meta": meta}
        if page:
            told["data"] = [self._shown(post, request) for post in page]
        return told

    def _lookup(self, request: Request) -> dict[str, Any]:
        check_query(request, {"ids", "tweet.fields"})
        ids = request.args.get("ids", "").split(",")
        if not 1 <= len(ids) <= 100:
            refuse(invalid("ids are 1 to 100"))
        told: dict[str, Any] = {}
        for number in ids:
            if number in self._posts:
                told.setdefault("data", []).append(self._shown(self._posts[number], request))
            else:
                told.setdefault("errors", []).append(gone(number))
        return told

    def _shown(self, post: _Post, request: Request) -> dict[str, Any]:
        wanted = request.args.get("tweet.fields", "").split(",")
        text, links = _shortened(post)
        shown: dict[str, Any] = {"id": post.published.remote_id, "text": text}
        if "created_at" in wanted:
            at = post.published.at.replace(microsecond=0, tzinfo=None)
            shown["created_at"] = f"{at.isoformat()}.000Z"
        if "referenced_tweets" in wanted and post.published.reply_to:
            shown["referenced_tweets"] = [{"type": "replied_to", "id": post.published.reply_to}]
        if "entities" in wanted and links:
            shown["entities"] = {"urls": links}
        if "public_metrics" in wanted:
            shown["public_metrics"] = dict.fromkeys([*_COUNTS.values(), "quote_count"], 0)
            shown["public_metrics"] |= post.counts
        if "non_public_metrics" in wanted:
            if self.clock() - post.published.at > timedelta(days=30):
                refuse(invalid("non_public_metrics are told for thirty days"))
            shown["non_public_metrics"] = {"url_link_clicks": post.clicks}
        return shown

    # -- media ------------------------------------------------------------------------------------

    def _upload(self, request: Request) -> dict[str, Any]:
        return self.media.upload(request)

    def _initialize(self, request: Request) -> dict[str, Any]:
        return self.media.initialize(request, self.looks_until_processed)

    def _append(self, request: Request, media_id: str) -> dict[str, Any]:
        return self.media.append(request, media_id)

    def _finalize(self, _request: Request, media_id: str) -> dict[str, Any]:
        return self.media.finalize(media_id, self.looks_until_processed)

    def _status(self, request: Request) -> dict[str, Any]:
        return self.media.status(request, self.looks_until_processed)

    def _metadata(self, request: Request) -> dict[str, Any]:
        return self.media.describe(request)


_ROUTES: tuple[tuple[str, str, Callable[..., dict[str, Any]]], ...] = (
    ("GET", "/2/users/me", Platform._me),
    ("POST", "/2/tweets", Platform._create),
    ("GET", "/2/tweets", Platform._lookup),
    ("DELETE", r"/2/tweets/(\d+)", Platform._delete),
    ("GET", r"/2/users/(\d+)/tweets", Platform._timeline),
    ("POST", "/2/media/upload", Platform._upload),
    ("GET", "/2/media/upload", Platform._status),
    ("POST", "/2/media/upload/initialize", Platform._initialize),
    ("POST", r"/2/media/upload/(\d+)/append", Platform._append),
    ("POST", r"/2/media/upload/(\d+)/finalize", Platform._finalize),
    ("POST", "/2/media/metadata", Platform._metadata),
)


def _shortened(post: _Post) -> tuple[str, list[dict[str, Any]]]:
    """A post's text as X gives it out, and what its short addresses stand for."""
    text, links = post.published.text, []
    for index, found in enumerate(addresses(text)):
        written = found["url"]
        short = f"https://t.co/{post.published.remote_id[-6:]}{index:02}aa"
        whole = written if "://" in written else f"http://{written}"
        links.append({"url": short, "expanded_url": whole, "display_url": written})
        text = text.replace(written, short, 1)
    if post.media_ids:
        short = f"https://t.co/{post.published.remote_id[-6:]}mmaa"
        whole = f"https://x.com/{USERNAME}/status/{post.published.remote_id}/photo/1"
        links.append({"url": short, "expanded_url": whole, "media_key": f"3_{post.media_ids[0]}"})
        text = f"{text} {short}".strip()
    return escape(text, quote=False), links
