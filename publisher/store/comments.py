"""What is said of a post to whoever writes it.

A comment is bound to the texts that it was made of. One that sends them back takes them out of the
queue of what waits for approval, until the text is another one or somebody takes it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, update
from sqlmodel import Session, col, select

from publisher.store import audit, deliveries
from publisher.store.console_tables import CommentedText, PostComment
from publisher.store.models import Delivery

LONGEST = 4_000
"""What a comment is cut at, in characters."""


def add(
    session: Session,
    now: datetime,
    author: str,
    about: Sequence[Delivery],
    text: str,
    *,
    sends_back: bool = False,
) -> PostComment:
    """Say ``text`` of one post's deliveries ``about``, as they are now."""
    first = about[0]
    comment = PostComment(
        campaign=first.campaign,
        post=first.post,
        author=author,
        text=text.strip()[:LONGEST],
        sends_back=sends_back,
        at=now,
    )
    session.add(comment)
    session.flush()
    session.add_all(
        CommentedText(
            comment_id=number_of(comment),
            delivery_id=deliveries.number_of(row),
            fingerprint=row.fingerprint,
            sends_back=sends_back,
        )
        for row in about
    )
    action = "send back" if sends_back else "comment"
    audit.record(session, now, author, action, deliveries.short(first), said=comment.text[:200])
    return comment


def number_of(comment: PostComment) -> int:
    """The row's id, which a stored comment always has."""
    if comment.id is None:
        raise ValueError("the comment was never stored")
    return comment.id


def of_post(session: Session, campaign: str, post: str) -> Sequence[PostComment]:
    """What was said of a post, the oldest first."""
    return session.exec(
        select(PostComment)
        .where(PostComment.campaign == campaign, PostComment.post == post)
        .order_by(col(PostComment.at), col(PostComment.id))
    ).all()


def is_sent_back() -> ColumnElement[bool]:
    """The condition that the present text of a ``Delivery`` was sent back to its writer."""
    return exists().where(
        col(CommentedText.delivery_id) == col(Delivery.id),
        col(CommentedText.fingerprint) == col(Delivery.fingerprint),
        col(CommentedText.sends_back),
    )


def sent_back(session: Session, numbers: Iterable[int]) -> dict[int, PostComment]:
    """Of the deliveries ``numbers`` those whose present text was sent back, by the last comment
    that did."""
    rows = session.exec(
        select(CommentedText.delivery_id, PostComment)
        .join(PostComment, col(PostComment.id) == col(CommentedText.comment_id))
        .join(Delivery, col(Delivery.id) == col(CommentedText.delivery_id))
        .where(
            col(CommentedText.delivery_id).in_(list(numbers)),
            col(CommentedText.fingerprint) == col(Delivery.fingerprint),
            col(CommentedText.sends_back),
        )
        .order_by(col(PostComment.id))
    ).all()
    return dict(rows)


def take_back(session: Session, now: datetime, actor: str, about: Sequence[Delivery]) -> bool:
    """Let deliveries ``about`` of one post wait for approval again as they are; false where
    nobody had sent them back."""
    numbers = [deliveries.number_of(row) for row in about]
    done = session.execute(
        update(CommentedText)
        .where(col(CommentedText.delivery_id).in_(numbers), col(CommentedText.sends_back))
        .values(sends_back=False)
    ).rowcount  # type: ignore[attr-defined]
    if done:
        audit.record(session, now, actor, "ask again", deliveries.short(about[0]))
    return bool(done)


def unmailed(session: Session) -> Sequence[PostComment]:
    """What nobody was mailed yet, the oldest first."""
    return session.exec(
        select(PostComment)
        .where(col(PostComment.mailed_at).is_(None))
        .order_by(col(PostComment.id))
    ).all()


def mailed(session: Session, comment: PostComment, person: int) -> None:
    """The person of that row id was told of ``comment``, or can't be."""
    row = session.get(PostComment, number_of(comment), with_for_update=True)
    if row is not None and person not in row.mailed_to:
        row.mailed_to = [*row.mailed_to, person]
        session.add(row)


def close(session: Session, now: datetime, comment: PostComment) -> None:
    """Nobody is to be told of ``comment`` any more."""
    session.execute(
        update(PostComment).where(col(PostComment.id) == comment.id).values(mailed_at=now)
    )
