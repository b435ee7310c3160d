"""A code stands in the store before its post can go out, and leads to one page for ever."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from publisher.clock import MovedClock
from publisher.delivery import lifecycle
from publisher.desk.desk import Desk
from publisher.planning.model import PlannedDelivery
from publisher.settings.links import Links
from publisher.store import contents, deliveries, short_links
from publisher.store import planned as stored_plan
from publisher.store.database import Database
from publisher.store.models import Delivery
from publisher.store.reach_tables import ShortLink
from tests.desk.conftest import Room
from tests.store.builders import planned

A, B = "https://tinh.example.vn/a", "https://tinh.example.vn/b"
SHORT = "https://tinh.example.vn/l"


def targets(database: Database) -> dict[str, str]:
    with database.reading() as session:
        return {row.code: row.target for row in session.exec(select(ShortLink))}


def owner(database: Database, code: str) -> str:
    """The post that ``code`` is counted for."""
    with database.reading() as session:
        return session.exec(
            select(Delivery.post).join(ShortLink).where(ShortLink.code == code)
        ).one()


def linked(post: str, at: MovedClock, text: str = "Xin chào", **links: str) -> PlannedDelivery:
    delivery = planned(at() + timedelta(hours=1), post=post, text=text)
    return replace(delivery, links=tuple(links.items()))


def go_out(database: Database, row: Delivery, *steps: lifecycle.Move) -> None:
    with database.writing() as session:
        for step in steps:
            number = deliveries.number_of(row)
            assert deliveries.move(session, number, step, row.due_at, sent_at=row.due_at)


# -- the store ------------------------------------------------------------------------------------


def test_a_code_is_stored_with_its_delivery_or_neither_is(
    database: Database, clock: MovedClock
) -> None:
    def add_and_fail() -> None:
        with database.writing() as session:
            stored_plan.add(session, linked("mot", clock, bb22=A), clock())
            raise RuntimeError

    with pytest.raises(RuntimeError):
        add_and_fail()
    assert targets(database) == {}

    with database.writing() as session:
        stored_plan.add(session, linked("mot", clock, bb22=A), clock())
    assert targets(database) == {"bb22": A}


def test_an_edited_post_keeps_its_old_codes_and_gets_its_new_ones(
    database: Database, clock: MovedClock
) -> None:
    with database.writing() as session:
        stored_plan.add(session, linked("mot", clock, bb22=A), clock())
        assert stored_plan.change(session, linked("mot", clock, "Mới", bb33=B), clock())
    assert targets(database) == {"bb22": A, "bb33": B}


def test_a_change_that_comes_too_late_brings_no_code(database: Database, clock: MovedClock) -> None:
    with database.writing() as session:
        row = stored_plan.add(session, linked("mot", clock), clock())
    go_out(database, row, lifecycle.CLAIM, lifecycle.RECEIVE)
    with database.writing() as session:
        assert not stored_plan.change(session, linked("mot", clock, bb22=A), clock())
    assert targets(database) == {}


def test_a_post_that_comes_back_has_its_codes(database: Database, clock: MovedClock) -> None:
    with database.writing() as session:
        row = stored_plan.add(session, linked("mot", clock), clock())
    go_out(database, row, lifecycle.CANCEL)
    with database.writing() as session:
        stored_plan.restore(session, linked("mot", clock, bb22=A), clock())
    assert targets(database) == {"bb22": A}


def test_a_code_never_comes_to_lead_elsewhere(database: Database, clock: MovedClock) -> None:
    with database.writing() as session:
        stored_plan.add(session, linked("mot", clock, bb22=A), clock())
    with pytest.raises(short_links.CodeTakenError), database.writing() as session:
        stored_plan.add(session, linked("hai", clock, bb22=B), clock())
    assert targets(database) == {"bb22": A}
    with database.reading() as session:
        assert [row.post for row in deliveries.matching(session)] == ["mot"]


SENT = (lifecycle.CLAIM, lifecycle.RECEIVE)
DOUBTED = (lifecycle.CLAIM, lifecycle.DOUBT)


@pytest.mark.parametrize(
    ("steps", "planned_again", "sent_outside"),
    [
        ((), "mot", "hai"),
        ((lifecycle.CANCEL,), "hai", "hai"),
        ((lifecycle.MISS,), "hai", "hai"),
        ((lifecycle.CLAIM,), "mot", "mot"),
        (SENT, "mot", "mot"),
        (DOUBTED, "mot", "mot"),
    ],
)
def test_one_code_of_two_deliveries_is_counted_for_the_one_that_goes_out_first(
    database: Database,
    clock: MovedClock,
    steps: tuple[lifecycle.Move, ...],
    planned_again: str,
    sent_outside: str,
) -> None:
    with database.writing() as session:
        row = stored_plan.add(session, linked("mot", clock, bb22=A), clock())
    go_out(database, row, *steps)
    with database.writing() as session:
        other = stored_plan.add(session, linked("hai", clock, bb22=A), clock())
    assert owner(database, "bb22") == planned_again
    with database.writing() as session:
        short_links.take_over(session, deliveries.number_of(other), [("bb22", A)])
    assert owner(database, "bb22") == sent_outside


def test_of_codes_that_two_pages_come_to_the_one_in_the_store_keeps_it(
    database: Database, clock: MovedClock
) -> None:
    with database.writing() as session:
        stored_plan.add(session, linked("mot", clock, bb22=A, bb33=A), clock())
    many = [(f"gg{number}", A) for number in range(1200)]
    with database.reading() as session:
        found = short_links.taken(
            session, [("bb22", B), ("bb33", A), ("bb44", A), ("bb44", B), *many]
        )
    assert found == {"bb22": A, "bb44": A}


# -- the desk -------------------------------------------------------------------------------------


@dataclass
class LinkedRoom(Room):
    """A desk whose posts have short links."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.link(Links(utm_hosts=("tinh.example.vn",), short=SHORT))

    def link(self, links: Links) -> None:
        """Let the desk work with these ``links`` in its settings."""
        self.settings = self.settings.model_copy(update={"links": links})
        self.desk = Desk(self.settings, self.database, self.clock, self.desk.alerts)

    def texts(self) -> dict[str, str]:
        """What each post says, as it is stored to be sent."""
        with self.database.reading() as session:
            return {
                row.post: contents.load(session, row.fingerprint, "k", row.due_at).body.plain
                for row in deliveries.matching(session)
            }


@pytest.fixture
def linked_room(tmp_path: Path, database: Database, clock: MovedClock) -> LinkedRoom:
    made = LinkedRoom(tmp_path / "campaigns", database, clock)
    made.campaign("hoi")
    made.post("hoi", "mot", "D-3 08:00", f"Mời xem {A}")
    made.post("hoi", "hai", "D 08:00", f"Mời xem {A}")
    return made


def test_every_link_that_stands_in_a_stored_post_is_in_the_store(linked_room: LinkedRoom) -> None:
    linked_room.desk.refresh()

    known = targets(linked_room.database)
    assert len(known) == 2
    for post, text in linked_room.texts().items():
        [code] = [code for code in known if f"{SHORT}/{code}" in text]
        assert known[code].startswith(f"{A}?utm_source=fanpage")
        assert owner(linked_room.database, code) == post


def test_planning_again_changes_nothing(linked_room: LinkedRoom) -> None:
    linked_room.desk.refresh()
    before = linked_room.texts()

    changes = linked_room.desk.refresh(force=True)

    assert changes is not None
    assert changes.empty
    assert linked_room.texts() == before


def test_a_code_that_leads_elsewhere_is_left_to_it_and_the_post_gets_a_longer_one_for_good(
    linked_room: LinkedRoom,
) -> None:
    draft = linked_room.desk.draft()
    [code] = [code for d in draft.planned if d.identity.post == "mot" for code, _target in d.links]
    with linked_room.database.writing() as session:
        stored_plan.add(session, linked("cu", linked_room.clock, **{code: B}), linked_room.clock())

    linked_room.desk.refresh()

    known = targets(linked_room.database)
    [longer] = [one for one in known if one.startswith(code) and one != code]
    assert known[code] == B
    assert known[longer].startswith(f"{A}?")
    assert f"{SHORT}/{longer}" in linked_room.texts()["mot"]
    changes = linked_room.desk.refresh(force=True)
    assert changes is not None
    assert changes.empty


def test_where_there_is_no_short_address_nothing_is_stored_and_links_stay_as_they_are(
    linked_room: LinkedRoom,
) -> None:
    linked_room.link(Links(utm_hosts=("tinh.example.vn",)))
    linked_room.desk.refresh()

    assert targets(linked_room.database) == {}
    assert all(f"{A}?utm_source=fanpage" in text for text in linked_room.texts().values())


def test_on_a_channel_that_is_to_have_none_links_stay_as_they_are(linked_room: LinkedRoom) -> None:
    links = linked_room.settings.links
    linked_room.link(links.model_copy(update={"not_short_on": ("fanpage",)}))
    linked_room.desk.refresh()

    assert targets(linked_room.database) == {}
    assert all(f"{A}?utm_source=fanpage" in text for text in linked_room.texts().values())
