"""When a reading is due.

At the ages of a post and the days of an account, spread out. Pure.

Hundreds of posts go out at 08:00 of a national day, and would all be asked about in the same minute
a day later: a platform counts requests, and is asked for sends too. So each post is read somewhat
later than its age says, by a part of it that is the post's own (a hash of its number) and always
the same: up to a tenth of the step from the age before or to the next, and an hour at most. Figures
stay comparable, for the posts of every week are spread alike; which age a reading is of stays
written with it. Accounts are spread in the same way, by name, over all of ``readings.accounts``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from itertools import pairwise

SPREAD_MOST = timedelta(hours=1)
"""A reading waits at most so long after its age is reached."""

CATCH_UP = timedelta(days=7)
"""A post that is older than the last age by more than this is asked about no more."""

_PART_OF_A_STEP = 10
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def newest_age(
    ages: Sequence[timedelta], number: int, sent_at: datetime, now: datetime
) -> timedelta | None:
    """The newest of ``ages`` (in order) at which delivery ``number`` is to have been read by
    ``now``; ``None``: it is too young for any."""
    for age in reversed(ages):
        if sent_at + age <= now and due_at(ages, age, number, sent_at) <= now:
            return age
    return None


def due_at(ages: Sequence[timedelta], age: timedelta, number: int, sent_at: datetime) -> datetime:
    """When delivery ``number`` is to be read at ``age``, one of ``ages``; before the next of them
    is due, always."""
    most = _longest_waits(tuple(ages))[age]
    return sent_at + age + most * _part_of(f"{number}/{age.total_seconds():.0f}")


def is_accounts_turn(channel: str, every: timedelta, last: datetime | None, now: datetime) -> bool:
    """Whether the account of ``channel`` is to be read, which last was at ``last``: once in each
    span of ``every``, at a time of its own; at once where it never was."""
    if last is None:
        return True
    offset = every * _part_of(channel)
    return (last - _EPOCH - offset) // every < (now - _EPOCH - offset) // every


@lru_cache(maxsize=16)
def _longest_waits(ages: tuple[timedelta, ...]) -> Mapping[timedelta, timedelta]:
    """How long a reading of each age waits at most."""
    steps = [after - before for before, after in pairwise((timedelta(), *ages))]
    # The last age has no next one.
    around = zip(steps, [*steps[1:], timedelta.max], strict=True)
    waits = [min(SPREAD_MOST, *(step / _PART_OF_A_STEP for step in both)) for both in around]
    return dict(zip(ages, waits, strict=True))


def _part_of(name: str) -> float:
    """A number from 0 to 1 that is always the same for ``name``."""
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:4], "big") / 2**32
