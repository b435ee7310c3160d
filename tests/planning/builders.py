"""Campaigns and deliveries for the planner's tests; what a test doesn't care about is filled in."""

from __future__ import annotations

import zoneinfo
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from channels.base import Message, Text
from publisher.campaign.model import Campaign, CampaignFile, FrontMatter, Post
from publisher.delivery.lifecycle import State
from publisher.planning.diff import Scope, StoredDelivery
from publisher.planning.model import Identity, PlannedDelivery, Slot

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
GRACE = timedelta(hours=2)

zones = st.sampled_from(sorted(zoneinfo.available_timezones())).map(ZoneInfo)
days = st.dates(date(2024, 1, 1), date(2035, 12, 31))
moments = st.integers(0, 10 * 366 * 24 * 60).map(
    lambda minutes: datetime(2024, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
)
anchors = days.filter(lambda day: (day.month, day.day) != (2, 29)).map("{:%m-%d}".format)
offsets = st.builds(
    "D{:+d} {:%H:%M}".format, st.integers(-366, 366), st.times().map(lambda at: at.replace(fold=0))
)
whens = st.one_of(
    offsets,
    st.builds("D{:+d} weekdays".format, st.integers(-20, 20)),
    days.map("{} 09:00".format),
    st.sampled_from(
        [
            "RRULE:FREQ=WEEKLY;BYDAY=MO,TH",
            "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;BYHOUR=2;BYMINUTE=30",
            "RRULE:FREQ=DAILY;BYHOUR=8,20;BYMINUTE=0;UNTIL=20300501",
            "RRULE:FREQ=MONTHLY;BYMONTHDAY=31;BYHOUR=7;BYMINUTE=5",
        ]
    ),
)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


def vietnam(*parts: int) -> datetime:
    """What the clock shows in Viet Nam, as a moment in UTC."""
    return datetime(*parts, tzinfo=VIETNAM).astimezone(UTC)  # type: ignore[misc, arg-type]


def post(name: str, when: str, **keys: object) -> Post:
    front = FrontMatter.model_validate({"when": when, **keys})
    return Post(name, Path(f"{name}.md"), front, "x", 4)


def campaign(*posts: Post, anchor: str | None = "10-10", **keys: object) -> Campaign:
    """A campaign on the channel ``x``; its ``anchor`` is a day of every year."""
    file = CampaignFile.model_validate(
        {
            "title": "Thử",
            "owner": "Sở",
            "channels": ["x"],
            "anchor": {"every": anchor} if anchor else None,
            **keys,
        }
    )
    return Campaign("thu", Path("thu"), file, posts)


@st.composite
def campaigns(draw: st.DrawFn) -> Campaign:
    """Campaigns of up to five posts, with and without a day of their own."""
    texts = draw(st.lists(whens, min_size=1, max_size=5))
    posts = [post(f"p{number}", text) for number, text in enumerate(texts)]
    first = draw(st.none() | st.integers(2024, 2030))
    return campaign(*posts, anchor=draw(st.none() | anchors), first_edition=first)


def identity(name: str = "mot", *, campaign: str = "thu", occurrence: str = "") -> Identity:
    return Identity(campaign, 2027, name, "x", occurrence)


def planned(
    due_at: datetime,
    of: Identity | None = None,
    *,
    text: str = "Xin chào",
    grace: timedelta = GRACE,
    approvals: int = 0,
    zone: ZoneInfo = VIETNAM,
) -> PlannedDelivery:
    of = of or identity()
    slot = Slot(of, due_at, due_at.astimezone(zone), None, grace, approvals)
    return PlannedDelivery(slot, Message(of.key, Text(text, text), due_at))


def stored(
    delivery: PlannedDelivery,
    state: State = State.PLANNED,
    *,
    expires_at: datetime | None = None,
    cancelled_by: str | None = None,
    holdable: bool = True,
) -> StoredDelivery:
    """``delivery`` as the store has it, in ``state``."""
    slot = delivery.slot
    return StoredDelivery(
        identity=slot.identity,
        state=state,
        due_at=slot.due_at,
        expires_at=expires_at or slot.due_at + slot.grace,
        fingerprint=delivery.message.fingerprint,
        approvals=slot.approvals,
        zone=str(slot.local.tzinfo),
        first_line=delivery.first_line,
        cancelled_by=cancelled_by,
        holdable=holdable,
    )


def scope(
    now: datetime,
    *posts: str,
    faulty: Sequence[str] = (),
    horizon: timedelta = timedelta(days=60),
) -> Scope:
    """A plan made at ``now`` of the campaign ``thu``, which has ``posts`` on the channel ``x``."""
    names = frozenset(("thu", name, "x") for name in posts)
    return Scope(now - GRACE, now + horizon, frozenset(faulty), names)
