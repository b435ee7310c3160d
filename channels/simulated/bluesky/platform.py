"""Stands in for Bluesky: one server (PDS) with one account, and the app view that it asks.

It answers in the words in which a PDS (0.4) was seen to: it signs and renews sessions, keeps a
record once under its key, wants keys and records as the lexicon has them, looks into uploads for
what they are, forgets those that no record refers to, and gives its allowances in headers.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from channels.simulated import FaultName, Published
from channels.simulated.bluesky.answers import answered, body_of, error, refuse
from channels.simulated.bluesky.blobs import Blobs, blobs_in
from channels.simulated.bluesky.lexicon import (
    COLLECTION,
    InvalidRecordError,
    check_key,
    check_post,
    cid,
)
from channels.simulated.bluesky.posts import COUNTS, Posts
from channels.simulated.bluesky.sessions import Sessions, WrongTokenError
from channels.simulated.server import HttpStandIn, RefusedError

PASSWORD = "pl4n-ted1-stan-din2"  # noqa: S105 -- opens nothing
DID, HANDLE = "did:plc:ewvi7nxzyoun6zhxrhs64oiz", "sokhcn.vidu.vn"
OTHER_DID, OTHER_HANDLE = "did:plc:z72i7hdynmk6r22z27h6tvur", "bsky.app"
FOLLOWERS = 2_310
APP_VIEW = "did:web:api.bsky.app#bsky_appview"

_PERIOD = timedelta(minutes=5)
_WHICH = {"repo", "collection", "rkey"}
_DOWN = {
    "deactivated": ("AccountDeactivated", "Account is deactivated"),
    "takendown": ("AccountTakedown", "Account has been taken down"),
    "suspended": ("AccountSuspended", "Account has been suspended"),
}


class Platform(HttpStandIn):
    """One account's server. ``status`` is "" or why the account may not publish; ``has_app_view``
    whether it knows who counts; ``unseen`` are the posts that its app view doesn't show yet;
    ``allowances`` are what is left of them, by the method's name."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.sessions = Sessions(clock, DID)
        self.password = PASSWORD
        self.handle = HANDLE
        self.status = ""
        self.needs_factor = False
        self.has_app_view = True
        self.names_its_server = True
        self.unseen: set[str] = set()
        self.allowances: dict[str, int] = {}
        self._posts = Posts(clock)
        self._blobs = Blobs()
        self.asked: list[str] = []

    # -- for those who use it ---------------------------------------------------------------------

    def config(self) -> dict[str, Any]:
        return {
            "account": DID,
            "server": self.url,
            "handle": HANDLE,
            "app_password": "env:STAND_IN_BLUESKY_APP_PASSWORD",
            "web_url": self.url,
        }

    def secrets(self) -> dict[str, str]:
        return {"env:STAND_IN_BLUESKY_APP_PASSWORD": PASSWORD}

    def published(self) -> tuple[Published, ...]:
        with self.guard:
            return tuple(post.published for post in self._posts.all.values())

    @property
    def uploads(self) -> int:
        """How many files went up."""
        return self._blobs.count

    def records(self) -> tuple[dict[str, Any], ...]:
        """For each of ``published``, the record that it is."""
        with self.guard:
            return tuple(post.record for post in self._posts.all.values())

    def readers(self, remote_id: str, **counts: int) -> None:
        with self.guard:
            known = {COUNTS[each]: counts[each] for each in COUNTS if each in counts}
            self._posts.count(remote_id, **known)

    def quote(self, remote_id: str, times: int) -> None:
        """Let ``remote_id`` be quoted by others."""
        with self.guard:
            self._posts.count(remote_id, quoteCount=times)

    def remove(self, remote_id: str) -> None:
        """Let the office itself take the post away, by hand."""
        with self.guard:
            self._posts.all.pop(remote_id.split(",")[0], None)

    def revoke(self) -> None:
        """Let somebody delete the app password, and its sessions with it."""
        self.password = ""
        self.sessions.revoke()
        self.sessions.forget_key()

    def forget_uploads(self) -> None:
        """Throw away what no post refers to."""
        with self.guard:
            self._blobs.keep_only(json.dumps([post.record for post in self._posts.all.values()]))

    # -- the platform -----------------------------------------------------------------------------

    def publishes(self, request: Request) -> bool:
        return (request.method, _method(request)) == ("POST", "com.atproto.repo.putRecord")

    def refusal(self, fault: FaultName) -> Response:
        match fault:
            case "429":
                reset = int((self.clock() + _PERIOD).timestamp())
                heads = {"RateLimit-Remaining": "0", "RateLimit-Reset": str(reset)}
                return error(429, "RateLimitExceeded", "Rate Limit Exceeded", heads)
            case "expired":
                self.revoke()
                return error(400, "ExpiredToken", "Token has been revoked")
            case "forbidden":
                return error(401, "AccountTakedown", "Account has been taken down")
            case "invalid":
                said = "grapheme too big (maximum 300, got 301) at $.record.text"
                return error(400, "InvalidRequest", f"Invalid {COLLECTION} record: {said}")
        return error(500, "InternalServerError", "Internal Server Error")

    def answer(self, request: Request) -> Response:
        method = _method(request)
        self.asked.append(method)
        left = self.allowances.get(method)
        if left == 0:
            return self.refusal("429")
        answer = self._known(request, method)
        if left is not None:
            self.allowances[method] = left - 1
            reset = int((self.clock() + _PERIOD).timestamp())
            answer.headers["RateLimit-Remaining"] = str(left - 1)
            answer.headers["RateLimit-Reset"] = str(reset)
        return answer

    def _known(self, request: Request, method: str) -> Response:
        match request.method, method:
            case "POST", "com.atproto.server.createSession":
                return self._create_session(body_of(request))
            case "POST", "com.atproto.server.refreshSession":
                return self._refresh_session(request)
            case "GET", "com.atproto.repo.getRecord":
                return self._get(request.args.to_dict())
            case "GET", "com.atproto.identity.resolveHandle":
                return self._resolve(request.args.get("handle", ""))
            case "GET", "app.bsky.feed.getPosts" | "app.bsky.actor.getProfile":
                return self._view(request, method)
        self._authenticate(request, "access")
        match request.method, method:
            case "GET", "com.atproto.server.getSession":
                return self._session()
            case "POST", "com.atproto.repo.uploadBlob":
                return self._blobs.take(request)
            case "POST", "com.atproto.repo.putRecord":
                return self._put(body_of(request))
            case "POST", "com.atproto.repo.deleteRecord":
                return self._delete(body_of(request))
        return error(400, "InvalidRequest", f"No service configured for {method}")

    # -- sessions ---------------------------------------------------------------------------------

    def _create_session(self, asked: dict[str, Any]) -> Response:
        for name in ("identifier", "password"):
            if not isinstance(asked.get(name), str):
                refuse(400, "InvalidRequest", f'Missing required key "{name}" at $')
        is_ours = asked["identifier"] in (self.handle, DID)
        if not is_ours or not self.password or asked["password"] != self.password:
            refuse(401, "AuthenticationRequired", "Invalid identifier or password")
        if self.needs_factor:
            said = "A sign in code has been sent to your email address"
            refuse(401, "AuthFactorTokenRequired", said)
        if self.status in ("takendown", "suspended"):
            refuse(401, *_DOWN[self.status])
        return answered(self.sessions.make() | self._owner())

    def _refresh_session(self, request: Request) -> Response:
        token = self._authenticate(request, "refresh")
        if request.get_data():
            refuse(400, "InvalidRequest", "A request body was provided when none was expected")
        try:
            return answered(self.sessions.renew(token) | self._owner())
        except WrongTokenError as wrong:
            return error(400, wrong.name, str(wrong))

    def _session(self) -> Response:
        if self.status in ("takendown", "suspended"):
            said = f"Could not find user info for account: {DID}"
            refuse(400, "InvalidRequest", said)
        return answered({"did": DID, "handle": self.handle, **self._activity()})

    def _owner(self) -> dict[str, Any]:
        service = {
            "id": "#atproto_pds",
            "type": "AtprotoPersonalDataServer",
            "serviceEndpoint": self.url,
        }
        document = {"id": DID, "alsoKnownAs": [f"at://{self.handle}"], "service": [service]}
        told = {"did": DID, "handle": self.handle, **self._activity()}
        return told | ({"didDoc": document} if self.names_its_server else {})

    def _activity(self) -> dict[str, Any]:
        return {"active": False, "status": self.status} if self.status else {"active": True}

    def _authenticate(self, request: Request, kind: str) -> str:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if not token:
            refuse(401, "AuthMissing", "Authentication Required")
        if scheme != "Bearer":
            refuse(400, "InvalidToken", "Unexpected authorization type")
        try:
            self.sessions.checked(token, kind)
        except WrongTokenError as wrong:
            raise RefusedError(error(400, wrong.name, str(wrong))) from None
        return token

    # -- records ----------------------------------------------------------------------------------

    def _put(self, asked: dict[str, Any]) -> Response:
        for name in (*sorted(_WHICH), "record"):
            if name not in asked:
                refuse(400, "InvalidRequest", f'Missing required key "{name}" at $')
        self._check_owner(asked["repo"])
        if asked["collection"] != COLLECTION:
            refuse(400, "InvalidRequest", f"the stand-in keeps {COLLECTION} alone")
        record = asked["record"]
        try:
            check_key(asked["rkey"])
            check_post(record)
        except InvalidRecordError as wrong:
            return error(400, "InvalidRequest", str(wrong))
        for blob in blobs_in(record):
            self._blobs.check(blob)
        uri = f"at://{DID}/{COLLECTION}/{asked['rkey']}"
        url = f"{self.url}/profile/{self.handle}/post/{asked['rkey']}"
        is_new = self._posts.put(uri, record, url)
        told = {"uri": uri, "cid": self._posts.all[uri].cid, "validationStatus": "valid"}
        commit = {"commit": {"cid": cid(uri.encode()), "rev": asked["rkey"]}}
        return answered(told | commit if is_new else told)

    def _get(self, asked: dict[str, str]) -> Response:
        if asked.get("repo") not in (DID, self.handle) or self.status:
            refuse(400, "InvalidRequest", "Could not locate record")
        uri = f"at://{DID}/{asked.get('collection')}/{asked.get('rkey')}"
        post = self._posts.all.get(uri)
        if post is None:
            refuse(400, "RecordNotFound", f"Could not locate record: {uri}")
        return answered({"uri": uri, "cid": post.cid, "value": post.record})

    def _delete(self, asked: dict[str, Any]) -> Response:
        for name in sorted(_WHICH - set(asked)):
            refuse(400, "InvalidRequest", f'Missing required key "{name}" at $')
        self._check_owner(asked["repo"])
        gone = self._posts.all.pop(f"at://{DID}/{asked['collection']}/{asked['rkey']}", None)
        return answered({"commit": {"cid": gone.cid, "rev": asked["rkey"]}} if gone else {})

    def _check_owner(self, repo: str) -> None:
        if repo not in (DID, self.handle):
            refuse(403, "AccountNotFound", "Account not found")
        if self.status:
            refuse(401, *_DOWN[self.status])

    # -- people, and what they did ----------------------------------------------------------------

    def _resolve(self, handle: str) -> Response:
        known = {self.handle: DID, OTHER_HANDLE: OTHER_DID}
        if handle not in known:
            refuse(400, "InvalidRequest", "Unable to resolve handle")
        return answered({"did": known[handle]})

    def _view(self, request: Request, method: str) -> Response:
        """What the app view says: asked through the server, or itself, without a session."""
        through = request.headers.get("atproto-proxy", "")
        if through:
            self._authenticate(request, "access")
            if not self.has_app_view:
                refuse(400, "InvalidRequest", f"No service configured for {method}")
            if through != APP_VIEW:
                refuse(400, "InvalidRequest", "could not resolve proxy did")
        if method == "app.bsky.actor.getProfile":
            if request.args.get("actor") not in (DID, self.handle):
                refuse(400, "InvalidRequest", "Profile not found")
            return answered({"did": DID, "handle": self.handle, "followersCount": FOLLOWERS})
        uris = request.args.getlist("uris")
        if not 0 < len(uris) <= 25:
            refuse(400, "InvalidRequest", "Error: uris must not have more than 25 elements")
        seen = [each for each in uris if each in self._posts.all and each not in self.unseen]
        author = {"did": DID, "handle": self.handle}
        return answered({"posts": [self._posts.shown(uri, author) for uri in seen]})


def _method(request: Request) -> str:
    return request.path.removeprefix("/xrpc/")
