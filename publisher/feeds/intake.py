"""Takes a feed's entries into the store: what is known is read, what was judged is kept.

Called within one transaction, so that whoever polls at the same time takes an entry once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from sqlalchemy import ColumnElement
from sqlmodel import Session, and_, col, func, or_, select

from publisher.delivery.lifecycle import CLAIMABLE, State
from publisher.feeds.due import Rules
from publisher.feeds.entries import ParsedEntry
from publisher.feeds.likeness import LOOKED_BACK, Stories, Story
from publisher.feeds.pictures import KeptPicture
from publisher.feeds.verdicts import (
    Known,
    Memory,
    Verdict,
    Why,
    name_of,
    tells,
    verdicts,
)
from publisher.store import audit
from publisher.store.deliveries import names
from publisher.store.feed_tables import FeedEntry
from publisher.store.models import Delivery

MOST_LEFT_OUT_A_DAY = 1_000
"""So many entries of one feed that don't go out are kept a day: one whose every look is another
would fill the store."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What one look changed: entries that go out ``new``, worded anew (``edited``) or no more
    (``withdrawn``), and those for which there is ``no_room``."""

    new: int = 0
    edited: int = 0
    withdrawn: int = 0
    no_room: int = 0

    @property
    def changes_the_plan(self) -> bool:
        return bool(self.new or self.edited or self.withdrawn)


@dataclass(frozen=True, slots=True)
class Look:
    """One look at one feed for one campaign: what was ``found``, under which ``rules``, when."""

    rules: Rules
    feed: str
    found: Sequence[ParsedEntry]
    at: datetime
    is_first: bool


def judged(session: Session, look: Look) -> list[Verdict]:
    """A verdict on everything found, the newest first; nothing is written."""
    memory = _memory(session, look)
    return verdicts(look.found, look.feed, look.rules, memory, look.at, is_first_look=look.is_first)


def keep(
    session: Session, look: Look, pictures: Mapping[str, KeptPicture] = MappingProxyType({})
) -> Taken:
    """Judge, and store what follows; ``pictures`` are those of entries, by key."""
    counts = dict.fromkeys(("new", "edited", "withdrawn", "no_room"), 0)
    room = MOST_LEFT_OUT_A_DAY - _left_out_today(session, look)
    for verdict in judged(session, look):
        picture = pictures.get(verdict.entry.key)
        if verdict.known is Known.EDITED and verdict.row is not None:
            _reword(verdict.row, verdict, picture)
            session.add(verdict.row)
            counts["edited" if verdict.why is Why.GOES_OUT else "withdrawn"] += 1
        elif verdict.known is Known.NEW and verdict.is_kept:
            if verdict.why is not Why.GOES_OUT:
                room -= 1
                if room < 0:
                    continue
            session.add(_row(look, verdict, picture))
            counts["new"] += verdict.is_taken
            counts["no_room"] += verdict.why is Why.NO_ROOM
    taken = Taken(**counts)
    told = {name: number for name, number in counts.items() if number and name != "new"}
    if taken.new or told:
        campaign = look.rules.campaign
        audit.record(session, look.at, "publisher", "feed", campaign, entries=taken.new, **told)
    return taken


def expire(session: Session, rules: Rules, worth: timedelta, now: datetime) -> int:
    """Take out what would go out only when its news is no longer worth it; gives how many."""
    waiting = session.exec(
        select(FeedEntry).where(
            FeedEntry.campaign == rules.campaign,
            col(FeedEntry.due_at) > now,
            FeedEntry.left_out == Why.GOES_OUT,
        )
    ).all()
    stale = [
        row
        for row in waiting
        if row.due_at is not None
        and row.due_at - min(row.published_at or row.seen_at, row.seen_at) > worth
    ]
    for row in stale:
        row.left_out, row.due_at = Why.NO_ROOM, None
        session.add(row)
    return len(stale)


# -- what is known --------------------------------------------------------------------------------


def _memory(session: Session, look: Look) -> Memory:
    rules = look.rules
    keys = [entry.key for entry in look.found]
    addresses = {form for one in look.found for form in (one.address, one.link) if one.address}
    own = FeedEntry.campaign == rules.campaign
    same = session.exec(
        select(FeedEntry).where(
            own, or_(col(FeedEntry.key).in_(keys), col(FeedEntry.address).in_(addresses))
        )
    ).all()
    by_address: defaultdict[str, list[FeedEntry]] = defaultdict(list)
    for row in same:
        by_address[row.address].append(row)
    beside = session.exec(
        select(FeedEntry)
        .where(_goes_out_beside(rules), col(FeedEntry.address).in_(addresses - {""}))
        .order_by(col(FeedEntry.seen_at).desc())
    ).all()
    return Memory(
        by_key={row.key: row for row in same},
        by_address=by_address,
        beside={row.address: row for row in beside},
        stories=_stories(session, look) if _asks_for_stories(look, same) else Stories(),
        open_keys=_open_keys(session, rules.campaign, same),
        taken=_taken(session, rules.campaign, look.at),
    )


def _asks_for_stories(look: Look, same: Sequence[FeedEntry]) -> bool:
    """Whether there is anything new: most looks find nothing, and the last month is many words."""
    known = {row.key for row in same} | {row.address for row in same}
    return not look.is_first and any(
        entry.key not in known and (not entry.address or entry.address not in known)
        for entry in look.found
    )


def _stories(session: Session, look: Look) -> Stories:
    rules = look.rules
    rows = session.exec(
        select(FeedEntry).where(
            col(FeedEntry.seen_at) > look.at - LOOKED_BACK,
            or_(FeedEntry.campaign == rules.campaign, _goes_out_beside(rules)),
        )
    ).all()
    return Stories(
        Story(
            name_of(row),
            row.title,
            row.summary,
            min(row.published_at or row.seen_at, row.seen_at),
            row.feed,
        )
        for row in rows
        if row.campaign != rules.campaign or tells(row, look.feed)
    )


def _goes_out_beside(rules: Rules) -> ColumnElement[bool]:
    return and_(
        col(FeedEntry.campaign).in_(rules.beside),
        col(FeedEntry.due_at).is_not(None),
        FeedEntry.left_out == Why.GOES_OUT,
    )


def _open_keys(session: Session, campaign: str, rows: Iterable[FeedEntry]) -> frozenset[str]:
    """Keys of entries of which something is still to go out, so that their words may change."""
    waiting = {row.key for row in rows if row.due_at is not None}
    if not waiting:
        return frozenset()
    states: defaultdict[str, set[str]] = defaultdict(set)
    for key, state in session.exec(
        select(Delivery.occurrence, Delivery.state).where(
            Delivery.campaign == campaign, col(Delivery.occurrence).in_(waiting)
        )
    ).all():
        states[key].add(state)
    changeable = set(names((*CLAIMABLE, State.FAILED)))
    return frozenset(key for key in waiting if not states[key] or states[key] & changeable)


def _taken(session: Session, campaign: str, now: datetime) -> list[datetime]:
    """Due times of ``campaign``'s entries, of late and to come: older ones hold no new one up."""
    times = session.exec(
        select(FeedEntry.due_at).where(
            FeedEntry.campaign == campaign, col(FeedEntry.due_at) > now - timedelta(days=2)
        )
    ).all()
    return [at for at in times if at is not None]


def _left_out_today(session: Session, look: Look) -> int:
    return session.exec(
        select(func.count())
        .select_from(FeedEntry)
        .where(
            FeedEntry.campaign == look.rules.campaign,
            FeedEntry.feed == look.feed,
            FeedEntry.left_out != Why.GOES_OUT,
            col(FeedEntry.seen_at) > look.at - timedelta(days=1),
        )
    ).one()


# -- what is kept ---------------------------------------------------------------------------------


def _row(look: Look, verdict: Verdict, picture: KeptPicture | None) -> FeedEntry:
    entry = verdict.entry
    row = FeedEntry(
        campaign=look.rules.campaign,
        key=entry.key,
        title=entry.title,
        summary=entry.summary,
        link=entry.link,
        published_at=entry.published_at,
        seen_at=look.at,
        due_at=verdict.due_at,
        feed=look.feed,
        address=entry.address,
        left_out=verdict.why.value,
        repeats=verdict.repeats,
        promised_at=verdict.promised_at,
    )
    _picture(row, picture)
    return row


def _reword(row: FeedEntry, verdict: Verdict, picture: KeptPicture | None) -> None:
    entry = verdict.entry
    row.title, row.summary, row.link = entry.title, entry.summary, entry.link
    row.address = entry.address or row.address
    row.due_at, row.left_out = verdict.due_at, verdict.why.value
    row.edits += 1
    _picture(row, picture)


def _picture(row: FeedEntry, picture: KeptPicture | None) -> None:
    if picture is not None:
        row.picture, row.picture_url, row.picture_alt = picture.name, picture.url, picture.alt
