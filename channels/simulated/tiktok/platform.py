"""Stands in for TikTok: direct posts of videos and photos, and the account's public videos.

It wants the creator asked before every post, refuses unknown fields, unaudited publicity, wrong
pieces and stale tokens, rotates refresh tokens, fetches what it is given by address, and tells the
id of public posts alone. One app, one account.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from channels.simulated import FaultName, Published
from channels.simulated.host import fetched
from channels.simulated.planted import planted
from channels.simulated.server import HttpStandIn
from channels.simulated.tiktok.access import CLIENT_KEY, CLIENT_SECRET, OPEN_ID, REFRESH, Access
from channels.simulated.tiktok.answers import body_of, no, refuse, yes
from channels.simulated.tiktok.jobs import Job
from channels.simulated.tiktok.videos import COUNTS, Post, listed, queried

USERNAME = "sokhcn_vidu"
FOLLOWERS = 2_048
UPLOAD_LASTS = timedelta(hours=1)

_SCOPES = ("user.info.basic", "user.info.stats", "video.publish", "video.list")
_PIECE_LEAST, _PIECE_MOST = 5_000_000, 64_000_000
_POST = {"privacy_level", "disable_comment", "brand_content_toggle", "brand_organic_toggle"}
_VIDEO_POST = _POST | {"title", "disable_duet", "disable_stitch", "is_aigc"}
_PHOTO_POST = _POST | {"title", "description", "auto_add_music"}
_UPLOAD = {"source", "video_size", "chunk_size", "total_chunk_count"}
_FORBIDDEN = "spam_risk_user_banned_from_posting"
_WORDS = {
    "429": (429, "rate_limit_exceeded"),
    "forbidden": (403, _FORBIDDEN),
    "invalid": (400, "invalid_params"),
}


class Platform(HttpStandIn):
    """One account. ``looks_until_done`` is how often a job must be asked for, and
    ``looks_until_moderated`` how often after that before it has an id; ``moderated`` whether TikTok
    has let public posts go at all (only then does the list show them); ``fails`` the reason for
    which the next jobs fail; ``drafts`` makes drafts of posts; ``is_audited`` lifts what unaudited
    apps may not; ``scopes`` what the account has granted; ``tells_progress`` whether a job says how
    much of its video is there; ``creator`` lies over what it says of the creator."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.looks_until_done = 1
        self.looks_until_moderated = 0
        self.moderated = True
        self.fails = ""
        self.drafts = False
        self.is_audited = True
        self.scopes = list(_SCOPES)
        self.tells_progress = True
        self.creator: dict[str, Any] = {}
        self.asked: list[str] = []
        self.inits: list[dict[str, Any]] = []
        self.access = Access(clock, self.scopes)
        self._creator_asked = False
        self._jobs: dict[str, Job] = {}
        self._posts: dict[str, Post] = {}
        self._last_id = 7_400_000_000_000_000_000

    # -- for those who use it ---------------------------------------------------------------------

    def config(self) -> dict[str, Any]:
        return {
            "account": OPEN_ID,
            "client_key": "env:STAND_IN_TIKTOK_CLIENT_KEY",
            "client_secret": "env:STAND_IN_TIKTOK_CLIENT_SECRET",
            "refresh_token": "env:STAND_IN_TIKTOK_REFRESH_TOKEN",
            "privacy": "PUBLIC_TO_EVERYONE",
            "poll_s": 0,
            "base_url": self.url,
            "web_url": self.url,
        }

    def secrets(self) -> dict[str, str]:
        return {
            "env:STAND_IN_TIKTOK_CLIENT_KEY": CLIENT_KEY,
            "env:STAND_IN_TIKTOK_CLIENT_SECRET": CLIENT_SECRET,
            "env:STAND_IN_TIKTOK_REFRESH_TOKEN": REFRESH,
        }

    def published(self) -> tuple[Published, ...]:
        with self.guard:
            return tuple(post.published for post in self._posts.values())

    def readers(self, remote_id: str, **counts: int) -> None:
        with self.guard:
            post_id = self._jobs[remote_id].post_id if remote_id in self._jobs else remote_id
            if post_id in self._posts:
                known = {COUNTS[name]: n for name, n in counts.items() if name in COUNTS}
                self._posts[post_id] = replace(self._posts[post_id], counts=known)

    def consent(self, address: str) -> dict[str, str]:
        """What the account's owner is sent back with, who opened ``address`` and agreed."""
        with self.guard:
            return self.access.consent(address)

    def expire_tokens(self) -> None:
        """Take no access token that was given so far; new ones can be had."""
        with self.guard:
            self.access.good.clear()

    def remove(self, post_id: str) -> None:
        """Take a post away, as its owner does in the app."""
        with self.guard:
            del self._posts[post_id]

    # -- the platform -----------------------------------------------------------------------------

    def publishes(self, request: Request) -> bool:
        if request.method == "PUT":
            told = re.fullmatch(r"bytes \d+-(\d+)/(\d+)", request.headers.get("Content-Range", ""))
            return told is not None and int(told[1]) + 1 == int(told[2])
        return (request.method, request.path) == ("POST", "/v2/post/publish/content/init/")

    def refusal(self, fault: FaultName) -> Response:
        if fault == "expired":
            with self.guard:
                self.access.revoke()
            return no(401, "access_token_invalid")
        return no(*_WORDS.get(fault, (500, "internal_error")))

    def answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        if request.path.startswith("/upload/"):
            return self._take_piece(request, request.path.removeprefix("/upload/"))
        if (request.method, request.path) == ("POST", "/v2/oauth/token/"):
            return self.access.give(request)
        self.access.check(request)
        for method, path, scope, verb in _ROUTES:
            if (request.method, request.path) == (method, path):
                if scope not in self.scopes:
                    refuse(401, "scope_not_authorized")
                return yes(verb(self, request))
        return no(404, "invalid_params", "Unsupported path(Janus)")

    # -- the account ------------------------------------------------------------------------------

    def _user(self, request: Request) -> dict[str, Any]:
        known = {"open_id": OPEN_ID, "display_name": "Sở Khoa học và Công nghệ"}
        if "user.info.stats" in self.scopes:
            known["follower_count"] = FOLLOWERS  # type: ignore[assignment]
        asked = request.args.get("fields", "").split(",")
        if not set(asked) <= {*known, "follower_count"}:
            refuse(400, "invalid_params")
        if not set(asked) <= set(known):
            refuse(401, "scope_not_authorized")
        return {"user": {name: known[name] for name in asked}}

    def _creator(self, _request: Request) -> dict[str, Any]:
        self._creator_asked = True
        return {
            "creator_username": USERNAME,
            "creator_nickname": "Sở Khoa học và Công nghệ",
            "privacy_level_options": ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"],
            "comment_disabled": False,
            "duet_disabled": False,
            "stitch_disabled": False,
            "max_video_post_duration_sec": 300,
            **self.creator,
        }

    # -- posting ----------------------------------------------------------------------------------

    def _init_video(self, request: Request) -> dict[str, Any]:
        body = body_of(request, {"post_info", "source_info"})
        info, source = body.get("post_info", {}), body.get("source_info", {})
        self._check_post(info, _VIDEO_POST)
        job = Job(info, str(info.get("title", "")), self.clock())
        if source.get("source") == "PULL_FROM_URL" and set(source) == {"source", "video_url"}:
            self._fetch([source["video_url"]], "video/")
            return self._begun(job, "v_pub_url~v2.")
        if source.get("source") != "FILE_UPLOAD" or set(source) != _UPLOAD:
            refuse(400, "invalid_params", "source_info")
        job.size, job.piece = int(source["video_size"]), int(source["chunk_size"])
        job.count = int(source["total_chunk_count"])
        fits = job.piece == job.size or _PIECE_LEAST <= job.piece <= _PIECE_MOST
        if not fits or job.size < 1 or job.count != job.size // job.piece:
            refuse(400, "invalid_params", "The total chunk count is invalid")
        return self._begun(job, "v_pub_file~v2-1.")

    def _init_photos(self, request: Request) -> dict[str, Any]:
        body = body_of(request, {"media_type", "post_mode", "post_info", "source_info", "is_aigc"})
        info, source = body.get("post_info", {}), body.get("source_info", {})
        if (body.get("media_type"), body.get("post_mode")) != ("PHOTO", "DIRECT_POST"):
            refuse(400, "invalid_params", "media_type")
        if set(source) != {"source", "photo_images", "photo_cover_index"}:
            refuse(400, "invalid_params", "source_info")
        self._check_post(info, _PHOTO_POST)
        photos = source["photo_images"]
        if source["source"] != "PULL_FROM_URL" or not 1 <= len(photos) <= 35:
            refuse(400, "invalid_params", "photo_images")
        self._fetch(photos, "image/")
        job = Job(info, str(info.get("description", "")), self.clock(), media=len(photos))
        return self._begun(job, "p_pub_url~v2.")

    def _check_post(self, info: dict[str, Any], known: set[str]) -> None:
        self.inits.append(info)
        if not set(info) <= known or not set(info) >= _POST:
            refuse(400, "invalid_params", "post_info")
        most = {"title": 2_200 if "disable_duet" in info else 90, "description": 4_000}
        for name, allowed in most.items():
            if len(str(info.get(name, "")).encode("utf-16-le")) // 2 > allowed:
                refuse(400, "invalid_params", f"{name} is too long")
        if not self._creator_asked:
            refuse(403, "privacy_level_option_mismatch", "the creator wasn't asked")
        self._creator_asked = False
        if not self.is_audited and info["privacy_level"] != "SELF_ONLY":
            refuse(403, "unaudited_client_can_only_post_to_private_accounts")
        if info["brand_content_toggle"] and info["privacy_level"] == "SELF_ONLY":
            refuse(400, "invalid_params", "branded content is private")

    def _fetch(self, addresses: list[Any], kind: str) -> None:
        for address in addresses:
            try:
                content, mime = fetched(address)
            except ValueError:
                refuse(403, "url_ownership_unverified")
            known = content[:3] == b"\xff\xd8\xff" or content[:4] == b"RIFF" or kind == "video/"
            if not mime.startswith(kind) or not known:
                self.fails = "file_format_check_failed"

    def _begun(self, job: Job, prefix: str) -> dict[str, Any]:
        publish_id = f"{prefix}{len(self._jobs) + 7_400_000_000}"
        self._jobs[publish_id] = job
        job.failed = self.fails
        job.looks = self.looks_until_done
        if job.by_upload:
            address = f"{self.url}/upload/{publish_id}?upload_token={planted(8)}"
            return {"publish_id": publish_id, "upload_url": address}
        self._publish(job)
        return {"publish_id": publish_id}

    def _take_piece(self, request: Request, publish_id: str) -> Response:
        job = self._jobs.get(publish_id)
        if job is None or self.clock() - job.at > UPLOAD_LASTS:
            return Response(status=403)
        answer = job.take(request)
        if answer.status_code == 201:
            self._publish(job)
        return answer

    def _publish(self, job: Job) -> None:
        if job.failed:
            return
        self._last_id += 7
        job.post_id = str(self._last_id)
        place = "video" if job.count or "disable_duet" in job.info else "photo"
        is_public = job.info["privacy_level"] == "PUBLIC_TO_EVERYONE"
        title = str(job.info.get("title", "")) if place == "photo" else ""
        published = Published(
            remote_id=job.post_id,
            text=job.text,
            at=self.clock(),
            url=f"{self.url}/@{USERNAME}/{place}/{job.post_id}",
            title=title,
            media=job.media,
        )
        self._posts[job.post_id] = Post(published, is_public, title or job.text)

    def _status(self, request: Request) -> dict[str, Any]:
        job = self._jobs.get(str(body_of(request, {"publish_id"}).get("publish_id")))
        if job is None:
            refuse(400, "invalid_publish_id")
        progress = {"uploaded_bytes": sum(job.taken)} if self.tells_progress else {}
        if job.by_upload and not job.is_whole:
            return {"status": "PROCESSING_UPLOAD", **progress}
        if job.looks > 0:
            job.looks -= 1
            waits = "PROCESSING_UPLOAD" if job.by_upload else "PROCESSING_DOWNLOAD"
            return {"status": waits, **progress}
        if job.failed:
            return {"status": "FAILED", "fail_reason": job.failed}
        if self.drafts:
            return {"status": "SEND_TO_USER_INBOX"}
        post = self._posts.get(job.post_id)
        shown = post is not None and post.is_public and self.moderated
        if self.looks_until_moderated > 0:
            self.looks_until_moderated -= 1
            shown = False
        ids = [int(job.post_id)] if shown else []
        return {"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": ids}

    # -- reading ----------------------------------------------------------------------------------

    def _listed(self, request: Request) -> dict[str, Any]:
        shown = self._posts.values() if self.moderated else ()
        return listed([each for each in shown if each.is_public], request)

    def _queried(self, request: Request) -> dict[str, Any]:
        return queried(self._posts, request)


_Verb = Callable[[Platform, Request], dict[str, Any]]
_ROUTES: tuple[tuple[str, str, str, _Verb], ...] = (
    ("GET", "/v2/user/info/", "user.info.basic", Platform._user),
    ("POST", "/v2/post/publish/creator_info/query/", "video.publish", Platform._creator),
    ("POST", "/v2/post/publish/video/init/", "video.publish", Platform._init_video),
    ("POST", "/v2/post/publish/content/init/", "video.publish", Platform._init_photos),
    ("POST", "/v2/post/publish/status/fetch/", "video.publish", Platform._status),
    ("POST", "/v2/video/list/", "video.list", Platform._listed),
    ("POST", "/v2/video/query/", "video.list", Platform._queried),
)
