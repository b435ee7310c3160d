"""What platforms take whose adapter is yet to be written: their limits as data.

The outbox stands in for them (``like = "facebook"``), so that texts are written, fitted, checked
and previewed today as the platform will want them. What rests on one source, or on common
knowledge, is marked *unverified*: the platform's own documentation decides when its adapter is
written. ``None`` and absent limits mean that none is known.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

import regex

from channels.base import Dialect, Limits, Settlement

_GRAPHEME = regex.compile(r"\X")
_EMOJI = regex.compile(r"\p{Extended_Pictographic}|\p{Regional_Indicator}|\p{Emoji_Modifier}")
_URL = re.compile(r"https?://\S+")

_BLUESKY_BYTES_PER_GRAPHEME = 10  # 3,000 bytes to 300 graphemes
_MASTODON_URL = "x" * 23


@dataclass(frozen=True, slots=True)
class Profile:
    """A platform as the outbox imitates it.

    ``title`` is its name as people know it; ``settles`` says in words how a doubtful send would
    be settled there, ``settlement`` in the contract's.
    """

    title: str
    limits: Limits
    settlement: Settlement
    settles: str
    dialect: Dialect = Dialect.PLAIN
    writes_hashtags: bool = True


def graphemes(text: str) -> int:
    """How many characters a person sees: extended grapheme clusters (Unicode annex 29)."""
    return len(_GRAPHEME.findall(text))


def bluesky_length(text: str) -> int:
    """Graphemes, or tenths of bytes where those are more: 300 keeps both of Bluesky's limits."""
    size_bytes = len(text.encode())
    return max(graphemes(text), -(-size_bytes // _BLUESKY_BYTES_PER_GRAPHEME))


def mastodon_length(text: str) -> int:
    """Characters, with every web address counted as 23, however long."""
    return len(_URL.sub(_MASTODON_URL, text))


def threads_length(text: str) -> int:
    """Characters, with an emoji counted by its bytes in UTF-8."""
    return sum(len(sign.encode()) if _EMOJI.match(sign) else 1 for sign in text)


def bytes_length(text: str) -> int:
    """Bytes in UTF-8: a Vietnamese letter is one to three."""
    return len(text.encode())


_FACEBOOK = Profile(
    title="Facebook",
    limits=Limits(
        text_max=63_206,
        images_max=10,  # unverified: the number of attached_media
        image_max_bytes=4_000_000,  # the text of error 1366046; unverified that 10 MB pass
        videos_max=1,
        video_formats=frozenset({"video/mp4", "video/quicktime"}),  # unverified
    ),
    settlement=Settlement.LOOKUP,
    settles="recent posts of the Page, matched on text and time; videos on their own list",
)

_INSTAGRAM = Profile(
    title="Instagram",
    limits=Limits(
        text_max=2_200,  # unverified, as all of this platform but the 8 MiB
        text_required=False,
        hashtags_max=30,
        media_required=True,  # there are no posts of text alone
        images_max=10,
        image_formats=frozenset({"image/jpeg"}),
        image_max_bytes=8 * 1024 * 1024,
        image_ratio=(0.8, 1.91),
        videos_max=1,
        video_max_bytes=300_000_000,
        video_max_s=15 * 60,
    ),
    settlement=Settlement.LOOKUP,
    settles="the status of the container, noted before it is published; else recent media",
)

_THREADS = Profile(
    title="Threads",
    limits=Limits(
        text_max=500,
        measure=threads_length,
        images_max=20,  # unverified
        videos_max=1,
        threads=True,
    ),
    settlement=Settlement.LOOKUP,
    settles="the status of the container, noted before it is published; else recent posts",
)

_ZALO = Profile(
    title="Zalo",
    limits=Limits(
        title_required=True,
        title_max=140,  # 150 by the books, but exactly 150 was seen refused
        summary_max=250,  # 300 by the books, likewise
        media_required=True,  # an article without a cover is refused
        images_max=20,  # ours: no limit of Zalo's is known
        image_max_bytes=1_000_000,
        videos_max=1,
        video_formats=frozenset({"video/mp4", "video/x-msvideo"}),
        video_max_bytes=50_000_000,
        mixes_media=True,
    ),
    settlement=Settlement.LOOKUP,
    settles="the job's token, noted before it is asked; else recent articles, matched on title",
    writes_hashtags=False,
)

_YOUTUBE = Profile(
    title="YouTube",
    limits=Limits(
        text_max=5_000,  # unverified, as the title's 100
        text_required=False,
        measure=bytes_length,
        unit="bytes",
        title_required=True,
        title_max=100,
        media_required=True,
        videos_max=1,
        video_formats=frozenset({"video/mp4", "video/quicktime", "video/webm"}),
        video_max_bytes=256 * 10**9,
    ),
    settlement=Settlement.LOOKUP,
    settles="the upload's address, noted before the first byte, tells how far it came",
)

_TIKTOK = Profile(
    title="TikTok",
    limits=Limits(
        text_max=2_200,
        text_required=False,
        media_required=True,
        images_max=35,  # unverified, as the video's formats and size
        videos_max=1,
        video_formats=frozenset({"video/mp4", "video/quicktime", "video/webm"}),
        video_max_bytes=4 * 10**9,
    ),
    settlement=Settlement.LOOKUP,
    settles="the status of the publish_id, noted at once",
)

_LINKEDIN = Profile(
    title="LinkedIn",
    limits=Limits(
        text_max=3_000,
        images_max=20,  # unverified
        videos_max=1,
    ),
    settlement=Settlement.LOOKUP,
    settles="recent posts of the organisation, matched on text",
)

_MASTODON = Profile(
    title="Mastodon",
    limits=Limits(
        text_max=500,  # by default; every server says its own
        measure=mastodon_length,
        images_max=4,
        image_formats=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
        image_max_bytes=16_000_000,  # unverified, as the length of alt; every server says its own
        videos_max=1,
        alt_max=1_500,
        threads=True,
    ),
    settlement=Settlement.NATIVE_KEY,
    settles="the server drops a repeat under the same Idempotency-Key, for about an hour",
)

_BLUESKY = Profile(
    title="Bluesky",
    limits=Limits(
        text_max=300,
        measure=bluesky_length,
        unit="graphemes",
        images_max=4,
        image_max_bytes=1_000_000,
        threads=True,
    ),
    settlement=Settlement.NATIVE_KEY,
    settles="a record put again under the same key changes nothing",
    dialect=Dialect.FACETS,
)

_WORDPRESS = Profile(
    title="WordPress",
    limits=Limits(
        title_required=True,
        images_max=20,  # ours: no limit is known; sizes depend on the server
        image_formats=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
        videos_max=4,
        mixes_media=True,
    ),
    settlement=Settlement.LOOKUP,
    settles="an article with our slug, asked for before one is made",
    dialect=Dialect.HTML,
    writes_hashtags=False,
)

PROFILES: Mapping[str, Profile] = MappingProxyType(
    {
        "bluesky": _BLUESKY,
        "facebook": _FACEBOOK,
        "instagram": _INSTAGRAM,
        "linkedin": _LINKEDIN,
        "mastodon": _MASTODON,
        "threads": _THREADS,
        "tiktok": _TIKTOK,
        "wordpress": _WORDPRESS,
        "youtube": _YOUTUBE,
        "zalo": _ZALO,
    }
)
"""By the name that ``adapter`` will have once it is written."""
