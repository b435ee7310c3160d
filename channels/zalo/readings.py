"""Reads what Zalo counts of an account's articles, in the contract's words. Used by
``channels.zalo``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from channels.base import Metric, Reading, Receipt
from channels.web.values import counts
from channels.zalo.line import Line
from channels.zalo.posts import Listing

_PAGES = 30
_METRICS: Mapping[str, Metric] = {"total_view": "views", "total_share": "shares"}


def readings(line: Line, receipts: Sequence[Receipt], now: datetime) -> dict[str, Reading]:
    """By remote id, as the list of articles tells; of articles further down, nothing. One that a
    complete list lacks is gone."""
    missing = {receipt.remote_id for receipt in receipts}
    found: dict[str, Reading] = {}
    listing = Listing(line, _PAGES)
    for article in listing if missing else ():
        remote_id = str(article.get("id"))
        if remote_id in missing:
            missing.remove(remote_id)
            found[remote_id] = Reading(now, counts(article, _METRICS))
        if not missing:
            break
    if listing.is_complete:
        found |= {remote_id: Reading(now, exists=False) for remote_id in missing}
    return found
