"""What a campaign is: the keys of campaign.toml with those of a post's front matter.

The descriptions here are the reference that officers read (docs/reference/campaign.md is made from
them), so they are written for people who are no programmers. Unknown keys are refused everywhere.
Texts are in Unicode NFC once read.
"""

from __future__ import annotations

import calendar
import math
from dataclasses import dataclass
from datetime import date as Date  # noqa: N812 -- a key of ours is named date
from datetime import time as Time  # noqa: N812 -- likewise
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from publisher.campaign.card import Card, CardKey
from publisher.campaign.feed_source import FeedSource
from publisher.campaign.media_file import MediaFile
from publisher.campaign.video import VideoKey, VideoKeys
from publisher.campaign.when import When, WhenError, parse_when
from publisher.files.durations import Duration
from publisher.files.keys import Keys
from publisher.files.values import Day, Hashtag, Language, TimeOfDay, Words, YearlyDay

Audience = Literal["officials", "people", "learners", "business", "research", "children", "abroad"]

_DEEPEST_OPTION = 5


def _when(value: Any) -> Any:
    if isinstance(value, When):
        return value
    if not isinstance(value, str):
        raise PydanticCustomError("string_type", "text between quotation marks")
    try:
        return parse_when(value)
    except WhenError as error:
        raise PydanticCustomError(f"when_{error.code}", "{value}", {"value": value}) from None


def _option(value: Any, depth: int = 0) -> Any:
    """An option goes into the store as JSON: what comes back otherwise than it was approved (an
    endless number, a date) is none."""
    is_kept = (
        isinstance(value, (bool, str))
        or (isinstance(value, int) and abs(value) < 2**63)
        or (isinstance(value, float) and math.isfinite(value))
    )
    if not is_kept:
        if not isinstance(value, (list, dict)) or depth == _DEEPEST_OPTION:
            raise PydanticCustomError("option_value", "neither text nor number, true nor false")
        for part in value.values() if isinstance(value, dict) else value:
            _option(part, depth + 1)
    return value


WhenText = Annotated[When, BeforeValidator(_when, json_schema_input_type=str)]


class Anchor(Keys):
    """The day a campaign turns on: a day of every year, or one date."""

    every: YearlyDay | None = Field(
        None, description='The same day every year, month first: "10-10", "05-18".'
    )
    date: Day | None = Field(None, description='One date only: "2027-10-10".')

    @model_validator(mode="after")
    def _one_real_day(self) -> Anchor:
        if (self.every is None) == (self.date is None):
            raise PydanticCustomError("anchor_one", "either every or date")
        if self.every is not None:
            month, day = (int(part) for part in self.every.split("-"))
            # A day that some years lack would make an edition vanish: 29 February is refused too.
            if not 1 <= month <= 12 or not 1 <= day <= calendar.monthrange(2025, month)[1]:
                raise PydanticCustomError("anchor_day", "{value}", {"value": self.every})
        return self

    def day_in(self, year: int) -> Date | None:
        """The anchor's day in ``year``; ``None`` where it has none that year."""
        if self.every is not None:
            month, day = (int(part) for part in self.every.split("-"))
            return Date(year, month, day)
        return self.date if self.date is not None and self.date.year == year else None


class Translation(Keys):
    """The same post in another language; it follows the text in the first."""

    text: Words = Field(description="The text, in Markdown.")
    title: Words = Field("", description="The title.")
    summary: Words = Field("", description="The summary.")


class Variant(Keys):
    """What is different about a post on one channel; a key left out stays as in the post."""

    text: Words | None = Field(None, description="The text on this channel, in Markdown.")
    title: Words | None = Field(None, description="The title on this channel.")
    summary: Words | None = Field(None, description="The summary on this channel.")
    link: Words | None = Field(None, description="The link on this channel.")
    card: CardKey | None = Field(None, description="The card on this channel; false for none.")
    media: tuple[MediaFile, ...] | None = Field(None, description="The media on this channel.")
    video: VideoKey | None = Field(
        None, description="The short video on this channel; false for none."
    )
    hashtags: tuple[Hashtag, ...] | None = Field(None, description="Hashtags, without #.")
    languages: tuple[Language, ...] | None = Field(
        None, description="Which languages of a bilingual post this channel gets, in this order."
    )
    thread: bool | None = Field(
        None, description="Whether a text too long for one post may become a thread."
    )
    options: dict[str, Annotated[Any, AfterValidator(_option)]] = Field(
        default_factory=dict,
        description="Wishes that only this platform knows (each channel's page lists them).",
    )


class FrontMatter(Keys):
    """The keys at the top of a post, between two lines of +++."""

    when: WhenText = Field(
        description='When it goes out: "D-7 08:00", "D+1 weekdays 09:30", "2027-10-01 08:00", '
        '"RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0", or "feed".'
    )
    title: Words = Field("", description="The title, for channels that show one.")
    summary: Words = Field("", description="One or two sentences, for channels that show them.")
    channels: tuple[str, ...] | None = Field(
        None, description="Where it goes out; the campaign's channels when left out."
    )
    audiences: tuple[Audience, ...] | None = Field(
        None, description="Whom it is for; the campaign's audiences when left out."
    )
    covers: tuple[Words, ...] = Field(
        (),
        description="Codes of the tasks and topics of the coverage register that it is about: "
        '["NV-2027-03"].',
    )
    hashtags: tuple[Hashtag, ...] | None = Field(
        None, description="Hashtags without #; the campaign's when left out."
    )
    link: Words = Field("", description="The address the post points to.")
    card: CardKey | None = Field(
        None,
        description='A picture that is drawn for the post, before its media: card = "countdown", '
        "or a table.",
    )
    media: tuple[MediaFile, ...] = Field((), description="Pictures and videos.")
    video: VideoKey | None = Field(
        None, description="A short video, made of slides and words to be read (docs/video.md)."
    )
    language: Language | None = Field(None, description="The language of the text.")
    translation: dict[Language, Translation] = Field(
        default_factory=dict, description="The post in other languages."
    )
    grace: Duration | None = Field(
        None, description="How late it may still go out; the campaign's when left out."
    )
    approvals: Annotated[int, Field(ge=0, le=2)] | None = Field(
        None, description="How many people must approve it; the campaign's when left out."
    )
    thread: bool = Field(
        False, description="Whether a text too long for one post may become a thread."
    )
    for_: dict[str, Variant] = Field(
        default_factory=dict, alias="for", description="What is different on one channel."
    )


class CampaignFile(Keys):
    """The keys of campaign.toml."""

    title: Words = Field(description="The campaign's name, as readers see it.", min_length=1)
    summary: Words = Field("", description="What it is about, for colleagues.")
    anchor: Anchor | None = Field(
        None,
        description='Its day: { every = "10-10" } or { date = "2027-10-10" }. '
        "A standing campaign has none.",
    )
    first_edition: Annotated[int, Field(ge=2000, le=2200)] | None = Field(
        None, description="The first year in which it runs; every year when left out."
    )
    owner: Words = Field(description="The unit that answers for it.", min_length=1)
    audiences: tuple[Audience, ...] = Field((), description="Whom it is for.")
    channels: tuple[str, ...] = Field(
        description="Channels of schedule.toml it goes out on.", min_length=1
    )
    hashtags: tuple[Hashtag, ...] = Field((), description="Hashtags of every post, without #.")
    language: Language = Field("vi", description="The language of its texts.")
    timezone: str | None = Field(
        None, description="The zone of its times; schedule.toml's when left out."
    )
    time: TimeOfDay = Field(Time(8, 0), description="The time of posts that name none.")
    grace: Duration = Field(
        timedelta(hours=2), description="How late a post may still go out; later it is missed."
    )
    approvals: Annotated[int, Field(ge=0, le=2)] = Field(
        1, description="How many different people must approve each post."
    )
    utm: bool = Field(
        True,
        description=(
            "Whether our own links say where a reader came from, and are short where [links] "
            "has them so."
        ),
    )
    vars: dict[str, str | int | float] = Field(
        default_factory=dict, description="Words and numbers that posts use as vars.NAME."
    )
    feed: FeedSource | None = Field(None, description="The feed that brings its posts.")

    def zone(self, office: ZoneInfo) -> ZoneInfo:
        """The zone of its times: its own, else the ``office``'s.

        Raises ``ZoneInfoNotFoundError``, ``ValueError`` or ``OSError`` where its file, which
        wasn't checked, names none.
        """
        return ZoneInfo(self.timezone) if self.timezone else office


@dataclass(frozen=True, slots=True)
class Post:
    """One post file: its name without ``.md``, its keys, its Markdown body and that body's line."""

    id: str
    path: Path
    front: FrontMatter
    body: str
    body_line: int

    def card_on(self, channel: str) -> tuple[str, Card | None]:
        """The card drawn for ``channel``, with the key under which it stands."""
        own = self.front.for_.get(channel, Variant()).card
        field, card = ("card", self.front.card) if own is None else (f"for.{channel}.card", own)
        return field, None if card is None or card.is_none else card

    def media_on(self, channel: str) -> tuple[MediaFile, ...]:
        """What ``media`` says for ``channel``."""
        own = self.front.for_.get(channel, Variant()).media
        return self.front.media if own is None else own

    def video_on(self, channel: str) -> tuple[str, VideoKeys | None]:
        """The key under which ``channel`` finds the post's video, and that: ``None`` for none."""
        own = self.front.for_.get(channel, Variant()).video
        key, video = ("video", self.front.video) if own is None else (f"for.{channel}.video", own)
        return key, None if video is None or video.is_none else video


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign folder, read and found right."""

    slug: str
    folder: Path
    file: CampaignFile
    posts: tuple[Post, ...]

    def channels_of(self, post: Post) -> tuple[str, ...]:
        """The channels ``post`` goes out on."""
        return post.front.channels if post.front.channels is not None else self.file.channels

    def language_of(self, post: Post) -> str:
        """The language of its text: ``vi`` or ``en``."""
        return post.front.language or self.file.language

    def grace_of(self, post: Post) -> timedelta:
        """How late it may still go out."""
        return self.file.grace if post.front.grace is None else post.front.grace

    def approvals_of(self, post: Post) -> int:
        """How many people must approve it."""
        return self.file.approvals if post.front.approvals is None else post.front.approvals

    def audiences_of(self, post: Post) -> tuple[str, ...]:
        """Whom it is for."""
        own = post.front.audiences
        return own if own is not None else self.file.audiences
