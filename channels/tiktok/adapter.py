"""Publishes to an office's account on TikTok, through its Content Posting API.

One video, sent by us in pieces or fetched by TikTok, or up to 35 photos, which TikTok fetches from
the office's media host. TikTok makes a job of it, whose ``publish_id`` is noted at once; a doubt is
settled by that job's state. Where the answer to the request itself was lost: a video of ours is no
post before its last piece is there, so it is begun anew; what TikTok fetches by itself is looked
for among the account's public videos, by text and time, and a person decides where that shows
nothing.

UNVERIFIED, and therefore never concluded from: that photo posts are in the list of videos and have
counts; where ``is_aigc`` stands for photos; that private posts never get a post id (theirs is then
the ``publish_id``). ``docs/channels/tiktok.md`` is its page. Facts: https://developers.tiktok.com,
"Content Posting API" (direct post), "Display API" and "Login Kit". What its errors mean:
``errors.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import ClassVar, Literal

from pydantic import Field

from channels.base import (
    N_,
    Account,
    Address,
    CannotTellError,
    CardSize,
    Channel,
    ChannelConfig,
    Context,
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
    options_of,
)
from channels.oauth import LOOPBACK
from channels.reasons import STILL_WORKS
from channels.state import SealedState
from channels.tiktok.errors import ScopeMissingError, UnknownJobError
from channels.tiktok.jobs import Notes, state_of
from channels.tiktok.line import App, Line
from channels.tiktok.login import granted
from channels.tiktok.options import PUBLIC, Privacy, TikTokOptions
from channels.tiktok.posts import like
from channels.tiktok.profile import Profile
from channels.tiktok.publishing import PHOTOS, VIDEO, Patience, Publishing, receipt_of
from channels.tiktok.readings import A_READING, readings
from channels.tiktok.upload import PIECE_LEAST_BYTES, PIECE_MOST_BYTES
from channels.tiktok.wishes import Wishes, check_length
from channels.web.http import HttpSession
from channels.web.opened import Opened
from channels.web.values import tally

_USER = "/v2/user/info/"
_SHOWN_WITHIN = timedelta(minutes=15)
"""Moderation usually takes a minute; so long a post that the list lacks is waited for."""

_PENDING_FOR = timedelta(days=1)


def length(text: str) -> int:
    """How TikTok counts a text: in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


class TikTokConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "tiktok"``.

    ``client_key`` and ``client_secret`` are the app's, ``refresh_token`` the account's.
    ``privacy`` is who sees a post; ``comments``, ``duet`` and ``stitch`` are allowed where true, as
    far as the account allows them. ``video_by`` "address": TikTok fetches videos from the media
    host, too. ``piece_bytes`` is how a video goes up; ``polls`` times ``poll_s`` is how long a send
    waits for TikTok.
    """

    adapter: Literal["tiktok"] = "tiktok"
    client_key: SecretRef
    client_secret: SecretRef
    refresh_token: SecretRef
    privacy: Privacy = "SELF_ONLY"
    comments: bool = True
    duet: bool = False
    stitch: bool = False
    video_by: Literal["upload", "address"] = "upload"
    piece_bytes: int = Field(10_000_000, ge=PIECE_LEAST_BYTES, le=PIECE_MOST_BYTES)
    polls: int = Field(5, ge=1, le=20)
    poll_s: float = Field(1.0, ge=0, le=5)
    min_gap_s: float = Field(10.0, ge=0)
    redirect_uri: str = LOOPBACK
    base_url: Address = "https://open.tiktokapis.com"
    web_url: str = "https://www.tiktok.com"


class Adapter(Channel[TikTokConfig]):
    """One account on TikTok. Options of a post: ``privacy``, ``comments``, ``duet``, ``stitch``
    (as in the configuration), ``music`` (TikTok adds some to photos), ``ai`` (made by AI) and
    ``promotes`` ("own" or "paid")."""

    Config = TikTokConfig
    Options = TikTokOptions
    look: ClassVar[Look] = Look("TikTok", "#c4153b", "picture")
    card_size: ClassVar[CardSize | None] = "tall"
    metrics: ClassVar[frozenset[Metric]] = frozenset({"views", "reactions", "comments", "shares"})
    video_shape: ClassVar[VideoShape | None] = "tall"
    settlement: ClassVar[Settlement] = Settlement.LOOKUP
    reads_at_once: ClassVar[int] = A_READING
    access: ClassVar[tuple[str, ...]] = (
        N_("At developers.tiktok.com make an app and add Login Kit and the Content Posting API."),
        N_("Switch Direct Post on, and apply for the scopes that Publisher will ask for."),
        N_("In Login Kit, for Desktop, register the redirect address of your schedule.toml."),
        N_("For photos, prove under URL properties that the media host's address is yours."),
        N_("Log in to TikTok in the browser as the office's account, then go on here."),
    )

    def __init__(self, config: TikTokConfig, context: Context) -> None:
        super().__init__(config, context)
        self._line = Opened(self._opening, lambda line: line.http.close())
        self._profile = Profile(self._line, self._web())

    @classmethod
    def keeps_secrets(cls, config: TikTokConfig) -> bool:  # noqa: ARG003 -- always
        return True

    @classmethod
    def limits(cls, config: TikTokConfig) -> Limits:
        return Limits(
            text_max=2_200,
            text_required=False,
            measure=length,
            title_max=90,
            media_required=True,
            images_max=35,
            image_formats=frozenset({"image/jpeg", "image/webp"}),
            image_max_bytes=20_000_000,
            videos_max=1,
            video_formats=frozenset({"video/mp4", "video/quicktime", "video/webm"}),
            video_max_bytes=4 * 10**9,
            video_max_s=600,
            fetches=frozenset({"image", *(["video"] if config.video_by == "address" else [])}),
            min_gap_s=config.min_gap_s,
        )

    # -- the verbs --------------------------------------------------------------------------------

    def login(self, person: Person) -> Mapping[str, str]:
        self.tell_access(person)
        given: dict[str, str] = {}
        app = App(
            self.secret_or_asked("client_key", person, given),
            self.secret_or_asked("client_secret", person, given),
        )
        line = Line(self._session([app.key, app.secret]), self.config.base_url, app)
        address = f"{self._web()}/v2/auth/authorize/"
        return {**given, "refresh_token": granted(person, line, address, self.config.redirect_uri)}

    def identify(self) -> Account:
        line = self._line()
        fields = "open_id,display_name"
        try:
            data = line.ask(_USER, fields=f"{fields},follower_count")
        except ScopeMissingError:
            data = line.ask(_USER, fields=fields)
        user = data.get("user")
        if not (isinstance(user, dict) and user.get("open_id")):
            raise TransientError("TikTok: it doesn't say whose the access is")
        followers = user.get("follower_count")
        username = self._profile.creator().username
        return Account(
            id=str(user["open_id"]),
            name=f"@{username}",
            url=f"{self._web()}/@{username}",
            followers=tally(followers),
        )

    def send(self, message: Message, journal: Journal) -> Receipt:
        wishes = self._wishes(message)
        publishing = self._publishing(message, Notes(journal), wishes)
        receipt = publishing.finished()
        if receipt is not None:
            return receipt
        creator = self._profile.creator()
        if [each.kind for each in message.media] == ["video"]:
            check_length(message.media[0], creator)
            info = wishes.for_video(message.body.written, creator)
            if self.config.video_by == "upload":
                return publishing.brought(info)
            video = {"video_url": self.context.address_of(message.media[0])}
            return publishing.fetched(VIDEO, {"post_info": info}, video)
        if not message.media or any(each.kind != "image" for each in message.media):
            raise InvalidContentError("TikTok: a post is one video, or photos")
        post = {
            "media_type": "PHOTO",
            "post_mode": "DIRECT_POST",
            "post_info": wishes.for_photos(message.title, message.body.written, creator),
            **({"is_aigc": True} if wishes.ai else {}),
        }
        addresses = [self.context.address_of(each) for each in message.media]
        photos = {"photo_images": addresses, "photo_cover_index": 0}
        return publishing.fetched(PHOTOS, post, photos)

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """By the job's state; where TikTok was asked to fetch and its answer was lost, among the
        public videos."""
        notes = Notes(journal)
        job = notes.job
        if job is None:
            return self._listed(message, since, notes) if notes.asked_at is not None else None
        try:
            state = state_of(job, self._line())
        except UnknownJobError as unknown:
            said = str(unknown)
        else:
            if state.complete:
                return receipt_of(job, state, message, self._profile, job.at)
            if state.failed or state.lacks_pieces(job):
                return None
            if not state.drafted and self.context.clock() - job.at < _PENDING_FOR:
                raise TransientError(f"TikTok: {STILL_WORKS}")
            said = N_("TikTok has been working on the post for more than a day")
            if state.drafted:
                said = N_("TikTok put the post among the account's drafts")
        notes.leave(job)
        raise CannotTellError(said)

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        """Counts of public posts; of one that had no post id yet, once TikTok gives it."""
        return readings(self._line(), receipts, self.context.clock())

    def close(self) -> None:
        self._line.close()

    # -- parts ------------------------------------------------------------------------------------

    def _wishes(self, message: Message) -> Wishes:
        keys = self.config
        usual = {"comments": keys.comments, "duet": keys.duet, "stitch": keys.stitch}
        return Wishes.of(options_of(message, TikTokOptions), privacy=keys.privacy, **usual)

    def _publishing(self, message: Message, notes: Notes, wishes: Wishes) -> Publishing:
        patience = Patience(self.config.piece_bytes, self.config.polls, self.config.poll_s)
        return Publishing(
            self._line(),
            self._profile,
            patience,
            message,
            notes,
            is_public=wishes.privacy == PUBLIC,
        )

    def _listed(self, message: Message, since: datetime, notes: Notes) -> Receipt:
        """The post among the account's public ones; raises where that can't tell."""
        asked_at = notes.asked_at or since
        found = like(message, min(since, asked_at), self._line())
        if found is not None:
            post_id = str(found["id"])
            return Receipt(post_id, self._profile.address(message, post_id), found["at"])
        is_public = message.options.get("privacy", self.config.privacy) == PUBLIC
        if is_public and self.context.clock() - asked_at < _SHOWN_WITHIN:
            raise TransientError("TikTok: the post may be on its way to the list of videos")
        raise CannotTellError(
            N_("TikTok didn't say whether it took the post, and doesn't show it: look in the app")
        )

    def _web(self) -> str:
        return self.config.web_url.rstrip("/")

    def _opening(self) -> Line:
        keys, secret = self.config, self.context.secret
        app = App(secret(keys.client_key), secret(keys.client_secret))
        refresh = secret(keys.refresh_token)
        line = Line(self._session([app.key, app.secret]), keys.base_url, app)
        line.keep(SealedState.of(self.context), self.context.clock, refresh)
        return line

    def _session(self, secrets: list[str]) -> HttpSession:
        return HttpSession(self.context.clock, self.config.timeout_s, secrets)
