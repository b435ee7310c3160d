"""What is stored that a plan is to be held against, and what of the plan stands there already.

Years of it may be stored; looked at is only what the diff can turn on.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, fields
from operator import itemgetter

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select

from publisher.delivery.lifecycle import State
from publisher.planning.diff import StoredDelivery
from publisher.planning.lines import line_of
from publisher.planning.model import Identity, PlannedDelivery
from publisher.store.deliveries import IDENTITY
from publisher.store.lines import Standing
from publisher.store.models import Delivery

_AT_ONCE = 5000
"""So many identities are looked up at once: a statement takes 32,766 values and no more."""


def stored(session: Session) -> list[StoredDelivery]:
    """Every stored delivery, as the diff wants it."""
    return _as_stored(session, true())


@dataclass(frozen=True, slots=True)
class Compared:
    """A plan beside the store: what is ``asked`` and doesn't stand there just so, the ``stored``
    deliveries that the diff can turn on for it, the ``ids`` of those of the standing ones among
    them, and how many are ``settled`` and need none."""

    asked: list[PlannedDelivery]
    stored: list[StoredDelivery]
    ids: list[int]
    settled: int


def compared(
    session: Session,
    standing: Standing,
    asked: Sequence[PlannedDelivery],
    settled: Set[str] = frozenset(),
) -> Compared:
    """``asked`` beside what is ``standing`` in the store at the hours for which it is asked;
    ``settled`` are lines of the latter that were found to be as they are to be.

    What is stored beside those is what may still change or be taken out; what fell due at an hour
    for which something is asked, for it may be the same post under its former name; and what bears
    an identity that is asked for. The rest is history: to read years of it at every save would take
    minutes of a day.
    """
    lines = {line_of(one): one for one in asked}
    left = [one for line, one in lines.items() if line not in standing.by_line]
    others = [
        number
        for line, number in standing.by_line.items()
        if line not in lines and line not in settled
    ]
    ids = sorted([*others, *standing.withdrawn])
    rows = numbered(session, ids)
    known = {row.identity: row for row in rows}
    for same in _alike(one.identity for one in left if one.identity not in known):
        known |= {row.identity: row for row in _of_these(session, same)}
    return Compared(left, list(known.values()), ids, len(lines) - len(left) + len(settled))


def numbered(session: Session, ids: Sequence[int]) -> list[StoredDelivery]:
    """The stored deliveries of these row ids."""
    parts = (ids[place : place + _AT_ONCE] for place in range(0, len(ids), _AT_ONCE))
    return [row for part in parts for row in _as_stored(session, col(Delivery.id).in_(part))]


def numbers_of(session: Session, identities: Iterable[Identity]) -> dict[Identity, int]:
    """The row ids of those of ``identities`` that are stored, and perhaps of some more."""
    return {
        Identity(*identity): number
        for same in _alike(identities)
        for number, *identity in session.execute(
            select(Delivery.id, *IDENTITY).where(*_names(same))
        )
    }


def _alike(identities: Iterable[Identity]) -> Iterator[Sequence[Identity]]:
    """They in parts that one look-up by the index of identities finds, and not many others with
    them: of one edition, and such as come once apart from such as come several times."""
    parts: dict[tuple[str, int, bool], list[Identity]] = defaultdict(list)
    for one in identities:
        parts[one.campaign, one.edition, bool(one.occurrence)].append(one)
    for part in parts.values():
        yield from (part[place : place + _AT_ONCE] for place in range(0, len(part), _AT_ONCE))


def _of_these(session: Session, same: Sequence[Identity]) -> list[StoredDelivery]:
    """Those of ``same`` that are stored."""
    wanted = set(same)
    # No others: one that stands as it is asked for would look as if nobody asked for it.
    return [row for row in _as_stored(session, *_names(same)) if row.identity in wanted]


def _names(same: Sequence[Identity]) -> list[ColumnElement[bool]]:
    """What holds of rows of ``same``, and of few others."""
    return [
        col(Delivery.campaign) == same[0].campaign,
        col(Delivery.edition) == same[0].edition,
        col(Delivery.post).in_({identity.post for identity in same}),
        col(Delivery.channel).in_({identity.channel for identity in same}),
        col(Delivery.occurrence).in_({identity.occurrence for identity in same}),
    ]


def _as_stored(session: Session, *conditions: ColumnElement[bool]) -> list[StoredDelivery]:
    """Those of which ``conditions`` hold, in the order in which they were stored."""
    # Sorted here: asked for an order, SQLite would take the index that has it, and not the best.
    rows = session.execute(select(Delivery.id, *IDENTITY, *_FACTS).where(*conditions)).all()
    found = []
    for _id, *row in sorted(rows, key=itemgetter(0)):
        facts = dict(zip(_FACT_NAMES, row[len(IDENTITY) :], strict=True))
        facts["state"] = State(facts["state"])
        found.append(StoredDelivery(Identity(*row[: len(IDENTITY)]), **facts))
    return found


_FACT_NAMES = [field.name for field in fields(StoredDelivery) if field.name != "identity"]
_FACTS = [getattr(Delivery, name) for name in _FACT_NAMES]
