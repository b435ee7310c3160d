"""The tables of the console: its people, their sessions, links and tokens, who knocked in vain, and
what they say of posts.

Of what lets somebody in only a hash stands here. The seed of a telephone's codes has to be read
again, so it is sealed by the office's key.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index
from sqlmodel import Field

from publisher.store.columns import Stored, maybe_moment, moment, names


class Person(Stored, table=True):
    """Somebody who may log in. ``name`` is what they log in by, ``full_name`` what the record says.

    ``called`` is ``full_name`` as ``store.approvals.called`` writes it, so that no two people stand
    in the record under one name. ``password`` is argon2's hash, empty where none was set;
    ``totp`` the sealed seed, which counts once ``totp_since``; ``totp_used`` the number of the last
    half-minute whose code was taken. ``subject`` is by what the province's log-in knows them.
    """

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    full_name: str
    called: str = Field(unique=True)
    email: str = ""
    role: str
    password: str = ""
    totp: str = ""
    totp_since: datetime | None = maybe_moment()
    totp_used: int = 0
    subject: str | None = Field(default=None, index=True, unique=True)
    disabled_at: datetime | None = maybe_moment()
    created_at: datetime = moment()
    created_by: str


class ConsoleSession(Stored, table=True):
    """A browser that somebody logged in with; ``lacks`` is what it still has to give.

    ``form_token`` stands in every form that it is shown, ``told`` is what its next page tells. It
    ends at ``expires_at``, and earlier where it was last ``seen_at`` long ago.
    """

    token_hash: str = Field(primary_key=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    form_token: str
    lacks: str = ""
    told: list[Any] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    started_at: datetime = moment()
    seen_at: datetime = moment()
    expires_at: datetime = moment(index=True)


class LogInFailure(Stored, table=True):
    """How often log-in failed for an account or from an address (``key``), and until when it is
    not to be tried."""

    key: str = Field(primary_key=True)
    failures: int = 0
    last_at: datetime = moment(index=True)
    until: datetime | None = maybe_moment()


class OneTimeLink(Stored, table=True):
    """A link that works once: for what (``purpose``, ``subject``), for whom, until when."""

    token_hash: str = Field(primary_key=True)
    purpose: str
    person_id: int = Field(foreign_key="person.id", index=True)
    subject: str = ""
    made_at: datetime = moment()
    expires_at: datetime = moment(index=True)
    used_at: datetime | None = maybe_moment()


class ApiToken(Stored, table=True):
    """By which a program speaks for a person; ``label`` is what they call it.

    ``purpose`` is what it is for (``store.api_tokens``), ``role`` the most that it may do: never
    more than the person.
    """

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    label: str
    role: str = "viewer"
    purpose: str = "api"
    made_at: datetime = moment()
    expires_at: datetime | None = maybe_moment()
    seen_at: datetime | None = maybe_moment()
    revoked_at: datetime | None = maybe_moment()


class Pulse(Stored, table=True):
    """When a part of the program was last at work."""

    part: str = Field(primary_key=True)
    at: datetime = moment()


class PostComment(Stored, table=True):
    """What ``author`` said of a post to whoever writes it.

    ``mailed_to`` are the people who were told of it, by row id; ``mailed_at`` is when that
    was over.

    ``sends_back``: it asks for another text, and nobody is asked to approve the one it is about.
    """

    __table_args__ = (Index("ix_postcomment_post", "campaign", "post"),)

    id: int | None = Field(default=None, primary_key=True)
    campaign: str
    post: str
    author: str
    text: str
    sends_back: bool = False
    at: datetime = moment()
    mailed_to: list[int] = names()
    mailed_at: datetime | None = maybe_moment()


class CommentedText(Stored, table=True):
    """Which text of which delivery a comment is about; ``sends_back`` until somebody takes it
    back."""

    comment_id: int = Field(foreign_key="postcomment.id", primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", primary_key=True, index=True)
    fingerprint: str
    sends_back: bool = False


class ApprovalAsked(Stored, table=True):
    """That a person was mailed to approve this text of this delivery."""

    person_id: int = Field(foreign_key="person.id", primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id", primary_key=True)
    fingerprint: str = Field(primary_key=True)
    at: datetime = moment()
