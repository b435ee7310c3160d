"""The office whose nodes form the cluster: its folder, its posts, what readers and the store say.

Half of its channels are webhooks, whose receiver drops a repeat by its id (``native key``); the
others are Apprise's, of which nothing can be known (``none``): readers see each message that was
taken, and a doubt is a person's to settle. Its folder is shared by all nodes, as an office's is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bench.chaos.office import Post
from bench.chaos.store import Row, rows_by
from bench.cluster.platform import Platform
from bench.cluster.postgres import Server
from channels.base import Settlement
from channels.sealing import new_key

_FOLDER_HOLDS = 10
"""Posts of one campaign: a folder is read and planned anew as a whole."""

_SCHEDULE = """\
engine = "cluster"
timezone = "UTC"
[retry]
first = "1s"
most = "10s"
[jobs]
plan = "{plan}"
sweep = "5s"
"""
_HOOK = """\
[channels.{name}]
adapter = "webhook"
url = "{hooks}/{name}"
secret = "env:HOOK_SECRET"
timeout_s = 5
"""
_MESSAGE = """\
[channels.{name}]
adapter = "apprise"
service = "json"
url = "env:URL_OF_{upper}"
timeout_s = 5
"""
_CAMPAIGN = """\
title = "Ngày Chuyển đổi số"
owner = "Sở"
channels = ["{channel}"]
approvals = 0
grace = "2d"
"""
_POST = """\
+++
when = "{due:%Y-%m-%d %H:%M}"
title = "Tin số {number}"
channels = [{channels}]
+++
Tin {mark}: còn ít ngày nữa đến Ngày Chuyển đổi số quốc gia, mời bà con cùng tham gia.
"""


@dataclass(slots=True)
class Database:
    """The store, read from outside on whichever server is the primary now."""

    primary: Server

    def rows(self) -> list[Row]:
        """Every delivery that the store knows."""
        return rows_by(self.primary.ask)


@dataclass(slots=True)
class Office:
    """A folder with schedule.toml and campaigns, of ``hooks`` webhooks and ``messages`` of
    Apprise's; ``plan`` is how often its nodes look at the files."""

    root: Path
    store: Database
    platform: Platform
    url: str
    hooks: int
    messages: int
    plan: str = "2s"
    posts: list[Post] = field(default_factory=list)
    settlements: dict[str, Settlement] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)

    def furnish(self) -> None:
        """Write schedule.toml."""
        self.secrets = {
            "PUBLISHER_STORE": self.url,
            "PUBLISHER_KEY": new_key(),
            "HOOK_SECRET": "whsec_" + "QUJD" * 8,
        }
        if self.platform.trust is not None:
            self.secrets["REQUESTS_CA_BUNDLE"] = str(self.platform.trust)
        tables = [_SCHEDULE.format(plan=self.plan)]
        for name in (f"hook{number:02}" for number in range(self.hooks)):
            self.settlements[name] = Settlement.NATIVE_KEY
            tables.append(_HOOK.format(name=name, hooks=self.platform.hooks))
        for name in (f"app{number:02}" for number in range(self.messages)):
            self.settlements[name] = Settlement.NONE
            self.secrets[f"URL_OF_{name.upper()}"] = f"json://{self.platform.messages}/{name}"
            tables.append(_MESSAGE.format(name=name, upper=name.upper()))
        self.root.mkdir(parents=True)
        (self.root / "schedule.toml").write_text("".join(tables), encoding="utf-8")

    def write(self, channels: Sequence[str]) -> Post:
        """Write a post that is due on ``channels`` now."""
        number = len(self.posts)
        campaign = f"dot-{number // _FOLDER_HOLDS:04}"
        folder = self.root / "campaigns" / campaign
        if not folder.exists():
            _begin(folder, channels)
        return self._write(folder, campaign, channels)

    def write_at_once(self, count: int, channels: Sequence[str]) -> list[Post]:
        """Write ``count`` of them, which the nodes see all together."""
        campaign = f"dot-{len(self.posts):04}"
        aside = self.root / campaign
        _begin(aside, channels)
        posts = [self._write(aside, campaign, channels) for _ in range(count)]
        (self.root / "campaigns").mkdir(exist_ok=True)
        aside.rename(self.root / "campaigns" / campaign)
        return posts

    def seen(self, channel: str) -> list[str]:
        """The texts that readers of ``channel`` see, each as often as they see it."""
        takes = [take for take in self.platform.takes() if take.channel == channel]
        if self.settlements[channel] is Settlement.NATIVE_KEY:
            return list({take.name: take.text for take in takes}.values())
        return [take.text for take in takes]

    def _write(self, folder: Path, campaign: str, channels: Sequence[str]) -> Post:
        number = len(self.posts)
        mark, now = f"{number:05}a", datetime.now(UTC)
        post = Post(campaign, f"tin-{number:05}", tuple(channels), (mark,))
        named = ", ".join(f'"{name}"' for name in channels)
        text = _POST.format(due=now, number=number, channels=named, mark=mark)
        (folder / "posts" / f"{post.name}.md").write_text(text, encoding="utf-8")
        self.posts.append(post)
        return post


def _begin(folder: Path, channels: Sequence[str]) -> None:
    (folder / "posts").mkdir(parents=True)
    head = _CAMPAIGN.format(channel=channels[0])
    (folder / "campaign.toml").write_text(head, encoding="utf-8")
