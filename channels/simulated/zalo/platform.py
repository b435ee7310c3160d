"""Stands in for Zalo: one Official Account, its articles, videos and broadcasts.

Articles and videos are made by and by; tokens are renewed once each, and void the ones before;
pictures are fetched from where they are said to be. It answers HTTP 200 to nearly everything, as
Zalo does, and refuses unknown fields, missing covers, titles of exactly 150 characters, lists of
more than ten.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any, NoReturn
from urllib.parse import parse_qs, urlsplit

from PIL import Image
from werkzeug.wrappers import Request, Response

from channels.simulated import FaultName, Published
from channels.simulated.host import fetched
from channels.simulated.planted import planted
from channels.simulated.server import HttpStandIn, Listener, RefusedError, as_json
from channels.simulated.zalo.article import checked, media_in, pictures_in, text_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

APP_ID, APP_SECRET = "3608465248940903967", "pl4ntedAppSecretOfNoValue"
REFRESH = "pl4ntedRefreshTokenOfNoValue"
OA_ID, OA_NAME = "2491302944280861639", "Sở Khoa học và Công nghệ"
FOLLOWERS = 12_480
ACCESS_LASTS = timedelta(hours=25)
REDIRECT = "https://sokhcn.example.vn/zalo"

_CREATE, _BROADCAST = "/v2.0/article/create", "/v2.0/oa/message"
_PICTURE_MAX = 1_000_000
_VIDEO_MAX = 50_000_000
_A_PAGE = 10
_COUNTS = {"views": "total_view", "shares": "total_share"}
_WORDS = {
    "429": (-32, "Your application reached limit call api"),
    "forbidden": (-221, "The OA needs to be verified to use this feature"),
    "invalid": (-201, "title is invalid!"),
}
_PROCESSING = -214, "Media is being processed"


@dataclass(slots=True)
class _Job:
    article: dict[str, Any]
    at: datetime
    looks: int
    id: str
    failed: bool = False
    removed: bool = False
    counts: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class _Video:
    looks: int
    video_id: str


class Platform(HttpStandIn):
    """One account. ``looks_until_done`` is how often an article, or a video, must be asked for (or
    ``settles_after`` must pass); ``replies`` says with which code and words a path answers from now
    on; ``knows_jobs`` whether the tokens of jobs are still known; ``video_status`` how a video
    ends; ``tells_text``, ``tells_total`` and ``tells_address`` what it says of articles; ``left``
    how many requests are left in the minute; ``wants_proof`` of the app's secret;
    ``echoes_state`` whether a consent comes back with its state."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.looks_until_done = 1
        self.settles_after = timedelta(seconds=20)
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
        self.refreshes = 0
        self._refresh = REFRESH
        self._access: dict[str, datetime] = {}
        self._expire_at = ""
        self._codes: dict[str, str] = {}
        self._jobs: dict[str, _Job] = {}
        self._videos: dict[str, _Video] = {}
        self._default = Listener(_default_cover)

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
            return tuple(self._shown(job) for job in self._out())

    def readers(self, remote_id: str, **counts: int) -> None:
        with self.guard:
            for job in self._out():
                if job.id == remote_id:
                    job.counts = {_COUNTS[k]: n for k, n in counts.items() if k in _COUNTS}

    def consent(self, address: str) -> dict[str, str]:
        """What an administrator of the account is sent back with, who opened ``address``."""
        asked = {key: value for key, (value,) in parse_qs(urlsplit(address).query).items()}
        if urlsplit(address).path != "/v4/oa/permission" or asked.get("app_id") != APP_ID:
            return {"error": "-14002", "error_name": "Invalid appId"}
        if asked.get("redirect_uri") != REDIRECT:
            return {"error": "-14003", "error_name": "Invalid redirect uri"}
        code = planted(8)
        with self.guard:
            self._codes[code] = asked.get("code_challenge", "")
        state = {"state": asked["state"]} if self.echoes_state else {}
        return {"code": code, "oa_id": OA_ID, **state}

    def expire_tokens(self, at: str = "") -> None:
        """Take no access token that was given so far; new ones can be had. With ``at``: once that
        path is asked for."""
        with self.guard:
            self._expire_at = at
            if not at:
                self._access.clear()

    def post(self, title: str, text: str) -> str:
        """An article that somebody writes in OA Manager; gives its id."""
        body = [{"type": "text", "content": f"<p>{text}</p>"}]
        cover = {"cover_type": "photo", "photo_url": "", "status": "show"}
        with self.guard:
            article = {"title": title, "body": body, "cover": cover, "status": "show"}
            return self._job(article, looks=0).id

    def remove(self, article_id: str) -> None:
        """Take an article away, as somebody does in OA Manager."""
        with self.guard:
            for job in self._out():
                job.removed = job.removed or job.id == article_id

    # -- the platform -----------------------------------------------------------------------------

    def publishes(self, request: Request) -> bool:
        return request.method == "POST" and request.path in (_CREATE, _BROADCAST)

    def refusal(self, fault: FaultName) -> Response:
        if fault == "500":
            return Response("<html>502 Bad Gateway</html>", status=502, mimetype="text/html")
        if fault == "expired":
            # The account took the app's access back: no token is good any more, nor to be had.
            with self.guard:
                self._access.clear()
                self._refresh = ""
            return _no(-216, "Access token is invalid")
        return _no(*_WORDS[fault])

    def answer(self, request: Request) -> Response:
        self.asked.append(request.path)
        if request.path == "/v4/oa/access_token":
            return self._tokens(request)
        if request.path == self._expire_at:
            self.expire_tokens()
        token = request.headers.get("access_token", "")
        if self._access.get(token, datetime.min.replace(tzinfo=UTC)) <= self.clock():
            return _no(-216, "Access token is invalid")
        if self.wants_proof and request.headers.get("appsecret_proof") != _proof(token):
            return _no(-242, "Invalid appsecret_proof provided in the API argument")
        if request.path in self.replies:
            return _no(*self.replies[request.path])
        verb = _ROUTES.get((request.method, request.path))
        if verb is None:
            return _no(-209, "API is not support")
        response = _yes(verb(self, request))
        if self.left is not None:
            response.headers["X-RateLimit-Limit"] = "4000"
            response.headers["X-RateLimit-Remain"] = str(self.left)
        return response

    # -- access -----------------------------------------------------------------------------------

    def _tokens(self, request: Request) -> Response:
        form = request.form
        if request.path in self.replies:
            return _no(*self.replies[request.path])
        if request.headers.get("secret_key") != APP_SECRET or form.get("app_id") != APP_ID:
            return _oauth_no(-14004, "Invalid secret key")
        if form.get("grant_type") == "refresh_token":
            if not self._refresh or form.get("refresh_token") != self._refresh:
                return _oauth_no(-14014, "Invalid refresh token")
            self.refreshes += 1
        else:
            challenge = self._codes.pop(form.get("code", ""), None)
            verifier = form.get("code_verifier", "")
            if challenge is None or (challenge and challenge != _challenge(verifier)):
                return _oauth_no(-14010, "Invalid code verifier")
        self._refresh = f"standInRotated{planted(8)}"
        access = f"standInAccess{planted(8)}"
        # The token that this one replaces is void at once.
        self._access = {access: self.clock() + ACCESS_LASTS}
        told = {
            "access_token": access,
            "refresh_token": self._refresh,
            "expires_in": str(int(ACCESS_LASTS.total_seconds())),
        }
        return as_json(200, told)

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
        article = _json(request)
        problem = checked(article, {each.video_id for each in self._videos.values()})
        if problem:
            _refuse(-201, f"{problem} is invalid!")
        self.created.append(article)
        job = self._job(article, self.looks_until_done)
        for address in pictures_in(article):
            try:
                content, mime = fetched(address)
                Image.open(BytesIO(content)).verify()
            except (ValueError, OSError):
                job.failed = True
            else:
                job.failed |= len(content) > _PICTURE_MAX or not mime.startswith("image/")
        return {"token": next(token for token, each in self._jobs.items() if each is job)}

    def _job(self, article: dict[str, Any], looks: int) -> _Job:
        number = f"{len(self._jobs) + 1:04d}"
        # An id of Zalo's is no number.
        job = _Job(article, self.clock(), looks, f"c9f1b7d38e96{number}a0b1")
        self._jobs[f"job-{secrets.token_hex(12)}"] = job
        return job

    def _verify(self, request: Request) -> dict[str, Any]:
        job = self._jobs.get(str(_json(request, {"token"}).get("token")))
        if job is None or not self.knows_jobs:
            _refuse(-201, "token is invalid!")
        if not self._is_made(job):
            job.looks -= 1
            _refuse(*_PROCESSING)
        if job.failed:
            _refuse(-200, "Upload media failed")
        return {"id": job.id}

    def _broadcast(self, request: Request) -> dict[str, Any]:
        body = _json(request, {"recipient", "message"})
        target = body["recipient"].get("target")
        attachment = body["message"].get("attachment", {})
        payload = attachment.get("payload", {})
        ids = [each.get("attachment_id") for each in payload.get("elements", [])]
        known = {job.id for job in self._out()}
        if attachment.get("type") != "template" or payload.get("template_type") != "media":
            _refuse(-201, "attachment is invalid!")
        if not isinstance(target, dict) or not 1 <= len(ids) <= 5 or not set(ids) <= known:
            _refuse(-201, "attachment_id is invalid!")
        self.broadcasts.append({"target": target, "ids": ids})
        return {"message_id": f"broadcast-{len(self.broadcasts)}"}

    def _remove(self, request: Request) -> dict[str, Any]:
        article_id = _json(request, {"id"}).get("id")
        job = next((each for each in self._out() if each.id == article_id), None)
        if job is None:
            _refuse(-201, "id is invalid!")
        job.removed = True
        return {}

    # -- videos -----------------------------------------------------------------------------------

    def _prepare_video(self, request: Request) -> dict[str, Any]:
        file = request.files.get("file")
        content = file.read() if file else b""
        if content[4:8] != b"ftyp" or len(content) > _VIDEO_MAX:
            _refuse(-201, "file is invalid!")
        token = f"video-{secrets.token_hex(12)}"
        self._videos[token] = _Video(self.looks_until_done, f"v{secrets.token_hex(8)}")
        return {"token": token}

    def _verify_video(self, request: Request) -> dict[str, Any]:
        video = self._videos.get(request.headers.get("token", ""))
        if video is None:
            _refuse(-201, "token is invalid!")
        if video.looks > 0:
            video.looks -= 1
            return {"status": 3, "convert_percent": 40, "video_id": ""}
        if self.video_status != 1:
            return {"status": self.video_status, "status_message": "convert failed"}
        return {"status": 1, "convert_percent": 100, "video_id": video.video_id}

    # -- reading ----------------------------------------------------------------------------------

    def _list(self, request: Request) -> dict[str, Any]:
        offset, limit = request.args.get("offset", ""), request.args.get("limit", "")
        if request.args.get("type") not in ("normal", "video"):
            _refuse(-201, "type accept only 2 value normal and video.")
        if not offset.isdecimal() or not limit.isdecimal() or not 1 <= int(limit) <= _A_PAGE:
            _refuse(-201, f"maximum limit is {_A_PAGE}")
        newest = self._out()[::-1] if request.args["type"] == "normal" else []
        page = newest[int(offset) : int(offset) + int(limit)]
        total = {"total": len(newest)} if self.tells_total else {}
        return {"medias": [self._summary(job) for job in page], **total}

    def _summary(self, job: _Job) -> dict[str, Any]:
        return {
            "id": job.id,
            "type": "normal",
            "title": job.article["title"],
            "status": job.article["status"],
            **dict.fromkeys(_COUNTS.values(), 0),
            **job.counts,
        }

    def _detail(self, request: Request) -> dict[str, Any]:
        job = next((each for each in self._out() if each.id == request.args.get("id")), None)
        if job is None:
            _refuse(-201, "id is invalid!")
        told = {"id": job.id, **job.article}
        if not self.tells_text:
            del told["body"]
        return told | ({"link_view": self._address(job)} if self.tells_address else {})

    def _is_made(self, job: _Job) -> bool:
        return job.looks <= 0 or self.clock() - job.at >= self.settles_after

    def _out(self) -> list[_Job]:
        return [
            job
            for job in self._jobs.values()
            if self._is_made(job) and not job.failed and not job.removed
        ]

    def _shown(self, job: _Job) -> Published:
        return Published(
            remote_id=job.id,
            text=text_of(job.article),
            at=job.at,
            url=self._address(job),
            title=job.article["title"],
            media=media_in(job.article, f"{self._default.url}/bia.png"),
        )

    def _address(self, job: _Job) -> str:
        return f"{self.url}/detail/{OA_ID}?id={job.id}&pageId={OA_ID}"


def _default_cover(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The office's own web site, with the picture for articles that have none."""
    picture = BytesIO()
    Image.new("RGB", (64, 36), "maroon").save(picture, "png")
    return Response(picture.getvalue(), mimetype="image/png")(environ, start_response)


def _challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _proof(token: str) -> str:
    return hmac.new(APP_SECRET.encode(), token.encode(), hashlib.sha256).hexdigest()


def _json(request: Request, known: set[str] | None = None) -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict) or (known is not None and not set(body) <= known):
        _refuse(-201, "body is invalid!")
    return body


def _yes(data: dict[str, Any]) -> Response:
    told = {"data": data, "error": 0, "message": "Success"}
    return as_json(200, told)


def _no(code: int, message: str) -> Response:
    told = {"error": code, "message": message}
    return as_json(200, told)


def _oauth_no(code: int, name: str) -> Response:
    told = {"error": code, "error_name": name, "error_reason": "", "error_description": name}
    return as_json(200, told)


def _refuse(code: int, message: str) -> NoReturn:
    raise RefusedError(_no(code, message))


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
