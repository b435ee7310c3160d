"""How long a way of telling rests after it told nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from channels.base import RateLimitedError, TransientError

RETRY = timedelta(seconds=30)
RETRY_MOST = timedelta(minutes=15)
"""A way that surely told nothing is tried again after this, doubling."""

RETRY_IN_DOUBT = timedelta(minutes=5)
"""One that may have told it, or refuses it, is tried again after this, doubling up to
``alerts.quiet``: each time may be one more message to the same person."""


def rest_after(failures: int, error: Exception, now: datetime, quiet: timedelta) -> timedelta:
    """How long a way rests that failed so many times in a row, the last time by ``error``."""
    times: int = 2 ** min(failures - 1, 20)
    if isinstance(error, RateLimitedError):
        return min(max(error.until - now, RETRY * times), max(quiet, RETRY))
    if isinstance(error, TransientError):
        return min(RETRY * times, RETRY_MOST)
    return min(RETRY_IN_DOUBT * times, max(quiet, RETRY_IN_DOUBT))


def lies_ahead(moment: datetime | None, now: datetime, at_most: timedelta) -> bool:
    """Whether ``moment`` is still to come; what lies further ahead than it can was written while
    the clock stood wrong."""
    return moment is not None and now < moment <= now + at_most
