"""The short video of one post, made and copied to where a person wants to look at it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from publisher.assemble.cards import Cards
from publisher.assemble.holidays import closed_days
from publisher.assemble.shapes import Shapes
from publisher.assemble.videos import Drafted, Videos
from publisher.assemble.videos_told import of_video_error
from publisher.campaign.model import Campaign, Post
from publisher.files.faults import Fault
from publisher.planning.model import Slot
from publisher.planning.plan import slots
from publisher.rendering.occasion import Occasion
from publisher.rendering.shape import ChannelShape
from publisher.settings import Settings
from publisher.video import Shape, VideoError

_FAR = timedelta(days=1200)
_KINDS = ("srt", "vtt")


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which of a post's videos: that of a ``channel`` (the first that takes one, where it is
    ``None``), in a ``shape`` (the channel's), of an ``edition`` (the nearest)."""

    channel: str | None = None
    shape: Shape | None = None
    edition: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A video and its subtitles as they were written, and what is to be said of them."""

    film: Path
    subtitles: tuple[Path, ...]
    shape: Shape
    duration_s: float
    channel: str
    edition: int


def write_video(
    settings: Settings,
    campaign: Campaign,
    post: Post,
    wanted: Wanted,
    now: datetime,
    out: Path,
) -> tuple[Written | None, list[Fault]]:
    """The video of ``post`` as it is ``wanted``, in the folder ``out``, and what is wrong
    with it; neither where it has no such video. Raises ``OSError``."""
    shapes = Shapes(settings)
    videos = Videos(settings, Cards(settings), makes=True)
    slot = _slot(settings, campaign, post, wanted, now, shapes)
    if slot is None:
        return None, []
    shape = shapes.of(slot.identity.channel)
    field, keys = post.video_on(shape.name)
    if keys is None:
        return None, []
    form: Shape = wanted.shape or keys.shape or shape.video_shape or "wide"
    occasion = Occasion(slot.identity.edition, slot.anchor, slot.local)
    try:
        drafted, faults = videos.drafted(campaign, post, shape, occasion, form)
        if drafted is None:
            return None, faults
        film = videos.make(drafted.video)
    except VideoError as error:
        return None, [of_video_error(post, field, error, keys.voice)]
    place = out / f"{campaign.slug}-{post.id}-{form}.mp4"
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(film, place)
    told = tuple(_subtitles(videos, drafted, place))
    return (
        Written(place, told, form, drafted.video.duration_s, shape.name, occasion.edition),
        [],
    )


def _subtitles(videos: Videos, drafted: Drafted, place: Path) -> list[Path]:
    written = []
    for language in drafted.video.languages:
        for kind in _KINDS:
            beside = place.with_suffix(f".{language}.{kind}")
            shutil.copyfile(videos.studio.subtitles(drafted.video, language, kind), beside)
            written.append(beside)
    return written


def _slot(
    settings: Settings,
    campaign: Campaign,
    post: Post,
    wanted: Wanted,
    now: datetime,
    shapes: Shapes,
) -> Slot | None:
    """The slot whose video is shown: the nearest, on the first channel that takes one."""
    start, end = now - _FAR, now + _FAR
    found = [
        slot
        for slot in slots(campaign, settings.zone, start, end, closed_days(start, end))
        if slot.identity.post == post.id
        and wanted.channel in (None, slot.identity.channel)
        and wanted.edition in (None, slot.identity.edition)
        and _shows(post, shapes.of(slot.identity.channel))
    ]
    # Those to come go before those that are over.
    return min(found, key=lambda slot: (slot.due_at < now, abs(slot.due_at - now)), default=None)


def _shows(post: Post, shape: ChannelShape) -> bool:
    return post.video_on(shape.name)[1] is not None and shape.video_shape is not None
