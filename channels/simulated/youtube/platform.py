"""Stands in for YouTube: the part of the Data API by which a channel uploads and is read.

It wants every field that YouTube wants and refuses the ones it doesn't know, counts titles,
descriptions and tags, takes uploads piece by piece, and shows a video to readers once it is whole.
One client, one account, one channel.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from channels.simulated import FaultName, Published
from channels.simulated.server import HttpStandIn, as_json
from channels.simulated.youtube.answers import (
    check_described,
    no,
    object_of,
    page,
    query,
    refuse,
)
from channels.simulated.youtube.google import CLIENT_ID, CLIENT_SECRET, REFRESH_TOKEN, Google
from channels.simulated.youtube.sessions import RangeError, Session, Sessions
from channels.simulated.youtube.videos import COUNTS, Video

CHANNEL_ID, UPLOADS_ID = "UCstandInSoKhcnViDu00001", "UUstandInSoKhcnViDu00001"
HANDLE, TITLE = "@sokhcn_vidu", "Sở Khoa học và Công nghệ"
SUBSCRIBERS = 5_120
_THUMBNAIL_MAX_BYTES = 2 * 1024 * 1024
_A_LIST = 50


class Platform(HttpStandIn):
    """One channel.

    ``audited`` is whether videos of this project may be public; ``outcome`` and ``why`` what
    becomes of new ones, after ``looks_until_processed`` questions; ``keeps_bytes`` how much of the
    next piece arrives; ``gone_as`` the status for a forgotten upload; ``tells_ids_again`` whether
    an upload that is whole still says what it became; ``list_lags`` whether the list of uploads
    lacks all that is new; ``may_set_thumbnails`` and ``may_caption`` what the account may do;
    ``hidden`` the counts that the owner hides; ``limited_by`` the reason of the fault ``429``.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.google = Google(clock)
        self.sessions = Sessions()
        self.audited = True
        self.outcome = "processed"
        self.why = ""
        self.looks_until_processed = 0
        self.keeps_bytes: int | None = None
        self.gone_as = 404
        self.tells_ids_again = True
        self.list_lags = False
        self.may_set_thumbnails = True
        self.may_caption = True
        self.has_channel = True
        self.long_uploads = "allowed"
        self.hides_subscribers = False
        self.hidden: set[str] = set()
        self.limited_by = "quotaExceeded"
        self.reads = 0
        self._videos: dict[str, Video] = {}
        self._made = 0

    # -- for those who use it ---------------------------------------------------------------------

    def config(self) -> dict[str, Any]:
        return {
            "account": CHANNEL_ID,
            "client_id": CLIENT_ID,
            "client_secret": "env:STAND_IN_YOUTUBE_CLIENT_SECRET",
            "refresh_token": "env:STAND_IN_YOUTUBE_REFRESH_TOKEN",
            "poll_s": 0.0,
            "api_url": f"{self.url}/youtube/v3",
            "upload_url": f"{self.url}/upload/youtube/v3",
            "authorize_url": f"{self.url}/o/oauth2/v2/auth",
            "token_url": f"{self.url}/token",
            "web_url": self.url,
        }

    def secrets(self) -> dict[str, str]:
        return {
            "env:STAND_IN_YOUTUBE_CLIENT_SECRET": CLIENT_SECRET,
            "env:STAND_IN_YOUTUBE_REFRESH_TOKEN": REFRESH_TOKEN,
        }

    def published(self) -> tuple[Published, ...]:
        """The videos that people who have their address can see."""
        with self.guard:
            return tuple(each.published(self.url) for each in self._videos.values() if each.is_seen)

    def videos(self) -> tuple[Video, ...]:
        """The channel's videos as its owner sees them, the oldest first."""
        with self.guard:
            return tuple(self._videos.values())

    def readers(self, remote_id: str, **counts: int) -> None:
        with self.guard:
            if remote_id in self._videos:
                known = {COUNTS[name]: n for name, n in counts.items() if name in COUNTS}
                self._videos[remote_id].counts = known

    def remove(self, remote_id: str) -> None:
        """As when its owner deletes a video in YouTube Studio."""
        with self.guard:
            del self._videos[remote_id]

    # -- the platform -----------------------------------------------------------------------------

    def publishes(self, request: Request) -> bool:
        """A video is there with its last byte; all before that is only brought."""
        if (request.method, request.path) != ("PUT", "/upload/youtube/v3/videos"):
            return False
        arrived, _, size = request.headers.get("Content-Range", "").partition("/")
        last = arrived.rpartition("-")[2]
        return last.isdecimal() and size.isdecimal() and int(last) + 1 == int(size)

    def refusal(self, fault: FaultName) -> Response:
        match fault:
            case "429":
                said = 'The request cannot be completed: <a href="/youtube/v3">quota</a>.'
                status = 400 if self.limited_by == "uploadLimitExceeded" else 403
                return no(status, self.limited_by, said)
            case "expired":
                return no(401, "youtubeSignupRequired", "Unauthorized")
            case "forbidden":
                said = "Access forbidden. The request may not be properly authorized."
                return no(403, "forbidden", said)
            case "invalid":
                said = "The request metadata specifies an invalid video description."
                return no(400, "invalidDescription", said)
        return no(503, "backendError", "Backend Error")

    def answer(self, request: Request) -> Response:
        verb = _ROUTES.get((request.method, request.path))
        if verb is None:
            refuse(404, "notFound", "Not Found")
        if request.path != "/token" and not self.google.takes(request):
            refuse(401, "authError", "Invalid Credentials")
        return verb(self, request)

    # -- reading ----------------------------------------------------------------------------------

    def _channel(self, request: Request) -> Response:
        asked = query(request, {"part", "mine"})
        if asked.get("mine") != "true" or "part" not in asked:
            refuse(400, "missingRequiredParameter", "No filter selected.")
        counts: dict[str, Any] = {"hiddenSubscriberCount": self.hides_subscribers}
        if not self.hides_subscribers:
            counts["subscriberCount"] = str(SUBSCRIBERS)
        channel = {
            "id": CHANNEL_ID,
            "snippet": {"title": TITLE, "customUrl": HANDLE},
            "contentDetails": {"relatedPlaylists": {"likes": "", "uploads": UPLOADS_ID}},
            "statistics": counts,
            "status": {"privacyStatus": "public", "longUploadsStatus": self.long_uploads},
        }
        return page([channel] if self.has_channel else [])

    def _token(self, request: Request) -> Response:
        return self.google.exchange(request)

    def _list(self, request: Request) -> Response:
        asked = query(request, {"part", "playlistId", "maxResults", "pageToken"})
        if asked.get("playlistId") != UPLOADS_ID or asked.get("part") != "snippet":
            refuse(404, "playlistNotFound", "The playlist cannot be found.")
        most = int(asked.get("maxResults", "5"))
        if not 0 <= most <= _A_LIST:
            refuse(400, "invalidValue", "maxResults is 0 to 50")
        start = int(asked.get("pageToken", "0"))
        shown = [] if self.list_lags else list(self._videos.values())[::-1]
        items = [video.item() for video in shown[start : start + most]]
        return page(items, str(start + most) if start + most < len(shown) else "")

    def _shown(self, request: Request) -> Response:
        asked = query(request, {"part", "id"})
        ids = asked.get("id", "").split(",")
        if not asked.get("part") or not 1 <= len(ids) <= _A_LIST:
            refuse(400, "invalidFilters", "The request specifies an invalid filter parameter.")
        self.reads += 1
        parts = asked["part"].split(",")
        known = [self._videos[number] for number in ids if number in self._videos]
        for video in known if "status" in parts else ():
            video.look(self.outcome, self.why)
        return page([video.resource(parts, self.hidden) for video in known])

    def _delete(self, request: Request) -> Response:
        number = query(request, {"id"}).get("id", "")
        if self._videos.pop(number, None) is None:
            refuse(404, "videoNotFound", "The video cannot be found.")
        return Response(status=204)

    # -- uploads ----------------------------------------------------------------------------------

    def _open_video(self, request: Request) -> Response:
        asked = query(request, {"uploadType", "part", "notifySubscribers"})
        if asked.get("part") != "snippet,status":
            refuse(400, "unexpectedPart", "part names what is set")
        body = object_of(request)
        check_described(body)
        notifies = asked.get("notifySubscribers", "true") == "true"
        return self._opened("video", request, body, notifies=notifies)

    def _open_captions(self, request: Request) -> Response:
        if query(request, {"uploadType", "part"}).get("part") != "snippet":
            refuse(400, "unexpectedPart", "part is snippet")
        snippet = object_of(request).get("snippet", {})
        if set(snippet) != {"videoId", "language", "name"}:
            refuse(400, "invalidMetadata", "The request contains invalid metadata values.")
        if len(snippet["name"]) > 150:
            refuse(400, "nameTooLong", "The name is too long.")
        if not self.may_caption:
            refuse(403, "forbidden", "The permissions are not sufficient to add captions.")
        video = self._videos.get(snippet["videoId"])
        if video is None:
            refuse(404, "videoNotFound", "The video could not be found.")
        if (snippet["language"], snippet["name"]) in video.captions:
            refuse(409, "captionExists", "The video already has such a track.")
        return self._opened("captions", request, snippet)

    def _opened(
        self, kind: str, request: Request, described: dict[str, Any], *, notifies: bool = True
    ) -> Response:
        mime = request.headers.get("X-Upload-Content-Type", "")
        size = request.headers.get("X-Upload-Content-Length", "")
        if request.args.get("uploadType") != "resumable" or not mime or not size.isdecimal():
            refuse(400, "mediaBodyRequired", "The request does not include the video content.")
        if kind == "video" and not mime.startswith(("video/", "application/octet-stream")):
            refuse(400, "badRequest", "Media type is not supported.")
        session = Session(kind, mime, int(size), described, notifies)
        named = urlencode({"uploadType": "resumable", "upload_id": self.sessions.open(session)})
        return Response(headers={"Location": f"{self.url}{request.path}?{named}"})

    def _take(self, request: Request) -> Response:
        session = self.sessions.get(request.args.get("upload_id", ""))
        if session is None:
            refuse(self.gone_as, "notFound", "The upload session can't be found.")
        if session.made is not None:
            return as_json(200, session.made) if self.tells_ids_again else Response(status=200)
        try:
            is_whole = session.take(request.headers.get("Content-Range", ""), request.get_data())
        except RangeError:
            refuse(400, "badRequest", "Invalid Upload Request")
        if self.keeps_bytes is not None:
            session.keep_only(self.keeps_bytes)
            is_whole, self.keeps_bytes = False, None
        if not is_whole:
            headers = {"Range": session.arrived} if session.arrived else {}
            return Response(status=308, headers=headers)
        session.made = self._make(session)
        return as_json(200, session.made)

    def _make(self, session: Session) -> dict[str, Any]:
        content = bytes(session.content or b"")
        if session.kind == "captions":
            named = session.described
            video = self._videos[named["videoId"]]
            video.captions[(named["language"], named["name"])] = content
            return {"kind": "youtube#caption", "id": f"caption-{len(video.captions)}"}
        self._made += 1
        number = f"vStandIn{self._made:03}"
        status = session.described["status"]
        self._videos[number] = Video(
            number=number,
            at=self.clock().astimezone(UTC),
            snippet=session.described["snippet"],
            privacy=status["privacyStatus"] if self.audited else "private",
            made_for_kids=status["selfDeclaredMadeForKids"],
            notified=session.notifies,
            content=content,
            looks_left=self.looks_until_processed,
        )
        return {
            "kind": "youtube#video",
            "id": number,
            "snippet": session.described["snippet"],
            "status": {"uploadStatus": "uploaded", "privacyStatus": self._videos[number].privacy},
        }

    def _thumbnail(self, request: Request) -> Response:
        asked = query(request, {"uploadType", "videoId"})
        video, content = self._videos.get(asked.get("videoId", "")), request.get_data()
        if video is None:
            refuse(404, "videoNotFound", "The video cannot be found.")
        if not self.may_set_thumbnails:
            said = "The authenticated user doesn't have permissions to set custom thumbnails."
            refuse(403, "forbidden", said)
        if asked.get("uploadType") != "media" or not content:
            refuse(400, "mediaBodyRequired", "The request does not include the image content.")
        if not content.startswith((b"\x89PNG", b"\xff\xd8")) or len(content) > _THUMBNAIL_MAX_BYTES:
            refuse(400, "invalidImage", "The provided image content is invalid.")
        video.thumbnail = content
        return as_json(200, {"kind": "youtube#thumbnailSetResponse", "items": []})


_ROUTES: Mapping[tuple[str, str], Callable[[Platform, Request], Response]] = {
    ("POST", "/token"): Platform._token,
    ("GET", "/youtube/v3/channels"): Platform._channel,
    ("GET", "/youtube/v3/playlistItems"): Platform._list,
    ("GET", "/youtube/v3/videos"): Platform._shown,
    ("DELETE", "/youtube/v3/videos"): Platform._delete,
    ("POST", "/upload/youtube/v3/videos"): Platform._open_video,
    ("PUT", "/upload/youtube/v3/videos"): Platform._take,
    ("POST", "/upload/youtube/v3/captions"): Platform._open_captions,
    ("PUT", "/upload/youtube/v3/captions"): Platform._take,
    ("POST", "/upload/youtube/v3/thumbnails/set"): Platform._thumbnail,
}
