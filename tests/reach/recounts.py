"""Random ledgers for the criteria, and each measure counted again without the store.

A ``Went`` is a delivery as it would stand in the store after whatever happened to it. All times are
minutes from ``START``; the window that is measured is [0, ``SPAN``), seen at ``SEEN`` minutes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from publisher.campaign.register import Topic
from publisher.delivery.lifecycle import State
from publisher.reach.measures.books import Window
from publisher.store.database import Database
from publisher.store.feed_tables import FeedEntry
from publisher.store.models import Delivery, Version
from publisher.store.reach_tables import AccountReading, ReadingRow
from tests.store.builders import ZONE
from tests.store.rows import empty

DAY = 24 * 60
START = datetime(2027, 9, 15, tzinfo=ZONE)
SPAN = 30 * DAY
TOPICS = (
    Topic("NV-1", "Nước", "Sở Y tế", "Đề tài"),
    Topic("NV-2", "Lúa", "Sở Y tế", "Dự án"),
    Topic("NV-3", "Xoài", "Sở Khoa học", "Đề tài"),
    Topic("NV-4", "Kín", "Sở Khoa học", "Đề tài", secret=True),
)
METRICS = ("reach", "impressions", "views", "reactions", "comments", "clicks")


@dataclass(frozen=True)
class Read:
    """A reading: how long after the delivery went out, what it told, and whether it is in doubt."""

    after: int
    told: dict[str, int]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Went:
    """A delivery; ``sent`` is ``None`` where it never went out."""

    campaign: str
    post: str
    channel: str
    occurrence: str
    due: int
    sent: int | None
    state: State
    kind: str
    audiences: tuple[str, ...]
    covers: tuple[str, ...]
    holdable: bool
    readings: tuple[Read, ...]

    def is_out(self, seen: int) -> bool:
        """Whether it went out in the window, as of then."""
        return (
            self.holdable and self.sent is not None and 0 <= self.sent < SPAN and self.sent <= seen
        )

    @property
    def of_post(self) -> tuple[str, str, str]:
        return self.campaign, self.post, self.occurrence

    def latest(self, seen: int) -> Read | None:
        """The newest telling reading as of then; of two at one moment the later row."""
        best = None
        for one in self.readings:
            at = (self.sent or 0) + one.after
            if at <= seen and one.told and (best is None or one.after >= best.after):
                best = one
        return best


@dataclass(frozen=True)
class Item:
    """A feed's entry: when the portal published it (by its own word), when it was seen, whether it
    was to go out, and until when that was promised; ``crowded``: there was no room for it."""

    campaign: str
    key: str
    published: int | None
    seen: int
    wanted: bool
    promised: int | None = None
    crowded: bool = False

    @property
    def origin(self) -> int:
        return self.seen if self.published is None else min(self.published, self.seen)


@dataclass(frozen=True)
class Account:
    """What an account told of the ``days`` before."""

    channel: str
    at: int
    reach: int | None
    days: int | None
    doubts: tuple[str, ...] = ()


def delivery(sent: int, **facts: Any) -> Went:
    """One that went out that many minutes after the window's start."""
    usual: dict[str, Any] = {
        "campaign": "hoi",
        "post": "mot",
        "channel": "fanpage",
        "occurrence": "",
        "due": sent,
        "sent": sent,
        "state": State.SENT,
        "kind": "",
        "audiences": (),
        "covers": (),
        "holdable": True,
        "readings": (),
    }
    return Went(**usual | facts)


campaigns = st.sampled_from(["hoi", "tin"])
channels = st.sampled_from(["fanpage", "zalo", "x"])
keys = st.sampled_from(["", "k1", "k2", "k3", "now-1"])
# Around the ends of the window, and far from them.
minutes = st.one_of(
    st.integers(-5 * DAY, SPAN + 5 * DAY), st.sampled_from([-1, 0, 1, SPAN - 1, SPAN, SPAN + 1])
)
doubts = st.sampled_from([(), (), (), ("falling:reach",), ("leap:views",)])
told = st.dictionaries(st.sampled_from(METRICS), st.integers(0, 5000))
readings = st.lists(st.builds(Read, st.integers(0, 20 * DAY), told, doubts), max_size=3).map(tuple)


@st.composite
def went(draw: st.DrawFn) -> Went:
    due = draw(minutes)
    sent = draw(st.none() | st.integers(0, 3 * DAY).map(lambda late: due + late))
    states = [State.SENT] if sent is not None else [s for s in State if s is not State.SENT]
    return Went(
        draw(campaigns),
        draw(st.sampled_from(["mot", "hai"])),
        draw(channels),
        draw(keys),
        due,
        sent,
        draw(st.sampled_from(states)),
        draw(st.sampled_from(["", "picture", "video"])),
        tuple(draw(st.lists(st.sampled_from(["learners", "business"]), unique=True))),
        tuple(draw(st.lists(st.sampled_from(["NV-1", "nv-2", "NV-3", "NV-4", "X"]), unique=True))),
        draw(st.sampled_from([True, True, True, False])),
        draw(readings),
    )


ledgers = st.lists(
    went(), max_size=12, unique_by=lambda one: (one.campaign, one.post, one.channel, one.occurrence)
)
items = st.lists(
    st.builds(
        Item,
        campaigns,
        st.sampled_from(["k1", "k2", "k3"]),
        st.none() | minutes,
        minutes,
        st.booleans(),
    ),
    max_size=6,
    unique_by=lambda one: (one.campaign, one.key),
)
accounts = st.lists(
    st.builds(
        Account,
        channels,
        minutes,
        st.none() | st.integers(0, 5000),
        st.none() | st.sampled_from([1, 7, 28]),
        doubts,
    ),
    max_size=6,
)
seen = st.integers(0, SPAN + 30 * DAY)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def window(seen_at: int) -> Window:
    last = (at(SPAN) - timedelta(seconds=1)).date()
    return Window(at(0), at(SPAN), at(seen_at), last)


def put(
    database: Database,
    ledger: Sequence[Went] = (),
    feed: Iterable[Item] = (),
    told: Iterable[Account] = (),
) -> None:
    """A store that holds this, and nothing else."""
    empty(database)
    with database.writing() as session:
        session.add(Version(fingerprint="f", content={}, created_at=START))
        session.flush()
        rows = [_row(one) for one in ledger]
        session.add_all(rows)
        session.flush()
        for row, one in zip(rows, ledger, strict=True):
            session.add_all(_readings(row, one))
        session.add_all(
            FeedEntry(
                campaign=one.campaign,
                key=one.key,
                title=one.key,
                published_at=None if one.published is None else at(one.published),
                seen_at=at(one.seen),
                due_at=at(one.seen) if one.wanted else None,
                promised_at=None if one.promised is None else at(one.promised),
                left_out="late" if one.crowded else "",
            )
            for one in feed
        )
        session.add_all(
            AccountReading(
                channel=one.channel,
                at=at(one.at),
                followers=1,
                reach=one.reach,
                reach_days=one.days,
                doubts=list(one.doubts),
            )
            for one in told
        )


def _row(one: Went) -> Delivery:
    return Delivery(
        campaign=one.campaign,
        edition=2027,
        post=one.post,
        channel=one.channel,
        occurrence=one.occurrence,
        state=one.state.value,
        due_at=at(one.due),
        expires_at=at(one.due),
        next_at=at(one.due),
        zone=str(ZONE),
        fingerprint="f",
        first_line=one.post,
        audiences=list(one.audiences),
        covers=list(one.covers),
        kind=one.kind,
        holdable=one.holdable,
        sent_at=None if one.sent is None else at(one.sent),
        created_at=START,
        updated_at=START,
    )


def _readings(row: Delivery, one: Went) -> list[ReadingRow]:
    return [
        ReadingRow(
            delivery_id=row.id or 0,
            at=at((one.sent or 0) + read.after),
            due_age_s=60,
            doubts=list(read.doubts),
            **read.told,
        )
        for read in one.readings
    ]


# -- counted again --------------------------------------------------------------------------------


def share(good: int, every: int) -> float | None:
    return None if every == 0 else 100 * good / every


def out(ledger: Iterable[Went], seen_at: int, keep: Callable[[Went], bool]) -> list[Went]:
    return [one for one in ledger if one.is_out(seen_at) and keep(one)]


def figure(one: Went, name: str, seen_at: int) -> int | None:
    read = one.latest(seen_at)
    if read is None:
        return None
    if name == "shown":
        return read.told.get("impressions", read.told.get("views"))
    if name == "engagement":
        parts = [read.told[m] for m in ("reactions", "comments", "clicks") if m in read.told]
        return sum(parts) if parts else None
    return read.told.get(name)
