"""Obeys a platform's pace before its limit is hit, by what its rate headers say is left.

One ``Pace`` an account; it lives as long as the adapter. What a restart forgets, the platform's own
refusal tells again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from channels.base import N_, RateLimitedError
from channels.web.http import LONGEST_WAIT

_MOST_DIGITS = 18
_USED_UP = N_("its allowance is used up")


class Pace:
    """Remembers until when nothing more may be sent."""

    def __init__(self, clock: Callable[[], datetime], platform: str) -> None:
        self._clock = clock
        self._platform = platform
        self._until: datetime | None = None

    def left(self, remaining: int | None, reset_at: datetime | None) -> None:
        """The platform said that ``remaining`` requests are left until ``reset_at`` (aware)."""
        if remaining is not None and remaining <= 0 and reset_at is not None:
            self.rest(reset_at)

    def used(self, percent: float, for_: timedelta) -> None:
        """The platform said that ``percent`` of the allowance is used up: all of it means rest."""
        if percent >= 100:
            self.rest(self._clock() + for_)

    def rest(self, until: datetime) -> None:
        """Send nothing before ``until``, and nothing is held longer than ``LONGEST_WAIT``."""
        self._until = min(until, self._clock() + LONGEST_WAIT)

    def mind(self) -> None:
        """To be called before what counts; raises ``RateLimitedError`` while there is none left."""
        if self._until is None:
            return
        if self._clock() >= self._until:
            self._until = None
            return
        raise RateLimitedError(f"{self._platform}: {_USED_UP}", self._until)


def number(value: str | None) -> int | None:
    """A header's whole number; ``None`` where it holds none."""
    text = (value or "").strip()
    return int(text) if text.isdecimal() and len(text) <= _MOST_DIGITS else None
