"""TikTok: an office's account, through the Content Posting API (direct post) and the Display API.

One video, sent by us in pieces or fetched by TikTok, or up to 35 photos, which TikTok fetches from
the office's media host. TikTok makes a job of it, whose ``publish_id`` is noted at once; a doubt is
settled by that job's state. Where the answer to the request itself was lost: a video of ours is no
post before its last piece is there, so it is begun anew; what TikTok fetches by itself is looked
for among the account's public videos, by text and time, and a person decides where that shows
nothing.

Unverified, and therefore never concluded from: that photo posts are in the list of videos and have
counts; where ``is_aigc`` stands for photos; that private posts never get a post id (theirs is then
the ``publish_id``). ``docs/channels/tiktok.md`` is its page. Facts: https://developers.tiktok.com,
"Content Posting API", "Display API" and "Login Kit".
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, ClassVar, Literal

from pydantic import Field

from channels.base import (
    N_,
    Account,
    AmbiguousError,
    CannotTellError,
    Channel,
    ChannelConfig,
    ChannelError,
    Context,
    InvalidContentError,
    Journal,
    Limits,
    Message,
    Person,
    RateLimitedError,
    Reading,
    Receipt,
    SecretRef,
    Settlement,
    TransientError,
)
from channels.oauth import LOOPBACK
from channels.state import SealedState
from channels.tiktok.api import Api, App, ScopeMissingError, UnknownJobError, error_for, rest_for
from channels.tiktok.consent import granted
from channels.tiktok.jobs import Job, JobState, Notes
from channels.tiktok.list import METRICS, recent, shows
from channels.tiktok.upload import PIECE_LEAST_BYTES, PIECE_MOST_BYTES, pieces, upload
from channels.tiktok.wishes import PUBLIC, Creator, Privacy, Wishes, check_length
from channels.web.http import HttpSession
from channels.web.values import counts, objects, tally

_CREATOR = "/v2/post/publish/creator_info/query/"
_VIDEO = "/v2/post/publish/video/init/"
_PHOTOS = "/v2/post/publish/content/init/"
_STATUS = "/v2/post/publish/status/fetch/"
_USER = "/v2/user/info/"
_QUERY = "/v2/video/query/"

_A_READING = 20
_CLOCKS_APART = timedelta(minutes=5)
_SHOWN_WITHIN = timedelta(minutes=15)
"""Moderation usually takes a minute; so long a post that the list lacks is waited for."""

_PENDING_FOR = timedelta(days=1)
_ASKED_FOR_AN_ID = timedelta(days=30)


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
    base_url: str = "https://open.tiktokapis.com"
    web_url: str = "https://www.tiktok.com"


class Adapter(Channel[TikTokConfig]):
    """One account on TikTok. Options of a post: ``privacy``, ``comments``, ``duet``, ``stitch``
    (as in the configuration), ``music`` (TikTok adds some to photos), ``ai`` (made by AI) and
    ``promotes`` ("own" or "paid")."""

    Config = TikTokConfig
    settlement: ClassVar[Settlement] = Settlement.LOOKUP
    reads_at_once: ClassVar[int] = _A_READING
    access: ClassVar[tuple[str, ...]] = (
        N_("At developers.tiktok.com make an app and add Login Kit and the Content Posting API."),
        N_("Switch Direct Post on, and apply for the scopes that Publisher will ask for."),
        N_("In Login Kit, for Desktop, register the redirect address of your schedule.toml."),
        N_("For photos, prove under URL properties that the media host's address is yours."),
        N_("Log in to TikTok in the browser as the office's account, then go on here."),
    )

    def __init__(self, config: TikTokConfig, context: Context) -> None:
        super().__init__(config, context)
        self._opened: Api | None = None
        self._username = ""

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
        for step in self.access:
            person.tell(step)
        given: dict[str, str] = {}
        app = App(
            self.secret_or_asked("client_key", person, given),
            self.secret_or_asked("client_secret", person, given),
        )
        api = Api(self._session([app.key, app.secret]), self.config.base_url, app)
        address = f"{self._web()}/v2/auth/authorize/"
        return {**given, "refresh_token": granted(person, api, address, self.config.redirect_uri)}

    def identify(self) -> Account:
        api = self._api()
        fields = "open_id,display_name"
        try:
            data = api.ask(_USER, fields=f"{fields},follower_count")
        except ScopeMissingError:
            data = api.ask(_USER, fields=fields)
        user = data.get("user")
        if not (isinstance(user, dict) and user.get("open_id")):
            raise TransientError("TikTok: it doesn't say whose the access is")
        followers = user.get("follower_count")
        username = self._creator().username
        return Account(
            id=str(user["open_id"]),
            name=f"@{username}",
            url=f"{self._web()}/@{username}",
            followers=tally(followers),
        )

    def send(self, message: Message, journal: Journal) -> Receipt:
        notes = Notes(journal)
        wishes = self._wishes(message)
        receipt = self._finished(message, notes)
        if receipt is not None:
            return receipt
        creator = self._creator()
        if [each.kind for each in message.media] == ["video"]:
            check_length(message.media[0], creator)
            info = wishes.for_video(message.body.written, creator)
            if self.config.video_by == "upload":
                return self._uploaded(self._announced(message, info, notes), message, notes)
            video = {"video_url": self.context.address_of(message.media[0])}
            return self._fetched(_VIDEO, {"post_info": info}, video, message, notes)
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
        return self._fetched(_PHOTOS, post, photos, message, notes)

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """By the job's state; where TikTok was asked to fetch and its answer was lost, among the
        public videos."""
        notes = Notes(journal)
        job = notes.job
        if job is None:
            return self._listed(message, since, notes) if notes.asked_at is not None else None
        try:
            state = self._state(job)
        except UnknownJobError as unknown:
            said = str(unknown)
        else:
            if state.complete:
                return self._receipt(job, state, message, job.at)
            if state.failed or state.lacks_pieces(job):
                return None
            if not state.drafted and self.context.clock() - job.at < _PENDING_FOR:
                raise TransientError("TikTok: it still works on the post")
            said = N_("TikTok has been working on the post for more than a day")
            if state.drafted:
                said = N_("TikTok put the post among the account's drafts")
        notes.leave(job)
        raise CannotTellError(said)

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        """Counts of public posts; of one that had no post id yet, once TikTok gives it."""
        now = self.context.clock()
        readings: dict[str, Reading] = {}
        by_post = {post_id: each for each in receipts if (post_id := self._post_id(each))}
        ids = list(by_post)
        for start in range(0, len(ids), _A_READING):
            asked = ids[start : start + _A_READING]
            fields = "id,view_count,like_count,comment_count,share_count"
            try:
                data = self._api().ask(_QUERY, {"filters": {"video_ids": asked}}, fields=fields)
            except ScopeMissingError:
                return {}
            told = {str(each.get("id")): each for each in objects(data.get("videos"))}
            for post_id in asked:
                receipt = by_post[post_id]
                if post_id in told:
                    readings[receipt.remote_id] = Reading(now, counts(told[post_id], METRICS))
                elif "/video/" in receipt.url:
                    readings[receipt.remote_id] = Reading(now, exists=False)
        return readings

    def close(self) -> None:
        if self._opened is not None:
            self._opened.http.close()
            self._opened = None

    # -- publishing -------------------------------------------------------------------------------

    def _wishes(self, message: Message) -> Wishes:
        keys = self.config
        usual = {"comments": keys.comments, "duet": keys.duet, "stitch": keys.stitch}
        return Wishes.of(message.options, privacy=keys.privacy, **usual)

    def _finished(self, message: Message, notes: Notes) -> Receipt | None:
        """What an earlier attempt began, finished; ``None`` where there is nothing to finish."""
        job = notes.job
        if job is None:
            return None
        if notes.is_left(job):
            notes.forget()
            return None
        state = self._state_or_doubt(job)
        if state.failed:
            notes.forget()
            error = self._error_of(state)
            if isinstance(error, TransientError) or job.mark != message.fingerprint:
                return None
            raise error
        if not state.lacks_pieces(job):
            return self._awaited(job, message, notes)
        if job.mark != message.fingerprint or not job.takes_pieces(self.context.clock()):
            notes.forget()
            return None
        if state.uploaded_bytes is not None:
            job = notes.sent(job, state.uploaded_bytes)
        return self._uploaded(job, message, notes)

    def _announced(self, message: Message, info: Mapping[str, Any], notes: Notes) -> Job:
        """A job for a video of ours. It is no post yet, so its answer may be lost."""
        video = message.media[0]
        size, count = pieces(video.size_bytes, self.config.piece_bytes)
        source = {
            "source": "FILE_UPLOAD",
            "video_size": video.size_bytes,
            "chunk_size": size,
            "total_chunk_count": count,
        }
        data = self._api().ask(_VIDEO, {"post_info": info, "source_info": source})
        if not data.get("publish_id") or not data.get("upload_url"):
            raise TransientError("TikTok: it said yes, but not where the video goes")
        return notes.note(
            Job(
                publish_id=str(data["publish_id"]),
                mark=message.fingerprint,
                at=self.context.clock(),
                upload=str(data["upload_url"]),
                size_bytes=video.size_bytes,
                piece_bytes=size,
            )
        )

    def _uploaded(self, job: Job, message: Message, notes: Notes) -> Receipt:
        upload(self._api().http, job, message.media[0], notes)
        return self._awaited(notes.job or job, message, notes)

    def _fetched(
        self,
        path: str,
        post: Mapping[str, Any],
        source: Mapping[str, Any],
        message: Message,
        notes: Notes,
    ) -> Receipt:
        """Have TikTok fetch the media and make a post of them."""
        notes.ask(self.context.clock())
        try:
            data = self._api().publish(
                path, {**post, "source_info": {"source": "PULL_FROM_URL", **source}}
            )
        except AmbiguousError:
            raise
        except ChannelError:
            notes.refused()
            raise
        if not data.get("publish_id"):
            raise AmbiguousError("TikTok: it said yes, but not to what")
        job = Job(str(data["publish_id"]), message.fingerprint, self.context.clock())
        return self._awaited(notes.note(job), message, notes)

    def _awaited(self, job: Job, message: Message, notes: Notes) -> Receipt:
        """The receipt of a job that TikTok has all of, as soon as it is done."""
        for poll in range(self.config.polls):
            if poll:
                time.sleep(self.config.poll_s)
            state = self._state_or_doubt(job)
            if state.failed:
                notes.forget()
                raise self._error_of(state)
            is_last = poll == self.config.polls - 1
            # Once complete it is a post; its id comes with the end of TikTok's moderation.
            if state.complete and (state.post_id or is_last or not self._is_public(message)):
                try:
                    return self._receipt(job, state, message, self.context.clock())
                except ChannelError as error:
                    doubt = str(error)
                raise AmbiguousError(doubt)
            if state.drafted:
                raise AmbiguousError("TikTok: it put the post among the account's drafts")
        raise AmbiguousError("TikTok: it still works on the post")

    def _error_of(self, state: JobState) -> ChannelError:
        until = rest_for(state.fail_reason, self.context.clock())
        return error_for(state.fail_reason or "failed", "", until)

    def _receipt(self, job: Job, state: JobState, message: Message, at: datetime) -> Receipt:
        profile = f"{self._web()}/@{self._name()}"
        if not state.post_id:
            return Receipt(job.publish_id, profile, at)
        kind = message.media[0].kind if message.media else "video"
        return Receipt(state.post_id, f"{profile}/{_PLACES.get(kind, 'video')}/{state.post_id}", at)

    # -- asking -----------------------------------------------------------------------------------

    def _state(self, job: Job) -> JobState:
        return JobState.told(self._api().ask(_STATUS, {"publish_id": job.publish_id}))

    def _state_or_doubt(self, job: Job) -> JobState:
        """The job's state; where it can't be had, the post may be out all the same."""
        try:
            return self._state(job)
        except ChannelError as error:
            doubt = str(error)
        raise AmbiguousError(doubt)

    def _listed(self, message: Message, since: datetime, notes: Notes) -> Receipt:
        """The post among the account's public ones; raises where that can't tell."""
        asked_at = notes.asked_at or since
        words = message.body.plain
        if not words.strip():
            raise CannotTellError(N_("a TikTok post without words can't be told from others"))
        found = [
            each
            for each in recent(self._api(), min(since, asked_at) - _CLOCKS_APART)
            if shows(each, words, message.title)
        ]
        if len(found) > 1:
            raise CannotTellError(N_("TikTok shows several posts of these words"))
        if found:
            kind = message.media[0].kind if message.media else "video"
            post_id = str(found[0]["id"])
            url = f"{self._web()}/@{self._name()}/{_PLACES.get(kind, 'video')}/{post_id}"
            return Receipt(post_id, url, found[0]["at"])
        if self._is_public(message) and self.context.clock() - asked_at < _SHOWN_WITHIN:
            raise TransientError("TikTok: the post may be on its way to the list of videos")
        raise CannotTellError(
            N_("TikTok didn't say whether it took the post, and doesn't show it: look in the app")
        )

    def _post_id(self, receipt: Receipt) -> str:
        """The id under which TikTok counts; empty while there is none. Private posts never get one,
        so nobody asks for ever."""
        if receipt.remote_id.isdecimal():
            return receipt.remote_id
        if self.context.clock() - receipt.at > _ASKED_FOR_AN_ID:
            return ""
        with suppress(UnknownJobError, InvalidContentError, RateLimitedError):
            return self._state(Job(receipt.remote_id, "", receipt.at)).post_id
        return ""

    def _is_public(self, message: Message) -> bool:
        return bool(message.options.get("privacy", self.config.privacy) == PUBLIC)

    def _creator(self) -> Creator:
        creator = Creator.told(self._api().ask(_CREATOR, {}))
        self._username = creator.username
        return creator

    def _name(self) -> str:
        return self._username or self._creator().username

    def _web(self) -> str:
        return self.config.web_url.rstrip("/")

    # -- access -----------------------------------------------------------------------------------

    def _api(self) -> Api:
        if self._opened is None:
            keys, secret = self.config, self.context.secret
            app = App(secret(keys.client_key), secret(keys.client_secret))
            refresh = secret(keys.refresh_token)
            api = Api(self._session([app.key, app.secret]), keys.base_url, app)
            api.keep(SealedState.of(self.context), self.context.clock, refresh)
            self._opened = api
        return self._opened

    def _session(self, secrets: list[str]) -> HttpSession:
        return HttpSession(self.context.clock, self.config.timeout_s, secrets)


_PLACES = {"image": "photo"}
