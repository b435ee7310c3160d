"""The office that is put through it: its folder, a channel on every platform, posts, its store.

A post is one file that goes out on a few channels. Its text is like every other's but for a mark:
look-ups have to tell "Còn 7 ngày" from "Còn 6 ngày" as well. Some carry a picture or a film, some
are long enough to become a thread; a thread has a mark in each part.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, Self
from zoneinfo import ZoneInfo

import channels
from bench.chaos.clock import LeapingClock
from bench.chaos.gate import Gate, watched
from bench.chaos.nursery import Order
from bench.chaos.steps import Death
from bench.chaos.store import Row, Store
from channels.sealing import new_key
from channels.simulated import StandIn
from channels.simulated import email as mail_server
from channels.testing.samples import film, picture

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
GRACE = timedelta(days=9)
"""Longer than all outages of a storm together: nothing is to be missed."""

OFFICES = (
    ("webhook", "bluesky", "facebook", "threads", "wordpress", "instagram", "telegram"),
    ("mastodon", "rss", "linkedin", "x", "youtube", "email", "apprise"),
)
"""One platform, one channel, of the same name. Two offices keep two processors at work; in each,
doubts are settled in all ways. Instagram fetches pictures from where WordPress keeps them."""

PLATFORMS = tuple(name for office in OFFICES for name in office)

Kind = Literal["text", "picture", "film", "thread"]
_ONLY: Mapping[str, tuple[Kind, ...]] = {"instagram": ("picture",), "youtube": ("film",)}
_USUAL: tuple[Kind, ...] = ("text", "text", "picture", "thread")
_SHOWS_FILMS = frozenset({"youtube", "facebook", "linkedin", "mastodon", "x"})
_BESIDES = 2
"""On so many more channels a post goes out than the one it was written for."""

_KEYS: Mapping[str, Mapping[str, Any]] = {
    "email": {"sender": "ban-tin@example.vn"},
    "rss": {"size": 1_000},
}
"""Of schedule.toml, beside what a stand-in gives; a feed is to show all that was ever in it."""
_KNOBS: Mapping[str, Mapping[str, int]] = {
    "instagram": {"allowance": 10_000},
    "threads": {"allowance": 10_000},
    "mastodon": {"allowance": 10_000, "uploads_left": 10_000},
}
"""Platforms' allowances, which a storm would use up."""

_FOLDER_HOLDS = 8
"""Posts of one campaign: a folder whose posts are all out is thrown away, as people do."""

_SCHEDULE = """\
[retry]
first = "1s"
most = "20s"
[jobs]
plan = "{every}"
sweep = "{every}"
"""
_CAMPAIGN = """\
title = "Ngày Chuyển đổi số"
owner = "Sở"
channels = ["{channel}"]
approvals = 0
grace = "{days}d"
"""
_BODY = "Tin {mark}: còn ít ngày nữa đến Ngày Chuyển đổi số quốc gia, mời bà con cùng tham gia."
_MORE = "Tổ công nghệ số cộng đồng hướng dẫn tận nhà, cả thứ bảy và chủ nhật."
_MEDIA: Mapping[Kind, str] = {"picture": "anh.jpeg", "film": "phim.mp4"}


@dataclass(frozen=True, slots=True)
class Post:
    """A post's name, where it goes out and the marks that readers are to see once each."""

    campaign: str
    name: str
    channels: tuple[str, ...]
    marks: tuple[str, ...]


class Office:
    """A folder with schedule.toml and campaigns, and the platforms it publishes to. In ``with``.

    ``every`` is how often the daemon looks at files and doubts, beside its start.
    """

    def __init__(
        self,
        root: Path,
        platforms: Sequence[str],
        clock: LeapingClock,
        chance: random.Random,
        every: str,
    ) -> None:
        self.root = root
        self.clock = clock
        self.store = Store(root / "var" / "publisher.db", clock)
        self.gate = Gate()
        self.posts: list[Post] = []
        self.settlements = {name: channels.load(name).settlement for name in platforms}
        self.platforms: dict[str, StandIn] = {}
        self._chance = chance
        self._every = every
        self._stack = ExitStack()
        self._secrets = {"PUBLISHER_KEY": new_key()}
        self._open: dict[str, int] = {}

    def __enter__(self) -> Self:
        for name in self.settlements:
            platform = watched(name, name, self.clock, self.gate)
            self.platforms[name] = self._stack.enter_context(platform)
            for knob, value in _KNOBS.get(name, {}).items():
                setattr(platform, knob, value)
            for reference, secret in platform.secrets().items():
                self._secrets[reference.removeprefix("env:")] = secret
        self.root.mkdir(parents=True)
        self._write_schedule()
        picture(self.root, side=640, kind="jpeg").path.rename(self.root / _MEDIA["picture"])
        film(self.root).path.rename(self.root / _MEDIA["film"])
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def order(self, death: Death | None = None) -> Order:
        """For a run of this office's daemon, now."""
        return Order(self.root, self._secrets, self.clock.lead, death)

    # -- what the officers do ---------------------------------------------------------------------

    def write(self, channel: str) -> None:
        """Write a post that is due on ``channel`` now, and on some others."""
        kind = self._chance.choice(_ONLY.get(channel, _USUAL))
        others = [name for name in self.settlements if name != channel and _takes(name, kind)]
        besides = self._chance.sample(others, min(_BESIDES, len(others)))
        number = len(self.posts)
        mark = f"{number:05}"
        marks = (f"{mark}a", f"{mark}b") if kind == "thread" else (f"{mark}a",)
        post = Post(self._folder(), f"tin-{mark}", (channel, *besides), marks)
        due = self.clock().astimezone(ZONE)
        lines = [
            "+++",
            f'when = "{due:%Y-%m-%d %H:%M}"',
            f'title = "Tin số {number}"',
            f"channels = {_toml(post.channels)}",
        ]
        if kind == "thread":
            lines.append("thread = true")
        if kind in _MEDIA:
            lines += ["[[media]]", f'file = "media/{_MEDIA[kind]}"', 'alt = "Tấm thiệp"']
        lines.append("+++")
        lines.append("\n\n".join(f"{_BODY.format(mark=each)} {_MORE}" for each in marks))
        path = self.root / "campaigns" / post.campaign / "posts" / f"{post.name}.md"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.posts.append(post)

    def tidy(self, rows: Iterable[Row]) -> None:
        """Throw away campaigns all of whose posts went out."""
        out: dict[str, int] = {}
        for row in rows:
            campaign = row.key.partition("/")[0]
            out[campaign] = out.get(campaign, 0) + (row.state == "sent")
        for campaign, written in list(self._open.items()):
            if written < _FOLDER_HOLDS:
                continue
            due = sum(len(post.channels) for post in self.posts if post.campaign == campaign)
            if out.get(campaign) == due:
                shutil.rmtree(self.root / "campaigns" / campaign)
                del self._open[campaign]

    def _folder(self) -> str:
        """The campaign that the next post belongs to."""
        name = f"dot-{len(self.posts) // _FOLDER_HOLDS:04}"
        folder = self.root / "campaigns" / name
        if name not in self._open:
            (folder / "posts").mkdir(parents=True)
            (folder / "media").mkdir()
            for medium in _MEDIA.values():
                (folder / "media" / medium).hardlink_to(self.root / medium)
            first = next(iter(self.settlements))
            (folder / "campaign.toml").write_text(
                _CAMPAIGN.format(channel=first, days=GRACE.days), encoding="utf-8"
            )
        self._open[name] = self._open.get(name, 0) + 1
        return name

    def _write_schedule(self) -> None:
        lines = [_SCHEDULE.format(every=self._every)]
        if "wordpress" in self.platforms:
            lines.append('[media_host]\nkind = "channel"\nchannel = "wordpress"')
        for name, platform in self.platforms.items():
            keys = {"adapter": name, **_KEYS.get(name, {}), **platform.config(), "timeout_s": 5}
            lines.append(f"[channels.{name}]")
            lines += [f"{key} = {_toml(value)}" for key, value in keys.items() if value is not None]
        (self.root / "schedule.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    # -- what there is to see ---------------------------------------------------------------------

    def seen(self, channel: str) -> list[str]:
        """The texts that readers of ``channel`` see, each as often as they see it."""
        platform = self.platforms[channel]
        if isinstance(platform, mail_server.Platform):
            # ``published`` has all copies of a newsletter as one; its reader has each.
            return [_words_of(mail) for mail in platform.mailbox]
        return [published.text for published in platform.published()]


def _takes(channel: str, kind: Kind) -> bool:
    if kind == "film":
        return channel in _SHOWS_FILMS
    return kind in _ONLY.get(channel, _USUAL)


def _words_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_toml, value)) + "]"
    return str(value) if isinstance(value, (int, float)) else f'"{value}"'
