"""A post that is no longer there: noticed, told once, asked about still, and found again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlmodel import select

from publisher.clock import MovedClock
from publisher.reach.gone import OPEN_FOR
from publisher.reach.ledger import published
from publisher.store import audit
from publisher.store.database import Database
from publisher.store.models import Event
from tests.reach.builders import sent
from tests.reach.counting import DAY, HOUR, Reads

Make = Callable[..., Reads]


@pytest.fixture
def office(reads: Make) -> Reads:
    return reads("hop")


def events(database: Database) -> list[tuple[str, str]]:
    with database.reading() as session:
        gone = select(Event.action, Event.subject).where(Event.action.in_(["gone", "back"]))  # type: ignore[attr-defined]
        rows = session.exec(gone.order_by(Event.id)).all()  # type: ignore[arg-type]
        return [(action, subject) for action, subject in rows]


def test_a_post_that_is_gone_is_kept_as_not_found_and_a_person_is_told_once(
    database: Database, clock: MovedClock, office: Reads
) -> None:
    row = sent(database, clock(), "mot")
    office.round(after=2 * HOUR)
    office.line.gone = {"mot@hop"}
    for after in (6 * HOUR, DAY, DAY, 2 * DAY):
        office.round(after=after)
    assert [(one.found, one.views) for one in office.rows()] == [
        (True, 5),
        *[(False, None)] * (len(office.rows()) - 1),
    ]
    assert office.delivery(row.id).gone_at == office.rows()[1].at
    assert events(database) == [("gone", "thu/2027/mot/hop")]
    [told] = office.told
    assert "thu/2027/mot/hop" in told
    assert "10/10/2027 20:00" in told, "noticed at noon and eight hours, in Viet Nam"


def test_what_it_had_reached_stays_in_the_ledger_and_it_says_that_it_is_gone(
    database: Database, clock: MovedClock, office: Reads
) -> None:
    sent(database, clock(), "mot")
    office.round(after=2 * HOUR)
    office.line.gone = {"mot@hop"}
    office.round(after=6 * HOUR)
    with database.reading() as session:
        [post] = published(session, clock() - DAY, clock(), clock())
    assert (post.figures.views, post.gone_at) == (5, clock())


def test_one_that_is_there_again_is_no_longer_gone_and_nobody_is_troubled(
    database: Database, clock: MovedClock, office: Reads
) -> None:
    row = sent(database, clock(), "mot")
    office.line.gone = {"mot@hop"}
    office.round(after=2 * HOUR)
    assert office.alerts.open("gone ") == ["gone thu/2027/mot/hop"]
    office.line.gone = set()
    office.round(after=6 * HOUR)
    assert office.delivery(row.id).gone_at is None
    assert office.alerts.open("gone ") == []
    assert events(database) == [("gone", "thu/2027/mot/hop"), ("back", "thu/2027/mot/hop")]
    assert len(office.told) == 1


def test_a_platform_that_says_gone_and_there_in_turns_floods_nobody(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop", ages=[f"{hours}h" for hours in range(1, 25)])
    for number in range(50):
        sent(database, clock(), f"p{number}")
    for hour in range(26):
        office.line.gone = {f"p{number}@hop" for number in range(50) if hour % 2}
        office.round(after=HOUR)
    assert len(events(database)) > 500
    assert len(office.told) == 1
    assert "50" in office.told[0]


def test_gone_again_after_a_week_is_told_again(
    database: Database, clock: MovedClock, office: Reads
) -> None:
    sent(database, clock(), "mot")
    for gone, after in ((True, 25 * HOUR), (False, 2 * DAY), (True, 25 * DAY)):
        office.line.gone = {"mot@hop"} if gone else set()
        office.round(after=after + HOUR)
    assert len(office.told) == 2


def test_posts_that_are_gone_from_one_channel_are_told_together(
    database: Database, clock: MovedClock, reads: Make
) -> None:
    office = reads("hop", "khac")
    for number in range(3):
        sent(database, clock(), f"p{number}")
    sent(database, clock(), "q", channel="khac")
    office.lines["hop"].gone = {"p0@hop", "p1@hop", "p2@hop"}
    office.lines["khac"].gone = {"q@khac"}
    office.round(after=2 * HOUR)
    [told] = office.told
    assert told.count("publisher") == 0
    assert "- thu/2027/p2/hop" in told
    assert "thu/2027/q/khac" in told


def test_a_process_that_dies_before_a_person_is_told_tells_it_after_its_next_start(
    database: Database, clock: MovedClock, office: Reads, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent(database, clock(), "mot")
    office.line.gone = {"mot@hop"}
    with monkeypatch.context() as patch:
        patch.setattr(office.collector._gone, "tell", lambda: None)
        office.round(after=2 * HOUR)
    assert office.told == []
    office.anew()
    office.round()
    office.round()
    assert len(office.told) == 1


def test_after_two_weeks_it_is_put_before_nobody_any_more(
    database: Database, clock: MovedClock, office: Reads
) -> None:
    row = sent(database, clock(), "mot")
    office.line.gone = {"mot@hop"}
    office.round(after=2 * HOUR)
    office.round(after=OPEN_FOR - HOUR)
    assert office.alerts.open("gone ") == ["gone thu/2027/mot/hop"]
    office.round(after=2 * HOUR)
    assert office.alerts.open("gone ") == []
    assert office.delivery(row.id).gone_at is not None
    assert len(office.told) == 1


def test_what_is_gone_is_asked_about_apart_from_what_is_there(
    database: Database, clock: MovedClock, office: Reads
) -> None:
    for number in range(4):
        sent(database, clock(), f"p{number}")
    office.line.gone = {"p1@hop"}
    office.round(after=2 * HOUR)
    asked = len(office.line.asked)
    office.round(after=6 * HOUR)
    assert [set(ids) for ids in office.line.asked[asked:]] == [
        {"p0@hop", "p2@hop", "p3@hop"},
        {"p1@hop"},
    ]


def test_the_audit_trail_says_when_and_where(
    database: Database, clock: MovedClock, office: Reads
) -> None:
    sent(database, clock(), "mot")
    office.line.gone = {"mot@hop"}
    office.round(after=timedelta(hours=2))
    with database.reading() as session:
        event = audit.latest(session, about="mot")[-1]
    assert (event.action, event.actor, event.at) == ("gone", "publisher", clock())
