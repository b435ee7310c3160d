"""Publishes to an office's account on Threads, through Meta's Threads API.

A text, a picture, a video or a carousel, and a chain of posts that answer one another. Threads
fetches media from the office's media host and makes a container of each post, whose id is noted
before it is published (``channels.meta.containers``): a doubt is settled by its status, then by the
account's recent posts, on text and time. Each post of a chain is noted as soon as Threads has named
it, so that a chain broken off is finished and never begun again. ``docs/channels/threads.md`` is
its page. What its errors mean: ``errors.py``.

Facts from developers.facebook.com/docs/threads: posts, reference/publishing,
reply-management, insights, overview (limits).

UNVERIFIED: how the emoji of a text are told from its letters when it is counted
(``channels.threads.counting``); that a published container says PUBLISHED; that every endpoint
takes the token in a header (``token_as_field`` sends it as the documentation shows); what the
general error codes of Graph mean here; the scopes (``scopes``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from itertools import islice
from typing import ClassVar, Literal

from pydantic import Field

from channels.base import (
    N_,
    Account,
    Address,
    CardSize,
    Channel,
    ChannelConfig,
    Context,
    ForbiddenError,
    InvalidContentError,
    Journal,
    Limits,
    Look,
    Message,
    Metric,
    Person,
    Reading,
    Receipt,
    SecretRef,
    Settlement,
    TransientError,
    VideoShape,
)
from channels.meta.access import Grants, line_of, long_token
from channels.meta.account import OwnAccount
from channels.meta.allowance import allowance_of
from channels.meta.app import App, app_asked
from channels.meta.errors import MissingError
from channels.meta.graph import Line
from channels.meta.notes import Notes
from channels.meta.posts import Shown
from channels.meta.readings import counted
from channels.meta.states import States
from channels.meta.ways import Part, parts_of
from channels.threads.counting import TEXT_MAX, length
from channels.threads.errors import ERRORS
from channels.threads.options import ThreadsOptions, wishes_of
from channels.threads.publishing import WAYS, check_links, container
from channels.web.opened import Opened
from channels.web.values import moment

_METRICS: Mapping[str, Metric] = {
    "views": "views",
    "likes": "reactions",
    "replies": "comments",
    "reposts": "shares",
    "quotes": "shares",
    "shares": "shares",
}
_LOOKED_THROUGH = 250
"""As many posts as an account may publish in a day."""

CAROUSEL_MOST = 20
_ME = "me"
"""The account by its token: writing under its number has been seen to be refused (24)."""


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
    base_url: Address = "https://graph.threads.net"
    web_url: str = "https://threads.com"


class Adapter(Channel[ThreadsConfig]):
    """One account on Threads. A chain's ``remote_id`` names all its posts, the first one first.
    Options of a post: ``may_reply`` (as Threads' ``reply_control``) and ``topic``."""

    Config = ThreadsConfig
    Options = ThreadsOptions
    look: ClassVar[Look] = Look("Threads", "#3d3d3d")
    card_size: ClassVar[CardSize | None] = "portrait"
    metrics: ClassVar[frozenset[Metric]] = frozenset({"views", "reactions", "comments", "shares"})
    video_shape: ClassVar[VideoShape | None] = "tall"
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
        self._own = Opened(self._opening, OwnAccount.close)
        self._account: Account | None = None

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
        self.tell_access(person)
        given: dict[str, str] = {}
        app_id, secret = app_asked(person, self.config, self.context, given)
        app = App(
            app_id,
            secret,
            self.config.scopes,
            f"{self._web()}/oauth/authorize",
            self.config.redirect_uri,
            f"{self.config.base_url.rstrip('/')}/oauth/access_token",
        )
        token = long_token(person, self._line_of(""), self._grants(), app)
        return {"token": token, **given}

    def identify(self) -> Account:
        line = self._own().line
        told = line.get(_ME, fields="id,username,name")
        if not (told.get("id") and told.get("username")):
            raise TransientError("Threads: it doesn't say whose the token is")
        allowance_of(line, WAYS, _ME)  # refused where the token may not publish
        self._account = Account(
            id=str(told["id"]),
            name=f"@{told['username']}",
            url=f"{self._web()}/@{told['username']}",
            followers=self._followers(),
        )
        return self._account

    def send(self, message: Message, journal: Journal) -> Receipt:
        wishes = wishes_of(message)
        check_links(message)
        notes = Notes(journal)
        containers, address_of = self._own().containers(notes), self.context.address_of
        for part in parts_of(message)[len(notes.ids) :]:
            make = partial(container, message, part, wishes, containers, address_of)
            containers.publish(part, make)
        return self._receipt(notes, is_new=True)

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """The receipt, where every post of the message is there. What is there of a chain broken
        off is noted, so that sending again finishes it."""
        notes = Notes(journal)
        for part in parts_of(message)[len(notes.ids) :]:
            if self._own().containers(notes).find(part) is None:
                return None
        return self._receipt(notes, is_new=False)

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        """Counts of a post, or of a chain's first one; reposts and quotes are shares as well."""
        return self._own().read(receipts, self.context.clock())

    def delete(self, receipt: Receipt) -> bool:
        for post_id in reversed(receipt.remote_id.split(",")):
            try:
                self._own().line.delete(post_id)
            except MissingError:
                if not self._own().is_gone(post_id):
                    raise
        return True

    def close(self) -> None:
        self._own.close()

    # -- parts ------------------------------------------------------------------------------------

    def _opening(self) -> OwnAccount:
        line = self._line_of(self.context.secret(self.config.token))
        states = States(line, WAYS, self.config.polls, self.config.poll_s)
        return OwnAccount(states, lambda: _ME, self._recent, _METRICS)

    def _line_of(self, given: str) -> Line:
        """A line that keeps the token ``given`` good; "": without one."""
        return line_of(
            given,
            self._grants(),
            self.context,
            timeout_s=self.config.timeout_s,
            version=self.config.version,
            errors=ERRORS,
            token_as_field=self.config.token_as_field,
        )

    def _grants(self) -> Grants:
        return Grants("Threads", self.config.base_url, "th_exchange_token", "th_refresh_token")

    def _recent(self, part: Part, since: datetime) -> Iterator[Shown]:
        """The account's posts since then, or its replies."""
        edge, more = ("replies", ",replied_to") if part.number else (WAYS.posts, "")
        listed = self._own().line.listed(
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

    def _followers(self) -> int | None:
        try:
            told = self._own().line.get(f"{_ME}/threads_insights", metric="followers_count")
        except (ForbiddenError, InvalidContentError):
            return None
        return counted(told.get("data"), {"followers_count": ""}).get("followers_count")

    def _receipt(self, notes: Notes, *, is_new: bool) -> Receipt:
        # Threads leaves the address out where it doubts who owns what is in a post.
        profile = self._account.url if self._account else self._web()
        return self._own().receipt(notes.ids, profile, is_new=is_new)

    def _web(self) -> str:
        return self.config.web_url.rstrip("/")
