"""A campaign of which nothing changed isn't read again, and nobody can tell by the plan."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.clock import MovedClock
from publisher.delivery.lifecycle import CANCEL, CLAIM, MISS, RECEIVE
from publisher.planning.diff import BY_PLAN, Changes
from publisher.store import deliveries
from publisher.store.database import Database
from tests.conftest import NOON
from tests.desk.conftest import Room
from tests.store.rows import empty


def anew(room: Room) -> Room:
    """The same office in another process."""
    fresh = Room(room.folder, room.database, room.clock)
    fresh.desk = type(room.desk)(room.settings, room.database, room.clock, room.desk.alerts)
    fresh.settings = room.settings
    return fresh


def as_if_nothing_were_remembered(room: Room) -> Changes:
    """What a draft would change that reads every file."""
    plan = room.folder.parent / "var/plan"
    aside = plan.with_name("aside")
    plan.rename(aside)
    changes = anew(room).desk.draft().changes
    shutil.rmtree(plan, ignore_errors=True)
    aside.rename(plan)
    return changes


def test_a_campaign_that_did_not_change_is_not_read_again(room: Room) -> None:
    draft = anew(room).desk.draft()

    assert (draft.planned, draft.changes) == ((), Changes(unchanged=2))


def test_only_what_changed_is_read(room: Room) -> None:
    room.campaign("le", ba="D 09:00")
    room.desk.refresh()
    room.post("hoi", "mot", "D-3 08:00", "Lời khác hẳn.")

    draft = anew(room).desk.draft()

    assert {one.identity.campaign for one in draft.planned} == {"hoi"}
    assert [one.planned.identity.post for one in draft.changes.altered] == ["mot"]
    assert draft.changes.unchanged == 2


def test_who_asks_for_a_campaign_that_was_not_read_gets_it_all_the_same(room: Room) -> None:
    fresh = anew(room)
    fresh.desk.refresh()

    assert [len(campaign.posts) for campaign in fresh.desk.campaigns()] == [2]


def test_what_is_forgotten_or_broken_is_read_anew(room: Room) -> None:
    kept = room.folder.parent / "var/plan/hoi"
    kept.write_bytes(kept.read_bytes().replace(b"hoi", b"hai"))
    assert anew(room).desk.draft().changes == Changes(unchanged=2)

    shutil.rmtree(kept.parent)
    kept.parent.write_text("không phải thư mục")
    assert anew(room).desk.draft().changes == Changes(unchanged=2)


def test_what_the_store_lost_is_planned_again(room: Room) -> None:
    empty(room.database)

    assert len(anew(room).desk.draft().changes.added) == 2


# -- every step that anybody can take -------------------------------------------------------------

Step = Callable[[Room], object]


def _moved(room: Room, post: str, step: object, **facts: object) -> None:
    with room.database.writing() as session:
        for row in deliveries.matching(session, post=post):
            number = deliveries.number_of(row)
            deliveries.move(session, number, step, room.clock(), **facts)  # type: ignore[arg-type]


def _sent(room: Room) -> None:
    _moved(room, "mot", CLAIM)
    _moved(room, "mot", RECEIVE, sent_at=room.clock())


def _settings(**keys: object) -> Step:
    def change(room: Room) -> None:
        room.settings = type(room.settings).model_validate(
            room.settings.model_dump() | {"root": room.folder.parent} | keys
        )

    return change


def _campaign_file(before: str, after: str) -> Step:
    def change(room: Room) -> None:
        path = room.folder / "hoi/campaign.toml"
        path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")

    return change


def _gone(room: Room, path: str) -> None:
    (room.folder / path).unlink(missing_ok=True)


def _renamed(room: Room) -> None:
    path = room.folder / "hoi/posts/hai.md"
    if path.exists():
        path.rename(path.with_name("hai-moi.md"))


def _register(room: Room) -> None:
    room.folder.joinpath("coverage.csv").write_text(
        "Mã,Tên,Mật\nNV-01,Nhiệm vụ một,x\n", encoding="utf-8"
    )


STEPS: dict[str, Step] = {
    "an hour passes": lambda room: room.clock.advance(timedelta(hours=1)),
    "five days pass": lambda room: room.clock.advance(timedelta(days=5)),
    "the clock is set back": lambda room: room.clock.advance(-timedelta(hours=3)),
    "another text": lambda room: room.post("hoi", "mot", "D-3 08:00", "Lời khác {{ days_left }}."),
    "another day": lambda room: room.post("hoi", "hai", "D+1 10:00"),
    "a recurrence": lambda room: room.post("hoi", "ngay", "RRULE:FREQ=DAILY;BYHOUR=6"),
    "a post more": lambda room: room.post("hoi", "ba", "D+2 08:00"),
    "a post of a secret task": lambda room: room.folder.joinpath("hoi/posts/kin.md").write_text(
        '+++\nwhen = "D+2 09:00"\ncovers = ["NV-01"]\n+++\nNội dung\n', encoding="utf-8"
    ),
    "a post less": lambda room: _gone(room, "hoi/posts/ba.md"),
    "a post renamed": _renamed,
    "a post broken": lambda room: room.post("hoi", "ba", "khi nào đó"),
    "another campaign": lambda room: room.campaign("le", sau="D+1 09:00"),
    "a campaign gone": lambda room: shutil.rmtree(room.folder / "le", ignore_errors=True),
    "another anchor": _campaign_file('"10-20"', '"10-21"'),
    "another grace": _campaign_file("approvals = 0", 'approvals = 0\ngrace = "5d"'),
    "another audience": _campaign_file("approvals = 0", 'approvals = 0\naudiences = ["people"]'),
    "another approval": _campaign_file("approvals = 0", "approvals = 1"),
    "the register names a secret": _register,
    "another office": _settings(office={"name": "Sở khác"}),
    "another horizon": _settings(horizon="3d"),
    "another zone": _settings(timezone="UTC"),
    "the channel is off": _settings(channels={"fanpage": {"adapter": "outbox", "enabled": False}}),
    "the channel is like another": _settings(
        channels={"fanpage": {"adapter": "outbox", "like": "x"}}
    ),
    "one went out": _sent,
    "one was missed": lambda room: _moved(room, "hai", MISS),
    "a person took one out": lambda room: _moved(room, "hai", CANCEL, cancelled_by="Lan"),
    "the plan took one out": lambda room: _moved(room, "hai", CANCEL, cancelled_by=BY_PLAN),
    "the plan is put into force": lambda room: anew(room).desk.refresh(force=True),
}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(names=st.lists(st.sampled_from(sorted(STEPS)), min_size=1, max_size=8))
def test_whatever_happens_the_plan_is_as_if_nothing_were_remembered(
    database: Database, names: list[str]
) -> None:
    empty(database)
    with tempfile.TemporaryDirectory() as folder:
        room = Room(Path(folder) / "campaigns", database, MovedClock(NOON))
        room.campaign("hoi", mot="D-3 08:00", hai="D 08:00")
        room.desk.refresh()
        for name in names:
            STEPS[name](room)
            assert anew(room).desk.draft().changes == as_if_nothing_were_remembered(room), name
