"""What comes back: a receipt of what was sent, readings of it, whose account it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's answer: its id for the post, where people see it, and when it took it."""

    remote_id: str
    url: str
    at: datetime


Metric = Literal[
    "reach", "impressions", "views", "reactions", "comments", "shares", "clicks", "saves"
]


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at a post's metrics: cumulative counts as the platform gives them.

    A metric the platform doesn't give is absent, never zero; one that can't be right (fallen, below
    nought) is given all the same, for who keeps it flags it. ``exists`` is false where the platform
    says for sure that the post is gone.
    """

    at: datetime
    metrics: Mapping[Metric, int] = field(default_factory=dict)
    exists: bool = True


@dataclass(frozen=True, slots=True)
class AccountFigures:
    """How an account stands now; what the platform doesn't tell is absent.

    ``reach`` is how many people the account reached, whichever of its posts they saw, in the
    ``reach_days`` days before: the platform's own count of people, never a sum over posts.
    """

    followers: int | None = None
    reach: int | None = None
    reach_days: int | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """Who the credentials belong to: what keeps a post off the wrong account. ``expires_at`` is
    when they end, where that is known and nothing renews them; a person is told in time."""

    id: str
    name: str
    url: str = ""
    followers: int | None = None
    expires_at: datetime | None = None

    def is_called(self, account: str) -> bool:
        """Whether this is the one that a ``ChannelConfig.account`` means: by its id or its name."""
        return account in (self.id, self.name)
