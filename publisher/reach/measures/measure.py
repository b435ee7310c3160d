"""What an indicator's measure counts in a window of time.

Everything is as of a moment: what was sent or read later doesn't count. Reports to leaders are
never counted. A measure that has nothing to say gives no value and says why; a share over nothing
is never 0 or 100. docs/criteria.md says the same to officers.
"""

from __future__ import annotations

from publisher.campaign.criteria import (
    ByHand,
    Indicator,
    OnTime,
    Posts,
    Prompt,
    Rate,
    ReachOfPopulation,
    TopicsCovered,
    Total,
)
from publisher.reach.measures.books import Books, Measured, Window
from publisher.reach.measures.by_hand import by_hand
from publisher.reach.measures.people import reach_of_population
from publisher.reach.measures.shares import coverage, on_time, prompt
from publisher.reach.measures.sums import posts_out, rate, total


def measure(books: Books, indicator: Indicator, window: Window) -> Measured:
    """What ``indicator`` comes to in ``window``."""
    match getattr(indicator, indicator.measure):
        case Prompt() as asked:
            return prompt(books, asked, window)
        case ReachOfPopulation() as asked:
            return reach_of_population(books, asked, window)
        case TopicsCovered() as asked:
            return coverage(books, asked, window)
        case Posts() as asked:
            return posts_out(books, asked, window)
        case Total() as asked:
            return total(books, asked, window)
        case Rate() as asked:
            return rate(books, asked, window)
        case OnTime() as asked:
            return on_time(books, asked, window)
        case ByHand() as asked:
            return by_hand(asked, indicator.unit, window)
    raise ValueError(indicator.measure)
