"""Publishes on an organisation's page on LinkedIn, through the versioned Posts API.

A text, a link with its card, one picture, several, or a video. A post's id is the answer's
``x-restli-id``. A lost answer is settled by looking through the page's own posts, by text and time;
LinkedIn also refuses a repeat and names the post it repeats, which is ours where it is as young as
our first attempt.

UNVERIFIED, and therefore configurable or never concluded from: until when a version of the API is
taken (``version``), how the 3,000 characters are counted (``text_max``), whether addresses come
back shortened (they are left out when texts are compared), and how many posts one question about
readers takes. ``docs/channels/linkedin.md`` is its page. What its
errors mean: ``errors.py``. Facts:
https://learn.microsoft.com/linkedin/marketing/community-management/shares/posts-api and its
neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from channels.base import (
    N_,
    Account,
    Address,
    CannotTellError,
    CardSize,
    Channel,
    ChannelConfig,
    Context,
    ForbiddenError,
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
)
from channels.linkedin.line import App, Line, encoded
from channels.linkedin.login import token_by_consent
from channels.linkedin.media import Uploads
from channels.linkedin.notes import Notes
from channels.linkedin.options import LinkedInOptions
from channels.linkedin.page import Page, urn_of
from channels.linkedin.posts import OwnPosts
from channels.linkedin.publishing import Publishing
from channels.linkedin.readings import A_READING, Readings
from channels.oauth import LOOPBACK
from channels.reasons import REPEAT_UNSEEN
from channels.state import SealedState
from channels.web.http import HttpSession
from channels.web.opened import Opened

_SHOWN_WITHIN = timedelta(minutes=2)
"""So long a post that the list lacks may yet come to be shown."""


class LinkedInConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "linkedin"``.

    ``organization`` is the page's number. Either ``refresh_token``, which LinkedIn gives to
    approved apps, with ``client_id`` and ``client_secret``; or ``access_token``, which ends after
    sixty days. ``version`` is that of the API, a year and a month; ``polls`` times ``poll_s`` is
    how long a send waits for LinkedIn to process what was brought.
    """

    adapter: Literal["linkedin"] = "linkedin"
    organization: Annotated[str, Field(pattern=r"^\d{1,20}$")]
    access_token: SecretRef | None = None
    refresh_token: SecretRef | None = None
    client_id: SecretRef | None = None
    client_secret: SecretRef | None = None
    version: Annotated[str, Field(pattern=r"^20\d{4}$")] = "202607"
    text_max: int = Field(3_000, ge=1)
    polls: int = Field(5, ge=1, le=20)
    poll_s: float = Field(2.0, ge=0, le=5)
    min_gap_s: float = Field(1.0, ge=0)
    redirect_uri: str = LOOPBACK
    base_url: Address = "https://api.linkedin.com/rest"
    oauth_url: Address = "https://www.linkedin.com/oauth/v2"
    web_url: str = "https://www.linkedin.com"

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if (self.access_token is None) == (self.refresh_token is None):
            raise ValueError("write access_token or refresh_token, one of the two")
        if self.refresh_token and not (self.client_id and self.client_secret):
            raise ValueError("a refresh_token needs client_id and client_secret")
        return self


class Adapter(Channel[LinkedInConfig]):
    """One page on LinkedIn. Option of a post: ``reshares`` (true: others may share it)."""

    Config = LinkedInConfig
    Options = LinkedInOptions
    look: ClassVar[Look] = Look("LinkedIn", "#0a66c2")
    card_size: ClassVar[CardSize | None] = "wide"
    metrics: ClassVar[frozenset[Metric]] = frozenset(
        {"reach", "impressions", "reactions", "comments", "shares", "clicks"}
    )
    settlement: ClassVar[Settlement] = Settlement.LOOKUP
    reads_at_once: ClassVar[int] = A_READING
    access: ClassVar[tuple[str, ...]] = (
        N_("At developer.linkedin.com make an app that belongs to the office's page."),
        N_("Under Products ask for the Community Management API, and wait until it is approved."),
        N_("Under Auth add the redirect address of your schedule.toml."),
        N_("Log in to LinkedIn in the browser as an administrator of the page, then go on here."),
    )

    def __init__(self, config: LinkedInConfig, context: Context) -> None:
        super().__init__(config, context)
        self._line = Opened(self._opening, lambda line: line.http.close())

    @classmethod
    def keeps_secrets(cls, config: LinkedInConfig) -> bool:
        return config.refresh_token is not None

    @classmethod
    def limits(cls, config: LinkedInConfig) -> Limits:
        return Limits(
            text_max=config.text_max,
            images_max=20,
            image_formats=frozenset({"image/jpeg", "image/png", "image/gif"}),
            videos_max=1,
            video_max_bytes=500_000_000,
            video_min_s=3,
            video_max_s=30 * 60,
            alt_max=4_086,
            min_gap_s=config.min_gap_s,
        )

    # -- the verbs --------------------------------------------------------------------------------

    def login(self, person: Person) -> Mapping[str, str]:
        self.tell_access(person)
        given: dict[str, str] = {}
        app = App(
            self.secret_or_asked("client_id", person, given),
            self.secret_or_asked("client_secret", person, given),
            self.config.oauth_url,
        )
        line, keys = self._line_of([app.id, app.secret]), self.config
        name = "access_token" if keys.refresh_token is None else "refresh_token"
        return {**given, name: token_by_consent(person, line, app, keys.redirect_uri, name)}

    def identify(self) -> Account:
        """The page, and that the member may post for it; ``ForbiddenError`` where they may not."""
        line = self._line()
        own = Page(line, self.config.organization)
        page, administered = own.told()
        if not page.get("id"):
            raise TransientError("LinkedIn: it doesn't say which page this is")
        may_post = own.may_post()
        # Whose page it is must be proved by one of the two: anybody may look a page up.
        if may_post is False or not (may_post or administered):
            raise ForbiddenError(
                N_(
                    "the member who logged in is no administrator of the LinkedIn page's "
                    "content: log in as one"
                )
            )
        known = page.get("vanityName") or page["id"]
        return Account(
            id=str(page["id"]),
            name=str(page.get("localizedName") or page["id"]),
            url=f"{self._web()}/company/{known}",
            followers=own.followers(),
            expires_at=self._ends_at(line),
        )

    def send(self, message: Message, journal: Journal) -> Receipt:
        notes = Notes(journal)
        if (urn := notes.post) is not None:
            return self._receipt(urn, notes.posted_at)
        notes.begin(self.context.clock())
        keys, line = self.config, self._line()
        uploads = Uploads(line, self._urn, keys.polls, keys.poll_s, journal)
        post = Publishing(line, self._urn, uploads, notes).published(message)
        return self._receipt(post.urn, post.at)

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        notes = Notes(journal)
        if (urn := notes.post) is not None:
            return self._receipt(urn, notes.posted_at)
        words, asked_at = message.body.plain, notes.asked_at
        if not words.strip() and asked_at is None:
            return None
        if not words.strip():
            raise CannotTellError(N_("a LinkedIn post without words can't be told from others"))
        there = OwnPosts(self._line(), self._urn).of(words, since)
        if there is not None:
            return self._receipt(there.urn, there.at)
        if notes.repeat_refused:
            raise CannotTellError(f"LinkedIn: {REPEAT_UNSEEN}")
        if asked_at is not None and self.context.clock() - asked_at < _SHOWN_WITHIN:
            raise TransientError("LinkedIn: a post so young may yet come to be shown")
        return None

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        """What LinkedIn counts for the page's posts; what it refuses is left out."""
        return Readings(self._line(), self._urn).read(receipts, self.context.clock())

    def delete(self, receipt: Receipt) -> bool:
        # LinkedIn says "deleted" of a post that is gone already, too.
        with self._line().http.harmless():
            self._line().exchange("DELETE", f"/posts/{encoded(receipt.remote_id)}", kind="DELETE")
        return True

    def close(self) -> None:
        self._line.close()

    # -- parts ------------------------------------------------------------------------------------

    @property
    def _urn(self) -> str:
        return urn_of(self.config.organization)

    def _receipt(self, urn: str, at: datetime) -> Receipt:
        return Receipt(urn, f"{self._web()}/feed/update/{urn}", at)

    def _web(self) -> str:
        return self.config.web_url.rstrip("/")

    def _opening(self) -> Line:
        keys, secret = self.config, self.context.secret
        if keys.refresh_token and keys.client_id and keys.client_secret:
            app = App(secret(keys.client_id), secret(keys.client_secret), keys.oauth_url)
            line = self._line_of([app.id, app.secret])
            line.keep(SealedState.of(self.context), app, secret(keys.refresh_token))
        else:
            line = self._line_of([])
            line.hold(secret(keys.access_token or ""))
        return line

    def _ends_at(self, line: Line) -> datetime | None:
        """When the account's access ends, where nothing renews it and the app may ask."""
        keys = self.config
        if keys.refresh_token or not (keys.client_id and keys.client_secret):
            return None
        secret = self.context.secret
        return line.ends_at(App(secret(keys.client_id), secret(keys.client_secret), keys.oauth_url))

    def _line_of(self, secrets: list[str]) -> Line:
        keys = self.config
        http = HttpSession(self.context.clock, keys.timeout_s, secrets)
        return Line(http, keys.base_url, keys.version)
