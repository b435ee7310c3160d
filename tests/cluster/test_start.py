"""Processes of a cluster are started: all at once, beside a daemon of the local engine, anew."""

from __future__ import annotations

import time
from datetime import timedelta
from functools import partial

import pytest

from publisher.clock import system_clock
from publisher.store.database import Database
from publisher.store.errors import StoreBusyError
from publisher.store.migration import steps
from tests import postgres
from tests.at_once import at_once
from tests.cluster.conftest import PATIENCE_S, QUICK, Found


def test_processes_that_start_at_once_lay_the_store_once(server: postgres.Server) -> None:
    url = server.create()
    stores = [Database(url) for _ in range(6)]
    prepared = at_once(*(partial(store.prepare, system_clock()) for store in stores))
    assert prepared == [None] * len(stores)
    with stores[0].engine.connect() as connection:
        at = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalars().all()
    assert at == [steps()[-1]]
    for store in stores:
        store.close()


def test_a_daemon_of_the_local_engine_and_a_cluster_keep_off_one_another(found: Found) -> None:
    office, _platforms = found("webhook")
    node = office.start("run")
    office.until(lambda: office.has_duty(node), "the node has the duty")
    store = Database(office.url)
    with pytest.raises(StoreBusyError), store.daemon_lock():
        pass
    assert office.stop(node) == 0
    with store.daemon_lock():
        refused = office.start("worker")
        assert refused.wait(PATIENCE_S) == 2
    store.close()
    assert "Traceback" not in office.logs[-1].read_text(encoding="utf-8")


def test_a_changed_schedule_is_taken_up_by_every_process(found: Found) -> None:
    office, _platforms = found("webhook")
    node, worker = office.start("run"), office.start("worker")
    office.until(
        lambda: all("running" in office.said(each) for each in (node, worker)), "both are running"
    )
    schedule = office.root / "schedule.toml"
    schedule.write_text(
        schedule.read_text("utf-8").replace('sweep = "1s"', 'sweep = "2s"'), "utf-8"
    )
    office.until(
        lambda: all(office.said(each).count("running") == 2 for each in (node, worker)),
        "both have begun anew",
    )


def slow(*_anything: object) -> timedelta:
    """How far the clock was set back: not at all, but it takes a while to know."""
    time.sleep(1.5)
    return timedelta()


def test_a_node_that_is_stopped_while_it_takes_the_duty_up_ends(found: Found) -> None:
    office, _platforms = found("webhook")
    constants = {
        **QUICK,
        "publisher.store.clock_steps.ahead_of": slow,
        # It has the duty still when it comes to hand out the jobs.
        "publisher.engines.cluster.seat.LOOK_S": 4.0,
    }
    node = office.start("run", constants=constants)
    office.until(lambda: office.has_duty(node), "the node has the duty")
    assert office.stop(node) == 0
