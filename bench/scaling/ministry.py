"""Who posts where: 34 provinces, 3,321 communes and their accounts, and what platforms allow.

How many accounts there are on which platform, and how long a platform takes to answer, are made up
and easily changed. Limits are those of the platforms' documentation where there is a figure; one
that nobody could verify says so, and where none is known there is none here (``--limit`` tries
one).
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import channels
from publisher.campaign.model import Campaign, CampaignFile, FrontMatter, Post
from publisher.engines.local import MOST_CHANNELS
from publisher.planning.model import Slot
from publisher.planning.plan import slots

PROVINCES, COMMUNES = 34, 3_321
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
MORNING = datetime(2027, 10, 10, 8, 0, tzinfo=ZONE).astimezone(UTC)

REFUSAL_S = 0.2
"""How long a platform takes to refuse."""

DAY_S = 86_400.0
PICTURE_MB, FILM_MB = 0.3, 20.0


@dataclass(frozen=True, slots=True)
class Limit:
    """``allowed`` posts in any ``per_s`` seconds to each of ``whose``; what comes above is refused
    until they are over. ``source`` says where the figure is from."""

    allowed: int
    per_s: float
    whose: str
    source: str

    @property
    def rate(self) -> float:
        """Posts a second."""
        return self.allowed / self.per_s


@dataclass(frozen=True, slots=True)
class Platform:
    """``accounts`` of the whole ministry, spread evenly over ``apps``. A post's media are
    ``media_mb`` megabytes that must go up; to take it needs ``answer_s`` seconds more on average.

    ``keys`` are those of schedule.toml that an adapter can't do without.
    """

    name: str
    accounts: int
    answer_s: float
    media_mb: float = 0.0
    limit: Limit | None = None
    apps: int = 1
    keys: Mapping[str, str] = field(default_factory=dict)

    @property
    def gap(self) -> timedelta:
        """What the real adapter leaves between two posts of an account."""
        adapter = channels.load(self.name)
        config = adapter.Config.model_validate({"adapter": self.name, **self.keys})
        return timedelta(seconds=adapter.limits(config).min_gap_s)


def _secrets(*names: str) -> dict[str, str]:
    return {name: f"env:{name.upper()}" for name in names}


_BY_TOKEN = _secrets("client_id", "client_secret", "refresh_token")

PLATFORMS: tuple[Platform, ...] = (
    Platform("facebook", 7_000, 2.0, PICTURE_MB, keys=_secrets("page_token")),
    Platform(
        "zalo",
        3_700,
        5.0,
        PICTURE_MB,
        keys={"app_id": "1", **_secrets("app_secret", "refresh_token")},
    ),
    Platform("webhook", 3_400, 0.5, keys={"url": "https://x.example/", **_secrets("secret")}),
    Platform(
        "tiktok",
        2_600,
        20.0,
        FILM_MB,
        keys=_secrets("client_key", "client_secret", "refresh_token"),
    ),
    Platform(
        "youtube",
        1_700,
        40.0,
        FILM_MB,
        Limit(100, DAY_S, "project", "documented: 100 uploads a day"),
        keys=_BY_TOKEN,
    ),
    Platform(
        "telegram",
        1_000,
        0.4,
        PICTURE_MB,
        Limit(30, 1.0, "bot", "documented as “about 30 a second”"),
        keys={"chat": "@kenh", **_secrets("token")},
    ),
    Platform("instagram", 300, 8.0, PICTURE_MB, keys=_secrets("token")),
    Platform("threads", 200, 6.0, PICTURE_MB, keys=_secrets("token")),
    Platform(
        "x",
        60,
        1.2,
        PICTURE_MB,
        keys=_secrets("consumer_key", "consumer_secret", "access_token", "access_token_secret"),
    ),
    Platform(
        "mastodon",
        40,
        0.6,
        PICTURE_MB,
        keys={"server": "https://xa.example", **_secrets("access_token")},
    ),
)


@dataclass(frozen=True, slots=True)
class Ministry:
    """``platforms`` and how they are served: by so many ``stores``, each with ``workers`` threads,
    a database that commits ``commits_a_second`` and a line out of ``line_mbit_s``.

    ``spread`` is over how long the provinces' posting minutes are laid out from 08:00 on.
    ``failing`` is what part of sends surely wasn't taken (a line that fails now and then), and
    ``answers_vary`` by what part of its mean an answer takes more or less.
    """

    platforms: tuple[Platform, ...] = PLATFORMS
    stores: int = 1
    workers: int = MOST_CHANNELS
    commits_a_second: float = 400.0
    line_mbit_s: float = 1_000.0
    spread: timedelta = timedelta()
    failing: float = 0.002
    answers_vary: float = 0.5
    grace: timedelta = timedelta(hours=2)

    @property
    def accounts(self) -> int:
        return sum(platform.accounts for platform in self.platforms)

    def upload_s(self, platform: Platform) -> float:
        """How long the line out is needed for one post's media."""
        return platform.media_mb * 8 / self.line_mbit_s


@dataclass(frozen=True, slots=True)
class Account:
    """A channel: the ``app`` it is reached by, and its province's place, from nought."""

    name: str
    platform: Platform
    app: int
    province: int


def accounts_of(ministry: Ministry, seed: int) -> list[Account]:
    """All accounts, in the order in which they happen to be found due."""
    found = [
        (platform, number) for platform in ministry.platforms for number in range(platform.accounts)
    ]
    random.Random(seed).shuffle(found)
    return [
        Account(f"{platform.name}-{number:04}", platform, number % platform.apps, place % PROVINCES)
        for place, (platform, number) in enumerate(found)
    ]


def planned(ministry: Ministry, accounts: Sequence[Account]) -> dict[str, Slot]:
    """By account, when its post is due and until when it may go: as the program plans it."""
    found: dict[str, Slot] = {}
    for province in range(PROVINCES):
        names = [one.name for one in accounts if one.province == province]
        if names:
            campaign = _campaign(ministry, province, names)
            start, end = MORNING - timedelta(hours=8), MORNING + timedelta(hours=16)
            found |= {slot.identity.channel: slot for slot in slots(campaign, ZONE, start, end)}
    return found


def _campaign(ministry: Ministry, province: int, names: Sequence[str]) -> Campaign:
    """A province's campaign of one post, in the ministry's minute or one of its own."""
    at = MORNING.astimezone(ZONE) + ministry.spread * province / PROVINCES
    file: dict[str, Any] = {
        "title": "Ngày Chuyển đổi số quốc gia",
        "owner": "Sở Khoa học và Công nghệ",
        "anchor": {"every": "10-10"},
        "channels": tuple(names),
        "approvals": 0,
        "grace": ministry.grace,
    }
    slug, front = f"tinh-{province:02}", FrontMatter.model_validate({"when": f"D {at:%H:%M}"})
    post = Post("chao-mung", Path("chao-mung.md"), front, "Chào mừng.", 1)
    return Campaign(slug, Path(slug), CampaignFile.model_validate(file), (post,))
