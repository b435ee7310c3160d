"""Feeds in the store.

How they stand, and what they brought that goes out. Apart from ``feeds``, which reads them: who
looks here needs no parser and no network.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from publisher.store import audit
from publisher.store.feed_tables import FeedEntry, FeedState
from publisher.store.models import Delivery

NO_ROOM = "late"
"""What ``FeedEntry.left_out`` says of one that would have gone out only when it was no news."""


@dataclass(frozen=True, slots=True)
class Brought:
    """How many of a campaign's entries were taken up since a moment, wait for their time, are out
    later than promised (or still aren't out), and found no room."""

    taken: int
    waiting: int
    late: int
    no_room: int


def entries_of(
    session: Session, campaign: str, since: datetime | None = None
) -> Sequence[FeedEntry]:
    """The entries of ``campaign`` that go out, ``since`` a due time where given, by due time."""
    wanted = [col(FeedEntry.campaign) == campaign, col(FeedEntry.due_at).is_not(None)]
    if since is not None:
        wanted.append(col(FeedEntry.due_at) >= since)
    return session.exec(
        select(FeedEntry).where(*wanted).order_by(col(FeedEntry.due_at), col(FeedEntry.key))
    ).all()


def states(session: Session, campaign: str = "") -> Sequence[FeedState]:
    """How the feeds of ``campaign`` stand; of all campaigns where none is named."""
    wanted = [col(FeedState.campaign) == campaign] if campaign else []
    return session.exec(
        select(FeedState).where(*wanted).order_by(FeedState.campaign, FeedState.url)
    ).all()


def unread(session: Session) -> Sequence[FeedState]:
    """The feeds that couldn't be read when they were last asked, and why (``problem``)."""
    return [state for state in states(session) if state.problem]


def brought(session: Session, campaign: str, since: datetime, now: datetime) -> Brought:
    """What the feeds of ``campaign`` brought ``since``, as of ``now``."""
    mine = col(FeedEntry.campaign) == campaign

    def count(*wanted: ColumnElement[bool]) -> int:
        return session.exec(select(func.count()).select_from(FeedEntry).where(mine, *wanted)).one()

    recent = col(FeedEntry.seen_at) >= since
    goes_out = col(FeedEntry.due_at).is_not(None)
    return Brought(
        taken=count(recent, goes_out),
        waiting=count(col(FeedEntry.due_at) > now),
        late=_late(session, campaign, since, now),
        no_room=count(recent, col(FeedEntry.left_out) == NO_ROOM),
    )


def no_room(session: Session, since: datetime) -> Mapping[str, int]:
    """By campaign, how many entries seen ``since`` found no room."""
    rows = session.exec(
        select(FeedEntry.campaign, func.count())
        .where(FeedEntry.left_out == NO_ROOM, col(FeedEntry.seen_at) >= since)
        .group_by(col(FeedEntry.campaign))
    ).all()
    return dict(rows)


def title_of(session: Session, name: str) -> str:
    """The title of the entry called ``name``, "campaign/key"; "" where there is none."""
    campaign, _slash, key = name.partition("/")
    entry = session.get(FeedEntry, (campaign, key))
    return entry.title if entry is not None else ""


def resume(session: Session, state: FeedState, now: datetime, actor: str) -> None:
    """Let a feed that is stopped be asked again, at once."""
    state.stopped_at, state.problem, state.failures = None, "", 0
    state.failing_since, state.next_at = None, now
    session.add(state)
    audit.record(session, now, actor, "resume feed", state.campaign, url=state.url)


def _late(session: Session, campaign: str, since: datetime, now: datetime) -> int:
    promised = session.exec(
        select(FeedEntry.key, FeedEntry.promised_at).where(
            FeedEntry.campaign == campaign,
            col(FeedEntry.due_at).is_not(None),
            col(FeedEntry.promised_at).is_not(None),
            col(FeedEntry.seen_at) >= since,
        )
    ).all()
    sent = dict(
        session.exec(
            select(Delivery.occurrence, func.min(Delivery.sent_at))
            .where(
                Delivery.campaign == campaign,
                col(Delivery.sent_at) >= since,
                Delivery.occurrence != "",
            )
            .group_by(col(Delivery.occurrence))
        ).all()
    )
    return sum((sent.get(key) or now) > at for key, at in promised if at is not None)
