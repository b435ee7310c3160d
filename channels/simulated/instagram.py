"""Stands in for Instagram: containers, the account's media, counts.

It fetches what it is given by address, takes JPEG alone and only such sides and captions as
Instagram does, answers with Instagram's own error numbers, and shows an account to its own token
and, over Facebook Login, to that of the Page it is linked to. One account.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from werkzeug.wrappers import Request, Response

from channels.simulated.facebook.people import CODE, PAGE_TOKEN, People
from channels.simulated.meta.account import FOLLOWERS, Post, not_permitted
from channels.simulated.meta.containers import Container, ContainerStandIn, is_video
from channels.simulated.meta.graph import Route, invalid, no, refuse, token_of, wanted, written
from channels.simulated.meta.tokens import TOKEN
from channels.simulated.server import query_of

USER_ID, USERNAME, SCOPED_ID = "17841400000000077", "sokhcn_vidu", "9000000000000001"
CAPTION_MAX, HASHTAGS_MAX, IMAGE_MAX_BYTES = 2_200, 30, 8 * 1024 * 1024

ACCOUNT_METRICS = {"reach": {"day", "week", "days_28"}, "follower_count": {"day"}}
"""What is told of the account itself, and over which periods."""

_CAPTIONED = frozenset({"caption"})
_FIELDS = {
    "": _CAPTIONED | {"image_url", "alt_text", "is_carousel_item"},
    "VIDEO": frozenset({"media_type", "video_url", "is_carousel_item"}),
    "REELS": _CAPTIONED | {"media_type", "video_url", "share_to_feed"},
    "CAROUSEL": _CAPTIONED | {"media_type", "children"},
}
_ALL = frozenset().union(*_FIELDS.values())
_PAGING = frozenset({"fields", "limit", "after", "before"})
_NEEDED = "instagram_content_publish"


class Platform(ContainerStandIn):
    """One account. ``scopes`` are what the account allowed; ``people`` who is behind the Page that
    it is linked to, where ``is_linked``. ``wraps_user`` gives the account as a list of one;
    ``made_of`` is what each container was asked for with, in their order. ``reached`` are the
    people whom the account reached, by period; of ``late_periods`` it knows nothing yet,
    ``dead_periods`` are none any more."""

    status_field = "status_code"
    reason_field = "status"
    metrics = {  # noqa: RUF012 -- a table, as the platform's
        "reach": "reach",
        "views": "views",
        "likes": "reactions",
        "comments": "comments",
        "saved": "saves",
        "shares": "shares",
    }
    grants = ("ig_exchange_token", "ig_refresh_token")
    needed_scope = "instagram_business_content_publish"

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.allowance = 50
        self.scopes = ["instagram_business_basic", "instagram_business_content_publish"]
        self.people = People()
        self.is_linked = True
        self.wraps_user = False
        self.made_of: list[dict[str, str]] = []
        self.reached = {"day": 210, "week": 1_100, "days_28": 3_900}
        self.late_periods: set[str] = set()
        self.dead_periods: set[str] = set()

    def config(self) -> dict[str, Any]:
        return {
            "account": USER_ID,
            "token": "env:STAND_IN_INSTAGRAM_TOKEN",
            "base_url": self.url,
            "oauth_url": self.url,
            "web_url": self.url,
            "facebook_url": self.url,
            "facebook_web_url": self.url,
            "poll_s": 0,
        }

    def secrets(self) -> dict[str, str]:
        return {"env:STAND_IN_INSTAGRAM_TOKEN": TOKEN}

    def consent(self, address: str) -> dict[str, str]:
        if not urlsplit(address).path.endswith("/dialog/oauth"):
            return super().consent(address)
        asked = query_of(address)
        if _NEEDED not in asked["scope"].split(","):
            return {"error": "access_denied", "state": asked["state"]}
        return {"code": CODE, "state": asked["state"]}

    # -- the platform -----------------------------------------------------------------------------

    @property
    def routes(self) -> Sequence[Route]:
        people, fields = self.people, frozenset({"fields"})
        exchange = frozenset(
            {
                *("client_id", "client_secret", "code", "redirect_uri"),
                *("grant_type", "fb_exchange_token"),
            }
        )
        return (
            Route("POST", "oauth/access_token", people.exchange, exchange, open=True),
            Route("GET", "me/accounts", lambda asked: people.accounts(self, asked), _PAGING),
            Route("GET", "me/businesses", lambda asked: people.businesses(self, asked), _PAGING),
            Route("GET", "me", self._me, fields),
            Route("POST", f"{USER_ID}/media", self._create, _ALL),
            Route("POST", f"{USER_ID}/media_publish", self.take, frozenset({"creation_id"})),
            Route("GET", f"{USER_ID}/content_publishing_limit", self.told_allowance, fields),
            Route("GET", f"{USER_ID}/media", self._media, _PAGING),
            Route("GET", f"{USER_ID}/insights", self._of_account, frozenset({"metric", "period"})),
            Route("GET", r"(\d+)/insights", self.insights, frozenset({"metric"})),
            Route("GET", r"(\d+)", self.one, fields),
        )

    def permits(self, token: str) -> Response | None:
        return super().permits(token) and self.people.permits(token)

    def not_ready(self) -> Response:
        return no(9007, "Media ID is not available", subcode=2207027)

    def unknown(self) -> Response:
        return no(24, "The requested resource does not exist", subcode=2207006)

    def address(self, container: Container, number: str) -> str:
        return f"{self.url}/{'reel' if container.kind == 'REELS' else 'p'}/C{number}/"

    def granted(self, token: str) -> dict[str, Any]:
        one = {"access_token": token, "user_id": USER_ID, "permissions": ",".join(self.scopes)}
        return {"data": [one]}

    def shown(self, number: str, post: Post) -> dict[str, Any]:
        return {
            "id": number,
            "caption": post.published.text,
            "timestamp": written(post.published.at),
            "permalink": post.published.url,
        }

    # -- what is asked ----------------------------------------------------------------------------

    def _me(self, request: Request) -> dict[str, Any]:
        named = {
            "username": USERNAME,
            "name": "Sở Khoa học và Công nghệ",
            "followers_count": FOLLOWERS,
        }
        if token_of(request) == PAGE_TOKEN:
            wanted(request, {"instagram_business_account"})
            page = {"id": self.people.pages[-1][0]}
            user = {"instagram_business_account": {"id": USER_ID, **named}}
            return page | user if self.is_linked else page
        known = {"id": SCOPED_ID, "user_id": USER_ID, **named}
        told = {name: known[name] for name in wanted(request, known)}
        return {"data": [told]} if self.wraps_user else told

    def _of_account(self, request: Request) -> dict[str, Any]:
        if not self.may_count:
            refuse(not_permitted())
        metric, period = request.values.get("metric", ""), request.values.get("period", "")
        if period not in ACCOUNT_METRICS.get(metric, ()) or period in self.dead_periods:
            refuse(invalid("(#100) metric[0] must be one of the metrics that have this period"))
        if period in self.late_periods:
            return {"data": []}
        days = [self.clock() - timedelta(days=back) for back in (1, 0)]
        values = [
            {"value": value, "end_time": f"{day:%Y-%m-%d}T07:00:00+0000"}
            for value, day in zip((17, self.reached[period]), days, strict=True)
        ]
        return {"data": [{"name": metric, "period": period, "values": values}]}

    def _media(self, request: Request) -> dict[str, Any]:
        return self.list_posts(request, self.posts.items())

    def _create(self, request: Request) -> dict[str, Any]:
        asked = request.values
        kind, caption = asked.get("media_type", ""), asked.get("caption", "")
        if kind not in _FIELDS:
            refuse(no(100, "Unknown media type", subcode=2207023))
        if not {*asked} - {"access_token", "appsecret_proof"} <= _FIELDS[kind]:
            refuse(invalid("(#100) A parameter that this media_type doesn't have"))
        if len(caption) > CAPTION_MAX or caption.count("#") > HASHTAGS_MAX:
            refuse(no(36004, "The submitted image's caption was too long", subcode=2207010))
        if len(asked.get("alt_text", "")) > 1_000:
            refuse(invalid("(#100) Param alt_text must be at most 1000 characters long"))
        is_item = asked.get("is_carousel_item") == "true"
        if (is_item and caption) or (kind == "VIDEO" and not is_item):
            refuse(invalid("(#100) Param caption or media_type of an item"))
        if kind == "CAROUSEL":
            refused = no(100, "Your post won't work as a carousel", subcode=2207028)
            alts = self.item_alts(asked.get("children", "").split(","), 10, refused)
        else:
            self._fetch(asked.get("image_url" if not kind else "video_url"), kind)
            alts = (asked.get("alt_text", ""),)
        self.made_of.append(asked.to_dict())
        looks = self.looks_until_ready
        return self.made(Container(kind, caption, self.clock(), looks, alts, is_item))

    def _fetch(self, address: str | None, kind: str) -> None:
        refused = no(9004, "The media could not be fetched from this uri", subcode=2207052)
        content = self.fetch(address, "video/" if kind else "image/", refused)
        if kind:
            if not is_video(content):
                refuse(no(352, "The video format is not supported", subcode=2207026))
            return
        if not content.startswith(b"\xff\xd8\xff"):
            refuse(no(36001, "The image format is not supported", subcode=2207005))
        if len(content) > IMAGE_MAX_BYTES:
            refuse(no(36000, "The image size is too large.", subcode=2207004))
        with Image.open(io.BytesIO(content)) as picture:
            ratio = picture.width / picture.height
        if not 0.8 <= ratio <= 1.91:
            refuse(no(36003, "The aspect ratio is not supported", subcode=2207009))
