"""What waits for approval, post by post, and what was sent back to its writer.

One place for the console's queue and for the mails to approvers. A post's channels stand together,
for people approve a post; its text differs by channel, so an approval is given for each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, func, not_, select

from publisher.delivery.lifecycle import CLAIMABLE
from publisher.store import approvals, comments, conditions, deliveries
from publisher.store.console_tables import PostComment
from publisher.store.models import Approval, Delivery


@dataclass(frozen=True, slots=True)
class Waiting:
    """A post of which some channels lack approval: these are its ``rows``, by due time.

    ``given`` names who has approved the present text of each, by row id; ``before`` is the last
    word for another text, where there was one; ``back`` the comment that sent it back.
    """

    rows: tuple[Delivery, ...]
    given: Mapping[int, Sequence[str]]
    before: Mapping[int, Approval]
    back: PostComment | None = None

    @property
    def first(self) -> Delivery:
        """The one that is due first."""
        return self.rows[0]

    @property
    def key(self) -> str:
        """What names the post for a form: its identity without a channel."""
        return key_of(self.first)

    @property
    def seen(self) -> Mapping[int, str]:
        """The fingerprints of its texts, by row id."""
        return {deliveries.number_of(row): row.fingerprint for row in self.rows}

    @property
    def asked(self) -> int:
        """How many people's word it needs."""
        return max(row.approvals for row in self.rows)

    @property
    def signers(self) -> Sequence[str]:
        """Who has approved any of it, each once, in the order they did."""
        return list(dict.fromkeys(one for names in self.given.values() for one in names))

    def may_be_approved_by(self, name: str) -> bool:
        """Whether the word of ``name`` is still wanted on any of it: nobody gives two."""
        return any(
            not approvals.is_same_person(name, self.given[deliveries.number_of(row)])
            for row in self.rows
        )


def key_of(row: Delivery) -> str:
    """The post that ``row`` is of, as a form names it: campaign/edition/post/occurrence."""
    return f"{row.campaign}/{row.edition}/{row.post}/{row.occurrence}"


def waiting(
    session: Session, *, before: datetime | None = None, sent_back: bool = False
) -> list[Waiting]:
    """What waits for approval, soonest first, as far as it is due before that; or, instead, what
    was sent back and is still the same."""
    query = select(Delivery).where(_lacks(), comments.is_sent_back() if sent_back else _in_queue())
    if before is not None:
        query = query.where(col(Delivery.due_at) < before)
    rows = session.exec(query.order_by(col(Delivery.due_at), col(Delivery.id))).all()
    return grouped(session, rows)


def grouped(session: Session, rows: Sequence[Delivery]) -> list[Waiting]:
    """``rows`` post by post, the soonest first."""
    numbers = [deliveries.number_of(row) for row in rows]
    back = comments.sent_back(session, numbers)
    present = {deliveries.number_of(row): row.fingerprint for row in rows}
    given: dict[int, list[str]] = {number: [] for number in numbers}
    before: dict[int, Approval] = {}
    for one in approvals.of_deliveries(session, numbers):
        if one.fingerprint == present[one.delivery_id]:
            given[one.delivery_id].append(one.approver)
        else:
            before[one.delivery_id] = one
    found = []
    for _key, some in groupby(sorted(rows, key=deliveries.post_of), key=key_of):
        of_post = tuple(sorted(some, key=lambda row: (row.due_at, row.channel)))
        mine = [deliveries.number_of(row) for row in of_post]
        found.append(
            Waiting(
                of_post,
                {number: given[number] for number in mine},
                {number: before[number] for number in mine if number in before},
                next((back[number] for number in mine if number in back), None),
            )
        )
    return sorted(found, key=lambda one: (one.first.due_at, one.key))


def count(session: Session) -> int:
    """How many posts wait in the queue."""
    posts = (
        select(Delivery.campaign, Delivery.edition, Delivery.post, Delivery.occurrence)
        .where(_lacks(), _in_queue())
        .distinct()
        .subquery()
    )
    return session.exec(select(func.count()).select_from(posts)).one()


def _lacks() -> ColumnElement[bool]:
    return and_(deliveries.is_any_of(CLAIMABLE), not_(conditions.is_approved()))


def _in_queue() -> ColumnElement[bool]:
    return not_(comments.is_sent_back())
