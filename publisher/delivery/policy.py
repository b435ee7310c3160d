"""How long to wait: between tries, between sends, and before a doubt is looked up."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from publisher.settings import Retry

LEASE = timedelta(minutes=15)
"""How long an attempt may be under way before the sweep takes it for interrupted."""

SETTLE_AFTER = timedelta(seconds=60)
"""A look-up that finds nothing counts only so long after the attempt: platforms list a new post
with some delay."""

LOOK_AGAIN = timedelta(minutes=1)
"""How long a look-up that itself failed waits."""


def next_try(now: datetime, attempts: int, retry: Retry, seed: int) -> datetime:
    """When to try again after ``attempts`` tries: doubling from ``retry.first`` to ``retry.most``.

    Up to a quarter is taken off, by ``seed``, so that many deliveries don't come back at once.
    """
    wait: timedelta = min(retry.most, retry.first * 2 ** min(max(attempts - 1, 0), 20))
    jitter = random.Random(f"{seed}/{attempts}").uniform(0.75, 1.0)  # noqa: S311 -- no secret
    return now + wait * jitter


REOPEN_EVERY = timedelta(minutes=5)
"""How often the credentials of a stopped channel are tried again."""
