"""What the clock allows: how long to wait, whether a key still holds.

The calendar's blackouts stand here too.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from channels.base import Channel, Settlement
from publisher.planning.dates import in_blackout
from publisher.settings import Settings
from publisher.settings.retry import Retry

LEASE = timedelta(minutes=15)
"""How long an attempt may be under way before the sweep takes it for interrupted."""

CLUSTER_LEASE = timedelta(seconds=60)
"""The same in a cluster, where nobody can see that another node's process is gone. It is renewed
each quarter of it: what is left then is more than the clocks of two nodes may be apart."""

SETTLE_AFTER = timedelta(seconds=60)
"""A look-up that finds nothing counts only so long after the attempt: platforms list a new post
with some delay."""

LOOK_AGAIN = timedelta(minutes=1)
"""How long a look-up that told nothing waits, at first."""

LAST_TRY = timedelta(seconds=30)
"""How long before the end of its grace a delivery is tried for the last time."""

REOPEN_EVERY = timedelta(minutes=5)
"""How often the credentials of a stopped channel are tried again."""

TELL_WITHIN = timedelta(days=7)
"""How far back a start looks for what was missed or refused without a person having been told."""


def next_try(
    now: datetime,
    attempts: int,
    retry: Retry,
    seed: int | str,
    expires_at: datetime | None = None,
) -> datetime:
    """When to try again after ``attempts`` tries: doubling from ``retry.first`` to ``retry.most``.

    Up to a quarter is taken off, by ``seed``, so that many deliveries, or channels, don't come
    back at once.
    Where the grace ends before that, at ``expires_at``, there is one more try just in time.
    """
    wait: timedelta = min(retry.most, retry.first * 2 ** min(max(attempts - 1, 0), 20))
    jitter = random.Random(f"{seed}/{attempts}").uniform(0.75, 1.0)  # noqa: S311 -- no secret
    at = now + wait * jitter
    if expires_at is not None and now < expires_at - LAST_TRY <= at:
        return expires_at - LAST_TRY
    return at


def next_look(now: datetime, doubted_at: datetime) -> datetime:
    """When to look again for what has been in doubt since ``doubted_at``: soon, then ever more
    rarely, for it may stay so until a person has time."""
    return now + max(LOOK_AGAIN, (now - doubted_at) / 10)


def repeat_is_harmless(channel: Channel[Any], doubted_at: datetime, now: datetime) -> bool:
    """Whether the platform still drops a repeat of what it may have taken at ``doubted_at``."""
    if channel.settlement is not Settlement.NATIVE_KEY:
        return False
    return channel.key_lifetime is None or now - doubted_at < channel.key_lifetime


def barred(settings: Settings, channel: str, now: datetime) -> Collection[str] | None:
    """The campaigns that a blackout keeps off ``channel`` today; ``None``: all of them."""
    today = now.astimezone(settings.zone).date()
    names: set[str] = set()
    for blackout in settings.blackouts:
        if in_blackout(today, (blackout,), channel, ""):
            return None
        names.update(
            name for name in blackout.campaigns if in_blackout(today, (blackout,), channel, name)
        )
    return names
