"""Simulated readers: how many people would have seen a post, from a fixed seed.

Counts grow from zero towards a ceiling drawn for each post; the same seed gives the same figures.
They mean nothing and every page that shows them says that it is a rehearsal.
"""

from __future__ import annotations

import math
import random
from datetime import datetime, timedelta

HALF_LIFE = timedelta(hours=9)
"""After so long a post has had half of its readers."""


def figures(seed: int, name: str, sent_at: datetime, now: datetime) -> dict[str, int]:
    """What readers of post ``name`` had done by ``now``, by the contract's metric names; never
    fewer later than earlier. A platform is told those that it tells itself."""
    dice = random.Random(f"{seed}/{name}")  # noqa: S311 -- no secret
    ceiling = dice.lognormvariate(6.4, 0.7)
    ratios = {
        "impressions": dice.uniform(1.1, 1.6),
        "reach": dice.uniform(0.7, 0.95),
        "reactions": dice.uniform(0.01, 0.06),
        "comments": dice.uniform(0.001, 0.008),
        "shares": dice.uniform(0.002, 0.015),
        "clicks": dice.uniform(0.005, 0.04),
        "saves": dice.uniform(0.0, 0.004),
    }
    age = max(now - sent_at, timedelta())
    views = ceiling * (1 - math.exp(-math.log(2) * age / HALF_LIFE))
    return {"views": int(views)} | {kind: int(views * part) for kind, part in ratios.items()}
