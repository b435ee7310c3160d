"""Publishes videos to an office's channel on YouTube, through its Data API v3.

A post is one video with its title and description; a picture beside it becomes its thumbnail, a
subtitle file its captions. The upload is resumable: its address is noted before the first byte, so
that a broken upload is resumed and never begun again, and a lost answer is settled by asking that
address, or, once YouTube has forgotten it, the list of the channel's own uploads. Once the video
has its id, the rest (how YouTube took it, thumbnail, captions) is finished step by step.

UNVERIFIED, and therefore configurable: the longest title, description and tags, a thumbnail's size,
how long a new video may be missing from the list of uploads (``list_lag_s``). ``docs/channels/
youtube.md`` is its page; facts are Google's reference of the API
(https://developers.google.com/youtube/v3) and its discovery document. What its errors mean:
``errors.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field

from channels.base import (
    N_,
    Account,
    Address,
    AmbiguousError,
    Channel,
    ChannelConfig,
    ChannelError,
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
)
from channels.oauth import LOOPBACK
from channels.state import SealedState, State
from channels.web.http import HttpSession
from channels.web.opened import Opened
from channels.youtube.line import Addresses, Client, Line
from channels.youtube.login import ACCESS, refresh_token
from channels.youtube.notes import Notes
from channels.youtube.options import Privacy, YouTubeOptions
from channels.youtube.publishing import Patience, Publishing
from channels.youtube.text import THUMBNAILS, Post, Wishes, post_of, tags_within
from channels.youtube.upload import UNIT_BYTES
from channels.youtube.videos import A_READING, Videos

_SHORT_S = 15 * 60.0
_LONG_UPLOADS = "long_uploads"


def _in_units(size_bytes: int) -> int:
    if size_bytes % UNIT_BYTES:
        raise ValueError(N_("write a multiple of 262144"))
    return size_bytes


class YouTubeConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "youtube"``.

    ``client_id`` and ``client_secret`` are the office's own desktop client at Google;
    ``refresh_token`` is what logging in gives. ``privacy``, ``category_id``,
    ``made_for_kids``, ``notify_subscribers`` and ``tags`` hold for posts that say nothing else.
    One attempt uploads for ``upload_s`` at most; the next one goes on from there. ``polls`` and
    ``poll_s``: how often, and how far apart, YouTube is asked how it took a new video.
    """

    adapter: Literal["youtube"] = "youtube"
    client_id: str = Field(min_length=1)
    client_secret: SecretRef
    refresh_token: SecretRef
    privacy: Privacy = "public"
    category_id: str = Field("22", pattern=r"^\d{1,4}$")
    made_for_kids: bool = False
    notify_subscribers: bool = True
    tags: tuple[str, ...] = ()
    title_max: int = Field(100, ge=1)
    description_max_bytes: int = Field(5_000, ge=1)
    tags_max: int = Field(500, ge=0)
    thumbnail_max_bytes: int = Field(2 * 1024 * 1024, ge=1)
    video_max_s: float = Field(12 * 3600.0, gt=0)
    chunk_bytes: Annotated[int, AfterValidator(_in_units)] = Field(32 * UNIT_BYTES, ge=UNIT_BYTES)
    upload_s: float = Field(600.0, gt=0)
    polls: int = Field(3, ge=1, le=10)
    poll_s: float = Field(2.0, ge=0, le=5)
    list_lag_s: float = Field(300.0, ge=0)
    redirect_uri: str = LOOPBACK
    api_url: Address = "https://www.googleapis.com/youtube/v3"
    upload_url: Address = "https://www.googleapis.com/upload/youtube/v3"
    authorize_url: str = "https://accounts.google.com/o/oauth2/v2/auth"
    token_url: Address = "https://oauth2.googleapis.com/token"  # noqa: S105 -- an address
    web_url: str = "https://www.youtube.com"


class Adapter(Channel[YouTubeConfig]):
    """One channel. Options of a post: ``privacy`` ("public", "unlisted", "private"), ``category``
    (YouTube's number, as a text), ``made_for_kids``, ``notify`` (subscribers are told)."""

    Config = YouTubeConfig
    Options = YouTubeOptions
    look: ClassVar[Look] = Look("YouTube", "#c4141f", "picture", headed=True)
    metrics: ClassVar[frozenset[Metric]] = frozenset({"views", "reactions", "comments"})
    settlement: ClassVar[Settlement] = Settlement.LOOKUP
    reads_at_once: ClassVar[int] = A_READING
    access: ClassVar[tuple[str, ...]] = ACCESS

    def __init__(self, config: YouTubeConfig, context: Context) -> None:
        super().__init__(config, context)
        self._line = Opened(self._opening, lambda line: line.http.close())
        self._videos = Opened(lambda: Videos(self._line()))

    @classmethod
    def keeps_secrets(cls, config: YouTubeConfig) -> bool:  # noqa: ARG003 -- always
        return True

    @classmethod
    def limits(cls, config: YouTubeConfig) -> Limits:
        return Limits(
            text_max=config.description_max_bytes,
            text_required=False,
            measure=_bytes,
            unit="bytes",
            title_required=True,
            title_max=config.title_max,
            media_required=True,
            image_formats=THUMBNAILS,
            image_max_bytes=config.thumbnail_max_bytes,
            videos_max=1,
            video_formats=frozenset(
                {"video/mp4", "video/quicktime", "video/webm", "video/x-msvideo"}
            ),
            video_max_bytes=256 * 10**9,
            video_max_s=config.video_max_s,
            covers_max=1,
            subtitles_max=1,
        )

    @classmethod
    def limits_learned(cls, config: YouTubeConfig, workdir: Path) -> Limits:
        """A channel that hasn't proved a telephone number has a quarter of an hour a video."""
        if State.at(workdir).get(_LONG_UPLOADS) in ("disallowed", "eligible"):
            shorter = min(config.video_max_s, _SHORT_S)
            return cls.limits(config.model_copy(update={"video_max_s": shorter}))
        return cls.limits(config)

    # -- the verbs --------------------------------------------------------------------------------

    def login(self, person: Person) -> Mapping[str, str]:
        """The refresh token, and the client's secret where it doesn't stand in its place yet."""
        self.tell_access(person)
        got: dict[str, str] = {}
        secret = self.secret_or_asked("client_secret", person, got)
        keys = self.config
        with HttpSession(self.context.clock, keys.timeout_s, [secret]) as http:
            client = Client(keys.client_id, secret, keys.token_url)
            token = refresh_token(person, http, client, keys.authorize_url, keys.redirect_uri)
        return got | {"refresh_token": token}

    def identify(self) -> Account:
        profile = self._videos().profile()
        state = State.of(self.context)
        if profile.long_uploads and state.get(_LONG_UPLOADS) != profile.long_uploads:
            state.put(_LONG_UPLOADS, profile.long_uploads)
        return profile.account

    def send(self, message: Message, journal: Journal) -> Receipt:
        post, notes, publishing = self._post(message), Notes(journal), self._publishing()
        publishing.bring(post, notes)
        try:
            return publishing.finish(post, notes)
        except InvalidContentError:
            notes.forget_video()
            raise
        except ForbiddenError:
            notes.withhold()
            raise
        except ChannelError as error:
            unfinished = str(error)
        raise AmbiguousError(unfinished)

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """The receipt, once the video is there and what belongs to it is done or given up. ``None``
        too where YouTube shows the video to nobody: sending again then says why."""
        post, notes, publishing = self._post(message), Notes(journal), self._publishing()
        if not publishing.settle(post, since, notes):
            return None
        try:
            return publishing.finish(post, notes)
        except (InvalidContentError, ForbiddenError):
            return None

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        """Counts as YouTube shows them; one that the office hides is absent."""
        readings: dict[str, Reading] = {}
        for start in range(0, len(receipts), A_READING):
            ids = [each.remote_id for each in receipts[start : start + A_READING]]
            readings |= self._videos().readings(ids, self.context.clock())
        return readings

    def delete(self, receipt: Receipt) -> bool:
        """True where the video is gone, also where it was gone already."""
        line = self._line()
        with line.http.harmless():
            answer = line.call("DELETE", f"{line.at.api}/videos", params={"id": receipt.remote_id})
        if answer.status_code != 404 and not 200 <= answer.status_code < 300:
            raise line.error_of(answer)
        return True

    def close(self) -> None:
        self._videos.close()
        self._line.close()

    # -- parts ------------------------------------------------------------------------------------

    def _post(self, message: Message) -> Post:
        keys = self.config
        usual = Wishes(keys.privacy, keys.category_id, keys.made_for_kids, keys.notify_subscribers)
        return post_of(message, usual, tags_within(keys.tags_max, message.hashtags, keys.tags))

    def _publishing(self) -> Publishing:
        keys = self.config
        patience = Patience(
            keys.chunk_bytes, keys.upload_s, keys.polls, keys.poll_s, keys.list_lag_s
        )
        return Publishing(self.context.name, self._line(), self._videos(), patience)

    def _opening(self) -> Line:
        keys, secret = self.config, self.context.secret
        return Line(
            self.context.clock,
            keys.timeout_s,
            Client(keys.client_id, secret(keys.client_secret), keys.token_url),
            secret(keys.refresh_token),
            SealedState.of(self.context),
            Addresses(keys.api_url, keys.upload_url, keys.web_url),
        )


def _bytes(text: str) -> int:
    """Bytes in UTF-8: a Vietnamese letter is one to three."""
    return len(text.encode())
