"""Lays posts out on a page, one under another, as people would meet them. It is the outbox's, and a
rehearsal's.

``page`` is pure. ``timeline`` writes one self-contained file that opens from anywhere, pictures
inside. Called by ``channels.outbox``, and through it by Publisher's rehearsal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, tzinfo
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

from babel.dates import format_date
from babel.numbers import format_decimal

from channels.base import Media
from channels.mockups import Mockup, Picture, environment, linked, mockup, safe_html, style
from channels.outbox.post import TimelinePost
from channels.thumbnails import data_uri

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


def timeline(
    posts: Iterable[TimelinePost],
    out: Path,
    *,
    title: str,
    rehearsal: bool,
    zone: tzinfo | None = None,
    language: str = "vi",
) -> None:
    """Write ``posts`` to ``out``, the earliest first, as one HTML file with everything inside.

    Times are shown in ``zone``; without one, each in its own. Videos, and pictures that can't be
    read, are shown by their description. Raises ``OSError`` where ``out`` can't be written.
    """
    in_order = sorted(posts, key=lambda post: post.at)
    out.write_text(
        page(
            in_order,
            title=title,
            zone=zone,
            rehearsal=rehearsal,
            language=language,
            address_of=lambda medium: data_uri(medium.path) if medium.kind == "image" else "",
        ),
        "utf-8",
    )


def page(
    posts: Sequence[TimelinePost],
    *,
    title: str,
    zone: tzinfo | None,
    rehearsal: bool,
    language: str,
    address_of: Callable[[Media], str],
    older: int = 0,
) -> str:
    """The page of ``posts`` in the order given, by days of ``zone`` (``None``: of their own).

    ``address_of`` says under which address a medium is shown ("": by its description);
    ``older`` is how many posts there are beyond these.
    """
    mockups = [
        (
            _local(post, zone).date(),
            post.channel,
            post.id,
            mockup(_mockup(post, zone, language, address_of), language),
        )
        for post in posts
    ]
    days = [
        (_day(day, language), list(of_day))
        for day, of_day in groupby(mockups, key=lambda one: one[0])
    ]
    return (
        environment()
        .get_template("timeline.html.j2")
        .render(
            title=title,
            language=language,
            rehearsal=rehearsal,
            words=_words(language),
            days=days,
            count=len(posts),
            older=older,
            channels=sorted({post.channel for post in posts}),
            style=style(post.platform for post in posts),
        )
    )


def _mockup(
    post: TimelinePost,
    zone: tzinfo | None,
    language: str,
    address_of: Callable[[Media], str],
) -> Mockup:
    words = _words(language)
    counts = " · ".join(
        f"{format_decimal(count, locale=language)} {words[name]}"
        for name, count in post.metrics.items()
        if name in words
    )
    return Mockup(
        platform=post.platform,
        author=post.channel,
        at=f"{_local(post, zone):%H:%M}",
        title=post.title,
        summary=post.summary,
        body=safe_html(post.html) if post.html else linked(post.text),
        link=post.link,
        pictures=tuple(
            Picture(
                address_of(medium) if medium.kind in ("image", "video") else "",
                medium.alt,
                medium.credit,
                medium.kind,
            )
            for medium in post.media
        ),
        replies=tuple(linked(reply) for reply in post.replies),
        hashtags=post.hashtags,
        footnote=" · ".join(part for part in (counts, post.note) if part),
    )


def _local(post: TimelinePost, zone: tzinfo | None) -> datetime:
    return post.at if zone is None else post.at.astimezone(zone)


def _day(day: date, language: str) -> str:
    pattern = "EEEE, d/M/y" if language == "vi" else "EEEE, d MMMM y"
    return str(format_date(day, pattern, locale=language))


def _words(language: str) -> Mapping[str, str]:
    return _WORDS.get(language, _WORDS["en"])
