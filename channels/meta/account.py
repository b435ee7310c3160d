"""Holds what publishing, finding and reading share of one account at Instagram or Threads.

Used by ``channels.instagram`` and ``channels.threads``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from channels.base import ForbiddenError, InvalidContentError, Metric, Reading, Receipt
from channels.meta.containers import Containers
from channels.meta.graph import Line
from channels.meta.notes import Notes
from channels.meta.posts import Recent, address_of
from channels.meta.readings import Readings
from channels.meta.states import States


class OwnAccount:
    """The account whose path ``user`` gives ("me", or its id), over ``states.line``. ``recent``
    lists its posts; ``known`` are the platform's names of metrics and the contract's."""

    def __init__(
        self, states: States, user: Callable[[], str], recent: Recent, known: Mapping[str, Metric]
    ) -> None:
        self.line: Line = states.line
        self._states = states
        self._user = user
        self._recent = recent
        self._readings = Readings(self.line, known, self._answers)

    def containers(self, notes: Notes) -> Containers:
        """Those of the delivery that ``notes`` are of."""
        return Containers(self._states, self._user(), notes, self._recent)

    def receipt(self, ids: Sequence[str], otherwise: str, *, is_new: bool) -> Receipt:
        """Of the posts ``ids``, the first one first; ``otherwise`` is where they are seen where
        the platform doesn't tell: they are out in any case."""
        url, at = address_of(self.line, ids[0], is_new=is_new)
        now = self.line.http.clock()
        return Receipt(",".join(ids), url or otherwise, now if is_new else at or now)

    def read(self, receipts: Sequence[Receipt], now: datetime) -> dict[str, Reading]:
        """By remote id, what is counted of a post, or of a chain's first one."""
        readings: dict[str, Reading] = {}
        for receipt in receipts:
            kind = "reel" if "/reel/" in receipt.url else "post"
            reading = self._readings.read(receipt.remote_id.split(",")[0], kind, now)
            if reading is not None:
                readings[receipt.remote_id] = reading
        return readings

    def is_gone(self, post_id: str) -> bool:
        """Whether there is no such post, as far as the account's posts can be seen."""
        return self._readings.is_gone(post_id)

    def close(self) -> None:
        self.line.close()

    def _answers(self) -> bool:
        try:
            self.line.get(f"{self._user()}/{self._states.ways.posts}", fields="id", limit=1)
        except (ForbiddenError, InvalidContentError):
            return False
        return True
