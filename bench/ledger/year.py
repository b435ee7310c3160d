"""A country's posts and their readings, put into an empty store as the program leaves them.

10,000 posts a year on twenty channels, each delivery read six times: with its message, its attempt
and its audit trail, so that the store has its real size and its rows lie in it in the order in
which they come about. The figures are made up, but not how they are told: a platform tells what it
has and nothing else, counts grow, some fall, some posts are taken down and some never went out.
The same seed and the same hour make the same store.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from heapq import merge
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from pydantic import TypeAdapter

from bench.office import filling
from channels.base import Message, Text
from publisher.delivery.lifecycle import State
from publisher.reach.figures import GIVEN

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
SEED = 1
POSTS_A_YEAR = 10_000
READINGS = 6
AGES = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 3 * 24, 7 * 24, 28 * 24))

_TELLS = {
    "facebook": ("reach", "impressions", "reactions", "comments", "shares", "clicks"),
    "instagram": ("reach", "views", "reactions", "comments", "shares", "saves"),
    "linkedin": ("reach", "impressions", "reactions", "comments", "shares", "clicks"),
    "mastodon": ("reactions", "comments", "shares"),
    "telegram": ("views", "reactions"),
    "threads": ("views", "reactions", "comments", "shares"),
    "tiktok": ("views", "reactions", "comments", "shares"),
    "x": ("impressions", "reactions", "comments", "shares", "clicks", "saves"),
    "youtube": ("views", "reactions", "comments"),
    "zalo": ("views", "reactions", "comments"),
}
"""What a platform tells of a post; the rest it doesn't have."""

CHANNELS: tuple[tuple[str, str], ...] = tuple(
    (f"{office}-{platform}", platform) for office in ("so", "bao") for platform in _TELLS
)
"""Twenty channels, each with its platform."""

_CAMPAIGNS = (
    *("chuyen-doi-so", "khoa-hoc", "binh-dan-hoc-vu-so", "doi-moi-sang-tao", "an-toan-thong-tin"),
    *("dich-vu-cong", "nong-nghiep-so", "tin-cong-thong-tin"),
)
_AUDIENCES = ("people", "officials", "business", "learners", "research", "children", "abroad")
_KINDS = ("text", "link", "link", "picture", "picture", "picture", "video")
_SHARES = {
    "reach": 0.6,
    "impressions": 1.0,
    "views": 0.8,
    "reactions": 0.03,
    "comments": 0.004,
    "shares": 0.006,
    "clicks": 0.01,
    "saves": 0.002,
}
_GROWN = (0.22, 0.5, 0.75, 0.9, 0.97, 1.0)
_BODY = """\
Bài số {number}: người dân nộp hồ sơ trực tuyến mọi lúc, mọi nơi, không phải đi lại nhiều. Tổ công
nghệ số cộng đồng ở từng ấp, khóm giúp cài ứng dụng, tạo tài khoản và nộp hồ sơ đầu tiên.

- giờ hành chính: 0277 123 4567
- lúc khác: trang dichvucong.dongthap.gov.vn

Xem thêm tại https://dongthap.gov.vn/bai/{number}?utm_source={channel}&utm_medium=social
"""


@dataclass(frozen=True, slots=True)
class Post:
    """A post; ``due`` is in UTC, on a step of five minutes."""

    number: int
    due: datetime
    campaign: str
    kind: str
    audiences: str
    covers: str

    @property
    def name(self) -> str:
        return f"bai-{self.number:05}"

    @property
    def first_line(self) -> str:
        return f"Bài số {self.number}: người dân nộp hồ sơ trực tuyến mọi lúc, mọi nơi"


@dataclass(frozen=True, slots=True)
class Sent:
    """A post on a channel: its row's id, how many it will have reached, when it was taken down."""

    id: int
    post: Post
    channel: str
    platform: str
    at: datetime
    reached: int
    state: State
    gone_at: datetime | None

    @property
    def key(self) -> str:
        return f"{self.post.campaign}/{self.post.due.year}/{self.post.name}/{self.channel}"

    @property
    def url(self) -> str:
        return f"https://{self.platform}.example/{self.channel}/posts/{self.id:08}"


def fill(
    path: Path,
    now: datetime,
    days: int,
    *,
    unread: timedelta = timedelta(),
    posts_a_year: int = POSTS_A_YEAR,
) -> int:
    """Put the last ``days`` before the local day of ``now`` into the empty store at ``path``; gives
    how many readings that is. For the last ``unread`` nothing was read."""
    today = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    first = today - timedelta(days=days)
    posts = list(_posts(first, days, posts_a_year, random.Random(SEED)))
    deliveries = list(_deliveries(posts, random.Random(SEED)))
    with filling(path) as store:
        for table, columns, rows in _tables(deliveries, today, days, now - unread):
            names, marks = ", ".join(columns), ", ".join("?" * len(columns))
            store.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)
        [(readings,)] = store.execute("SELECT count(*) FROM reading")
    return int(readings)


Table = tuple[str, Sequence[str], Iterable[tuple[Any, ...]]]


def _tables(
    deliveries: Sequence[Sent], today: datetime, days: int, until: datetime
) -> Iterator[Table]:
    chance = random.Random(SEED)
    out = [one for one in deliveries if one.state is State.SENT]
    yield "version", ("fingerprint", "content", "created_at"), _versions(deliveries)
    yield "delivery", _DELIVERY, map(_delivery, deliveries)
    yield "attempt", _ATTEMPT, map(_attempt, out)
    yield "event", ("at", "actor", "action", "subject", "detail"), _events(deliveries, out)
    yield "reading", _READING, _readings(out, until, chance)
    yield "accountreading", ("channel", "at", "followers", "doubts"), _accounts(today, days)
    linked = out[::20]
    yield "shortlink", ("code", "target", "delivery_id", "created_at"), map(_link, linked)
    yield "linkclicks", ("code", "hour", "count"), _clicks(linked, chance)


def _posts(first: datetime, days: int, posts_a_year: int, chance: random.Random) -> Iterator[Post]:
    # From seven in the morning, for fifteen hours.
    steps = sorted(
        (day, chance.randrange(15 * 12))
        for number in range(posts_a_year * days // 365)
        for day in (number * 365 // posts_a_year,)
    )
    for number, (day, step) in enumerate(steps, 1):
        due = first + timedelta(days=day, hours=7, minutes=5 * step)
        yield Post(
            number,
            due.astimezone(UTC),
            chance.choice(_CAMPAIGNS),
            chance.choice(_KINDS),
            json.dumps(sorted(chance.sample(_AUDIENCES, chance.choice((1, 1, 2, 3))))),
            json.dumps([f"NV-{chance.randrange(400):03}"] if chance.random() < 0.3 else []),
        )


def _deliveries(posts: Sequence[Post], chance: random.Random) -> Iterator[Sent]:
    row = 0
    for post in posts:
        liked = chance.lognormvariate(0, 0.7)
        for place, (channel, platform) in enumerate(CHANNELS):
            row += 1
            at = post.due + timedelta(seconds=2 + 3 * place, microseconds=row % 1_000_000)
            gone = at + timedelta(days=2) if row % 211 == 0 else None
            state = State.MISSED if row % 499 == 0 else State.SENT
            reached = int(400 * liked * chance.lognormvariate(0, 0.5) * (1 + place % 4))
            yield Sent(row, post, channel, platform, at, reached, state, gone)


def _versions(deliveries: Sequence[Sent]) -> Iterator[tuple[Any, ...]]:
    written = {channel: _written(channel) for channel, _platform in CHANNELS}
    for sent in deliveries:
        content = written[sent.channel].replace("NUMBER", str(sent.post.number))
        yield _fingerprint(sent), content, _kept(sent.post.due - timedelta(days=60))


def _written(channel: str) -> str:
    """A message to ``channel`` as the store keeps it; NUMBER stands for the post's."""
    text = _BODY.format(number="NUMBER", channel=channel)
    never = datetime.min.replace(tzinfo=UTC)
    message = Message("", Text(text, text), never, hashtags=("ChuyenDoiSo",))
    return json.dumps(TypeAdapter(Message).dump_python(message, mode="json"))


_DELIVERY = (
    *("id", "campaign", "edition", "post", "channel", "occurrence", "state", "due_at"),
    *("expires_at", "next_at", "zone", "fingerprint", "first_line", "audiences", "covers", "kind"),
    *("approvals", "holdable", "attempts", "remote_id", "url", "sent_at", "gone_at", "note"),
    *("created_at", "updated_at"),
)


def _delivery(sent: Sent) -> tuple[Any, ...]:
    post, due, at = sent.post, _kept(sent.post.due), _kept(sent.at)
    # What a look at two days of age found; a younger post is there.
    gone = _kept(sent.gone_at) if sent.gone_at else None
    out = (
        (1, f"{sent.id:08}", sent.url, at, gone) if sent.state is State.SENT else (0, *4 * (None,))
    )
    return (
        *(sent.id, post.campaign, post.due.year, post.name, sent.channel, ""),
        *(sent.state.value, due, _kept(post.due + timedelta(hours=2)), due, str(ZONE)),
        *(_fingerprint(sent), post.first_line, post.audiences, post.covers, post.kind),
        *(0, 1, *out, ""),
        *(_kept(post.due - timedelta(days=60)), at),
    )


_ATTEMPT = (
    *("delivery_id", "number", "fingerprint", "owner", "started_at", "ended_at", "outcome"),
    "detail",
)


def _attempt(sent: Sent) -> tuple[Any, ...]:
    began, ended = _kept(sent.at - timedelta(seconds=1)), _kept(sent.at)
    return sent.id, 1, _fingerprint(sent), "may-chu:4711", began, ended, "sent", ""


def _events(deliveries: Sequence[Sent], out: Sequence[Sent]) -> Iterator[tuple[Any, ...]]:
    """Each was planned sixty days ahead, most were sent; in the order of time."""

    def planned() -> Iterator[tuple[Any, ...]]:
        for sent in deliveries:
            detail = json.dumps({"due": sent.post.due.isoformat()})
            at = _kept(sent.post.due - timedelta(days=60))
            yield at, "publisher", "planned", sent.key, detail

    def was_sent() -> Iterator[tuple[Any, ...]]:
        for sent in out:
            yield _kept(sent.at), "publisher", "sent", sent.key, json.dumps({"url": sent.url})

    return merge(planned(), was_sent(), key=lambda event: event[0])


_READING = ("delivery_id", "at", "due_age_s", "found", *GIVEN, "doubts")


def _readings(
    deliveries: Sequence[Sent], until: datetime, chance: random.Random
) -> Iterator[tuple[Any, ...]]:
    """In the order in which they were taken: at each age, by a job that runs every five minutes."""
    ages = [_at_age(deliveries, place, until, chance) for place in range(READINGS)]
    return merge(*ages, key=lambda reading: reading[1])


def _at_age(
    deliveries: Sequence[Sent], place: int, until: datetime, chance: random.Random
) -> Iterator[tuple[Any, ...]]:
    age_s, nothing = int(AGES[place].total_seconds()), (None,) * len(GIVEN)
    moment, taken = datetime.min.replace(tzinfo=UTC), ""
    for sent in deliveries:
        due = sent.post.due + AGES[place] + timedelta(minutes=5, seconds=3)
        if due > until:
            return
        if due != moment:
            moment, taken = due, _kept(due)
        if sent.gone_at is not None and sent.gone_at < due:
            yield sent.id, taken, age_s, 0, *nothing, "[]"
            continue
        if chance.random() < 0.01:
            yield sent.id, taken, age_s, 1, *nothing, "[]"
            continue
        falls = place and chance.random() < 0.01
        grown = sent.reached * (_GROWN[place - 1] * 0.9 if falls else _GROWN[place])
        tells = _TELLS[sent.platform]
        metrics = [int(grown * _SHARES[name]) if name in tells else None for name in GIVEN]
        yield sent.id, taken, age_s, 1, *metrics, '["falling:reactions"]' if falls else "[]"


def _accounts(today: datetime, days: int) -> Iterator[tuple[Any, ...]]:
    for day in range(days, 0, -1):
        at = _kept(today - timedelta(days=day))
        for place, (channel, _platform) in enumerate(CHANNELS):
            yield channel, at, 20_000 * (1 + place) - 11 * day, "[]"


def _link(sent: Sent) -> tuple[Any, ...]:
    target = f"https://dongthap.gov.vn/bai/{sent.post.number}"
    return f"c{sent.id:07}", target, sent.id, _kept(sent.post.due - timedelta(days=60))


def _clicks(linked: Iterable[Sent], chance: random.Random) -> Iterator[tuple[Any, ...]]:
    for sent in linked:
        hour = sent.at.replace(minute=0, second=0, microsecond=0)
        for passed in range(12):
            at = hour + timedelta(hours=passed * passed)
            yield f"c{sent.id:07}", _kept(at), chance.randrange(1, 30)


def _fingerprint(sent: Sent) -> str:
    return sha256(sent.key.encode()).hexdigest()


def _kept(moment: datetime) -> str:
    """As SQLAlchemy writes a moment into SQLite."""
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
