"""Feeds in the store.

Which of them couldn't be read, and what they brought that goes out. Apart from ``feeds``, which
reads them: who looks here needs no parser and no network.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session, col, select

from publisher.store.models import FeedEntry, FeedState


def entries_of(session: Session, campaign: str) -> Sequence[FeedEntry]:
    """The entries of ``campaign`` that go out, by due time."""
    return session.exec(
        select(FeedEntry)
        .where(FeedEntry.campaign == campaign, col(FeedEntry.due_at).is_not(None))
        .order_by(col(FeedEntry.due_at), col(FeedEntry.key))
    ).all()


def unread(session: Session) -> Sequence[FeedState]:
    """The feeds that couldn't be read when they were last asked, and why (``problem``)."""
    return session.exec(
        select(FeedState).where(FeedState.problem != "").order_by(FeedState.campaign)
    ).all()
