"""How a platform is known at sight: its name, its colour and the shape in which it shows a post.

Data alone, read by ``channels.cards``. A platform missing here is shown as a plain social post.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

Shape = Literal["social", "picture", "article", "bubble", "mail", "data"]


@dataclass(frozen=True, slots=True)
class Look:
    """``title`` as people write it; ``accent`` a CSS colour that white text is readable on.

    ``shape``: a ``social`` post has its text above its pictures, a ``picture`` post below; an
    ``article`` begins with its cover; a ``bubble`` is a chat's; ``data`` is shown as it is sent.
    ``headed``: readers see the post's title, its summary and who made its pictures.
    """

    title: str
    accent: str
    shape: Shape = "social"
    headed: bool = False


LOOKS: Mapping[str, Look] = MappingProxyType(
    {
        "apprise": Look("Apprise", "#3f6212"),
        "bluesky": Look("Bluesky", "#0a6bd6"),
        "bulletin": Look("Loa truyền thanh", "#8a3b12", "mail", headed=True),
        "email": Look("E-mail", "#7a5a00", "mail", headed=True),
        "facebook": Look("Facebook", "#1567d3"),
        "instagram": Look("Instagram", "#b5286f", "picture"),
        "linkedin": Look("LinkedIn", "#0a66c2"),
        "mastodon": Look("Mastodon", "#563acc"),
        "outbox": Look("Publisher", "#0f6b5c", headed=True),
        "rss": Look("RSS", "#a84a00", "article", headed=True),
        "telegram": Look("Telegram", "#1c7fb6", "bubble"),
        "threads": Look("Threads", "#3d3d3d"),
        "tiktok": Look("TikTok", "#c4153b", "picture"),
        "webhook": Look("Webhook", "#52525b", "data", headed=True),
        "wordpress": Look("WordPress", "#9a3412", "article", headed=True),
        "x": Look("X", "#26292c"),
        "youtube": Look("YouTube", "#c4141f", "picture", headed=True),
        "zalo": Look("Zalo", "#0059d6", "article", headed=True),
    }
)


def look_of(platform: str) -> Look:
    """The look of ``platform``; a plain one under its own name where it has none here."""
    return LOOKS.get(platform) or Look(platform.capitalize(), "#52525b", headed=True)
