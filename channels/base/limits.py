"""What a platform takes, as data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform takes, as data: read by the check, the preview and ``channels.limits``.

    ``None`` means no limit is known; but without a ``caption_max`` a text with media has
    ``text_max``. ``text_required`` is met by media alone. A limit of the adapter's own making is
    kept by ``send`` itself (``InvalidContentError``), for the platform wouldn't refuse.

    ``measure`` counts a plain text as the platform does, and ``unit`` names what it counts.
    ``image_ratio`` is (least, most) width / height and ``image_max_sides`` bounds width + height,
    in pixels. Where ``mixes_media``, pictures and videos may go together, as many as the larger of
    their two limits. ``covers_max`` are pictures beside a video, as its cover. Subtitles go with a
    video. Documents are media that are none of these, and never go with those. ``fetches`` are the
    kinds of media (``Media.kind``) that the platform fetches from a public address, so that a media
    host is needed (``Context.address_of``).
    """

    text_max: int | None = None
    caption_max: int | None = None
    text_required: bool = True
    measure: Callable[[str], int] = len
    unit: Literal["characters", "weighted", "graphemes", "bytes", "syllables"] = "characters"
    title_required: bool = False
    title_max: int | None = None
    summary_required: bool = False
    summary_max: int | None = None
    hashtags_max: int | None = None
    media_required: bool = False
    images_max: int = 0
    image_formats: frozenset[str] = frozenset({"image/jpeg", "image/png"})
    image_max_bytes: int | None = None
    image_max_sides: int | None = None
    image_ratio: tuple[float, float] | None = None
    videos_max: int = 0
    video_formats: frozenset[str] = frozenset({"video/mp4"})
    video_max_bytes: int | None = None
    video_min_s: float | None = None
    video_max_s: float | None = None
    fetches: frozenset[str] = frozenset()
    covers_max: int = 0
    subtitles_max: int = 0
    mixes_media: bool = False
    documents_max: int = 0
    document_max_bytes: int | None = None
    alt_max: int | None = None
    threads: bool = False
    min_gap_s: float = 0.0
