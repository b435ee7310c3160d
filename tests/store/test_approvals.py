"""Approvals: a person's word for one text, bound to it."""

from __future__ import annotations

import unicodedata

import pytest

from publisher.clock import MovedClock
from publisher.store import approvals, audit, claims, deliveries
from publisher.store import planned as stored_plan
from publisher.store.database import Database
from publisher.store.models import Delivery
from tests.store.builders import LEASE, planned, store


def approve(database: Database, clock: MovedClock, row: Delivery, name: str) -> bool:
    with database.writing() as session:
        present = deliveries.by_number(session, deliveries.number_of(row))
        return approvals.approve(session, present, name, clock())


def reword(database: Database, clock: MovedClock, text: str) -> None:
    with database.writing() as session:
        assert stored_plan.change(session, planned(clock(), approvals=2, text=text), clock())


def approvers(database: Database, row: Delivery) -> list[str]:
    with database.reading() as session:
        present = deliveries.by_number(session, deliveries.number_of(row))
        return list(approvals.given(session, present))


@pytest.fixture
def row(database: Database, clock: MovedClock) -> Delivery:
    """A delivery that needs two people's approval."""
    [stored] = store(database, planned(clock(), approvals=2), now=clock())
    return stored


def test_two_people_approve(database: Database, clock: MovedClock, row: Delivery) -> None:
    assert approve(database, clock, row, "Nguyễn Thị Hòa")
    assert approve(database, clock, row, "Trần Văn Minh")
    assert approvers(database, row) == ["Nguyễn Thị Hòa", "Trần Văn Minh"]


@pytest.mark.parametrize(
    "spelling",
    [
        "nguyễn thị hòa",
        "NGUYỄN THỊ HÒA",
        "  Nguyễn  Thị\tHòa ",
        unicodedata.normalize("NFD", "Nguyễn Thị Hòa"),
        unicodedata.normalize("NFD", "NGUYỄN THỊ HÒA"),
    ],
)
def test_the_same_person_under_another_spelling_is_not_a_second_one(
    database: Database, clock: MovedClock, row: Delivery, spelling: str
) -> None:
    assert approve(database, clock, row, "Nguyễn Thị Hòa")
    assert not approve(database, clock, row, spelling)
    assert approvers(database, row) == ["Nguyễn Thị Hòa"]


@pytest.mark.parametrize("other", ["Nguyễn Thị Hoa", "Nguyễn Thị Hỏa", "Nguyễn Thị"])
def test_names_that_differ_by_an_accent_are_two_people(
    database: Database, clock: MovedClock, row: Delivery, other: str
) -> None:
    assert approve(database, clock, row, "Nguyễn Thị Hòa")
    assert approve(database, clock, row, other)


def test_a_changed_text_lapses_its_approvals_and_they_return_with_it(
    database: Database, clock: MovedClock, row: Delivery
) -> None:
    approve(database, clock, row, "Lan")
    reword(database, clock, "Khác")
    assert approvers(database, row) == []
    reword(database, clock, "Xin chào")
    assert approvers(database, row) == ["Lan"]


def test_one_person_may_approve_each_text_anew(
    database: Database, clock: MovedClock, row: Delivery
) -> None:
    approve(database, clock, row, "Lan")
    reword(database, clock, "Khác")
    assert approve(database, clock, row, "Lan")
    assert approvers(database, row) == ["Lan"]


def test_the_approval_of_a_lapsed_text_does_not_let_the_new_one_go(
    database: Database, clock: MovedClock, row: Delivery
) -> None:
    approve(database, clock, row, "Lan")
    reword(database, clock, "Khác")
    approve(database, clock, row, "Minh")
    with database.writing() as session:
        assert claims.claim(session, "hop", clock(), "test", LEASE) is None


def test_an_approval_counts_on_its_own_delivery_alone(
    database: Database, clock: MovedClock, row: Delivery
) -> None:
    [other] = store(database, planned(clock(), post="hai", approvals=2), now=clock())
    approve(database, clock, row, "Lan")
    with database.reading() as session:
        assert approvals.counts(session) == {row.id: 1}
    assert approvers(database, other) == []


def test_the_audit_trail_names_the_approver_and_the_text(
    database: Database, clock: MovedClock, row: Delivery
) -> None:
    approve(database, clock, row, "Lan")
    with database.reading() as session:
        event = audit.latest(session, about="thu/2027/mot/hop")[-1]
    assert (event.actor, event.action) == ("Lan", "approve")
    assert event.detail == {"fingerprint": row.fingerprint}
