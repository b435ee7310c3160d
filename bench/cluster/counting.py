"""Counts what the platform took against what was written and against the store, fault by fault."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bench.chaos.store import Row
from bench.chaos.verdict import DOUBLED, Count, Wrong, count
from bench.cluster.stage import Stage

_MARK = re.compile(r"\b\d{5}a\b")
_TRIES = "SELECT post, channel, state, attempts FROM delivery"


@dataclass(frozen=True, slots=True)
class Line:
    """What came of one fault. ``silence_s`` is the longest time in which the platform got nothing,
    ``repeats`` how many posts reached it more than once and were dropped by their id."""

    fault: str
    count: Count
    silence_s: float
    took_over_s: float | None
    repeats: int


def counted(stage: Stage, unasked: Sequence[Row]) -> list[Line]:
    """A line for each fault of ``stage``; ``unasked`` is what the nodes were silent about."""
    requests = _requests(stage)
    unexplained = list(_sent_more_often_than_tried(stage, requests))
    ends = [window.began for window in stage.windows[1:]]
    lines = []
    for window, end in zip(stage.windows, [*ends, stage.ended], strict=True):
        view, total = stage.view(window), Count()
        for each in count(view, unasked).values():
            total.add(each)
        posts = {post.name for post in view.posts}
        total.wrong += [wrong for wrong in unexplained if wrong.post in posts]
        repeats = sum(n > 1 for (post, _channel), n in requests.items() if post in posts)
        silence = _longest_silence(stage, window.began, end)
        lines.append(Line(window.name, total, silence, window.took_over_s, repeats))
    return lines


def _requests(stage: Stage) -> Counter[tuple[str, str]]:
    """How often each post arrived on each channel, dropped or not."""
    posts = {mark: post.name for post in stage.office.posts for mark in post.marks}
    return Counter(
        (posts[mark], take.channel)
        for take in stage.office.platform.takes()
        for mark in _MARK.findall(take.text)
    )


def _sent_more_often_than_tried(
    stage: Stage, requests: Counter[tuple[str, str]]
) -> Iterator[Wrong]:
    """A repeat that no attempt of the store explains is a double, though an id hides it."""
    for post, channel, state, tries in stage.primary.ask(_TRIES):
        arrived = requests[post, channel]
        if arrived > tries:
            yield Wrong(DOUBLED, channel, post, state, f"{tries} attempts", (arrived,))


def _longest_silence(stage: Stage, began: float, end: float) -> float:
    moments = [take.at for take in stage.office.platform.takes() if began <= take.at < end]
    return max((later - sooner for sooner, later in pairwise([began, *moments])), default=0.0)
