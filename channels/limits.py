"""Checks whether a message keeps within a platform's limits. One place for the check, the preview,
the courier and the conformance suite. Pure: it reads no file and asks nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from channels.base import Limits, Media, Message

CODES = frozenset(
    {
        *("title_missing", "title_long", "summary_missing", "summary_long", "hashtags_many"),
        *("text_missing", "text_long", "caption_long", "reply_long", "replies_many"),
        *("media_missing", "images_many", "covers_many", "videos_many", "subtitles_many"),
        *("documents_many", "media_many", "media_mixed", "media_kind", "alt_missing", "alt_long"),
        *("image_format", "image_bytes", "image_sides", "image_ratio", "video_format"),
        *("video_bytes", "video_seconds", "video_short", "document_bytes"),
    }
)
"""Every code a violation may have: whoever puts them into words can test that none is left out."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A limit that a message breaks: ``actual`` against ``allowed`` (``None``: a thing is lacking).

    ``code`` is one of ``CODES``. Texts are measured as readers see them (``Text.plain``), in the
    platform's own unit; ``image_sides`` is width + height in pixels, ``image_ratio`` width /
    height, ``…_bytes`` bytes, ``video_seconds`` seconds. ``media`` is the culprit, where one is.
    """

    code: str
    actual: float | str | None = None
    allowed: float | str | None = None
    media: Media | None = None


def violations(message: Message, limits: Limits) -> tuple[Violation, ...]:
    """Every limit that ``message`` breaks, in the order a reader meets them."""
    return (*_words(message, limits), *_media(message, limits))


def _words(message: Message, limits: Limits) -> Iterator[Violation]:
    if limits.title_required and not message.title:
        yield Violation("title_missing")
    yield from _over("title_long", len(message.title), limits.title_max)
    if limits.summary_required and not message.summary:
        yield Violation("summary_missing")
    yield from _over("summary_long", len(message.summary), limits.summary_max)
    yield from _over("hashtags_many", len(message.hashtags), limits.hashtags_max)
    plain = message.body.plain
    if limits.text_required and not plain.strip() and not message.media:
        yield Violation("text_missing")
    captioned = bool(message.media) and limits.caption_max is not None
    most = limits.caption_max if captioned else limits.text_max
    yield from _over("caption_long" if captioned else "text_long", limits.measure(plain), most)
    if not limits.threads:
        yield from _over("replies_many", len(message.replies), 0)
    for reply in message.replies:
        yield from _over("reply_long", limits.measure(reply.plain), limits.text_max)


def _media(message: Message, limits: Limits) -> Iterator[Violation]:
    images = [media for media in message.media if media.kind == "image"]
    videos = [media for media in message.media if media.kind == "video"]
    subtitles = [media for media in message.media if media.kind == "subtitles"]
    others = ("image", "video", "subtitles")
    documents = [media for media in message.media if media.kind not in others]
    if limits.media_required and not message.media:
        yield Violation("media_missing")
    covers = images if videos and limits.covers_max else []
    if covers:
        yield from _over("covers_many", len(covers), limits.covers_max)
    else:
        yield from _over("images_many", len(images), limits.images_max)
    yield from _over("videos_many", len(videos), limits.videos_max)
    yield from _over("subtitles_many", len(subtitles), limits.subtitles_max if videos else 0)
    if limits.documents_max:
        yield from _over("documents_many", len(documents), limits.documents_max)
    if sum(map(bool, (images and not covers, videos, documents))) > 1:
        if documents or not limits.mixes_media:
            yield Violation("media_mixed")
        else:
            most = max(limits.images_max, limits.videos_max)
            yield from _over("media_many", len(images) + len(videos), most)
    for media in message.media:
        if not media.alt.strip():
            yield Violation("alt_missing", media=media)
        yield from _over("alt_long", len(media.alt), limits.alt_max, media)
    for image in images:
        yield from of_image(image, limits)
    for video in videos:
        yield from _video(video, limits)
    for document in documents:
        if limits.documents_max == 0:
            yield Violation("media_kind", document.mime, "image, video", document)
        yield from _over("document_bytes", document.size_bytes, limits.document_max_bytes, document)


def of_image(image: Media, limits: Limits) -> Iterator[Violation]:
    """The limits that ``image`` breaks by itself: format, bytes, sides and ratio."""
    if image.mime not in limits.image_formats:
        yield Violation("image_format", image.mime, _formats(limits.image_formats), image)
    yield from _over("image_bytes", image.size_bytes, limits.image_max_bytes, image)
    if image.width and image.height:
        yield from _over("image_sides", image.width + image.height, limits.image_max_sides, image)
        ratio = image.width / image.height
        if limits.image_ratio and not limits.image_ratio[0] <= ratio <= limits.image_ratio[1]:
            least, most = limits.image_ratio
            yield Violation("image_ratio", round(ratio, 3), f"{least:g}–{most:g}", image)


def _video(video: Media, limits: Limits) -> Iterator[Violation]:
    if video.mime not in limits.video_formats:
        yield Violation("video_format", video.mime, _formats(limits.video_formats), video)
    yield from _over("video_bytes", video.size_bytes, limits.video_max_bytes, video)
    if video.duration_s is not None:
        yield from _over("video_seconds", video.duration_s, limits.video_max_s, video)
        if limits.video_min_s is not None and video.duration_s < limits.video_min_s:
            yield Violation("video_short", video.duration_s, limits.video_min_s, video)


def _over(
    code: str, actual: float, most: float | None, media: Media | None = None
) -> Iterator[Violation]:
    if most is not None and actual > most:
        yield Violation(code, actual, most, media)


def _formats(mimes: frozenset[str]) -> str:
    return ", ".join(sorted(mime.partition("/")[2].upper() for mime in mimes))
