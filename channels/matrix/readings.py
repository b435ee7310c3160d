"""Reads what a room shows of a post's readers: reactions, and answers in its thread.

Source: Client-Server API 1.18, "Event annotations", "Threading". Used by ``channels.matrix``.
"""

from __future__ import annotations

from datetime import datetime

from channels.base import Metric, Reading
from channels.matrix.events import relation
from channels.matrix.line import Line, in_path, path_of
from channels.web.values import held


def reading(line: Line, room: str, name: str, now: datetime) -> Reading | None:
    """One look at the post ``name`` in ``room``; ``None`` where nothing is told."""
    # "Not there" and "not for you" are one answer; only what was redacted is surely gone.
    event = line.ask("GET", f"{path_of(room)}/event/{in_path(name)}", absent=True)
    if "redacted_because" in held(event.get("unsigned")):
        return Reading(now, exists=False)
    related = line.related(room, name) if event else None
    if related is None:
        return None
    # One person's repeat of one sign counts once, as apps count them.
    reactions = {
        (one.get("sender"), str(relation(one).get("key")))
        for one in related
        if one.get("type") == "m.reaction" and relation(one).get("rel_type") == "m.annotation"
    }
    answers = [one for one in related if relation(one).get("rel_type") == "m.thread"]
    metrics: dict[Metric, int] = {"reactions": len(reactions), "comments": len(answers)}
    return Reading(now, metrics)
