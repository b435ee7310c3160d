"""Several works in the same moment, each in a thread of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

PATIENCE_S = 30.0


def at_once(*works: Callable[[], object]) -> list[BaseException | None]:
    """Do all ``works`` in the same moment; what each raised."""
    start = threading.Barrier(len(works))

    def work(one: Callable[[], object]) -> None:
        start.wait(PATIENCE_S)
        one()

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.exception() for done in [pool.submit(work, one) for one in works]]
