"""A page of posts one under another, as people would meet them: the outbox's, and a rehearsal's.

``page`` is pure. ``timeline`` writes one self-contained file that opens from anywhere, pictures
inside. Called by ``channels.outbox``, and through it by Publisher's rehearsal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import lru_cache
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

from jinja2 import Environment, PackageLoader, StrictUndefined

from channels.cards import Card, Picture, card, linked, safe_html, style
from channels.thumbnails import data_uri

_PICTURES = frozenset({".jpg", ".jpeg", ".png", ".gif", ".webp"})
_VIDEOS = frozenset({".mp4", ".mov", ".webm", ".avi"})
_DAYS = ("Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy", "Chủ Nhật")
_WORDS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "vi": {
            "rehearsal": "DIỄN TẬP — không đăng thật",
            "all": "Tất cả",
            "posts": "bài đăng",
            "none": "Chưa có bài đăng nào.",
            "older": "bài cũ hơn nằm trong thư mục posts",
            "views": "lượt xem",
            "impressions": "lượt hiển thị",
            "reach": "người tiếp cận",
            "reactions": "cảm xúc",
            "comments": "bình luận",
            "shares": "chia sẻ",
            "clicks": "lượt bấm",
            "saves": "lượt lưu",
        },
        "en": {
            "rehearsal": "REHEARSAL — nothing was published",
            "all": "All",
            "posts": "posts",
            "none": "No posts yet.",
            "older": "older posts are in the folder posts",
            "views": "views",
            "impressions": "impressions",
            "reach": "people reached",
            "reactions": "reactions",
            "comments": "comments",
            "shares": "shares",
            "clicks": "clicks",
            "saves": "saves",
        },
    }
)


@dataclass(frozen=True, slots=True)
class TimelinePost:
    """One published post, wherever it was published.

    ``channel`` is the account's name as readers see it, ``platform`` an adapter's name (it decides
    the look), ``at`` aware. ``html`` goes before ``text`` where there is any. ``media`` are files;
    ``alts`` are their descriptions in the same order. ``note`` stands small below the post.
    """

    channel: str
    platform: str
    at: datetime
    text: str
    title: str = ""
    html: str = ""
    summary: str = ""
    link: str = ""
    url: str = ""
    id: str = ""
    media: tuple[Path, ...] = ()
    alts: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()
    hashtags: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    metrics: Mapping[str, int] = field(default_factory=dict)
    note: str = ""


def timeline(
    posts: Iterable[TimelinePost],
    out: Path,
    *,
    title: str,
    zone: tzinfo,
    rehearsal: bool,
    language: str = "vi",
) -> None:
    """Write ``posts`` to ``out``, the earliest first, as one HTML file with everything inside.

    Videos, and pictures that can't be read, are shown by their description. Raises ``OSError``
    where ``out`` can't be written.
    """
    in_order = sorted(posts, key=lambda post: post.at)
    out.write_text(
        page(
            in_order,
            title=title,
            zone=zone,
            rehearsal=rehearsal,
            language=language,
            address_of=data_uri,
        ),
        "utf-8",
    )


def page(
    posts: Sequence[TimelinePost],
    *,
    title: str,
    zone: tzinfo,
    rehearsal: bool,
    language: str,
    address_of: Callable[[Path], str],
    older: int = 0,
) -> str:
    """The page of ``posts`` in the order given, by days of ``zone``.

    ``address_of`` says under which address a medium is shown ("": by its description);
    ``older`` is how many posts there are beyond these.
    """
    words = _WORDS.get(language, _WORDS["en"])
    cards = [
        (
            post.at.astimezone(zone).date(),
            post.channel,
            post.id,
            card(_card(post, zone, words, address_of), language),
        )
        for post in posts
    ]
    days = [
        (_day(day, language), list(of_day))
        for day, of_day in groupby(cards, key=lambda one: one[0])
    ]
    return (
        _environment()
        .get_template("timeline.html.j2")
        .render(
            title=title,
            language=language,
            rehearsal=rehearsal,
            words=words,
            days=days,
            count=len(posts),
            older=older,
            channels=sorted({post.channel for post in posts}),
            style=style(),
        )
    )


def _card(
    post: TimelinePost,
    zone: tzinfo,
    words: Mapping[str, str],
    address_of: Callable[[Path], str],
) -> Card:
    alts = post.alts + ("",) * len(post.media)
    credit = post.credits + ("",) * len(post.media)
    counts = " · ".join(
        f"{count:,}".replace(",", "." if words is _WORDS["vi"] else ",") + f" {words[name]}"
        for name, count in post.metrics.items()
        if name in words
    )
    return Card(
        platform=post.platform,
        author=post.channel,
        at=f"{post.at.astimezone(zone):%H:%M}",
        title=post.title,
        summary=post.summary,
        body=safe_html(post.html) if post.html else linked(post.text),
        link="" if post.link and post.link in post.text + post.html else post.link,
        pictures=tuple(
            _picture(path, address_of, alts[number], credit[number])
            for number, path in enumerate(post.media)
        ),
        replies=tuple(linked(reply) for reply in post.replies),
        hashtags=post.hashtags,
        footnote=" · ".join(part for part in (counts, post.note) if part),
    )


def _picture(path: Path, address_of: Callable[[Path], str], alt: str, credit: str) -> Picture:
    kind = "video" if path.suffix in _VIDEOS else "image"
    known = path.suffix in _VIDEOS | _PICTURES
    return Picture(address_of(path) if known else "", alt, credit, kind)


def _day(day: date, language: str) -> str:
    if language == "vi":
        return f"{_DAYS[day.weekday()]}, {day.day}/{day.month}/{day.year}"
    return f"{day:%A}, {day.day} {day:%B} {day.year}"


@lru_cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("channels"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
