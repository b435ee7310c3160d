"""Instagram: an office's professional account, through Meta's Instagram Platform.

A picture, a reel or a carousel of up to ten of both; there are no posts of text alone. Instagram
fetches media from the office's media host and makes a container of each post, whose id is noted
before it is published (``channels.meta.containers``): a doubt is settled by its status, then by the
account's recent media, on caption and time. Accounts are reached by Instagram Login (the default)
or by Facebook Login over the Page that they are linked to. ``docs/channels/instagram.md`` is its
page.

Facts from developers.facebook.com/docs/instagram-platform: content-publishing, reference/
error-codes, instagram-graph-api/reference/ig-user/media, …/ig-container,
…/content_publishing_limit, reference/instagram-media/insights.

UNVERIFIED: the size of reels (``video_max_bytes``: 300 MB and 1 GB are both told); that every
endpoint takes the token in a header (``token_as_field`` sends it as the documentation shows); what
is asked consent for under Facebook Login (``facebook_scopes``), and that a Page's token has no end;
how the 2,200 characters of a caption are counted (as code points here). Taking a post back was
never supported for sure, and isn't offered.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import Any, ClassVar, Literal

from pydantic import Field

from channels.base import (
    N_,
    Account,
    AccountFigures,
    AmbiguousError,
    Channel,
    ChannelConfig,
    ChannelError,
    Context,
    CredentialsExpiredError,
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
from channels.meta import login
from channels.meta.access import App, Grants, line_of, long_token
from channels.meta.containers import (
    Containers,
    NotReadyError,
    Part,
    Shown,
    Ways,
    address_of,
    allowance_of,
    parts_of,
)
from channels.meta.graph import Errors, Line
from channels.meta.notes import Notes
from channels.meta.reach import Period, people_reached
from channels.meta.readings import Readings
from channels.web.values import moment, tally

_ERRORS: Errors = {
    # -- the server's trouble
    (None, 2207001): AmbiguousError,
    (None, 2207032): AmbiguousError,  # the container couldn't be made
    (-1, None): AmbiguousError,
    (-2, None): AmbiguousError,
    (None, 2207003): TransientError,  # fetching the media took too long
    (None, 2207052): TransientError,  # the media couldn't be fetched
    (None, 2207053): TransientError,  # an unknown error of the upload
    # -- the container
    (None, 2207027): NotReadyError,  # it isn't ready
    (None, 2207006): NotReadyError,  # it can't be found
    (None, 2207008): NotReadyError,  # it is gone, or not there yet
    (None, 2207020): NotReadyError,  # it has expired
    # -- limits
    (None, 2207042): timedelta(hours=1),  # the posts of a day are used up
    (None, 2207051): timedelta(hours=6),  # taken for spam
    # -- the account
    (None, 2207050): ForbiddenError,  # restricted, or waiting for its owner to log in
    # -- the content
    (None, 2207004): InvalidContentError,  # a picture of more than 8 MiB
    (None, 2207005): InvalidContentError,  # no JPEG
    (None, 2207009): InvalidContentError,  # its sides
    (None, 2207010): InvalidContentError,  # the caption is too long
    (None, 2207023): InvalidContentError,  # media_type
    (None, 2207026): InvalidContentError,  # no video that it takes
    (None, 2207028): InvalidContentError,  # not 2 to 10 items
    (None, 2207035): InvalidContentError,
    (None, 2207036): InvalidContentError,
    (None, 2207037): InvalidContentError,
    (None, 2207040): InvalidContentError,  # more than 20 people are named
    (None, 2207057): InvalidContentError,
    (None, 2207076): InvalidContentError,  # a video that can't be processed
    (None, 2207077): TransientError,  # the video couldn't be fetched
    (352, None): InvalidContentError,
    (36000, None): InvalidContentError,
    (36001, None): InvalidContentError,
    (36003, None): InvalidContentError,
    (36004, None): InvalidContentError,
}
"""What Instagram says beyond ``channels.meta.graph.ERRORS``, nearly all of it by the subcode."""

_METRICS: Mapping[str, Metric] = {
    "reach": "reach",
    "views": "views",
    "likes": "reactions",
    "comments": "comments",
    "saved": "saves",
    "shares": "shares",
}
_LOOKED_THROUGH = 100
"""As many posts as an account may publish in a day."""

CAPTION_MAX, HASHTAGS_MAX, CAROUSEL_MOST = 2_200, 30, 10
_USER = "id,username,name,followers_count"


def _fault(reason: str) -> type[ChannelError]:
    """What the reason means that a failed container gives: a text with a subcode in it."""
    subcode = re.search(r"\b2207\d{3}\b", reason)
    meaning = _ERRORS.get((None, int(subcode[0]))) if subcode else None
    return InvalidContentError if meaning is InvalidContentError else TransientError


_WAYS = Ways(
    platform="Instagram",
    create="media",
    publish="media_publish",
    quota="content_publishing_limit",
    status="status_code",
    reason="status",
    fault=_fault,
)


class InstagramConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "instagram"``.

    ``token`` is the account's long-lived token or, with ``login_by`` "facebook", the token of the
    Page that the account is linked to. ``app_id`` and ``app_secret`` are the app's, for log-in;
    under Facebook Login each request is signed with the secret, too. ``polls`` times ``poll_s`` is
    how long a send waits for Instagram to work on the media. ``reach_periods`` are the periods over
    which the people that the account reached are asked for; the first that is told is taken.
    """

    adapter: Literal["instagram"] = "instagram"
    token: SecretRef
    login_by: Literal["instagram", "facebook"] = "instagram"
    app_id: str = ""
    app_secret: SecretRef | None = None
    redirect_uri: str = ""
    scopes: tuple[str, ...] = (
        "instagram_business_basic",
        "instagram_business_content_publish",
        "instagram_business_manage_insights",
    )
    facebook_scopes: tuple[str, ...] = (
        "instagram_basic",
        "instagram_content_publish",
        "instagram_manage_insights",
        "pages_show_list",
        "pages_read_engagement",
        "business_management",
    )
    version: str = Field("v25.0", pattern=r"^v\d+\.\d+$")
    video_max_bytes: int = Field(300_000_000, ge=1)
    token_as_field: bool = False
    reach_periods: tuple[Period, ...] = ("days_28", "day")
    polls: int = Field(5, ge=1, le=20)
    poll_s: float = Field(1.0, ge=0, le=5)
    min_gap_s: float = Field(5.0, ge=0)
    base_url: str = "https://graph.instagram.com"
    oauth_url: str = "https://api.instagram.com"
    web_url: str = "https://www.instagram.com"
    facebook_url: str = "https://graph.facebook.com"
    facebook_web_url: str = "https://www.facebook.com"


class Adapter(Channel[InstagramConfig]):
    """One account on Instagram. The option of a reel: ``feed`` (it is shown among the account's
    posts, too; true unless said otherwise)."""

    Config = InstagramConfig
    settlement: ClassVar[Settlement] = Settlement.LOOKUP
    reads_at_once: ClassVar[int] = 10
    access: ClassVar[tuple[str, ...]] = (
        N_("In the Instagram app turn the office's account into a professional one."),
        N_("At developers.facebook.com make an app of the type Business and add Instagram to it."),
        N_("In its settings register an https address of the office as the redirect address."),
        N_("Until Meta has reviewed the app, give the account a role in it (Instagram tester)."),
        N_("Have ready the app's id and secret, as Instagram's own settings in the app show them."),
    )

    def __init__(self, config: InstagramConfig, context: Context) -> None:
        super().__init__(config, context)
        self._opened: Line | None = None
        self._account: Account | None = None
        self._readings: Readings | None = None

    @classmethod
    def keeps_secrets(cls, config: InstagramConfig) -> bool:  # noqa: ARG003 -- always
        return True

    @classmethod
    def limits(cls, config: InstagramConfig) -> Limits:
        return Limits(
            text_max=CAPTION_MAX,
            text_required=False,
            hashtags_max=HASHTAGS_MAX,
            media_required=True,
            images_max=CAROUSEL_MOST,
            image_formats=frozenset({"image/jpeg"}),
            image_max_bytes=8 * 1024 * 1024,
            image_ratio=(0.8, 1.91),
            videos_max=CAROUSEL_MOST,
            video_formats=frozenset({"video/mp4", "video/quicktime"}),
            video_max_bytes=config.video_max_bytes,
            video_min_s=3,
            video_max_s=15 * 60,
            mixes_media=True,
            fetches=frozenset({"image", "video"}),
            alt_max=1_000,
            min_gap_s=config.min_gap_s,
        )

    # -- the verbs --------------------------------------------------------------------------------

    def login(self, person: Person) -> Mapping[str, str]:
        for step in self.access:
            person.tell(step)
        app_id = self.config.app_id or person.ask(N_("The app's id"))
        secret = self._app_secret()
        given = secret or person.ask(N_("The app's secret"), hidden=True)
        by = self._by_facebook if self.config.login_by == "facebook" else self._by_instagram
        found = {"token": by(person, app_id, given)}
        if self.config.app_secret and not secret:
            found["app_secret"] = given
        return found

    def identify(self) -> Account:
        user = self._user_of(self._line())
        # Instagram Login tells two numbers: ``id`` is the app's own for the account.
        number = str(user.get("user_id") or user.get("id") or "")
        if not (number and user.get("username")):
            raise TransientError("Instagram: it doesn't say whose the token is")
        allowance_of(self._line(), _WAYS, number)  # refused where the token may not publish
        followers = user.get("followers_count")
        self._account = Account(
            id=number,
            name=f"@{user['username']}",
            url=f"{self.config.web_url.rstrip('/')}/{user['username']}/",
            followers=tally(followers),
        )
        return self._account

    def send(self, message: Message, journal: Journal) -> Receipt:
        wishes = _wishes(message)
        notes = Notes(journal)
        if not notes.ids:
            containers = self._containers(notes)
            (part,) = parts_of(message)[:1]
            containers.publish(part, partial(self._create, containers, message, wishes))
        return self._receipt(notes.ids[0], is_new=True)

    def find(
        self,
        message: Message,
        since: datetime,
        journal: Journal,
    ) -> Receipt | None:
        notes = Notes(journal)
        if not notes.ids:
            (part,) = parts_of(message)[:1]
            if self._containers(notes).find(part) is None:
                return None
        return self._receipt(notes.ids[0], is_new=False)

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        now = self.context.clock()
        readings: dict[str, Reading] = {}
        for receipt in receipts:
            kind = "reel" if "/reel/" in receipt.url else "post"
            reading = self._reader().read(receipt.remote_id, kind, now)
            if reading is not None:
                readings[receipt.remote_id] = reading
        return readings

    def read_account(self) -> AccountFigures:
        """The account's followers, and the people whom it reached in one of ``reach_periods``."""
        account, periods = self.identify(), self.config.reach_periods
        return AccountFigures(
            account.followers, *people_reached(self._line(), account.id, "reach", periods)
        )

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = self._readings = None

    # -- publishing -------------------------------------------------------------------------------

    def _create(self, containers: Containers, message: Message, wishes: Mapping[str, Any]) -> str:
        """A container of ``message``; gives its id."""
        caption, media = message.body.plain or None, message.media
        if not media:
            raise InvalidContentError("Instagram: there are no posts without a picture or a video")
        if len(media) == 1:
            (only,) = media
            kind = {"media_type": "REELS"} if only.kind == "video" else {}
            return containers.created(**kind, **self._of(only), **wishes, caption=caption)
        children = {
            containers.child(each, partial(self._child, containers, each)): each for each in media
        }
        containers.await_children(children)
        return containers.created(
            media_type="CAROUSEL", children=",".join(children), caption=caption
        )

    def _child(self, containers: Containers, media: Media) -> str:
        kind = {"media_type": "VIDEO"} if media.kind == "video" else {}
        return containers.created(**kind, **self._of(media), is_carousel_item=True)

    def _of(self, media: Media) -> dict[str, Any]:
        if media.kind == "video":
            return {"video_url": self.context.address_of(media)}
        if media.mime != "image/jpeg":
            raise InvalidContentError(f"Instagram: it takes no {media.mime}, of pictures only JPEG")
        return {"image_url": self.context.address_of(media), "alt_text": media.alt or None}

    def _receipt(self, post_id: str, *, is_new: bool) -> Receipt:
        url, at = address_of(self._line(), post_id, is_new=is_new)
        # The post is out in any case: where its address isn't told, it is seen on the profile.
        url = url or (self._account.url if self._account else self.config.web_url)
        now = self.context.clock()
        return Receipt(post_id, url, now if is_new else at or now)

    # -- asking -----------------------------------------------------------------------------------

    def _recent(self, part: Part, since: datetime) -> Iterator[Shown]:
        fields = "id,caption,timestamp"
        listed = self._line().listed(f"{self._user_id()}/media", fields=fields, limit=50)
        for post in islice(listed, _LOOKED_THROUGH):
            at, number = moment(post.get("timestamp")), str(post.get("id") or "")
            yield Shown(number, str(post.get("caption") or ""), at)

    def _answers(self) -> bool:
        try:
            self._line().get(f"{self._user_id()}/media", fields="id", limit=1)
        except (ForbiddenError, InvalidContentError):
            return False
        return True

    def _user_of(self, line: Line) -> Mapping[str, Any]:
        """The account as the platform shows it to the token of ``line``."""
        if self.config.login_by == "instagram":
            told = line.get("me", fields=f"user_id,{_USER}")
            listed = told.get("data")
            first = listed[0] if isinstance(listed, list) and listed else told
            return first if isinstance(first, dict) else {}
        try:
            told = line.get("me", fields=f"instagram_business_account{{{_USER}}}")
        except InvalidContentError:
            told = {}  # a person has no such field: raised below
        user = told.get("instagram_business_account")
        if isinstance(user, dict):
            return user
        raise CredentialsExpiredError(
            N_("the token is not that of a Page with an Instagram account: log in again")
        )

    def _user_id(self) -> str:
        return (self._account or self.identify()).id

    def _containers(self, notes: Notes) -> Containers:
        keys = self.config
        return Containers(
            self._line(),
            _WAYS,
            self._user_id(),
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

    def _by_instagram(self, person: Person, app_id: str, secret: str) -> str:
        keys = self.config
        app = App(
            app_id,
            secret,
            keys.scopes,
            f"{keys.web_url.rstrip('/')}/oauth/authorize",
            f"{keys.oauth_url.rstrip('/')}/oauth/access_token",
            keys.redirect_uri,
        )
        needed = "instagram_business_content_publish"
        return long_token(person, self._renewing_line(""), self._grants(), app, needed)

    def _by_facebook(self, person: Person, app_id: str, secret: str) -> str:
        """The token of the Page that the person chooses, if the right account is linked to it."""
        keys = self.config
        dialog = f"{keys.facebook_web_url.rstrip('/')}/{keys.version}/dialog/oauth"
        if not keys.redirect_uri:
            raise ForbiddenError(
                N_("name an https address of the office as redirect_uri, here and at the app")
            )
        app = login.App(app_id, secret, keys.facebook_scopes, dialog, keys.redirect_uri)
        token = login.page_token(
            person, app, lambda token: self._page_line(token, secret), account=""
        )
        user = self._user_of(self._page_line(token, secret))
        if keys.account not in ("", str(user.get("id")), f"@{user.get('username')}"):
            raise ForbiddenError(N_("another Instagram account is linked to this Page"))
        return token

    def _line(self) -> Line:
        if self._opened is None:
            given = self.context.secret(self.config.token)
            if self.config.login_by == "facebook":
                self._opened = self._page_line(given, self._app_secret())
            else:
                self._opened = self._renewing_line(given)
        return self._opened

    def _renewing_line(self, given: str) -> Line:
        keys = self.config
        return line_of(
            given,
            self._grants(),
            self.context,
            timeout_s=keys.timeout_s,
            version=keys.version,
            errors=_ERRORS,
            token_as_field=keys.token_as_field,
        )

    def _page_line(self, token: str, app_secret: str) -> Line:
        keys = self.config
        return Line(
            self.context.clock,
            keys.timeout_s,
            keys.facebook_url,
            keys.version,
            lambda: token,
            "Instagram",
            [token],
            errors=_ERRORS,
            app_secret=app_secret,
            token_as_field=keys.token_as_field,
        )

    def _grants(self) -> Grants:
        return Grants("Instagram", self.config.base_url, "ig_exchange_token", "ig_refresh_token")

    def _app_secret(self) -> str:
        return self.context.secret_or_none(self.config.app_secret)


def _wishes(message: Message) -> dict[str, Any]:
    """An officer's wishes as Instagram's fields; raises ``InvalidContentError``."""
    is_reel = [media.kind for media in message.media] == ["video"]
    for name, value in message.options.items():
        if name != "feed" or not isinstance(value, bool):
            raise InvalidContentError(f"Instagram: {name} = {value!r} is no option it has")
        if not is_reel:
            raise InvalidContentError("Instagram: the option feed is of reels alone")
    return {"share_to_feed": message.options.get("feed", True)} if is_reel else {}
