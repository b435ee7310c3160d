"""Stands in for Facebook: one Page at the Graph API. With the app and the person it is reached by.

It wants a known version, a good token, the app's proof, and no field that it doesn't know. What is
brought unpublished nobody sees; the same post twice running is refused; one metric that it doesn't
know fails the whole request; a video is taken in pieces and isn't ready at once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from channels.simulated import Published
from channels.simulated.facebook.insights import Insights
from channels.simulated.facebook.people import (
    APP_ID,
    APP_SECRET,
    LONG_TOKEN,
    OTHER_TOKEN,
    PAGE_ID,
    PAGE_NAME,
    PAGE_TOKEN,
    People,
)
from channels.simulated.facebook.posts import COUNTS, POST_FIELDS, VIDEO_FIELDS, Posts
from channels.simulated.facebook.videos import Video, Videos
from channels.simulated.meta.graph import (
    GraphStandIn,
    Route,
    invalid,
    missing,
    no,
    refuse,
    token_of,
    wanted,
)

FOLLOWERS = 12_345
TEXT_MAX = 63_206


class Platform(GraphStandIn):
    """One Page. ``may_publish``, ``may_list``, ``may_count`` and ``may_see_videos`` are what its
    token may do; ``list_lags`` hides all posts; ``videos_have_insights`` by their own number;
    ``says_permalink`` on publishing; ``photo_max_bytes`` bounds a picture. More is in ``people``,
    ``videos`` and ``insights``."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.app_secret = APP_SECRET
        self.may_publish = True
        self.may_list = True
        self.may_count = True
        self.may_see_videos = True
        self.list_lags = False
        self.insights = Insights(clock)
        self.videos_have_insights = False
        self.says_permalink = True
        self.photo_max_bytes = 4_000_000
        self.people = People()
        self.videos = Videos()
        self.requests: list[str] = []
        self._posts = Posts(clock, lambda: self.url)

    # -- for those who use it ---------------------------------------------------------------------

    def config(self) -> dict[str, Any]:
        return {
            "account": PAGE_ID,
            "page_token": "env:STAND_IN_FACEBOOK_PAGE_TOKEN",
            "app_id": APP_ID,
            "app_secret": "env:STAND_IN_FACEBOOK_APP_SECRET",
            "base_url": self.url,
            "video_url": self.url,
            "web_url": self.url,
            "poll_s": 0.01,
        }

    def secrets(self) -> dict[str, str]:
        return {
            "env:STAND_IN_FACEBOOK_PAGE_TOKEN": PAGE_TOKEN,
            "env:STAND_IN_FACEBOOK_APP_SECRET": APP_SECRET,
        }

    def published(self) -> tuple[Published, ...]:
        with self.guard:
            ready = {
                number
                for number, video in self.videos.all.items()
                if video.is_finished and not video.has_failed and video.looks_left == 0
            }
            return tuple(
                post.published
                for number, post in self._posts.all.items()
                if "_" in number or number in ready
            )

    def readers(self, remote_id: str, **counts: int) -> None:
        with self.guard:
            if remote_id in self._posts.all:
                self._posts.all[remote_id].counts = counts

    def link_of(self, remote_id: str) -> str:
        """The link whose preview the post has."""
        with self.guard:
            return self._posts.all[remote_id].link

    def photos(self) -> int:
        """How many pictures were brought here."""
        with self.guard:
            return self._posts.photos

    def forget_photos(self) -> None:
        """Have no pictures any more that aren't in a post."""
        with self.guard:
            self._posts.forget_photos()

    def consent(self, address: str, redirect_uri: str) -> dict[str, str]:
        return self.people.consent(address, redirect_uri)

    # -- the platform -----------------------------------------------------------------------------

    def publishes(self, request: Request) -> bool:
        if request.method != "POST":
            return False
        if request.path.endswith("/videos"):
            return request.form.get("upload_phase") == "finish"
        return request.path.endswith("/feed")

    def permits(self, token: str) -> Response | None:
        return self.people.permits(token)

    def answer(self, request: Request) -> Response:
        self.requests.append(f"{request.method} {request.path.partition('/v')[2]}")
        return super().answer(request)

    @property
    def routes(self) -> Sequence[Route]:
        people, page, item = self.people, rf"{PAGE_ID}", r"(\d+(?:_\d+)?)"
        fields, paging = frozenset({"fields"}), frozenset({"fields", "limit", "after"})
        code = {"client_id", "client_secret", "code", "redirect_uri"}
        exchange = frozenset(code | {"grant_type", "fb_exchange_token"})
        feed = fields | {"message", "link", "attached_media"}
        photo = frozenset({"published", "alt_text_custom"})
        video = frozenset({"upload_phase", "file_size", "upload_session_id", "start_offset"}) | {
            "description",
            "title",
            "published",
        }
        chunk, period = frozenset({"video_file_chunk"}), frozenset({"metric", "period"})
        return (
            Route("POST", "oauth/access_token", people.exchange, exchange, open=True),
            Route("GET", "debug_token", people.debug, frozenset({"input_token"})),
            Route("GET", "me", self._me, fields),
            Route("GET", "me/accounts", lambda asked: people.accounts(self, asked), paging),
            Route("GET", "me/businesses", lambda asked: people.businesses(self, asked), paging),
            Route("GET", "555/owned_pages", lambda asked: people.owned(self, asked), paging),
            Route("GET", "555/client_pages", lambda asked: self.listed(asked, ()), paging),
            Route("POST", f"{page}/feed", self._feed, feed),
            Route("POST", f"{page}/photos", self._photo, photo, frozenset({"source"})),
            Route("POST", f"{page}/videos", self._video, video, chunk),
            Route("GET", f"{page}/published_posts", self._list_posts, paging | {"since"}),
            Route("GET", f"{page}/videos", self._list_videos, paging),
            Route("GET", f"{page}/insights", self.insights.of_page, period),
            Route("GET", "", self._several, fields | {"ids"}),
            Route("GET", f"{item}/insights", self._insights, frozenset({"metric"})),
            Route("GET", item, self._one, fields),
            Route("DELETE", item, self._delete),
        )

    # -- the account ------------------------------------------------------------------------------

    def _me(self, request: Request) -> dict[str, Any]:
        if token_of(request) == LONG_TOKEN:
            wanted(request, ("id", "name"))
            return {"id": "42", "name": "Nguyễn Văn A"}
        link = f"{self.url}/{PAGE_ID}"
        told = {"id": PAGE_ID, "name": PAGE_NAME, "link": link, "followers_count": FOLLOWERS}
        if token_of(request) == OTHER_TOKEN:
            told |= {"id": "100000000000088"}
        return {name: told[name] for name in wanted(request, told)}

    # -- publishing -------------------------------------------------------------------------------

    def _feed(self, request: Request) -> dict[str, Any]:
        self._check_publishing(request)
        form = request.form
        message, link = form.get("message", ""), form.get("link", "")
        photos = tuple(
            str(each.get("media_fbid")) for each in json.loads(form.get("attached_media", "[]"))
        )
        if not (message or link or photos) or len(message) > TEXT_MAX:
            refuse(invalid("(#100) The message is missing or too long"))
        if link and (photos or urlsplit(link).scheme not in ("http", "https")):
            refuse(no(100, "(#100) The link is none", subcode=2061006))
        if "facebook.com" in (urlsplit(link).hostname or ""):
            refuse(no(100, "This link can't be posted", subcode=1609008))
        number = self._posts.add(message, link, photos)
        told = {"id": number, "permalink_url": self._posts.all[number].published.url}
        asked = wanted(request, POST_FIELDS) if self.says_permalink else ["id"]
        return {name: told[name] for name in asked}

    def _photo(self, request: Request) -> dict[str, Any]:
        self._check_publishing(request)
        source = request.files.get("source")
        content = source.read() if source is not None else b""
        if request.form.get("published") != "false":
            refuse(invalid("this stand-in takes pictures that are not published yet"))
        alt = request.form.get("alt_text_custom", "")
        return {"id": self._posts.bring(content, alt, self.photo_max_bytes)}

    def _video(self, request: Request) -> dict[str, Any]:
        self._check_publishing(request)
        told, finished = self.videos.upload(request)
        if finished is not None:
            self._posts.add_video(finished.number, finished.description)
        return told

    def _check_publishing(self, request: Request) -> None:
        if token_of(request) != PAGE_TOKEN or not self.may_publish:
            said = "(#200) If posting to a page, requires pages_manage_posts with page token"
            refuse(no(200, said, status=403))

    # -- looking ----------------------------------------------------------------------------------

    def _list_posts(self, request: Request) -> dict[str, Any]:
        if not self.may_list:
            refuse(no(10, "(#10) This endpoint requires the pages_read_engagement permission"))
        since = int(request.values.get("since", "0"))
        names = wanted(request, POST_FIELDS)
        posts = [
            self._shown(number, names)
            for number, post in reversed(self._posts.all.items())
            if "_" in number and int(post.published.at.timestamp()) >= since
        ]
        return self.listed(request, [] if self.list_lags else posts, PAGE_TOKEN)

    def _list_videos(self, request: Request) -> dict[str, Any]:
        names = wanted(request, VIDEO_FIELDS)
        videos = [number for number in reversed(self._posts.all) if "_" not in number]
        return self.listed(request, [self._shown(each, names) for each in videos], PAGE_TOKEN)

    def _several(self, request: Request) -> dict[str, Any]:
        ids = request.values.get("ids", "").split(",")
        if not 1 <= len(ids) <= 50:
            refuse(invalid("(#100) ids are 1 to 50"))
        names = wanted(request, POST_FIELDS)
        for number in ids:
            if number not in self._posts.all:
                refuse(no(803, f"(#803) Some of the aliases you requested do not exist: {number}"))
        metrics = re.search(r"insights\.metric\(([^)]*)\)", request.values["fields"])
        told: dict[str, Any] = {}
        for number in ids:
            told[number] = self._shown(number, [name for name in names if name != "insights"])
            if metrics is not None:
                told[number]["insights"] = self.insights.of_post(
                    self._posts.all[number].counts, metrics[1].split(",")
                )
        return told

    def _one(self, request: Request, number: str) -> dict[str, Any]:
        if token_of(request) == LONG_TOKEN:
            return self.people.page_token(request, number)
        if "_" not in number:
            if not self.may_see_videos:
                refuse(no(10, "(#10) This requires the pages_read_engagement permission"))
            names = wanted(request, VIDEO_FIELDS)
            return self._shown_video(self.videos.known(number), names)
        names = wanted(request, POST_FIELDS)
        if number not in self._posts.all:
            refuse(missing(number))
        return self._shown(number, names)

    def _shown_video(self, video: Video, names: list[str]) -> dict[str, Any]:
        told: dict[str, Any] = {"id": video.number}
        if video.number in self._posts.all:
            told = self._shown(video.number, [name for name in names if name != "status"])
        if "status" in names:
            told["status"] = self.videos.status(video)
        return told

    def _shown(self, number: str, names: list[str]) -> dict[str, Any]:
        if COUNTS & {*names} and not self.may_count:
            refuse(no(10, "(#10) This requires the pages_read_user_content permission"))
        return self._posts.shown(number, names)

    def _insights(self, request: Request, number: str) -> dict[str, Any]:
        known = number
        if "_" not in number and not self.videos_have_insights:
            refuse(invalid("(#100) Tried accessing nonexisting field (insights)"))
        if number.removeprefix(f"{PAGE_ID}_") in self._posts.all:
            known = number.removeprefix(f"{PAGE_ID}_")
        if known not in self._posts.all:
            refuse(missing(number))
        counts = self._posts.all[known].counts
        return self.insights.of_post(counts, request.values.get("metric", "").split(","))

    def _delete(self, _request: Request, number: str) -> dict[str, Any]:
        if number not in self._posts.all:
            refuse(missing(number))
        del self._posts.all[number]
        self.videos.all.pop(number, None)
        return {"success": True}
