"""The verdict: what readers see of each post, held against what the store says of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from bench.chaos.office import Office
from bench.chaos.store import Row

_MARK = re.compile(r"\b\d{5}[ab]\b")

_NOT_OUT = frozenset({"planned", "retrying", "missed", "cancelled", "failed"})
"""What the store says of a post that nobody can see."""


@dataclass(frozen=True, slots=True)
class Wrong:
    """One delivery that isn't as promised; ``seen`` is how often readers see each of its marks."""

    what: str
    channel: str
    post: str
    state: str
    note: str
    seen: tuple[int, ...]

    def __str__(self) -> str:
        seen = ", ".join(map(str, self.seen))
        return (
            f"{self.what}: {self.post} on {self.channel}, {self.state} ({self.note}), seen {seen}"
        )


@dataclass(slots=True)
class Count:
    """What came of the deliveries of one channel."""

    deliveries: int = 0
    once: int = 0
    asked: int = 0
    wrong: list[Wrong] = field(default_factory=list)

    def of(self, what: str) -> int:
        return sum(one.what == what for one in self.wrong)

    def add(self, other: Count) -> None:
        self.deliveries += other.deliveries
        self.once += other.once
        self.asked += other.asked
        self.wrong += other.wrong


LOST, DOUBLED, MISCALLED = "lost", "doubled", "wrongly called"


def seen_by_readers(office: Office, channel: str) -> Counter[str]:
    """How often readers of ``channel`` see each mark."""
    return Counter(mark for text in office.seen(channel) for mark in set(_MARK.findall(text)))


def silent(rows: Iterable[Row]) -> list[Row]:
    """What isn't out and waits for no person: there is more to do, or it is lost in silence."""
    waiting = ("unconfirmed", "failed", "missed")
    return [row for row in rows if row.state != "sent" and not (row.asked and row.state in waiting)]


def looked_up(office: Office, rows: Iterable[Row]) -> tuple[list[str], list[str]]:
    """What a person sees who looks for every post they were asked about: the keys of those that
    are there, and of those that aren't."""
    marks = {(post.name, channel): post.marks for post in office.posts for channel in post.channels}
    there: list[str] = []
    absent: list[str] = []
    doubts = [row for row in rows if row.state == "unconfirmed" and row.asked]
    for channel in office.settlements:
        seen = seen_by_readers(office, channel)
        for row in doubts:
            if row.channel == channel:
                is_there = all(seen[mark] for mark in marks[row.post, channel])
                (there if is_there else absent).append(row.key)
    return there, absent


def count(office: Office, unasked: Iterable[Row]) -> dict[str, Count]:
    """Count every post of ``office`` on every channel; ``unasked`` were ``silent`` before anybody
    was there to ask.

    What the officers wrote is counted, not what the store knows of it.
    """
    rows = {(row.post, row.channel): row for row in office.store.rows()}
    in_silence = {(row.post, row.channel) for row in unasked}
    counts = {}
    for channel in office.settlements:
        marks = seen_by_readers(office, channel)
        found = counts[channel] = Count()
        for post in office.posts:
            if channel not in post.channels:
                continue
            row = rows.get((post.name, channel))
            seen = tuple(marks[mark] for mark in post.marks)
            found.deliveries += 1
            found.once += set(seen) == {1}
            found.asked += row is not None and row.was_asked
            state, note = (row.state, row.note) if row is not None else ("not planned", "")
            for what in _wrongs(seen, state, unasked=(post.name, channel) in in_silence):
                found.wrong.append(Wrong(what, channel, post.name, state, note, seen))
    return counts


def _wrongs(seen: tuple[int, ...], state: str, *, unasked: bool) -> Iterable[str]:
    if min(seen) == 0 or unasked:
        yield LOST
    if max(seen) > 1:
        yield DOUBLED
    if (state == "sent" and min(seen) == 0) or (state in _NOT_OUT and max(seen) > 0):
        yield MISCALLED
