"""Publishes on an office's Facebook Page, through Meta's Graph API.

A text, a text with a link's preview, pictures (brought unpublished, then attached to one post) or
one video. Only the last request of each puts anything before readers. Facebook has no key by which
it would drop a repeat: a lost answer is settled by looking at the Page's own posts, a video's by
its own number, which is noted before it is finished. ``docs/channels/facebook.md`` is its page.

Facts from developers.facebook.com: /documentation/pages-api/posts, /docs/graph-api/reference/photo,
/docs/graph-api/video-uploads, /docs/graph-api/guides/error-handling. What errors mean stands in
``channels.meta.errors`` and, for videos, in ``errors.py``.

UNVERIFIED, and so in the configuration: the version (``version``), the size of pictures
(``image_max_bytes``: Meta says both 4 and 10 MB), where videos go (``video_url``), how a token goes
with a request (``token_as_field``), what is asked consent for (``scopes``) and the address that
consent returns to (``redirect_uri``). UNVERIFIED besides: that ``published_posts`` shows a post at
once. Public clients report that Facebook's lists leave out posts of Pages with very many of them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import Field

from channels.base import (
    N_,
    Account,
    AccountFigures,
    Address,
    Channel,
    ChannelConfig,
    Context,
    CredentialsExpiredError,
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
    VideoShape,
    options_of,
)
from channels.facebook.errors import ERRORS
from channels.facebook.lookup import Lookup
from channels.facebook.notes import Notes
from channels.facebook.options import FacebookOptions
from channels.facebook.publishing import Publishing
from channels.facebook.readings import A_READING, Readings
from channels.facebook.videos import Videos
from channels.meta.app import App, app_asked
from channels.meta.errors import MissingError
from channels.meta.graph import Line
from channels.meta.login import check, page_token
from channels.meta.reach import Period, people_reached
from channels.web.opened import Opened
from channels.web.values import tally

TEXT_MAX = 63_206
IMAGES_MAX = 10
VIDEO_MAX_BYTES = 10 * 1024**3
VIDEO_MAX_S = 4 * 3_600.0
_PAGE_REACH = "page_total_media_view_unique"


class FacebookConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "facebook"``.

    ``page_token`` is the Page's own token. ``app_id`` and ``app_secret`` are the app's it came by:
    with them each request is signed, and the token's end and permissions are looked at daily.
    ``version`` is the Graph API's. ``poll_s`` and ``polls`` say how long a video is waited for.
    ``reach_periods`` are the periods over which the people that the Page reached are asked for; the
    first that Facebook tells is taken.
    """

    adapter: Literal["facebook"] = "facebook"
    page_token: SecretRef
    app_id: str = ""
    app_secret: SecretRef | None = None
    version: str = Field("v25.0", pattern=r"^v\d+\.\d+$")
    scopes: tuple[str, ...] = (
        "pages_show_list",
        "pages_manage_posts",
        "pages_read_engagement",
        "pages_read_user_content",
        "read_insights",
        "business_management",
    )
    redirect_uri: str = "https://www.facebook.com/connect/login_success.html"
    image_max_bytes: int = Field(4_000_000, ge=1)
    token_as_field: bool = False
    min_gap_s: float = Field(1.0, ge=0)
    poll_s: float = Field(2.0, ge=0)
    polls: int = Field(5, ge=1)
    reach_periods: tuple[Period, ...] = ("days_28", "day")
    base_url: Address = "https://graph.facebook.com"
    video_url: Address = "https://graph-video.facebook.com"
    web_url: str = "https://www.facebook.com"


class Adapter(Channel[FacebookConfig]):
    """One Page. A video's ``remote_id`` is the video's, any other's the post's."""

    Config = FacebookConfig
    Options = FacebookOptions
    look: ClassVar[Look] = Look("Facebook", "#1567d3")
    metrics: ClassVar[frozenset[Metric]] = frozenset(
        {"reach", "views", "reactions", "comments", "shares", "clicks"}
    )
    video_shape: ClassVar[VideoShape | None] = "tall"
    settlement: ClassVar[Settlement] = Settlement.LOOKUP
    reads_at_once: ClassVar[int] = A_READING
    access: ClassVar[tuple[str, ...]] = (
        N_("At developers.facebook.com make an app of the type Business, for the office."),
        N_("Add Facebook Login to it, and its redirect address to the valid redirect addresses."),
        N_("Have ready the app's id and secret (App settings, Basic)."),
        N_("In the browser, log in as a person who manages the Page, and choose that Page."),
    )

    def __init__(self, config: FacebookConfig, context: Context) -> None:
        super().__init__(config, context)
        self._line = Opened(self._opening, Line.close)
        self._readings = Opened(lambda: Readings(self._line(), self._page_id()))
        self._account: Account | None = None

    @classmethod
    def limits(cls, config: FacebookConfig) -> Limits:
        return Limits(
            text_max=TEXT_MAX,
            images_max=IMAGES_MAX,
            image_max_bytes=config.image_max_bytes,
            videos_max=1,
            video_formats=frozenset({"video/mp4", "video/quicktime"}),
            video_max_bytes=VIDEO_MAX_BYTES,
            video_max_s=VIDEO_MAX_S,
            min_gap_s=config.min_gap_s,
        )

    # -- the verbs --------------------------------------------------------------------------------

    def login(self, person: Person) -> Mapping[str, str]:
        """The Page's token, by a person's consent; and the app's secret, where it has a place."""
        self.tell_access(person)
        given: dict[str, str] = {}
        app_id, secret = app_asked(person, self.config, self.context, given)
        app = App(
            app_id,
            secret,
            self.config.scopes,
            f"{self.config.web_url}/{self.config.version}/dialog/oauth",
            self.config.redirect_uri,
        )
        token = page_token(
            person, app, lambda token: self._line_of(token, secret), self.config.account
        )
        return {"page_token": token, **given}

    def identify(self) -> Account:
        line = self._line()
        try:
            told = line.get("me", fields="id,name,link,followers_count")
        except InvalidContentError:
            told = {}  # a person has no followers_count: raised below
        if not (told.get("id") and told.get("name")):
            raise CredentialsExpiredError(
                N_("Facebook: the token is not a Page's; log in again and choose the Page")
            )
        expires_at = self._check_token()
        followers = told.get("followers_count")
        page_id = str(told["id"])
        self._account = Account(
            id=page_id,
            name=str(told["name"]),
            url=str(told.get("link") or f"{self.config.web_url}/{page_id}"),
            followers=tally(followers),
            expires_at=expires_at,
        )
        return self._account

    def send(self, message: Message, journal: Journal) -> Receipt:
        shows_link = options_of(message, FacebookOptions).preview
        notes = Notes(journal)
        notes.begin(self.context.clock())
        if notes.post is not None:
            return notes.post
        for media in message.media:
            if media.kind == "video":
                return self._videos().send(message, media, notes)
        publishing = Publishing(self._lookup())
        fields: dict[str, Any] = {"message": message.body.plain}
        if message.media:
            photos = [publishing.photo(media, notes) for media in message.media]
            fields["attached_media"] = [{"media_fbid": photo} for photo in photos]
        elif message.link and shows_link:
            fields["link"] = message.link
        return publishing.post(message, fields, notes)

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        notes = Notes(journal)
        if notes.post is not None:
            return notes.post
        if any(each.kind == "video" for each in message.media):
            return self._videos().find(message, since, notes)
        return self._lookup().post(message, since)

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        if not receipts:
            return {}
        remote_ids = [receipt.remote_id for receipt in receipts]
        return self._readings().read(remote_ids, self.context.clock())

    def read_account(self) -> AccountFigures:
        """The Page's followers, and the people whom it reached in one of ``reach_periods``."""
        followers = self.identify().followers
        periods = self.config.reach_periods
        return AccountFigures(
            followers, *people_reached(self._line(), self._page_id(), _PAGE_REACH, periods)
        )

    def delete(self, receipt: Receipt) -> bool:
        try:
            told = self._line().delete(receipt.remote_id)
        except MissingError:
            if self._readings().is_gone(receipt.remote_id):
                return True
            raise
        return told.get("success") is not False

    def close(self) -> None:
        self._readings.close()
        self._line.close()

    # -- the account ------------------------------------------------------------------------------

    def _check_token(self) -> datetime | None:
        """Whether the token is good and may publish, where the app may ask that; and its end."""
        secret = self._app_secret()
        if self.config.app_id and secret:
            app = self._line_of(f"{self.config.app_id}|{secret}", "")
            return check(app, self.context.secret(self.config.page_token))
        return None

    def _page_id(self) -> str:
        return (self._account or self.identify()).id

    def _app_secret(self) -> str:
        return self.context.secret_or_none(self.config.app_secret)

    # -- lines ------------------------------------------------------------------------------------

    def _opening(self) -> Line:
        token = self.context.secret(self.config.page_token)
        return self._line_of(token, self._app_secret())

    def _line_of(self, token: str, app_secret: str) -> Line:
        keys = self.config
        return Line(
            self.context.clock,
            keys.timeout_s,
            keys.base_url,
            keys.version,
            lambda: token,
            "Facebook",
            [token],
            errors=ERRORS,
            app_secret=app_secret,
            token_as_field=keys.token_as_field,
        )

    def _lookup(self) -> Lookup:
        return Lookup(self._line(), self._page_id(), self.config.web_url)

    def _videos(self) -> Videos:
        keys = self.config
        return Videos(self._lookup(), keys.video_url, self.context.clock, keys.poll_s, keys.polls)
