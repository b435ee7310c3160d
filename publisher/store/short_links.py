"""Short links in the store.

What each code leads to, and how often it was followed. Codes are only ever added, before the post
that carries them can go out: what stands in a post works for ever. What is counted is a number an
hour, and nothing by which anybody could be found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import CLAIMABLE, OUT, State
from publisher.store import doubts
from publisher.store.deliveries import are_of
from publisher.store.models import Delivery
from publisher.store.reach_tables import LinkClicks, ShortLink

_AT_ONCE = 500

Click = tuple[str, datetime]
"""A code and the hour in which it was followed, from its first minute, in UTC."""


class CodeTakenError(Exception):
    """Two addresses came to one code in the same moment: planned anew, one gets a longer code."""


@dataclass(frozen=True, slots=True)
class CountedLink:
    """A short link with the delivery that carries it and how often it was followed."""

    code: str
    target: str
    campaign: str
    edition: int
    post: str
    channel: str
    sent_at: datetime | None
    clicks: int


def register(
    session: Session, delivery_id: int, links: Iterable[tuple[str, str]], now: datetime
) -> None:
    """See to it that every code of ``links`` leads to its address.

    One that another delivery has already is counted for that one, unless it won't go out by itself
    (taken out, missed, refused). Raises ``CodeTakenError`` where a code leads elsewhere.
    """
    for code, target in links:
        known = session.get(ShortLink, code)
        if known is None:
            session.add(
                ShortLink(code=code, target=target, delivery_id=delivery_id, created_at=now)
            )
        elif known.target != target:
            raise CodeTakenError(code)
        else:
            _count_for(session, known, delivery_id, unless=OUT | CLAIMABLE)
    session.flush()


def take_over(session: Session, delivery_id: int, links: Iterable[tuple[str, str]]) -> None:
    """Count ``links`` for ``delivery_id``, which is about to go out, unless the one that has them
    is out, or may be.

    What is sent outside the plan has the codes of the planned post, since it is the same text.
    """
    for code, _target in links:
        known = session.get(ShortLink, code)
        if known is not None:
            _count_for(session, known, delivery_id, unless=OUT)
    session.flush()


def taken(session: Session, links: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Those codes of ``links`` that two addresses come to, each with the one that has it: the one
    that the store knows, else the first of ``links``."""
    owners: dict[str, str] = {}
    meant: dict[str, set[str]] = {}
    for code, target in links:
        owners.setdefault(code, target)
        meant.setdefault(code, set()).add(target)
    codes = list(meant)
    for place in range(0, len(codes), _AT_ONCE):
        some = col(ShortLink.code).in_(codes[place : place + _AT_ONCE])
        owners |= {row.code: row.target for row in session.exec(select(ShortLink).where(some))}
    return {code: owners[code] for code in codes if meant[code] != {owners[code]}}


def target_of(session: Session, code: str) -> str | None:
    """The address that ``code`` leads to."""
    return session.exec(select(ShortLink.target).where(ShortLink.code == code)).one_or_none()


def newest(session: Session) -> ShortLink | None:
    """The link that was made last."""
    newest_first = select(ShortLink).order_by(col(ShortLink.created_at).desc(), col(ShortLink.code))
    return session.exec(newest_first.limit(1)).first()


def add_clicks(session: Session, clicks: Mapping[Click, int]) -> None:
    """Add what was counted to what was counted before, by whatever process.

    A code that is gone, since an older store was brought back, is left out.
    """
    codes = sorted({code for code, _hour in clicks})
    known: set[str] = set()
    for place in range(0, len(codes), _AT_ONCE):
        some = col(ShortLink.code).in_(codes[place : place + _AT_ONCE])
        known.update(session.exec(select(ShortLink.code).where(some)))
    for (code, hour), count in clicks.items():
        if code in known:
            session.execute(_adding(session, {"code": code, "hour": hour, "count": count}))


def followed(
    session: Session, *, campaign: str = "", post: str = "", channel: str = "", most: int = 0
) -> Sequence[CountedLink]:
    """Short links with their clicks, those of the newest deliveries first; ``most`` of them where
    that isn't 0."""
    clicks = func.coalesce(func.sum(LinkClicks.count), 0)
    wanted: list[Any] = [
        ShortLink.code,
        ShortLink.target,
        Delivery.campaign,
        Delivery.edition,
        Delivery.post,
        Delivery.channel,
        Delivery.sent_at,
        clicks,
    ]
    query = (
        select(*wanted)
        .select_from(ShortLink)
        .join(Delivery, col(Delivery.id) == col(ShortLink.delivery_id))
        .outerjoin(LinkClicks, col(LinkClicks.code) == col(ShortLink.code))
        .group_by(*wanted[:-1], col(Delivery.due_at), col(Delivery.id))
        .order_by(col(Delivery.due_at).desc(), col(Delivery.id), col(ShortLink.code))
    )
    query = query.where(*are_of(campaign, post, channel))
    rows = session.execute(query.limit(most) if most else query).all()
    return [CountedLink(*row) for row in rows]


def clicks_of(session: Session, code: str) -> Sequence[LinkClicks]:
    """How often ``code`` was followed in each hour in which it was, in their order."""
    return session.exec(
        select(LinkClicks).where(LinkClicks.code == code).order_by(col(LinkClicks.hour))
    ).all()


def _count_for(
    session: Session, link: ShortLink, delivery_id: int, *, unless: frozenset[State]
) -> None:
    """Count ``link`` for that delivery, unless the one that has it is in one of these states."""
    if link.delivery_id == delivery_id:
        return
    state = session.exec(select(Delivery.state).where(Delivery.id == link.delivery_id)).one()
    if State(state) not in unless and not doubts.is_doubted(session, link.delivery_id):
        link.delivery_id = delivery_id
        session.add(link)


def _adding(session: Session, row: Mapping[str, Any]) -> Any:
    """The statement that adds ``row`` in one go, as each of the two databases has it."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    table: Any = LinkClicks
    # Each where it is needed: the other database's dialect takes a while to load.
    if on_sqlite:
        from sqlalchemy.dialects import sqlite

        fresh = sqlite.insert(table).values(row)
        more = {"count": table.count + fresh.excluded.count}
        return fresh.on_conflict_do_update(index_elements=["code", "hour"], set_=more)
    from sqlalchemy.dialects import postgresql

    new = postgresql.insert(table).values(row)
    return new.on_conflict_do_update(
        index_elements=["code", "hour"], set_={"count": table.count + new.excluded.count}
    )
