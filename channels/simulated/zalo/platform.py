"""Stands in for Zalo: one Official Account, its articles, videos and broadcasts.

Articles and videos are made by and by; tokens are renewed once each, and void the ones before;
pictures are fetched from where they are said to be. It answers HTTP 200 to nearly everything, as
Zalo does, and refuses unknown fields, missing covers, titles of exactly 150 characters, lists of
more than ten.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from werkzeug.wrappers import Request, Response

from channels.simulated import FaultName, Published
from channels.simulated.server import HttpStandIn, Listener
from channels.simulated.zalo.access import APP_ID, APP_SECRET, OA_ID, REFRESH, Access
from channels.simulated.zalo.answers import body_of, no, refuse, yes
from channels.simulated.zalo.article import checked, media_in, text_of
from channels.simulated.zalo.cover import default_cover
from channels.simulated.zalo.jobs import COUNTS, Job, Jobs
from channels.simulated.zalo.videos import Videos

OA_NAME = "Sở Khoa học và Công nghệ"
FOLLOWERS = 12_480

_CREATE, _BROADCAST = "/v2.0/article/create", "/v2.0/oa/message"
_A_PAGE = 10
_WORDS = {
    "429": (-32, "Your application reached limit call api"),
    "forbidden": (-221, "The OA needs to be verified to use this feature"),
    "invalid": (-201, "title is invalid!"),
}
_PROCESSING = -214, "Media is being processed"


class Platform(HttpStandIn):
    """One account. ``looks_until_done`` is how often an article, or a video, must be asked for (or
    ``jobs.settles_after`` must pass); ``replies`` says with which code and words a path answers
    from now on; ``knows_jobs`` whether the tokens of jobs are still known; ``video_status`` how a
    video ends; ``tells_text``, ``tells_total`` and ``tells_address`` what it says of articles;
    ``left`` how many requests are left in the minute; ``wants_proof`` of the app's secret;
    ``echoes_state`` whether a consent comes back with its state."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.looks_until_done = 1
        self.replies: dict[str, tuple[int, str]] = {}
        self.knows_jobs = True
        self.video_status = 1
        self.tells_text = self.tells_total = self.tells_address = True
        self.left: int | None = None
        self.wants_proof = False
        self.echoes_state = True
        self.asked: list[str] = []
        self.created: list[dict[str, Any]] = []
        self.broadcasts: list[dict[str, Any]] = []
        self.access = Access(clock)
        self._expire_at = ""
        self.jobs = Jobs(clock)
        self._videos = Videos()
        self._default = Listener(default_cover)

    # -- for those who use it ---------------------------------------------------------------------

    def start(self) -> None:
        self._default.start()
        super().start()

    def stop(self) -> None:
        super().stop()
        self._default.stop()

    def config(self) -> dict[str, Any]:
        return {
            "account": OA_ID,
            "app_id": APP_ID,
            "app_secret": "env:STAND_IN_ZALO_APP_SECRET",
            "refresh_token": "env:STAND_IN_ZALO_REFRESH_TOKEN",
            "default_cover": f"{self._default.url}/bia.png",
            "poll_s": 0,
            "base_url": self.url,
            "oauth_url": self.url,
            "web_url": self.url,
        }

    def secrets(self) -> dict[str, str]:
        return {
            "env:STAND_IN_ZALO_APP_SECRET": APP_SECRET,
            "env:STAND_IN_ZALO_REFRESH_TOKEN": REFRESH,
        }

    def published(self) -> tuple[Published, ...]:
        with self.guard:
            return tuple(self._shown(job) for job in self.jobs.out())

    def readers(self, remote_id: str, **counts: int) -> None:
        with self.guard:
            job = self.jobs.named(remote_id)
            if job is not None:
                job.counts = {COUNTS[name]: n for name, n in counts.items() if name in COUNTS}

    def consent(self, address: str) -> dict[str, str]:
        """What an administrator of the account is sent back with, who opened ``address``."""
        with self.guard:
            return self.access.consent(address, echoes=self.echoes_state)

    def expire_tokens(self, at: str = "") -> None:
        """Take no access token that was given so far; new ones can be had. With ``at``: once that
        path is asked for."""
        with self.guard:
            self._expire_at = at
            if not at:
                self.access.good.clear()

    def post(self, title: str, text: str) -> str:
        """An article that somebody writes in OA Manager; gives its id."""
        body = [{"type": "text", "content": f"<p>{text}</p>"}]
        cover = {"cover_type": "photo", "photo_url": "", "status": "show"}
        with self.guard:
            article = {"title": title, "body": body, "cover": cover, "status": "show"}
            return self.jobs.begin(article, looks=0)[1].id

    def remove(self, article_id: str) -> None:
        """Take an article away, as somebody does in OA Manager."""
        with self.guard:
            job = self.jobs.named(article_id)
            if job is not None:
                job.removed = True

    # -- the platform -----------------------------------------------------------------------------

    def publishes(self, request: Request) -> bool:
        return request.method == "POST" and request.path in (_CREATE, _BROADCAST)

    def refusal(self, fault: FaultName) -> Response:
        if fault == "500":
            return Response("<html>502 Bad Gateway</html>", status=502, mimetype="text/html")
        if fault == "expired":
            with self.guard:
                self.access.revoke()
            return no(-216, "Access token is invalid")
        return no(*_WORDS[fault])

    def answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        if request.path == "/v4/oa/access_token":
            replied = self.replies.get(request.path)
            return no(*replied) if replied else self.access.give(request)
        if request.path == self._expire_at:
            self.expire_tokens()
        refused = self.access.refusal(request, wants_proof=self.wants_proof)
        if refused is not None:
            return refused
        if request.path in self.replies:
            return no(*self.replies[request.path])
        verb = _ROUTES.get((request.method, request.path))
        if verb is None:
            return no(-209, "API is not support")
        response = yes(verb(self, request))
        if self.left is not None:
            response.headers["X-RateLimit-Limit"] = "4000"
            response.headers["X-RateLimit-Remain"] = str(self.left)
        return response

    # -- the account ------------------------------------------------------------------------------

    def _account(self, _request: Request) -> dict[str, Any]:
        return {
            "oaid": OA_ID,
            "name": OA_NAME,
            "is_verified": True,
            "oa_type": 4,
            "num_follower": FOLLOWERS,
            "package_name": "Nâng cao",
        }

    # -- publishing -------------------------------------------------------------------------------

    def _create(self, request: Request) -> dict[str, Any]:
        article = body_of(request)
        problem = checked(article, self._videos.ids)
        if problem:
            refuse(-201, f"{problem} is invalid!")
        self.created.append(article)
        token, job = self.jobs.begin(article, self.looks_until_done)
        job.fetch()
        return {"token": token}

    def _verify(self, request: Request) -> dict[str, Any]:
        job = self.jobs.all.get(str(body_of(request, {"token"}).get("token")))
        if job is None or not self.knows_jobs:
            refuse(-201, "token is invalid!")
        if not self.jobs.is_made(job):
            job.looks -= 1
            refuse(*_PROCESSING)
        if job.failed:
            refuse(-200, "Upload media failed")
        return {"id": job.id}

    def _broadcast(self, request: Request) -> dict[str, Any]:
        body = body_of(request, {"recipient", "message"})
        target = body["recipient"].get("target")
        attachment = body["message"].get("attachment", {})
        payload = attachment.get("payload", {})
        ids = [each.get("attachment_id") for each in payload.get("elements", [])]
        known = {job.id for job in self.jobs.out()}
        if attachment.get("type") != "template" or payload.get("template_type") != "media":
            refuse(-201, "attachment is invalid!")
        if not isinstance(target, dict) or not 1 <= len(ids) <= 5 or not set(ids) <= known:
            refuse(-201, "attachment_id is invalid!")
        self.broadcasts.append({"target": target, "ids": ids})
        return {"message_id": f"broadcast-{len(self.broadcasts)}"}

    def _remove(self, request: Request) -> dict[str, Any]:
        job = self.jobs.named(body_of(request, {"id"}).get("id"))
        if job is None:
            refuse(-201, "id is invalid!")
        job.removed = True
        return {}

    # -- videos -----------------------------------------------------------------------------------

    def _prepare_video(self, request: Request) -> dict[str, Any]:
        return self._videos.prepare(request, self.looks_until_done)

    def _verify_video(self, request: Request) -> dict[str, Any]:
        return self._videos.verify(request, self.video_status)

    # -- reading ----------------------------------------------------------------------------------

    def _list(self, request: Request) -> dict[str, Any]:
        offset, limit = request.args.get("offset", ""), request.args.get("limit", "")
        if request.args.get("type") not in ("normal", "video"):
            refuse(-201, "type accept only 2 value normal and video.")
        if not offset.isdecimal() or not limit.isdecimal() or not 1 <= int(limit) <= _A_PAGE:
            refuse(-201, f"maximum limit is {_A_PAGE}")
        newest = self.jobs.out()[::-1] if request.args["type"] == "normal" else []
        page = newest[int(offset) : int(offset) + int(limit)]
        total = {"total": len(newest)} if self.tells_total else {}
        return {"medias": [job.summary() for job in page], **total}

    def _detail(self, request: Request) -> dict[str, Any]:
        job = self.jobs.named(request.args.get("id"))
        if job is None:
            refuse(-201, "id is invalid!")
        told = {"id": job.id, **job.article}
        if not self.tells_text:
            del told["body"]
        return told | ({"link_view": self._address(job)} if self.tells_address else {})

    def _shown(self, job: Job) -> Published:
        return Published(
            remote_id=job.id,
            text=text_of(job.article),
            at=job.at,
            url=self._address(job),
            title=job.article["title"],
            media=media_in(job.article, f"{self._default.url}/bia.png"),
        )

    def _address(self, job: Job) -> str:
        return f"{self.url}/detail/{OA_ID}?id={job.id}&pageId={OA_ID}"


_Verb = Callable[[Platform, Request], dict[str, Any]]
_ROUTES: dict[tuple[str, str], _Verb] = {
    ("GET", "/v2.0/oa/getoa"): Platform._account,
    ("POST", _BROADCAST): Platform._broadcast,
    ("POST", _CREATE): Platform._create,
    ("POST", "/v2.0/article/verify"): Platform._verify,
    ("POST", "/v2.0/article/remove"): Platform._remove,
    ("GET", "/v2.0/article/getslice"): Platform._list,
    ("GET", "/v2.0/article/getdetail"): Platform._detail,
    ("POST", "/v2.0/article/upload_video/preparevideo"): Platform._prepare_video,
    ("GET", "/v2.0/article/upload_video/verify"): Platform._verify_video,
}
