"""The tables of whom posts reached: figures as platforms gave them, short links and their clicks.

Figures are cumulative and only ever added; a metric that a platform doesn't give is null, never 0.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Column, Index
from sqlmodel import Field

from publisher.store.columns import Stored, UtcDateTime, maybe_count, moment, names


class ReadingRow(Stored, table=True):
    """One look at a delivery's metrics; a metric the platform doesn't give is null.

    Figures stand as they were given. ``doubts`` names what speaks against them
    (``publisher.reach.doubts``).
    """

    __tablename__ = "reading"
    __table_args__ = (Index("ix_reading_delivery", "delivery_id", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    delivery_id: int = Field(foreign_key="delivery.id")
    at: datetime = moment(index=True)
    due_age_s: int
    found: bool = True
    reach: int | None = maybe_count()
    impressions: int | None = maybe_count()
    views: int | None = maybe_count()
    reactions: int | None = maybe_count()
    comments: int | None = maybe_count()
    shares: int | None = maybe_count()
    clicks: int | None = maybe_count()
    saves: int | None = maybe_count()
    doubts: list[str] = names()


class AccountReading(Stored, table=True):
    """How a channel's account stood at one moment: its followers, and how many people it reached
    in the ``reach_days`` days before, where the platform tells."""

    id: int | None = Field(default=None, primary_key=True)
    channel: str = Field(index=True)
    at: datetime = moment(index=True)
    followers: int | None = maybe_count()
    reach: int | None = maybe_count()
    reach_days: int | None = None
    doubts: list[str] = names()


class ShortLink(Stored, table=True):
    """An address of our own, ``code``, that leads to ``target`` and was put into one delivery."""

    code: str = Field(primary_key=True)
    target: str
    delivery_id: int = Field(foreign_key="delivery.id", index=True)
    created_at: datetime = moment()


class LinkClicks(Stored, table=True):
    """How often a short link was followed in the hour from ``hour``: a count and nothing else, so
    that nobody can be found in it."""

    code: str = Field(foreign_key="shortlink.code", primary_key=True)
    hour: datetime = Field(sa_column=Column(UtcDateTime, primary_key=True))
    count: int = 0
