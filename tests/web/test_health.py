"""Whoever watches the machine: is it well, and in figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from publisher.delivery.lifecycle import State
from publisher.settings.console import Role
from publisher.store import channel_states, holds, pulse
from tests.web.office import ConsoleOffice

Figures = dict[tuple[str, ...], float]


@pytest.fixture
def watched(stores: None, tmp_path: Path) -> Iterator[ConsoleOffice]:
    """An office whose figures are read with a token."""
    made = ConsoleOffice(tmp_path, keys='metrics_token = "file:secrets/metrics"\n')
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "metrics").write_text("con-so-cua-tinh")
    (tmp_path / "secrets" / "metrics").chmod(0o600)
    yield made
    made.close()


def figures(office: ConsoleOffice) -> Figures:
    """Each figure by its name and the values of its labels."""
    answer = office.visitor().get("/metrics")
    assert answer.status_code == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_it_is_well_while_the_daemon_is_at_work(own_office: ConsoleOffice) -> None:
    answer = own_office.visitor().get("/healthz")
    assert (answer.status_code, answer.text) == (200, "ok\n")
    own_office.clock.advance(timedelta(minutes=3))
    assert own_office.visitor().get("/healthz").status_code == 503
    with own_office.site.database.writing() as session:
        pulse.beat(session, own_office.clock())
    assert own_office.visitor().get("/healthz").status_code == 200


@pytest.mark.about_sqlite
def test_it_is_not_well_where_the_store_cannot_be_read(own_office: ConsoleOffice) -> None:
    assert own_office.site.database.path is not None
    own_office.site.database.path.rename(own_office.root / "away")
    own_office.site.database.close()
    answer = own_office.visitor().get("/healthz")
    assert answer.status_code == 503
    assert "sqlite" not in answer.text.lower()


def test_the_figures_are_those_of_the_store(own_office: ConsoleOffice) -> None:
    found = figures(own_office)
    rows = own_office.rows()
    for state in State:
        counted = sum(row.state == state for row in rows)
        assert found["publisher_deliveries", state] == counted, state
    assert found["publisher_deliveries", "failed"] == 1
    assert found["publisher_due",] == 0
    assert found["publisher_holds",] == 0
    assert found["publisher_daemon_up",] == 1
    assert found["publisher_channel_stopped", "zalo"] == 0


def test_what_is_late_held_or_stopped_is_seen_in_the_figures(own_office: ConsoleOffice) -> None:
    now = own_office.clock()
    with own_office.site.database.writing() as session:
        holds.place(session, now, "Lan", holds.EVERYTHING, "", "Quốc tang", None)
        channel_states.stop(session, "zalo", "credentials expired", now)
        channel_states.failed(session, "fanpage", now)
        channel_states.pause(session, "fanpage", now + timedelta(hours=9), now)
    own_office.clock.advance(timedelta(hours=4, minutes=30))
    found = figures(own_office)
    assert found["publisher_due",] == 4
    assert found["publisher_due_unapproved",] == 2
    assert found["publisher_queue_age_seconds",] == 3600
    assert found["publisher_holds",] == 1
    assert found["publisher_channel_stopped", "zalo"] == 1
    assert found["publisher_channel_breaker_open", "fanpage"] == 1
    assert found["publisher_channel_failures", "fanpage"] == 1
    assert found["publisher_daemon_up",] == 0


@pytest.mark.parametrize("told", ["X-Forwarded-For", "Forwarded", "Via"])
def test_figures_are_not_for_whom_a_web_server_lets_through(
    office: ConsoleOffice, told: str
) -> None:
    visitor = office.visitor(Role.ADMINISTRATOR)
    assert visitor.get("/metrics", **{told: "203.0.113.7"}).status_code == 404


def test_who_has_the_token_reads_them_from_anywhere(watched: ConsoleOffice) -> None:
    far = {"X-Forwarded-For": "203.0.113.7"}
    visitor = watched.visitor()
    right, wrong = "Bearer con-so-cua-tinh", "Bearer con-so-khac"
    assert visitor.get("/metrics", Authorization=right, **far).status_code == 200
    assert visitor.get("/metrics", Authorization=wrong, **far).status_code == 404
    assert visitor.get("/metrics", Authorization=wrong).status_code == 404
