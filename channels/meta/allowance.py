"""Asks how many posts Instagram or Threads let an account publish in a day."""

from __future__ import annotations

from channels.base import InvalidContentError
from channels.meta.graph import Line
from channels.meta.ways import Ways
from channels.web.values import held, objects, whole


def allowance_of(
    line: Line, ways: Ways, user: str, *, replies: bool = False
) -> tuple[int, int] | None:
    """How many posts (or replies) went out within a day, and how many may; ``None`` where that
    isn't told. Raises ``ForbiddenError`` where the account doesn't allow publishing."""
    usage, config = ("reply_quota_usage", "reply_config") if replies else ("quota_usage", "config")
    try:
        told = line.get(f"{user}/{ways.quota}", fields=f"{usage},{config}")
    except InvalidContentError:
        return None  # it isn't about the post
    first = next(iter(objects(told.get("data"))), {})
    used, total = whole(first.get(usage)), whole(held(first.get(config)).get("quota_total"))
    return None if used is None or total is None else (used, total)
