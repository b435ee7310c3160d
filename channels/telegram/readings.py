"""Reads how often a public channel's messages were seen, as its preview tells. Used by
``channels.telegram``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from channels.base import Reading, Receipt
from channels.telegram.preview import Preview

PAGES_A_READING = 5


def readings(preview: Preview, receipts: Sequence[Receipt], now: datetime) -> dict[str, Reading]:
    """By remote id, the views; of what the pages don't reach, nothing."""
    wanted = {ids[0]: each.remote_id for each in receipts if (ids := ids_of(each))}
    readings: dict[str, Reading] = {}
    for _page in range(PAGES_A_READING):
        if not wanted:
            break
        newest = max(wanted)
        shown = preview.page(before=newest + 1)
        for seen in shown:
            if seen.message_id in wanted and seen.views is not None:
                remote_id = wanted[seen.message_id]
                readings[remote_id] = Reading(now, {"views": seen.views})
        oldest = min((seen.message_id for seen in shown), default=newest)
        wanted = {number: key for number, key in wanted.items() if number < oldest}
    return readings


def ids_of(receipt: Receipt) -> list[int]:
    """The numbers of the messages that a receipt is for."""
    return [int(number) for number in receipt.remote_id.split(",") if number.isdecimal()]
