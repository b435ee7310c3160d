"""Reads what Instagram and Threads count of a post, whichever of their metrics they tell.

All metrics are asked for in one request. One that the platform doesn't tell of such a post fails
the whole of it: then each is asked for by itself, and the names refused while others were told are
left out from then on, for posts of that kind. Used by ``channels.meta.account``.

Sources: developers.facebook.com/docs/instagram-platform/reference/instagram-media/insights,
/docs/threads/insights. What isn't known yet comes as an empty set, never as 0.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from channels.base import ForbiddenError, InvalidContentError, Metric, Reading
from channels.meta.errors import MissingError
from channels.meta.graph import Line
from channels.web.values import tally


class Readings:
    """Readings of one account's posts. ``known`` are the platform's names and the contract's;
    ``answers`` says whether the account's own posts can be seen at all."""

    def __init__(
        self, line: Line, known: Mapping[str, Metric], answers: Callable[[], bool]
    ) -> None:
        self._line = line
        self._known = known
        self._answers = answers
        self._dead: dict[str, set[str]] = {}

    def read(self, post_id: str, kind: str, now: datetime) -> Reading | None:
        """One look at ``post_id``, a post of ``kind``; ``None`` where nothing is told."""
        dead = self._dead.setdefault(kind, set())
        names = [name for name in self._known if name not in dead]
        try:
            return Reading(now, self._asked(post_id, names))
        except MissingError:
            return Reading(now, exists=False) if self.is_gone(post_id) else None
        except (ForbiddenError, InvalidContentError):
            pass  # one of the names is unknown or not for us, or all are
        metrics = self._one_by_one(post_id, names, dead)
        return Reading(now, metrics) if metrics else None

    def is_gone(self, post_id: str) -> bool:
        """Whether there is no such post, as far as the account's posts can be seen. ("Gone" and
        "not for this token" are one answer, and Meta has been seen to give it wrongly.)"""
        try:
            self._line.get(post_id, fields="id")
        except MissingError:
            return self._answers()
        except (InvalidContentError, ForbiddenError):
            pass  # it is there, only not to be looked at
        return False

    def _one_by_one(self, post_id: str, names: list[str], dead: set[str]) -> dict[Metric, int]:
        metrics: dict[Metric, int] = {}
        refused: set[str] = set()
        for name in names:
            try:
                found = self._asked(post_id, [name])
            except InvalidContentError:
                refused.add(name)
            except ForbiddenError:
                continue
            else:
                for metric, count in found.items():
                    metrics[metric] = metrics.get(metric, 0) + count
        if metrics:
            # Where all are refused it may be for the post: it isn't held against the names.
            dead |= refused
        return metrics

    def _asked(self, post_id: str, names: list[str]) -> dict[Metric, int]:
        told = self._line.get(f"{post_id}/insights", metric=",".join(names))
        metrics: dict[Metric, int] = {}
        for name, count in counted(told.get("data"), self._known).items():
            metric = self._known[name]
            metrics[metric] = metrics.get(metric, 0) + count
        return metrics


def counted(data: Any, known: Mapping[str, Any]) -> dict[str, int]:
    """The numbers of an answer about insights, by the platform's names; what isn't told is left
    out. They stand under ``values`` or ``total_value``."""
    found: dict[str, int] = {}
    for each in data if isinstance(data, list) else ():
        name = str(each.get("name")) if isinstance(each, dict) else ""
        if name not in known:
            continue
        values, total = each.get("values"), each.get("total_value")
        last = values[-1] if isinstance(values, list) and values else total
        value = tally(last.get("value")) if isinstance(last, dict) else None
        if value is not None:
            found[name] = value
    return found
