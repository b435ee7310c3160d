"""A post at one moment as one thing, whatever the number of its channels, for calendars."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from publisher.delivery.lifecycle import OUT, State
from publisher.desk.standing import Look, Standing
from publisher.i18n import _
from publisher.store.models import Delivery

_GRAVEST = (
    *(Look.NEEDS, Look.SENDING, Look.KEPT, Look.WAITS, Look.COMING, Look.SENT),
    Look.OUT,
)
"""What is shown of a post whose channels stand differently: the first of these."""


@dataclass(frozen=True, slots=True)
class Moment:
    """The deliveries of one post at one moment, a channel each; ``look`` is the gravest of theirs,
    ``words`` how they stand."""

    rows: tuple[Delivery, ...]
    looks: tuple[Look, ...]
    words: str

    @property
    def first(self) -> Delivery:
        return self.rows[0]

    @property
    def due_at(self) -> datetime:
        return self.first.due_at

    @property
    def look(self) -> Look:
        return min(self.looks, key=_GRAVEST.index)

    @property
    def channels(self) -> str:
        return ", ".join(row.channel for row in self.rows)

    @property
    def stays(self) -> str:
        """Why it can't be moved, in words; empty where it can."""
        if self.first.occurrence:
            return _("comes back by a rule, or with a feed: it can't be moved by itself")
        if all(State(row.state) in OUT for row in self.rows):
            return _("is out already, or on its way")
        return ""


def moments(rows: Iterable[Delivery], standing: Standing) -> list[Moment]:
    """``rows`` as moments, by their hour and name."""
    found: dict[tuple[datetime, str, int, str, str], list[Delivery]] = {}
    for row in rows:
        key = (row.due_at, row.campaign, row.edition, row.post, row.occurrence)
        found.setdefault(key, []).append(row)
    return [_moment(found[key], standing) for key in sorted(found)]


def _moment(rows: list[Delivery], standing: Standing) -> Moment:
    rows.sort(key=lambda row: row.channel)
    said = [standing.words(row) for row in rows]
    each = (f"{row.channel}: {words}" for row, words in zip(rows, said, strict=True))
    words = said[0] if len(set(said)) == 1 else "; ".join(each)
    return Moment(tuple(rows), tuple(standing.look(row) for row in rows), words)


def look_words(look: Look) -> str:
    """What a legend and a filter call ``look``."""
    return {
        Look.COMING: _("to be sent"),
        Look.WAITS: _("waits for approval"),
        Look.KEPT: _("on hold"),
        Look.SENDING: _("being sent"),
        Look.NEEDS: _("needs a person"),
        Look.SENT: _("sent"),
        Look.OUT: _("cancelled"),
    }[look]


SIGNS = {
    Look.COMING: "○",
    Look.WAITS: "?",
    Look.KEPT: "‖",
    Look.SENDING: "»",
    Look.NEEDS: "!",
    Look.SENT: "✓",
    Look.OUT: "×",
}
"""One sign each, so that nobody needs to see colours."""
