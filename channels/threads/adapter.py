"""Threads: an office's account, through Meta's Threads API.

A text, a picture, a video or a carousel, and a chain of posts that answer one another. Threads
fetches media from the office's media host and makes a container of each post, whose id is noted
before it is published (``channels.meta.containers``): a doubt is settled by its status, then by the
account's recent posts, on text and time. Each post of a chain is noted as soon as Threads has named
it, so that a chain broken off is finished and never begun again. ``docs/channels/threads.md`` is
its page.

Facts from developers.facebook.com/docs/threads: posts, reference/publishing, troubleshooting,
reply-management, insights, overview (limits). Error 24/4279009 is in no documentation; public
clients and Meta's own samples report it for a container that isn't ready.

UNVERIFIED: how the emoji of a text are told from its letters when it is counted
(``channels.threads.text``); that a published container says PUBLISHED; that every endpoint takes
the token in a header (``token_as_field`` sends it as the documentation shows); what the general
error codes of Graph mean here; the scopes (``scopes``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import Any, ClassVar, Literal

from pydantic import Field

from channels.base import (
    N_,
    Account,
    Channel,
    ChannelConfig,
    ChannelError,
    Context,
    ForbiddenError,
    InvalidContentError,
    Journal,
    Limits,
    Media,
    Message,
    Metric,
    Person,
    Reading,
    Receipt,
    SecretRef,
    Settlement,
    TransientError,
)
from channels.meta.access import App, Grants, line_of, long_token
from channels.meta.containers import (
    Containers,
    NotReadyError,
    Part,
    Shown,
    Ways,
    address_of,
    allowance_of,
    counted,
    parts_of,
)
from channels.meta.graph import Errors, Line, MissingError
from channels.meta.notes import Notes
from channels.meta.readings import Readings
from channels.threads.text import LINKS_MAX, TEXT_MAX, length, links
from channels.web.values import moment

_ERRORS: Errors = {
    (None, 4279009): NotReadyError,  # no such container: not yet, as a rule
    (24, None): NotReadyError,
    (None, 2207052): TransientError,  # the media couldn't be fetched
    (None, 2207003): TransientError,  # fetching the media took too long
}
"""What Threads says beyond ``channels.meta.graph.ERRORS``."""

_FAULTS: Mapping[str, type[ChannelError]] = {
    "FAILED_DOWNLOADING_VIDEO": TransientError,
    "UNKNOWN": TransientError,
    "FAILED_PROCESSING_AUDIO": InvalidContentError,
    "FAILED_PROCESSING_VIDEO": InvalidContentError,
    "INVALID_ASPEC_RATIO": InvalidContentError,  # Threads' own spelling
    "INVALID_ASPECT_RATIO": InvalidContentError,
    "INVALID_BIT_RATE": InvalidContentError,
    "INVALID_DURATION": InvalidContentError,
    "INVALID_FRAME_RATE": InvalidContentError,
    "INVALID_AUDIO_CHANNELS": InvalidContentError,
    "INVALID_AUDIO_CHANNEL_LAYOUT": InvalidContentError,
}
"""Why a container failed: ``error_message``."""

_METRICS: Mapping[str, Metric] = {
    "views": "views",
    "likes": "reactions",
    "replies": "comments",
    "reposts": "shares",
    "quotes": "shares",
    "shares": "shares",
}
_WAYS = Ways(
    platform="Threads",
    create="threads",
    publish="threads_publish",
    quota="threads_publishing_limit",
    status="status",
    reason="error_message",
    fault=lambda reason: _FAULTS.get(reason, TransientError),
)
_LOOKED_THROUGH = 250
"""As many posts as an account may publish in a day."""

CAROUSEL_MOST = 20
_ME = "me"
"""The account by its token: writing under its number has been seen to be refused (24)."""

_TOPIC = re.compile(r"[^.&\n]{1,50}")
_MAY_REPLY = (
    *("everyone", "accounts_you_follow", "mentioned_only", "parent_post_author_only"),
    "followers_only",
)


class ThreadsConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "threads"``.

    ``token`` is the account's long-lived token. ``app_id`` and ``app_secret`` are the app's and
    needed for log-in alone, as ``redirect_uri`` and ``scopes``. ``polls`` times ``poll_s`` is how
    long a send waits for Threads to work on the media.
    """

    adapter: Literal["threads"] = "threads"
    token: SecretRef
    app_id: str = ""
    app_secret: SecretRef | None = None
    redirect_uri: str = ""
    scopes: tuple[str, ...] = (
        "threads_basic",
        "threads_content_publish",
        "threads_manage_replies",
        "threads_read_replies",
        "threads_manage_insights",
        "threads_delete",
    )
    version: str = Field("v1.0", pattern=r"^v\d+\.\d+$")
    token_as_field: bool = False
    polls: int = Field(5, ge=1, le=20)
    poll_s: float = Field(1.0, ge=0, le=5)
    min_gap_s: float = Field(5.0, ge=0)
    base_url: str = "https://graph.threads.net"
    web_url: str = "https://threads.com"


class Adapter(Channel[ThreadsConfig]):
    """One account on Threads. A chain's ``remote_id`` names all its posts, the first one first.
    Options of a post: ``may_reply`` (as Threads' ``reply_control``) and ``topic``."""

    Config = ThreadsConfig
    settlement: ClassVar[Settlement] = Settlement.LOOKUP
    reads_at_once: ClassVar[int] = 10
    access: ClassVar[tuple[str, ...]] = (
        N_("At developers.facebook.com make an app with the use case Access the Threads API."),
        N_("In its settings register an https address of the office as the redirect address."),
        N_("Until Meta has reviewed the app, add the account as a Threads tester of it."),
        N_("Have ready the Threads app id and the Threads app secret: they are its own."),
    )

    def __init__(self, config: ThreadsConfig, context: Context) -> None:
        super().__init__(config, context)
        self._opened: Line | None = None
        self._account: Account | None = None
        self._readings: Readings | None = None

    @classmethod
    def keeps_secrets(cls, config: ThreadsConfig) -> bool:  # noqa: ARG003 -- always
        return True

    @classmethod
    def limits(cls, config: ThreadsConfig) -> Limits:
        return Limits(
            text_max=TEXT_MAX,
            measure=length,
            images_max=CAROUSEL_MOST,
            image_max_bytes=8_000_000,
            image_ratio=(0.1, 10.0),
            videos_max=CAROUSEL_MOST,
            video_formats=frozenset({"video/mp4", "video/quicktime"}),
            video_max_bytes=10**9,
            video_max_s=300,
            mixes_media=True,
            fetches=frozenset({"image", "video"}),
            alt_max=1_000,
            threads=True,
            min_gap_s=config.min_gap_s,
        )

    # -- the verbs --------------------------------------------------------------------------------

    def login(self, person: Person) -> Mapping[str, str]:
        for step in self.access:
            person.tell(step)
        app_id = self.config.app_id or person.ask(N_("The app's id"))
        secret = self._app_secret()
        given = secret or person.ask(N_("The app's secret"), hidden=True)
        app = App(
            app_id,
            given,
            self.config.scopes,
            f"{self._web()}/oauth/authorize",
            f"{self.config.base_url.rstrip('/')}/oauth/access_token",
            self.config.redirect_uri,
        )
        found = {"token": long_token(person, self._line_of(""), self._grants(), app)}
        if self.config.app_secret and not secret:
            found["app_secret"] = given
        return found

    def identify(self) -> Account:
        line = self._line()
        told = line.get("me", fields="id,username,name")
        if not (told.get("id") and told.get("username")):
            raise TransientError("Threads: it doesn't say whose the token is")
        allowance_of(line, _WAYS, _ME)  # refused where the token may not publish
        self._account = Account(
            id=str(told["id"]),
            name=f"@{told['username']}",
            url=f"{self._web()}/@{told['username']}",
            followers=self._followers(),
        )
        return self._account

    def send(self, message: Message, journal: Journal) -> Receipt:
        wishes = _wishes(message.options)
        _check_links(message)
        notes = Notes(journal)
        containers = self._containers(notes)
        parts = parts_of(message)
        for part in parts[len(notes.ids) :]:
            containers.publish(part, partial(self._create, containers, message, part, wishes))
        return self._receipt(notes.ids, is_new=True)

    def find(
        self,
        message: Message,
        since: datetime,
        journal: Journal,
    ) -> Receipt | None:
        """The receipt, where every post of the message is there. What is there of a chain broken
        off is noted, so that sending again finishes it."""
        notes = Notes(journal)
        for part in parts_of(message)[len(notes.ids) :]:
            if self._containers(notes).find(part) is None:
                return None
        return self._receipt(notes.ids, is_new=False)

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        """Counts of a post, or of a chain's first one; reposts and quotes are shares as well."""
        now = self.context.clock()
        readings: dict[str, Reading] = {}
        for receipt in receipts:
            reading = self._reader().read(receipt.remote_id.split(",")[0], "", now)
            if reading is not None:
                readings[receipt.remote_id] = reading
        return readings

    def delete(self, receipt: Receipt) -> bool:
        for post_id in reversed(receipt.remote_id.split(",")):
            try:
                self._line().delete(post_id)
            except MissingError:
                if not self._reader().is_gone(post_id):
                    raise
        return True

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = self._readings = None

    # -- publishing -------------------------------------------------------------------------------

    def _create(
        self, containers: Containers, message: Message, part: Part, wishes: Mapping[str, str]
    ) -> str:
        """A container of ``part``; gives its id."""
        before = containers.before(part)
        fields: dict[str, Any] = {"text": part.plain or None, "reply_to_id": before, **wishes}
        media = message.media if part.number == 0 else ()
        if part.number:
            fields.pop("topic_tag", None)
        if not media:
            link = _attached(message, part)
            return containers.created(media_type="TEXT", link_attachment=link or None, **fields)
        if len(media) == 1:
            return containers.created(**self._of(media[0]), **fields)
        children = {
            containers.child(each, partial(self._child, containers, each)): each for each in media
        }
        containers.await_children(children)
        return containers.created(media_type="CAROUSEL", children=",".join(children), **fields)

    def _child(self, containers: Containers, media: Media) -> str:
        return containers.created(**self._of(media), is_carousel_item=True)

    def _of(self, media: Media) -> dict[str, Any]:
        if media.kind not in ("image", "video"):
            raise InvalidContentError(f"Threads: it takes no {media.mime}")
        address = self.context.address_of(media)
        return {
            "media_type": media.kind.upper(),
            f"{media.kind}_url": address,
            "alt_text": media.alt or None,
        }

    def _receipt(self, ids: Sequence[str], *, is_new: bool) -> Receipt:
        url, at = address_of(self._line(), ids[0], is_new=is_new)
        # Threads leaves the address out where it doubts who owns what is in a post.
        url = url or (self._account.url if self._account else self._web())
        now = self.context.clock()
        return Receipt(",".join(ids), url, now if is_new else at or now)

    # -- asking -----------------------------------------------------------------------------------

    def _recent(self, part: Part, since: datetime) -> Iterator[Shown]:
        """The account's posts since then, or its replies."""
        edge, more = ("replies", ",replied_to") if part.number else ("threads", "")
        listed = self._line().listed(
            f"{_ME}/{edge}",
            fields=f"id,text,timestamp,permalink{more}",
            since=int(since.timestamp()),
            limit=50,
        )
        for post in islice(listed, _LOOKED_THROUGH):
            at, replied_to = moment(post.get("timestamp")), post.get("replied_to")
            answered = replied_to.get("id") if isinstance(replied_to, dict) else replied_to
            number, text = str(post.get("id") or ""), str(post.get("text") or "")
            yield Shown(number, text, at, str(answered or ""))

    def _answers(self) -> bool:
        try:
            self._line().get(f"{_ME}/threads", fields="id", limit=1)
        except (ForbiddenError, InvalidContentError):
            return False
        return True

    def _followers(self) -> int | None:
        try:
            told = self._line().get(f"{_ME}/threads_insights", metric="followers_count")
        except (ForbiddenError, InvalidContentError):
            return None
        return counted(told.get("data"), {"followers_count": ""}).get("followers_count")

    def _containers(self, notes: Notes) -> Containers:
        keys = self.config
        return Containers(
            self._line(),
            _WAYS,
            _ME,
            notes,
            self._recent,
            self.context.clock,
            keys.polls,
            keys.poll_s,
        )

    def _reader(self) -> Readings:
        if self._readings is None:
            self._readings = Readings(self._line(), _METRICS, self._answers)
        return self._readings

    # -- access -----------------------------------------------------------------------------------

    def _line(self) -> Line:
        if self._opened is None:
            given = self.context.secret(self.config.token)
            self._opened = self._line_of(given)
        return self._opened

    def _line_of(self, given: str) -> Line:
        """A line that keeps the token ``given`` good; "": without one."""
        return line_of(
            given,
            self._grants(),
            self.context,
            timeout_s=self.config.timeout_s,
            version=self.config.version,
            errors=_ERRORS,
            token_as_field=self.config.token_as_field,
        )

    def _grants(self) -> Grants:
        return Grants("Threads", self.config.base_url, "th_exchange_token", "th_refresh_token")

    def _app_secret(self) -> str:
        return self.context.secret_or_none(self.config.app_secret)

    def _web(self) -> str:
        return self.config.web_url.rstrip("/")


def _attached(message: Message, part: Part) -> str:
    """The link that is shown with its preview; "": none."""
    return message.link if part.number == 0 and not message.media else ""


def _check_links(message: Message) -> None:
    """Raises ``InvalidContentError`` where a post has too many links, before any of a chain is
    out: what comes after one that is refused would never follow."""
    for part in parts_of(message):
        count = links(part.plain, _attached(message, part))
        if count > LINKS_MAX:
            raise InvalidContentError(
                f"Threads: post {part.number + 1} has {count} links, and it takes {LINKS_MAX}"
            )


def _wishes(options: Mapping[str, Any]) -> dict[str, str]:
    """An officer's wishes as Threads' fields; raises ``InvalidContentError``."""
    found: dict[str, str] = {}
    for name, value in options.items():
        if name == "may_reply" and value in _MAY_REPLY:
            found["reply_control"] = value
        elif name == "topic" and isinstance(value, str) and _TOPIC.fullmatch(value):
            found["topic_tag"] = value
        else:
            raise InvalidContentError(f"Threads: {name} = {value!r} is no option it has")
    return found
