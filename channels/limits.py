"""Whether a message keeps within a platform's limits: one place for the check, the preview and
the adapters themselves. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from channels.base import Limits, Media, Message


@dataclass(frozen=True, slots=True)
class Violation:
    """A limit that a message breaks: ``actual`` against ``allowed`` (``None``: a thing is lacking).

    Codes: ``text_missing``, ``text_long``, ``caption_long``, ``reply_long``, ``title_missing``,
    ``title_long``, ``summary_long``, ``hashtags_many``, ``media_missing``, ``images_many``,
    ``videos_many``, ``media_mixed``, ``media_kind``, ``alt_missing``, ``alt_long``,
    ``image_format``, ``image_bytes``, ``image_sides``, ``image_ratio``, ``video_format``,
    ``video_bytes``, ``video_seconds``.
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
    yield from _over("summary_long", len(message.summary), limits.summary_max)
    yield from _over("hashtags_many", len(message.hashtags), limits.hashtags_max)
    plain = message.body.plain
    if limits.text_required and not plain.strip() and not message.media:
        yield Violation("text_missing")
    captioned = bool(message.media) and limits.caption_max is not None
    most = limits.caption_max if captioned else limits.text_max
    yield from _over("caption_long" if captioned else "text_long", limits.measure(plain), most)
    for reply in message.replies:
        yield from _over("reply_long", limits.measure(reply.plain), limits.text_max)


def _media(message: Message, limits: Limits) -> Iterator[Violation]:
    images = [media for media in message.media if media.kind == "image"]
    videos = [media for media in message.media if media.kind == "video"]
    if limits.media_required and not message.media:
        yield Violation("media_missing")
    yield from _over("images_many", len(images), limits.images_max)
    yield from _over("videos_many", len(videos), limits.videos_max)
    if images and videos and not limits.mixes_media:
        yield Violation("media_mixed")
    for media in message.media:
        if media.kind not in ("image", "video"):
            yield Violation("media_kind", media.mime, "image, video", media)
        if not media.alt.strip():
            yield Violation("alt_missing", media=media)
        yield from _over("alt_long", len(media.alt), limits.alt_max, media)
    for image in images:
        yield from _image(image, limits)
    for video in videos:
        yield from _video(video, limits)


def _image(image: Media, limits: Limits) -> Iterator[Violation]:
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


def _over(
    code: str, actual: float, most: float | None, media: Media | None = None
) -> Iterator[Violation]:
    if most is not None and actual > most:
        yield Violation(code, actual, most, media)


def _formats(mimes: frozenset[str]) -> str:
    return ", ".join(sorted(mime.partition("/")[2].upper() for mime in mimes))
