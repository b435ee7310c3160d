"""The morning in closed formulas: what bounds it, and how late a post is by its place in the queue.

All posts fall due together, so there is a batch and no stream. Each station needs some time for the
whole of it, and nothing is done before the slowest (operational analysis):

- *workers*: the first ``w`` posts of a store begin at once, the others as workers come free; a
  worker has a post for ``t``, an answer and two commits. By renewal theory they have begun
  ``w (T / t + (1 + c) / 2)`` after ``T``, with ``c`` the squared coefficient of variation of
  ``t``: the last of ``n`` waits for ``(n / w - (1 + c) / 2) t``;
- *database*: a store commits one after another, once to claim a delivery and once to write down
  what came of it. Until the first are answered there are claims alone: the last claim waits for
  ``n / commits a second``, or for ``2 n / commits a second - t`` where that is more;
- *line out*: media go up one after another, which takes as long as all at once. While it is the
  slowest, workers stand at it with posts in their hands: ``w u - t`` seconds each, where ``u`` is
  what a post needs of the line on average (Little's law);
- *limits*: an app may post ``a`` in ``P`` seconds. Who is refused comes back when the platform
  says, and after 22.5 to 30 seconds at the earliest, so a batch that is larger comes in passes;
- *an account by itself* posts one after another, ``min_gap_s`` apart: here one each, so that it
  never waits for itself.

Where the provinces' minutes are spread, the batch is a province's, unless they come faster than
they are worked off. Places in the queue are by chance: a post waits for a time that is uniform up
to the slowest station's, and is answered after one that is uniform around its mean. How late it is
is their sum, whose quantiles are a formula. Posts that fail now and then are left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from bench.scaling.ministry import PROVINCES, REFUSAL_S, Limit, Ministry, Platform
from publisher.settings.retry import Retry

JITTER = (0.75, 1.0)
"""Of a wait, at least and at most (``delivery.policy.next_try``)."""


@dataclass(frozen=True, slots=True)
class Load:
    """How long the last post of a store waits for a worker, for the database and for the line out,
    in seconds; ``queue_s`` is how long media wait for the line when a worker has them already."""

    workers_s: float
    database_s: float
    line_s: float
    queue_s: float

    @property
    def begun_s(self) -> float:
        """How long the last post waits until its platform is asked."""
        every = max(self.workers_s, self.database_s)
        # Behind a line that is slower than the workers they all stand still in the end.
        return max(every, self.line_s) if self.queue_s else every

    def wait_s(self, platform: Platform) -> float:
        """The same, and until the media of a post of ``platform`` go up."""
        return max(self.begun_s, self.line_s) if platform.media_mb else self.begun_s


@dataclass(frozen=True, slots=True)
class Late:
    """How late a platform's posts are, in seconds, the median and 99 of a hundred; ``missed``:
    so many are refused until their grace is over."""

    p50_s: float
    p99_s: float
    missed: int = 0


def load(ministry: Ministry) -> Load:
    """What all posts of a store share."""
    posts, spread_s = ministry.accounts / ministry.stores, ministry.spread.total_seconds()
    whole = _of_batch(ministry, posts)
    if not spread_s or ministry.stores > 1:
        return whole
    times = (whole.workers_s, whole.database_s, whole.line_s)
    if max(times) > spread_s:
        return Load(*(max(0.0, each - spread_s) for each in times), whole.queue_s)
    return _of_batch(ministry, posts / PROVINCES)


def _of_batch(ministry: Ministry, posts: float) -> Load:
    """The same, of so many posts that fall due together."""
    workers, commit_s = ministry.workers, 1 / ministry.commits_a_second
    turns = [(p.accounts, _turn_s(ministry, p)) for p in ministry.platforms]
    mean_s = sum(count * turn_s for count, turn_s in turns) / ministry.accounts
    square = sum(count * turn_s**2 for count, turn_s in turns) / ministry.accounts
    # Where some answer in no time and others in a minute, the quick ones pass through first.
    ahead = (1 + square * (1 + ministry.answers_vary**2 / 3) / mean_s**2) / 2
    workers_s = max(0.0, posts / workers - ahead) * mean_s if posts > workers else 0.0
    claims_s = posts * commit_s
    database_s = max(claims_s, 2 * claims_s - mean_s)
    upload_s = sum(p.accounts * _upload_s(ministry, p) for p in ministry.platforms)
    upload_s /= ministry.accounts
    if posts < _MANY_TURNS * workers:
        return Load(workers_s, database_s, posts * upload_s, 0.0)
    # Of the workers, those whose post isn't being answered stand at the line (Little's law).
    queue_s = max(0.0, workers * upload_s - mean_s)
    return Load(workers_s, database_s, (posts - workers) * upload_s, queue_s)


_MANY_TURNS = 2
"""With fewer posts to a worker all go to the line at once."""


def stations(ministry: Ministry) -> dict[str, float]:
    """What each station would need for the whole morning if it were the only one, in seconds."""
    shared = load(ministry)
    found = {
        "workers": shared.workers_s,
        "database": shared.database_s,
        "line out": shared.line_s,
    }
    for platform in ministry.platforms:
        if platform.limit is not None:
            times = math.ceil(platform.accounts / platform.apps / platform.limit.allowed)
            needs_s = (times - 1) * platform.limit.per_s - ministry.spread.total_seconds()
            found[f"{platform.name}'s limit"] = max(0.0, needs_s)
    return found


def late(ministry: Ministry, platform: Platform, retry: Retry | None = None) -> Late:
    """How late the posts of ``platform`` are."""
    shared, retry = load(ministry), retry or Retry()
    passes = _passes(ministry, platform, shared, retry)
    sent = sum(one.part for one in passes)
    own_s = 2 / ministry.commits_a_second + ministry.upload_s(platform)
    own_s += shared.queue_s if platform.media_mb else 0.0

    def quantile(of: float) -> float:
        place = of * sent
        for one in passes:
            if place <= one.part:
                answer = sum_quantile(
                    one.span_s, platform.answer_s, place / one.part, ministry.answers_vary
                )
                return one.at_s + answer + own_s
            place -= one.part
        return math.inf

    return Late(quantile(0.5), quantile(0.99), round(platform.accounts * (1 - sent)))


def sum_quantile(wait_s: float, answer_s: float, of: float, vary: float = 0.5) -> float:
    """The quantile ``of`` (0 to 1) of a wait that is uniform up to ``wait_s``, plus an answer that
    is uniform up to ``vary`` of its mean to either side."""
    least = answer_s * (1 - vary)
    short, long = sorted((wait_s, 2 * vary * answer_s))
    if not short:
        return least + of * long
    # The density of the sum rises over ``short``, is level, and falls over ``short``.
    corner = short / (2 * long)
    if of < corner:
        return least + math.sqrt(2 * of * short * long)
    if of <= 1 - corner:
        return least + of * long + short / 2
    return least + short + long - math.sqrt(2 * (1 - of) * short * long)


@dataclass(frozen=True, slots=True)
class _Pass:
    """What ``part`` of a platform's posts is let through from ``at_s`` on, over ``span_s``."""

    part: float
    at_s: float
    span_s: float


def _passes(ministry: Ministry, platform: Platform, shared: Load, retry: Retry) -> list[_Pass]:
    limit, span_s = platform.limit, shared.wait_s(platform)
    if limit is None:
        return [_Pass(1.0, 0.0, span_s)]
    posts = left = platform.accounts / platform.apps
    first_s, at_s, passes = retry.first.total_seconds(), 0.0, []
    asked_over_s = shared.begun_s + ministry.spread.total_seconds()
    if asked_over_s > max(limit.per_s, first_s):
        # Refused ones come back between the others: what the limit takes in a second counts.
        return [_Pass(1.0, 0.0, max(span_s, posts / limit.rate - asked_over_s + span_s))]
    for _number in range(100):
        taken = min(left, limit.allowed * math.ceil(max(asked_over_s, 1e-9) / limit.per_s))
        # In one span of the limit those who ask first are taken; in many, some in each.
        first = taken / left if limit.per_s >= asked_over_s else 1.0
        passes.append(_Pass(taken / posts, at_s, span_s * first))
        left -= taken
        at_s += _wait_s(limit, retry)
        if left < 0.5 or at_s >= ministry.grace.total_seconds():
            break
        if limit.per_s < first_s:
            # Each comes back by its own wait: further apart each time.
            asked_over_s += (JITTER[1] - JITTER[0]) * first_s
        else:
            # All come back at the moment that the platform named, and most to be refused at once.
            asked_over_s = _herd_s(ministry, left * platform.apps)
        span_s = asked_over_s
    return passes


def _herd_s(ministry: Ministry, posts: float) -> float:
    """How long it takes to ask for so many that are refused."""
    commit_s = 1 / ministry.commits_a_second
    refusal_s = (REFUSAL_S + 2 * commit_s) / ministry.workers
    return posts / ministry.stores * max(refusal_s, 2 * commit_s)


def _wait_s(limit: Limit, retry: Retry) -> float:
    """How long after one pass the next begins: not before the platform says, nor before a retry
    is."""
    return max(limit.per_s, JITTER[0] * retry.first.total_seconds())


def _turn_s(ministry: Ministry, platform: Platform) -> float:
    """How long a worker has a post on average, were nobody else there."""
    taken = _taken(platform)
    answer_s = taken * platform.answer_s + (1 - taken) * REFUSAL_S
    return answer_s + _upload_s(ministry, platform) + 2 / ministry.commits_a_second


def _upload_s(ministry: Ministry, platform: Platform) -> float:
    """How long a post of ``platform`` needs the line on average."""
    return _taken(platform) * ministry.upload_s(platform)


def _taken(platform: Platform) -> float:
    """What part of a platform's posts isn't kept out for good; the rest costs a refusal each."""
    limit = platform.limit
    if limit is None or limit.per_s < LONG_S:
        return 1.0
    return min(1.0, limit.allowed * platform.apps / platform.accounts)


LONG_S = 3_600.0
"""An allowance of an hour or more is not waited for within a grace."""
