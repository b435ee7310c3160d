"""One process's part in a cluster's sending: it works the queue; who has the duty also fills it."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from publisher.delivery import policy
from publisher.delivery.courier import Courier
from publisher.engines.cluster.queue import Queue, QueueError
from publisher.engines.cluster.worker import Worker
from publisher.store import claims

log = structlog.get_logger("cluster")

CONCURRENCY = 64
"""So many channels one process has at work at once. A thread that waits for its platform costs next
to nothing."""


class ClusterEngine:
    """Carries deliveries out together with the other processes of a cluster."""

    def __init__(self, courier: Courier) -> None:
        self._courier = courier
        self._worker: Worker | None = None
        self.queue = Queue(courier.database)

    def open(
        self, concurrency: int, may_send: Callable[[], bool], turned: Callable[[], None]
    ) -> None:
        """Begin to work the queue, with up to ``concurrency`` channels at once; ``turned`` is told
        each time that it was looked after."""
        self._worker = Worker(self.queue, self._courier, concurrency, may_send, turned)
        self._worker.start()

    def defer_due(self) -> None:
        """Put into the queue what may go now; called by who has the duty.

        A queue that isn't there is made anew. Raises ``SQLAlchemyError`` where the store is away.
        """
        due = self._due()
        if not due:
            return
        try:
            self.queue.defer(due)
        except QueueError as error:
            # The next look begins again from what the store says.
            log.warning("queue not filled", why=str(error))
            self.queue.prepare()

    def drain(self, timeout_s: float) -> bool:
        """Take nothing more and wait for what is in flight; false where some had to be left."""
        finished = self._worker is None or self._worker.drain(timeout_s)
        self.queue.close()
        return finished

    def _due(self) -> dict[str, int]:
        now, settings = self._courier.clock(), self._courier.settings
        with self._courier.database.reading() as session:
            due = claims.ready(session, now)
            for channel in list(due) if settings.blackouts else ():
                barred = policy.barred(settings, channel, now)
                if barred != set() and not claims.may_go(session, channel, now, barred):
                    del due[channel]
        return due
