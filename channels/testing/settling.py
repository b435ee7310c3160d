"""Settles a post as Publisher would, for tests that lose answers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from channels.base import (
    AmbiguousError,
    CannotTellError,
    Channel,
    Journal,
    Message,
    Receipt,
    Settlement,
    TransientError,
)
from channels.testing.given import StillClock

_STEPS = 40


def settled(
    channel: Channel[Any], message: Message, journal: Journal, clock: StillClock
) -> Receipt | None:
    """What the courier and the reconciler do with ``message``, in short: sent, looked for where
    that is in doubt, sent again where it surely isn't there. ``None``: a person would have to
    say. The clock is moved by half a minute a step."""
    since = clock()
    in_doubt = False
    for _ in range(_STEPS):
        try:
            if in_doubt and channel.settlement is not Settlement.NATIVE_KEY:
                receipt = channel.find(message, since, journal)
                in_doubt = False
            else:
                receipt = channel.send(message, journal)
            if receipt is not None:
                return receipt
        except AmbiguousError:
            in_doubt = True
        except CannotTellError:
            return None
        except TransientError:
            pass
        clock.advance(timedelta(seconds=30))
    raise AssertionError("it is never settled")
