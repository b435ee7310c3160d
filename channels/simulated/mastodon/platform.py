"""Stands in for Mastodon: one server with one account, as Mastodon 4.5 answers.

It counts as Mastodon counts, remembers ``Idempotency-Key`` for an hour, works on videos for a
while, gives its allowances in headers, wants uploads to be what they claim, and refuses unknown
tokens, fields and other people's uploads.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from werkzeug.wrappers import Request, Response

from channels.mastodon.counting import length
from channels.simulated import FaultName, Published
from channels.simulated.mastodon.answers import answered, invalid, not_found, refuse
from channels.simulated.mastodon.oauth import Grants
from channels.simulated.mastodon.posts import Post, Posts
from channels.simulated.mastodon.uploads import MIMES, Uploads
from channels.simulated.planted import planted
from channels.simulated.server import HttpStandIn, RefusedError

TOKEN = "pl4nted-token-of-no-value"  # noqa: S105 -- opens nothing
ACCOUNT_ID = "109348684000000001"
USERNAME, DOMAIN = "sokhcn", "mastodon.vidu.vn"
FOLLOWERS = 3_120
_PERIOD = timedelta(minutes=5)

_FIELDS = {
    *("status", "in_reply_to_id", "media_ids[]", "sensitive", "spoiler_text", "visibility"),
    "language",
}
_VISIBILITIES = {"public", "unlisted", "private", "direct"}


class Platform(HttpStandIn):
    """One server. ``max_characters`` and its like are what it says of itself; ``works_for`` is how
    often a video is asked for before it is done; ``allowance`` is what is left of requests,
    ``uploads_left`` of uploads; ``knows`` lists what not every server offers."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.max_characters = 500
        self.per_address = 23
        self.max_media = 4
        self.image_max_bytes = 16 * 1024 * 1024
        self.works_for = 2
        self.fails_videos = False
        self.allowance = 300
        self.uploads_left = 30
        self.knows = {"instance", "several", "pkce"}
        self.may_publish = True
        self.may_look = True
        self.tokens = {TOKEN}
        self.grants = Grants()
        self._uploads = Uploads(clock, lambda: self.url)
        self.posts = Posts(clock)
        self._last_id = 113_000_000_000_000_000

    # -- for those who use it ---------------------------------------------------------------------

    def config(self) -> dict[str, Any]:
        return {
            "account": ACCOUNT_ID,
            "server": self.url,
            "access_token": "env:STAND_IN_MASTODON_TOKEN",
            "poll_s": 0.01,
        }

    def secrets(self) -> dict[str, str]:
        return {"env:STAND_IN_MASTODON_TOKEN": TOKEN}

    def published(self) -> tuple[Published, ...]:
        with self.guard:
            return tuple(post.published for post in self.posts.all.values())

    def fields(self) -> tuple[dict[str, Any], ...]:
        """For each of ``published``, the fields that it was posted with."""
        with self.guard:
            return tuple(post.fields for post in self.posts.all.values())

    def uploads(self) -> int:
        """How many files went up."""
        with self.guard:
            return len(self._uploads.all)

    def readers(self, remote_id: str, **counts: int) -> None:
        with self.guard:
            self.posts.count(remote_id, **counts)

    def quote(self, remote_id: str, times: int) -> None:
        """Let ``remote_id`` be quoted by others."""
        with self.guard:
            self.posts.count(remote_id, quotes=times)

    def remove(self, remote_id: str) -> None:
        """Let a moderator, or the office itself, take the post away."""
        with self.guard:
            for number in remote_id.split(","):
                self.posts.all.pop(number, None)

    # -- the platform -----------------------------------------------------------------------------

    def publishes(self, request: Request) -> bool:
        return (request.method, request.path) == ("POST", "/api/v1/statuses")

    def refusal(self, fault: FaultName) -> Response:
        match fault:
            case "429":
                reset = (self.clock() + _PERIOD).isoformat().replace("+00:00", ".123456Z")
                heads = {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
                return answered({"error": "Too many requests"}, 429, heads)
            case "expired":
                return answered({"error": "The access token was revoked"}, 401)
            case "forbidden":
                return answered({"error": "Your login is currently disabled"}, 403)
            case "invalid":
                said = f"Validation failed: Text character limit of {self.max_characters} exceeded"
                return answered({"error": said}, 422)
        return answered({"error": "We're sorry, but something went wrong on our end"}, 500)

    def answer(self, request: Request) -> Response:
        path = request.path.rstrip("/").split("/")[1:]
        match request.method, path:
            case "POST", ["api", "v1", "apps"]:
                return self._register(request)
            case "GET", [".well-known", "oauth-authorization-server"]:
                known = {"code_challenge_methods_supported": ["S256"]}
                return answered(known) if "pkce" in self.knows else not_found()
            case "POST", ["oauth", "token"]:
                return self._exchange(request)
        if request.headers.get("Authorization", "").removeprefix("Bearer ") not in self.tokens:
            return answered({"error": "The access token is invalid"}, 401)
        answer = self._answer_known(request, path)
        is_upload = (request.method, path[-1]) == ("POST", "media")
        left = self.uploads_left if is_upload else self.allowance
        reset = (self.clock() + _PERIOD).isoformat().replace("+00:00", "Z")
        answer.headers["X-RateLimit-Remaining"] = str(left)
        answer.headers["X-RateLimit-Reset"] = reset
        return answer

    def _answer_known(self, request: Request, path: list[str]) -> Response:
        match request.method, path:
            case "GET", ["api", "v1", "accounts", "verify_credentials"]:
                return answered(self._account())
            case "GET", ["api", "v1", "accounts", account_id, "statuses"]:
                return self._list(account_id, request)
            case "GET", ["api", "v2", "instance"] if "instance" in self.knows:
                return answered(self._instance())
            case "POST", ["api", "v2", "media"]:
                return self._upload(request)
            case "GET", ["api", "v1", "media", number]:
                return self._uploads.state(number)
            case "POST", ["api", "v1", "statuses"]:
                return self._post(request)
            case "GET", ["api", "v1", "statuses"] if "several" in self.knows:
                return self._several(request.args.getlist("id[]"))
            case "GET", ["api", "v1", "statuses", number] if number in self.posts.all:
                return answered(self._shown(self.posts.all[number]))
            case "DELETE", ["api", "v1", "statuses", number] if number in self.posts.all:
                post = self.posts.all.pop(number)
                return answered(self._shown(post) | {"text": post.published.text})
        return not_found()

    # -- who, and what it takes -------------------------------------------------------------------

    def _account(self) -> dict[str, Any]:
        return {
            "id": ACCOUNT_ID,
            "username": USERNAME,
            "acct": USERNAME,
            "display_name": "Sở Khoa học và Công nghệ",
            "url": f"{self.url}/@{USERNAME}",
            "followers_count": FOLLOWERS,
            "source": {"privacy": "public"},
        }

    def _instance(self) -> dict[str, Any]:
        return {
            "domain": DOMAIN,
            "version": "4.5.0",
            "configuration": {
                "statuses": {
                    "max_characters": self.max_characters,
                    "max_media_attachments": self.max_media,
                    "characters_reserved_per_url": self.per_address,
                },
                "media_attachments": {
                    "supported_mime_types": sorted({*MIMES, "audio/mpeg"}),
                    "description_limit": 1_500,
                    "image_size_limit": self.image_max_bytes,
                    "image_matrix_limit": 33_177_600,
                    "video_size_limit": 99 * 1024 * 1024,
                },
            },
        }

    # -- tokens -----------------------------------------------------------------------------------

    def _register(self, request: Request) -> Response:
        try:
            return answered(self.grants.register(request.form))
        except ValueError as wrong:
            return answered({"error": str(wrong)}, 422)

    def _exchange(self, request: Request) -> Response:
        try:
            scope = self.grants.exchanged(request.form)
        except LookupError:
            said = "Client authentication failed due to unknown client"
            return answered({"error": "invalid_client", "error_description": said}, 401)
        except ValueError:
            said = "The provided authorization grant is invalid, expired or revoked"
            return answered({"error": "invalid_grant", "error_description": said}, 400)
        token = planted(20)
        self.tokens.add(token)
        return answered({"access_token": token, "token_type": "Bearer", "scope": scope})

    # -- uploads ----------------------------------------------------------------------------------

    def _upload(self, request: Request) -> Response:
        if self.uploads_left <= 0:
            raise RefusedError(self.refusal("429"))
        self.uploads_left -= 1
        return self._uploads.take(
            request,
            self._next_id(),
            self.image_max_bytes,
            self.works_for,
            fails=self.fails_videos,
        )

    # -- posts ------------------------------------------------------------------------------------

    def _post(self, request: Request) -> Response:
        key = request.headers.get("Idempotency-Key", "")
        there = self.posts.under(key)
        if there is not None:
            return answered(self._shown(there))
        if not self.may_publish:
            return self.refusal("forbidden")
        post = self._checked(request)
        self.posts.add(post, key)
        return answered(self._shown(post))

    def _checked(self, request: Request) -> Post:
        form = request.form
        if set(form) - _FIELDS or request.files:
            invalid(f"unknown fields: {sorted(set(form) - _FIELDS)}")
        text, warning = form.get("status", "").strip(), form.get("spoiler_text", "")
        media = [self._uploads.attachable(each) for each in form.getlist("media_ids[]")]
        if not text and not media:
            invalid("Text can't be blank")
        if length(text, self.per_address) + length(warning) > self.max_characters:
            invalid(f"Text character limit of {self.max_characters} exceeded")
        if len(media) > self.max_media:
            refuse("Cannot attach more than 4 files")
        if len(media) > 1 and any(each.mime.startswith("video/") for each in media):
            refuse("Cannot attach a video to a post that already contains images")
        if form.get("visibility", "public") not in _VISIBILITIES:
            invalid("Visibility is not included in the list")
        before = form.get("in_reply_to_id", "")
        if before and before not in self.posts.all:
            said = "The post you are trying to reply to does not appear to exist."
            raise RefusedError(answered({"error": said}, 404))
        number = self._next_id()
        published = Published(
            remote_id=number,
            text=text,
            at=self.clock(),
            url=f"{self.url}/@{USERNAME}/{number}",
            media=len(media),
            alts=tuple(each.alt for each in media),
            reply_to=before,
        )
        fields = {name: form[name] for name in form}
        return Post(published, {"visibility": "public", **fields}, media)

    def _list(self, account_id: str, request: Request) -> Response:
        if account_id != ACCOUNT_ID:
            return not_found()
        if not self.may_look:
            return answered({"error": "This action is outside the authorized scopes"}, 403)
        limit = min(int(request.args.get("limit", 20)), 40)
        before = request.args.get("max_id", type=int)
        return answered([self._shown(post) for post in self.posts.before(before, limit)])

    def _several(self, numbers: list[str]) -> Response:
        if len(numbers) > 20:
            refuse("too many")
        known = [self.posts.all[each] for each in numbers if each in self.posts.all]
        return answered([self._shown(post) for post in known])

    def _shown(self, post: Post) -> dict[str, Any]:
        media = [self._uploads.shown(each) for each in post.media]
        return {**post.row(), "media_attachments": media, "account": self._account()}

    def _next_id(self) -> str:
        self._last_id += 1
        return str(self._last_id)
