"""Made-up ledgers, and what they come to, counted without the store: one delivery after another."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from publisher.store.database import Database
from publisher.store.models import Delivery, Version
from publisher.store.reach_tables import LinkClicks, ReadingRow, ShortLink
from tests.store.rows import empty

CHANNELS = ("fanpage", "portal", "zalo")
CAMPAIGNS = ("cds", "khcn")
AUDIENCES = ("people", "business", "learners")
EDITIONS = (2026, 2027)
GIVEN = ("reach", "impressions", "views", "reactions", "comments", "shares", "clicks", "saves")
FIGURES = (*GIVEN, "shown", "engagement", "link_clicks")
DOUBTS = ("falling:reach", "falling:views", "absurd:impressions", "leap:shares", "unstorable:saves")


@dataclass(frozen=True)
class Look:
    """A reading, so many minutes after its delivery went out."""

    minutes: int
    metrics: Mapping[str, int | None]
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Out:
    """A delivery that went out so many minutes after a ledger's start; not yet with ``planned``.

    ``gone`` is after how many minutes it was found to be no longer there. ``clicks`` are hours
    after it went out and how often its short link was followed in them.
    """

    minutes: int
    channel: str
    campaign: str
    edition: int
    post: str
    occurrence: str = ""
    kind: str = "text"
    audiences: tuple[str, ...] = ()
    looks: Sequence[Look] = ()
    gone: int | None = None
    clicks: Sequence[tuple[int, int]] = ()
    has_link: bool = False
    planned: bool = False
    is_report: bool = False

    @property
    def identity(self) -> tuple[str, int, str, str, str]:
        return self.campaign, self.edition, self.post, self.channel, self.occurrence


@dataclass
class Count:
    """What a group comes to; metrics that nothing gave aren't among ``figures``."""

    posts: set[tuple[str, int, str, str]] = field(default_factory=set)
    deliveries: int = 0
    figures: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    of: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    doubts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    doubtful: int = 0
    gone: int = 0

    def as_told(self) -> dict[str, Any]:
        """As the command's JSON has it."""
        return {
            "posts": len(self.posts),
            "deliveries": self.deliveries,
            "figures": {name: self.figures[name] if name in self.of else None for name in FIGURES},
            "of": {name: self.of.get(name, 0) for name in FIGURES},
            "doubts": dict(self.doubts),
            "doubtful": self.doubtful,
            "gone": self.gone,
        }


looks = st.builds(
    Look,
    st.integers(0, 40 * 1440),
    st.dictionaries(st.sampled_from(GIVEN), st.none() | st.integers(0, 10**7), max_size=6),
    st.lists(st.sampled_from(DOUBTS), max_size=2, unique=True).map(tuple),
)

outs = st.builds(
    Out,
    minutes=st.integers(-20 * 1440, 50 * 1440),
    channel=st.sampled_from(CHANNELS),
    campaign=st.sampled_from(CAMPAIGNS),
    edition=st.sampled_from(EDITIONS),
    post=st.sampled_from(("mot", "hai")),
    occurrence=st.sampled_from(("", "sang")),
    kind=st.sampled_from(("", "text", "video")),
    audiences=st.lists(st.sampled_from(AUDIENCES), unique=True, max_size=3).map(tuple),
    looks=st.lists(looks, max_size=4),
    gone=st.none() | st.integers(0, 40 * 1440),
    clicks=st.lists(st.tuples(st.integers(0, 30 * 24), st.integers(1, 500)), max_size=3),
    has_link=st.booleans(),
    planned=st.sampled_from((False, False, False, True)),
    is_report=st.sampled_from((False, False, False, True)),
)

ledgers = st.lists(outs, max_size=12, unique_by=lambda out: out.identity)


def put(database: Database, ledger: Iterable[Out], start: datetime) -> None:
    """Make the store hold ``ledger`` and nothing else."""
    empty(database)
    with database.writing() as session:
        session.add(Version(fingerprint="f", content={}, created_at=start))
        session.flush()
        for number, out in enumerate(ledger, start=1):
            at = start + timedelta(minutes=out.minutes)
            session.add(_row(number, out, at))
            session.flush()
            for look in out.looks:
                read_at = at + timedelta(minutes=look.minutes)
                session.add(
                    ReadingRow(
                        delivery_id=number,
                        at=read_at,
                        due_age_s=3600,
                        doubts=list(look.doubts),
                        **look.metrics,
                    )
                )
                session.flush()
            if out.has_link:
                code = f"code{number}"
                target = "https://example.vn"
                session.add(ShortLink(code=code, target=target, delivery_id=number, created_at=at))
                session.flush()
                for hour, count in _by_hour(out, at):
                    session.add(LinkClicks(code=code, hour=hour, count=count))


def counted(
    ledger: Iterable[Out],
    start: datetime,
    by: str,
    span: tuple[date, date],
    as_of: datetime,
    zone: ZoneInfo,
    **filters: Sequence[Any],
) -> tuple[dict[str, Count], Count]:
    """What each group comes to, and the whole; ``filters`` are lists of what is let in."""
    groups: dict[str, Count] = defaultdict(Count)
    total = Count()
    if by in ("week", "month"):
        day = span[0]
        while day <= min(span[1], as_of.astimezone(zone).date()):
            groups[day.strftime("%G-W%V" if by == "week" else "%Y-%m")] = Count()
            day += timedelta(days=1)
    for out in ledger:
        at = start + timedelta(minutes=out.minutes)
        day = at.astimezone(zone).date()
        if out.planned or out.is_report or not span[0] <= day <= span[1]:
            continue
        if not _is_let_in(out, filters):
            continue
        for name in _names(out, by, day, filters.get("audiences") or ()):
            _add(groups[name], out, at, as_of)
        _add(total, out, at, as_of)
    return dict(groups), total


def _row(number: int, out: Out, at: datetime) -> Delivery:
    return Delivery(
        id=number,
        campaign=out.campaign,
        edition=out.edition,
        post=out.post,
        channel=out.channel,
        occurrence=out.occurrence,
        state="planned" if out.planned else "sent",
        due_at=at,
        expires_at=at,
        next_at=at,
        zone="Asia/Ho_Chi_Minh",
        fingerprint="f",
        first_line=f"Bài {out.post}",
        audiences=list(out.audiences),
        kind=out.kind,
        holdable=not out.is_report,
        sent_at=None if out.planned else at,
        gone_at=None if out.gone is None else at + timedelta(minutes=out.gone),
        created_at=at,
        updated_at=at,
    )


def _by_hour(out: Out, at: datetime) -> Iterator[tuple[datetime, int]]:
    hours: dict[datetime, int] = defaultdict(int)
    for hour, count in out.clicks:
        hours[at.replace(minute=0, second=0, microsecond=0) + timedelta(hours=hour)] += count
    return iter(hours.items())


def _is_let_in(out: Out, filters: Mapping[str, Sequence[Any]]) -> bool:
    for one, named in (("channel", "channels"), ("campaign", "campaigns"), ("edition", "editions")):
        if filters.get(named) and getattr(out, one) not in filters[named]:
            return False
    wanted = filters.get("audiences")
    return not wanted or any(name in wanted for name in out.audiences)


def _names(out: Out, by: str, day: date, wanted: Sequence[str]) -> list[str]:
    match by:
        case "audience":
            return [name for name in out.audiences if not wanted or name in wanted] or [""]
        case "post":
            tail = f"/{out.occurrence}" if out.occurrence else ""
            return [f"{out.campaign}/{out.edition}/{out.post}{tail}"]
        case "edition":
            return [f"{out.campaign}/{out.edition}"]
        case "week":
            return [day.strftime("%G-W%V")]
        case "month":
            return [day.strftime("%Y-%m")]
        case _:
            return [getattr(out, by)]


def _add(count: Count, out: Out, at: datetime, as_of: datetime) -> None:
    count.posts.add((out.campaign, out.edition, out.post, out.occurrence))
    count.deliveries += 1
    if out.gone is not None and at + timedelta(minutes=out.gone) <= as_of:
        count.gone += 1
    look = _latest(out, at, as_of)
    told = {name: value for name, value in look.metrics.items() if value is not None}
    if "impressions" in told or "views" in told:
        told["shown"] = told["impressions"] if "impressions" in told else told["views"]
    engaged = [told[name] for name in ("reactions", "comments", "shares", "clicks", "saves")
               if name in told]  # fmt: skip
    if engaged:
        told["engagement"] = sum(engaged)
    if out.has_link:
        told["link_clicks"] = sum(clicks for hour, clicks in _by_hour(out, at) if hour <= as_of)
    for name, value in told.items():
        count.figures[name] += value
        count.of[name] += 1
    count.doubtful += bool(_heavy(look))
    for name in _doubted(look, told):
        count.doubts[name] += 1


def _latest(out: Out, at: datetime, as_of: datetime) -> Look:
    """The newest look until then that told anything; of two at one moment, the later one."""
    best: Look | None = None
    for look in out.looks:
        tells = any(value is not None for value in look.metrics.values())
        if not tells or at + timedelta(minutes=look.minutes) > as_of:
            continue
        if best is None or look.minutes >= best.minutes:
            best = look
    return best or Look(0, {})


def _heavy(look: Look) -> list[str]:
    """Its doubts, but for a fall of what people take back."""
    back = [f"falling:{name}" for name in ("reactions", "comments", "shares", "saves")]
    return [doubt for doubt in look.doubts if doubt not in back]


def _doubted(look: Look, told: Mapping[str, int]) -> set[str]:
    marked = set()
    for doubt in _heavy(look):
        metric = doubt.split(":")[1]
        marked.add(metric)
        if metric in ("reactions", "comments", "shares", "clicks", "saves"):
            marked.add("engagement")
        if metric == "impressions" or (metric == "views" and "impressions" not in told):
            marked.add("shown")
    return marked & set(told)
