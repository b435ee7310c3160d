"""What tests of every part share: a store of their own and a clock that is moved."""

from __future__ import annotations

import gc
import logging
import os
import shutil
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import structlog
from hypothesis import settings as hypothesis_settings

from publisher import i18n
from publisher.clock import MovedClock
from tests.store.stores import bare_url, database, office_store, store_url, stores

# Two workers and some hundred programs that tests start read the same modules: each is compiled
# once, whatever the environment says of keeping what was compiled.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Thousands of stores and pages are written, and each waits for its disk: memory keeps none waiting.
MEMORY = Path("/dev/shm")
if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 4 * 1024**3:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

# A busy machine is no fault of the code's; and what CI says must not change from run to run.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis_settings.load_profile("ci" if os.environ.get("CI") else "house")

__all__ = ["bare_url", "database", "office_store", "store_url", "stores"]

# Before the plugin imports it: what was imported is no longer rewritten.
pytest.register_assert_rewrite("channels.testing")
pytest_plugins = ["tests.planted", "tests.on_postgresql"]

NOON = datetime(2027, 10, 10, 5, 0, tzinfo=UTC)
"""Noon in Viet Nam on National Digital Transformation Day."""


LONGEST_FIRST = (
    "tests/install/",
    "tests/chaos/",
    "tests/feeds/test_month.py",
    "tests/web/test_pages.py",
    "tests/fuzz/",
    "tests/real/",
    "tests/faults/",
    "tests/daemon/",
    "tests/docs/test_commands_typed.py",
    "tests/redirect/test_program.py",
    "tests/rehearsal/",
    "tests/delivery/",
)
"""What takes seconds a test: begun first, so that no worker is left with one of these alone."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_place)


def _place(item: pytest.Item) -> int:
    """Where in the run ``item`` stands; files of equal rank keep their order."""
    ranks = (rank for rank, path in enumerate(LONGEST_FIRST) if item.nodeid.startswith(path))
    return next(ranks, len(LONGEST_FIRST))


def pytest_collection_finish() -> None:
    # Thousands of collected tests would be looked through whenever memory is cleared up.
    gc.collect()
    gc.freeze()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """Two more than there are cores: many tests wait (for a time-out, a browser, a server to end),
    and leave theirs to others."""
    return len(os.sched_getaffinity(0)) + 2


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """A file goes to one worker, for what its tests share is made once a worker; in the order of
    collection, whatever ``--dist`` says."""
    from xdist.scheduler import LoadFileScheduling

    config.option.loadscopereorder = False
    return LoadFileScheduling(config, log)


@pytest.fixture
def clock() -> MovedClock:
    """A clock that stands at noon of 10 October 2027 in Viet Nam until it is moved."""
    return MovedClock(NOON)


@pytest.fixture(autouse=True)
def _vietnamese() -> Iterator[None]:
    """Every test begins in Vietnamese, whatever the one before spoke."""
    i18n.use_language("vi")
    yield
    i18n.use_language("vi")


@pytest.fixture(autouse=True)
def _log_as_it_was() -> Iterator[None]:
    """Commands set the process's log up; the tests after these have another."""
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    logging.root.handlers[:] = handlers
    logging.root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def signals_as_they_were() -> Iterator[None]:
    """For a test that runs a daemon in its own process, which then listens for them."""
    caught = {
        number: signal.getsignal(number)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    }
    yield
    for number, handler in caught.items():
        signal.signal(number, handler)
