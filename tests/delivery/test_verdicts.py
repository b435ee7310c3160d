"""A person's word on deliveries, said by a command or a page: what it changes, what it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from publisher.delivery.lifecycle import State
from publisher.delivery.verdicts import FRESH_GRACE, Why
from publisher.store import approvals, audit
from tests.web.office import ConsoleOffice


@pytest.fixture
def office(stores: None, tmp_path: Path) -> Iterator[ConsoleOffice]:
    made = ConsoleOffice(tmp_path)
    yield made
    made.close()


def given(office: ConsoleOffice, post: str) -> list[str]:
    with office.site.database.reading() as session:
        return list(approvals.given(session, office.row(post)))


def last_event(office: ConsoleOffice) -> tuple[str, str]:
    with office.site.database.reading() as session:
        [event] = audit.latest(session, limit=1)
    return event.actor, event.action


def test_a_text_is_approved_once_by_each_person(office: ConsoleOffice) -> None:
    row, number = office.row("nop-ho-so"), office.number("nop-ho-so")
    seen = {number: row.fingerprint}
    assert len(office.site.verdicts.approve([number], "Lan", seen).done) == 1
    assert given(office, "nop-ho-so") == ["Lan"]
    again = office.site.verdicts.approve([number], " lan ", seen)
    assert [one.why for one in again.refused] == [Why.ALREADY]
    assert len(office.site.verdicts.approve([number], "Minh").done) == 1


def test_a_text_that_was_changed_meanwhile_is_not_approved_unseen(office: ConsoleOffice) -> None:
    row, number = office.row("nop-ho-so"), office.number("nop-ho-so")
    file = office.post_file("dich-vu-cong/nop-ho-so")
    file.write_text(file.read_text("utf-8").replace("ba bước", "hai bước"), "utf-8")
    office.site.desk.refresh(force=True)
    assert office.row("nop-ho-so").fingerprint != row.fingerprint
    outcome = office.site.verdicts.approve([number], "Lan", {number: row.fingerprint})
    assert [one.why for one in outcome.refused] == [Why.CHANGED]
    assert given(office, "nop-ho-so") == []
    assert office.site.verdicts.approve([number], "Lan", {}).refused[0].why is Why.CHANGED


@pytest.mark.parametrize(
    ("post", "why"), [("buoi-chieu", Why.NOT_ASKED), ("chao-ngay-hoi", Why.NOT_ASKED)]
)
def test_what_needs_no_approval_gets_none(office: ConsoleOffice, post: str, why: Why) -> None:
    outcome = office.site.verdicts.approve([office.number(post)], "Lan")
    assert [one.why for one in outcome.refused] == [why]


def test_what_is_not_there_is_refused_and_the_rest_is_done(office: ConsoleOffice) -> None:
    number = office.number("buoi-chieu")
    outcome = office.site.verdicts.cancel([987_654, number], "Lan")
    assert [(one.number, one.why) for one in outcome.refused] == [(987_654, Why.NOT_THERE)]
    assert len(outcome.done) == 1
    assert office.row("buoi-chieu").state == State.CANCELLED
    assert office.row("buoi-chieu").cancelled_by == "Lan"
    assert last_event(office) == ("Lan", "cancel")


def test_what_is_out_is_neither_cancelled_nor_sent_again(office: ConsoleOffice) -> None:
    number = office.number("nhac-truoc")
    verdicts = office.site.verdicts
    for outcome in (
        verdicts.cancel([number], "Lan"),
        verdicts.again([number], "Lan"),
        verdicts.absent([number], "Lan"),
        verdicts.found([number], "Lan"),
    ):
        assert [one.why for one in outcome.refused] == [Why.NOT_NOW]
    assert office.row("nhac-truoc").state == State.SENT


def test_a_failed_post_is_tried_again_at_once_with_a_fresh_grace(office: ConsoleOffice) -> None:
    office.clock.advance(timedelta(days=1))
    number = office.number("chao-ngay-hoi")
    assert len(office.site.verdicts.again([number], "Lan").done) == 1
    row = office.row("chao-ngay-hoi")
    assert row.state == State.RETRYING
    assert row.next_at == office.clock()
    assert row.expires_at == office.clock() + FRESH_GRACE


def test_a_doubt_ends_by_a_person_who_looked(office: ConsoleOffice) -> None:
    number = office.number("nhac-truoc", "zalo")
    outcome = office.site.verdicts.found([number], "Lan", "https://zalo.example.vn/1")
    assert len(outcome.done) == 1
    row = office.row("nhac-truoc", "zalo")
    assert (row.state, row.url) == (State.SENT, "https://zalo.example.vn/1")
    assert last_event(office) == ("Lan", "found")


def test_a_doubt_that_was_disproved_is_sent(office: ConsoleOffice) -> None:
    number = office.number("nhac-truoc", "zalo")
    assert len(office.site.verdicts.absent([number], "Lan").done) == 1
    assert office.row("nhac-truoc", "zalo").state == State.RETRYING


def test_a_refusal_is_told_in_words() -> None:
    assert len({why.words for why in Why}) == len(Why)
