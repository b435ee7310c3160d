"""What speaks against a figure.

Figures stay as the platform gave them; a doubt is a flag.

A doubt is a short name that stands with the reading, of a sort and a metric: ``falling:views``.

- ``unstorable``: a number beyond 2^63, which no store holds. The figure is absent, as the only one.
- ``negative``: a count below nought.
- ``falling``: a cumulative count that is lower than in an earlier reading of the same delivery.
  People take reactions, comments, shares and saves back, so a fall of these may well be true: it
  makes no sum doubtful (``figures.weighs``).
- ``absurd``: more people reached than times shown; from the second day on, when platforms have
  brought their counts up to date, more people who reacted or saved than times shown; and more
  people than there are. Views aren't compared with reach: some platforms count a view only after
  three seconds. Comments, shares and clicks aren't either: one person may do that many times.
- ``leap``: a thousand times what was told before, and a million more. A post that goes round may
  gain a hundredfold overnight; that much more is rather a platform's slip.

An earlier figure that is itself in doubt makes no later one fall: one slip upwards would spoil each
true figure after it. What leapt and is told once more is no longer a leap. Of accounts the numbers
of followers and people reached go up and down by nature; a leap of them is ten times as many, or
as few, and ten thousand apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from publisher.i18n import _
from publisher.reach.definitions import BY_NAME
from publisher.reach.words import label

MOST_STORABLE = 2**63 - 1
PEOPLE = 10_000_000_000
"""More than live on Earth."""

CAUGHT_UP_AFTER = timedelta(days=1)
"""Facebook, for one, brings reach and views up to date once a day, but reactions at once."""

LEAP_TIMES, LEAP_LEAST = 1_000, 1_000_000
ACCOUNT_LEAP_TIMES, ACCOUNT_LEAP_LEAST = 10, 10_000

_BOUNDED = ("reach", "reactions", "saves")
"""People: as many at most as the times shown."""

Figures = Mapping[str, int]
"""Figures by metric, as they were given."""

Earlier = tuple[Figures, Sequence[str]]
"""A reading before this one, with the doubts about it."""


def of_reading(given: Figures, age: timedelta, earlier: Iterable[Earlier]) -> list[str]:
    """The doubts about what was ``given`` of a post of that ``age``; ``earlier`` are the readings
    before, the oldest first, with the doubts about each."""
    doubts: list[str] = []
    before = list(earlier)
    for metric, value in given.items():
        if not 0 <= value <= MOST_STORABLE:
            doubts.append(_by_itself(metric, value))
        elif metric in _BOUNDED and _is_absurd(metric, given, age):
            doubts.append(f"absurd:{metric}")
        else:
            most, latest = _told(metric, before)
            if most is not None and value < most:
                doubts.append(f"falling:{metric}")
            elif latest and _is_leap(max(latest), value):
                doubts.append(f"leap:{metric}")
    return doubts


def of_account(given: Figures, earlier: Iterable[Earlier]) -> list[str]:
    """The doubts about what was ``given`` of an account: its ``followers`` and ``reach``."""
    doubts: list[str] = []
    before = list(earlier)
    for metric, value in given.items():
        _most, latest = _told(metric, before)
        if alone := _by_itself(metric, value):
            doubts.append(alone)
        elif value > PEOPLE:
            doubts.append(f"absurd:{metric}")
        elif latest and all(_is_account_leap(told, value) for told in latest):
            doubts.append(f"leap:{metric}")
    return doubts


def is_storable(value: int) -> bool:
    """Whether a store holds that number."""
    return -MOST_STORABLE <= value <= MOST_STORABLE


def words(doubt: str) -> str:
    """What a reader sees for ``doubt``, in the present language: a part of a sentence."""
    sort, _colon, metric = doubt.partition(":")
    match sort:
        case "unstorable":
            told = _("%(metric)s: the platform gave a number that can't be kept")
        case "negative":
            told = _("%(metric)s: less than nought")
        case "falling":
            told = _("%(metric)s: lower than at an earlier reading")
        case "absurd" if metric == "reach":
            told = _("%(metric)s: more people than times shown, or than there are")
        case "absurd":
            told = _("%(metric)s: more than can be, by the times shown")
        case "leap":
            told = _("%(metric)s: out of all proportion to the reading before")
        case _:
            return doubt
    return told % {"metric": label(metric) if metric in BY_NAME else metric}


def _told(metric: str, earlier: Sequence[Earlier]) -> tuple[int | None, tuple[int, ...]]:
    """The most that was told of ``metric`` without a doubt; and what was told last, without one and
    with one."""
    most = undoubted = last = None
    for figures, doubts in earlier:
        value = figures.get(metric)
        if value is None:
            continue
        last = value
        if not (doubts and _speaks_of(metric, doubts)):
            undoubted = value
            most = value if most is None or value > most else most
    if last is None:
        return None, ()
    return most, (last,) if undoubted is None else (undoubted, last)


def _speaks_of(metric: str, doubts: Sequence[str]) -> bool:
    return any(doubt.partition(":")[2] == metric for doubt in doubts)


def _by_itself(metric: str, value: int) -> str:
    if not is_storable(value):
        return f"unstorable:{metric}"
    return f"negative:{metric}" if value < 0 else ""


def _is_absurd(metric: str, given: Figures, age: timedelta) -> bool:
    is_reach = metric == "reach"
    value, shown = given[metric], given.get("impressions")
    if is_reach and value > PEOPLE:
        return True
    caught_up = is_reach or age > CAUGHT_UP_AFTER
    return caught_up and shown is not None and value > shown >= 0


def _is_leap(before: int, now: int) -> bool:
    return now > before * LEAP_TIMES and now > before + LEAP_LEAST


def _is_account_leap(before: int, now: int) -> bool:
    least, most = sorted((before, now))
    return most > least * ACCOUNT_LEAP_TIMES and most - least >= ACCOUNT_LEAP_LEAST
