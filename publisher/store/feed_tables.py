"""The tables of feeds: how each stands, and every entry that it ever brought."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Field

from publisher.store.columns import Stored, maybe_moment, moment, told


class FeedState(Stored, table=True):
    """What a campaign's feed at ``url`` answered last, so that it is asked politely.

    ``moved_to`` is where it said for good that it is now. It is asked no more once it is
    ``stopped_at``; ``failures`` counts the looks that failed one after another, the first at
    ``failing_since``.
    """

    campaign: str = Field(primary_key=True)
    url: str = Field(primary_key=True)
    etag: str = ""
    modified: str = ""
    first_seen: bool = False
    next_at: datetime = moment()
    asked_at: datetime | None = maybe_moment()
    problem: str = told()
    failures: int = 0
    failing_since: datetime | None = maybe_moment()
    moved_to: str = ""
    stopped_at: datetime | None = maybe_moment()


class FeedEntry(Stored, table=True):
    """An entry that a feed brought, known for ever; ``due_at`` is null where it isn't to go out.

    ``feed`` is the address of the feed that brought it first, ``address`` that of the entry itself
    in the form by which it is known again (``feeds.addresses``; "" where none is its own).
    ``left_out`` says why it doesn't go out (``feeds.verdicts.Why``), ``repeats`` what it repeats
    ("campaign/key"). ``promised_at`` is when it was promised to be out. ``picture`` names the kept
    picture below var/media, which the feed showed at ``picture_url``.
    """

    campaign: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    title: str
    summary: str = ""
    link: str = ""
    published_at: datetime | None = maybe_moment()
    seen_at: datetime = moment(index=True)
    due_at: datetime | None = maybe_moment(index=True)
    feed: str = ""
    address: str = Field("", index=True)
    left_out: str = ""
    repeats: str = ""
    promised_at: datetime | None = maybe_moment()
    edits: int = 0
    picture: str = ""
    picture_url: str = ""
    picture_alt: str = ""
