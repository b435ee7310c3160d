"""A published post as a timeline shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from channels.base import Media


@dataclass(frozen=True, slots=True)
class TimelinePost:
    """One published post, wherever it was published.

    ``channel`` is the account's name as readers see it, ``platform`` an adapter's name (it decides
    the look), ``at`` aware. ``html`` goes before ``text`` where there is any. ``note`` stands small
    below the post.
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
    media: tuple[Media, ...] = ()
    hashtags: tuple[str, ...] = ()
    replies: tuple[str, ...] = ()
    metrics: Mapping[str, int] = field(default_factory=dict)
    note: str = ""
