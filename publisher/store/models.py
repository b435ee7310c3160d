"""The tables of what is published: deliveries and their tries, approvals, holds, channels, alerts.

Those of feeds, of whom posts reached and of the console stand beside (``tables`` has them all).

Times are aware datetimes in UTC (``columns``); SQL stays within what SQLite and PostgreSQL take.
Rows that say what happened (attempts, events, approvals) are only ever added.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, Index, UniqueConstraint
from sqlmodel import Field

from publisher.store.columns import (
    Stored,
    Told,
    ToldDetails,
    maybe_moment,
    moment,
    names,
    told,
)


class Version(Stored, table=True):
    """A rendered message as JSON, once for each fingerprint: what was approved is what is sent."""

    fingerprint: str = Field(primary_key=True)
    content: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_at: datetime = moment()


class Delivery(Stored, table=True):
    """One post of one edition to one channel, once. ``state`` is a ``lifecycle.State``.

    ``expires_at`` ends its grace. ``next_at`` is when it may be claimed: ``due_at``, or later
    after a failed try. ``lease_until`` and ``owner`` belong to the attempt under way. ``kind`` is
    ``Message.kind`` ("" where it was stored before kinds were), ``covers`` the codes of the
    coverage register that the post is about, ``gone_at`` when the platform first said that the
    post is no longer there.
    """

    __table_args__ = (
        UniqueConstraint("campaign", "edition", "post", "channel", "occurrence"),
        Index("ix_delivery_claim", "channel", "state", "next_at"),
        Index("ix_delivery_state", "state", "next_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    campaign: str = Field(index=True)
    edition: int
    post: str
    channel: str
    occurrence: str = ""
    state: str = "planned"
    due_at: datetime = moment(index=True)
    expires_at: datetime = moment()
    next_at: datetime = moment()
    zone: str
    fingerprint: str = Field(foreign_key="version.fingerprint")
    first_line: str
    audiences: list[str] = names()
    covers: list[str] = names()
    kind: str = ""
    approvals: int = 0
    holdable: bool = True
    attempts: int = 0
    owner: str | None = None
    lease_until: datetime | None = maybe_moment()
    remote_id: str | None = None
    url: str | None = None
    sent_at: datetime | None = maybe_moment(index=True)
    gone_at: datetime | None = maybe_moment()
    note: str = told()
    cancelled_by: str | None = None
    created_at: datetime = moment()
    updated_at: datetime = moment()


class Attempt(Stored, table=True):
    """One try of a delivery; ``ended_at`` and ``outcome`` are empty while it is under way."""

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", index=True)
    number: int
    fingerprint: str
    owner: str
    started_at: datetime = moment()
    ended_at: datetime | None = maybe_moment()
    outcome: str | None = None
    detail: str = told()


class JournalEntry(Stored, table=True):
    """What an adapter noted half-way through a send (``channels.base.Journal``)."""

    delivery_id: int = Field(foreign_key="delivery.id", primary_key=True)
    name: str = Field(primary_key=True)
    value: str
    written_at: datetime = moment()


class Approval(Stored, table=True):
    """A person's word that this text may go out on this delivery."""

    __table_args__ = (UniqueConstraint("delivery_id", "fingerprint", "approver"),)

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", index=True)
    fingerprint: str
    approver: str
    approved_at: datetime = moment()


class Hold(Stored, table=True):
    """A stop on everything (``scope`` "all"), a channel or a campaign; open until released or
    until ``until``."""

    id: int | None = Field(default=None, primary_key=True)
    scope: str
    target: str = ""
    reason: str
    placed_by: str
    placed_at: datetime = moment()
    until: datetime | None = maybe_moment()
    released_by: str | None = None
    released_at: datetime | None = maybe_moment()


class ChannelState(Stored, table=True):
    """What is known of a channel between sends: paused until when, stopped why, whose account.

    ``proved_for`` tells the channel's keys in schedule.toml, as they were when that was proved.
    ``failures`` counts the sends that failed one after another, the first at ``failing_since``. A
    limit of the platform's holds since ``limited_since``, as long as nothing else is answered, and
    ends by its word at ``limited_until``.
    """

    channel: str = Field(primary_key=True)
    paused_until: datetime | None = maybe_moment()
    stopped: str = told()
    account_id: str = ""
    account_name: str = ""
    proved_for: str = ""
    last_sent_at: datetime | None = maybe_moment()
    failures: int = 0
    failing_since: datetime | None = maybe_moment()
    limited_since: datetime | None = maybe_moment()
    limited_until: datetime | None = maybe_moment()
    updated_at: datetime = moment()


class Event(Stored, table=True):
    """The audit trail: who did what to what, when."""

    id: int | None = Field(default=None, primary_key=True)
    at: datetime = moment(index=True)
    actor: str
    action: str = Field(index=True)
    subject: str = Field(index=True)
    detail: dict[str, Any] = Field(
        default_factory=dict, sa_column=Column(ToldDetails, nullable=False)
    )


class Alert(Stored, table=True):
    """A matter that a person must act upon: what is to be told of it, and what was told.

    It is open since ``raised_at`` until ``cleared_at``. At ``asked_at`` it was last put down to be
    told; it ``waits`` until each way of telling stands in ``told_by``, or until it is cleared, if
    it isn't one that a person ``must_know`` of all the same. ``told_at`` is when somebody was last
    told. ``kind`` and ``why`` tell which alerts are one trouble (``alerts.wording``).
    """

    matter: str = Field(primary_key=True)
    text: str = Field(sa_column=Column(Told, nullable=False))
    kind: str = ""
    why: str = told()
    must_know: bool = False
    raised_at: datetime = moment()
    asked_at: datetime = moment()
    told_at: datetime | None = maybe_moment()
    told_by: list[str] = names()
    waits: bool = Field(default=True, index=True)
    cleared_at: datetime | None = maybe_moment()


class AlertWay(Stored, table=True):
    """A way of telling alerts: when it last told any; since how many tries it fails, and why.

    Nothing is told over it before ``next_at``.
    """

    name: str = Field(primary_key=True)
    told_at: datetime | None = maybe_moment()
    failures: int = 0
    problem: str = told()
    next_at: datetime | None = maybe_moment()


class VersionMedium(Stored, table=True):
    """A picture, video or document of a rendered message, so that it is known where each was used.

    ``original`` is the hash of what ``sha256`` was made of for a channel; else the same.
    """

    fingerprint: str = Field(foreign_key="version.fingerprint", primary_key=True)
    sha256: str = Field(primary_key=True, index=True)
    original: str = Field(index=True)


class LibraryMedium(Stored, table=True):
    """A medium of the office's media library (``publisher.media.record.Record`` says what each
    column holds); its original lies below var/media by its hash, with the ending ``suffix``."""

    sha256: str = Field(primary_key=True)
    name: str = Field(unique=True)
    suffix: str = ""
    mime: str
    size_bytes: int = Field(sa_column=Column(BigInteger, nullable=False))
    file_name: str = ""
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    look: str = ""
    alt: str = ""
    alt_en: str = ""
    credit: str = ""
    licence: str = ""
    consent: str = ""
    consent_at: str = ""
    expires_on: date | None = None
    topics: list[str] = names()
    added_at: datetime = moment()
    added_by: str = ""
    changed_at: datetime = moment(index=True)
