"""What hostile input may cost: seconds of this process's own work, and memory at its peak."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager

MOST_CPU_S = 5.0
"""What runs away runs for minutes; what is bounded ends within a second or two."""


@contextmanager
def bounded(cpu_s: float = MOST_CPU_S) -> Iterator[None]:
    """What is done inside takes at most ``cpu_s``, however busy the machine is otherwise."""
    began = time.process_time()
    yield
    assert time.process_time() - began < cpu_s


@contextmanager
def little_memory(most_bytes: int) -> Iterator[None]:
    """What is done inside takes at most ``most_bytes`` of Python's memory at its peak."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < most_bytes
    finally:
        tracemalloc.stop()
