"""The second run of the suite: ``pytest --store postgresql`` plays on PostgreSQL what has a store.

It starts a server for all workers and keeps the tests that ask for a store which may stand on
either database (``tests.store.stores``), without those that would only show the same again
(``LEFT_OUT``). A pytest plugin. PUBLISHER_TEST_STORE names a server that runs already, whose user
may create databases.
"""

from __future__ import annotations

import os
from contextlib import ExitStack

import pytest

from tests import postgres
from tests.store.stores import SERVER

LEFT_OUT = (
    # Pages in a browser: what they read of the store, the tests of their rooms read as well.
    "tests/web/test_pages.py",
    "tests/web/test_first_visit.py",
    # Questions made up from the API's document: each operation is asked by tests/web/test_api.py.
    "tests/web/test_api_schema.py",
    # Hours of outage in steps of minutes: tests/delivery plays one on a platform, these on sixteen.
    "tests/faults/test_line.py",
    "tests/faults/test_platform_trouble.py",
    # Documents and charts are drawn of what was read before.
    "tests/reports/test_documents_",
    "tests/calendar/",
)
"""Where tests stand that ask nothing of the store that others don't, and take long."""

_running = ExitStack()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--store",
        choices=("sqlite", "postgresql"),
        default="sqlite",
        help="where the tests' stores stand; on postgresql only tests that have a store are run",
    )


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "about_sqlite: of a store's file; not run on PostgreSQL")
    config.addinivalue_line("markers", "about_postgresql: run on PostgreSQL alone")
    if config.getoption("store") == "sqlite":
        os.environ.pop(SERVER, None)
    elif SERVER not in os.environ:
        lacking = postgres.missing()
        if lacking:
            told = (
                f"nothing runs on PostgreSQL: {lacking} isn't there (Debian: {postgres.PACKAGES})"
            )
            pytest.exit(told, int(os.environ.get("CI") == "true"))
        # Workers are started later, and find it in their environment.
        os.environ[SERVER] = _running.enter_context(postgres.server()).url


def pytest_unconfigure() -> None:
    _running.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    is_there = config.getoption("store") == "postgresql"
    chosen = [item for item in items if (_runs_there(item) if is_there else _runs_here(item))]
    kept = set(chosen)
    config.hook.pytest_deselected(items=[item for item in items if item not in kept])
    items[:] = chosen


def pytest_sessionfinish(session: pytest.Session) -> None:
    # Of a part that was named there may be nothing that has a store.
    if session.config.getoption("store") == "postgresql" and session.testsfailed == 0:
        nothing = session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED
        session.exitstatus = pytest.ExitCode.OK if nothing else session.exitstatus


def _runs_here(item: pytest.Item) -> bool:
    return item.get_closest_marker("about_postgresql") is None


def _runs_there(item: pytest.Item) -> bool:
    asks = "stores" in getattr(item, "fixturenames", ())
    is_elsewhere = item.get_closest_marker("about_sqlite") is not None
    return asks and not is_elsewhere and not item.nodeid.startswith(LEFT_OUT)
