"""Tagging posts after they went out: reports see it, and nothing else does."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import select

from publisher.delivery.lifecycle import CLAIM, DOUBT, RECEIVE, REFUSE, State
from publisher.store import approvals, audit, deliveries
from publisher.store.models import Approval, Delivery
from tests.desk.conftest import CAMPAIGN, Room

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
NOT_TAGS = [name for name in Delivery.model_fields if name not in ("audiences", "covers")]


def tag(room: Room, name: str, *codes: str, slug: str = "hoi") -> None:
    """The officer writes what the post covers into its file."""
    path = room.folder / slug / "posts" / f"{name}.md"
    head, keys, body = path.read_text(encoding="utf-8").split("+++", 2)
    kept = [line for line in keys.strip().splitlines() if not line.startswith("covers")]
    named = ", ".join(f'"{code}"' for code in codes)
    lines = "\n".join([*kept, f"covers = [{named}]"])
    path.write_text(f"{head}+++\n{lines}\n+++{body}", encoding="utf-8")


def rows(room: Room, **named: str) -> list[Delivery]:
    with room.database.reading() as session:
        return list(deliveries.matching(session, **named))


def covers(room: Room, post: str) -> list[str]:
    [row] = rows(room, post=post)
    return row.covers


def facts(room: Room) -> list[dict[str, object]]:
    """Everything of every delivery but its tags; and the approvals."""
    with room.database.reading() as session:
        approved = [one.model_dump() for one in session.exec(select(Approval)).all()]
    return [{name: getattr(row, name) for name in NOT_TAGS} for row in rows(room)] + approved


def move(room: Room, post: str, *steps: object, **changes: object) -> None:
    with room.database.writing() as session:
        [row] = deliveries.matching(session, post=post)
        for step in steps:
            assert deliveries.move(
                session,
                deliveries.number_of(row),
                step,  # type: ignore[arg-type]
                room.clock(),
                **changes,
            )


def send(room: Room, post: str) -> None:
    move(room, post, CLAIM)
    move(room, post, RECEIVE, sent_at=room.clock())


def test_a_post_that_is_still_to_come_is_tagged_and_is_otherwise_the_same(room: Room) -> None:
    before = facts(room)
    tag(room, "hai", "NV-01")

    changes = room.desk.refresh()

    assert changes is not None
    assert changes.counts() == {"added": 0, "altered": 0, "restored": 0, "removed": 0}
    assert covers(room, "hai") == ["NV-01"]
    assert covers(room, "mot") == []
    assert facts(room) == before


@pytest.mark.parametrize("days", [0, 1, 40, 150])
def test_a_post_is_tagged_however_long_it_is_out(room: Room, days: int) -> None:
    send(room, "mot")
    room.clock.advance(timedelta(days=days))
    room.desk.refresh(force=True)
    before = facts(room)
    tag(room, "mot", "NV-01", "NV-02")

    room.desk.refresh(force=True)

    assert covers(room, "mot") == ["NV-01", "NV-02"]
    assert facts(room) == before


@pytest.mark.parametrize(
    ("steps", "state"),
    [
        ((CLAIM,), State.SENDING),
        ((CLAIM, DOUBT), State.UNCONFIRMED),
        ((CLAIM, REFUSE), State.FAILED),
    ],
)
def test_tagging_never_moves_what_is_being_sent_or_in_doubt(
    room: Room, steps: tuple[object, ...], state: State
) -> None:
    move(room, "mot", *steps)
    before = facts(room)
    tag(room, "mot", "NV-01")

    room.desk.refresh()

    assert room.states()["mot"] == state
    assert covers(room, "mot") == ["NV-01"]
    assert facts(room) == before


def test_an_approval_outlives_tagging(room: Room) -> None:
    [row] = rows(room, post="mot")
    with room.database.writing() as session:
        assert approvals.approve(session, row, "Lan", room.clock())
    before = facts(room)
    tag(room, "mot", "NV-01")
    room.desk.refresh()
    assert covers(room, "mot") == ["NV-01"]
    assert facts(room) == before


def test_whom_a_post_is_for_is_taken_up_as_well(room: Room) -> None:
    send(room, "mot")
    path = room.folder / "hoi" / "campaign.toml"
    path.write_text(CAMPAIGN + 'audiences = ["learners"]\n', encoding="utf-8")
    room.desk.refresh()
    assert [row.audiences for row in rows(room)] == [["learners"], ["learners"]]


def test_tagging_is_written_down_once(room: Room) -> None:
    send(room, "mot")
    tag(room, "mot", "NV-01")
    room.desk.refresh()
    room.desk.refresh(force=True)
    with room.database.reading() as session:
        told = [one for one in audit.latest(session) if one.action == "tagged"]
    assert [one.detail["covers"] for one in told] == ["NV-01"]


def test_a_tag_taken_back_is_taken_back_in_the_store(room: Room) -> None:
    send(room, "mot")
    tag(room, "mot", "NV-01")
    room.desk.refresh()
    tag(room, "mot")
    room.desk.refresh()
    assert covers(room, "mot") == []


# -- which edition the files speak of -------------------------------------------------------------


def by_edition(room: Room, post: str) -> dict[int, list[str]]:
    return {row.edition: row.covers for row in rows(room, post=post)}


def test_a_new_edition_leaves_the_last_ones_tags_as_they_were(room: Room) -> None:
    tag(room, "mot", "NV-2027")
    room.desk.refresh()
    send(room, "mot")
    # The day is 20 October: in September 2028 the next edition is in the plan.
    room.clock.move_to(datetime(2028, 9, 10, 8, tzinfo=ZONE))
    tag(room, "mot", "NV-2028")

    room.desk.refresh(force=True)

    assert by_edition(room, "mot") == {2027: ["NV-2027"], 2028: ["NV-2028"]}


@pytest.mark.parametrize(
    ("now", "spoken_of"),
    [(datetime(2028, 3, 1, tzinfo=ZONE), True), (datetime(2028, 6, 1, tzinfo=ZONE), False)],
)
def test_between_two_editions_the_files_speak_of_the_nearest(
    room: Room, now: datetime, spoken_of: bool
) -> None:
    send(room, "mot")
    room.clock.move_to(now)
    tag(room, "mot", "NV-01")
    room.desk.refresh(force=True)
    assert covers(room, "mot") == (["NV-01"] if spoken_of else [])


def test_what_a_recurring_post_brought_before_keeps_its_tags(room: Room) -> None:
    folder = room.folder / "tin"
    (folder / "posts").mkdir(parents=True)
    (folder / "campaign.toml").write_text(
        'title = "Tin"\nowner = "Sở"\nchannels = ["fanpage"]\napprovals = 0\n', encoding="utf-8"
    )
    daily = "RRULE:FREQ=DAILY;BYHOUR=8;BYMINUTE=0"
    room.post("tin", "meo", daily)
    room.desk.refresh()
    first = min(rows(room, post="meo"), key=lambda row: row.due_at)
    room.clock.move_to(first.due_at)
    with room.database.writing() as session:
        assert deliveries.move(session, deliveries.number_of(first), CLAIM, room.clock())
        assert deliveries.move(
            session, deliveries.number_of(first), RECEIVE, room.clock(), sent_at=room.clock()
        )
    room.post("tin", "meo", daily, text="Mẹo của tuần sau.")
    tag(room, "meo", "NV-01", slug="tin")

    room.desk.refresh(force=True)

    tags = {row.due_at: row.covers for row in rows(room, post="meo")}
    assert tags.pop(first.due_at) == []
    assert set(map(tuple, tags.values())) == {("NV-01",)}


def test_a_campaign_at_fault_is_not_retagged(room: Room) -> None:
    send(room, "mot")
    tag(room, "mot", "NV-01")
    path: Path = room.folder / "hoi" / "posts" / "hai.md"
    path.write_text(path.read_text(encoding="utf-8") + "{{ khong_co }}", encoding="utf-8")
    room.desk.refresh()
    assert covers(room, "mot") == []


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["mot", "hai"]),
            st.lists(st.sampled_from(["NV-01", "NV-02", "NV-03"]), unique=True, max_size=3),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_however_often_it_is_tagged_the_store_says_what_the_file_says(
    room: Room, tags: list[tuple[str, list[str]]]
) -> None:
    before = facts(room)
    said = {name: covers(room, name) for name in ("mot", "hai")}
    for name, codes in tags:
        tag(room, name, *codes)
        said[name] = codes
        room.desk.refresh(force=True)
        assert {name: covers(room, name) for name in said} == said
    assert facts(room) == before


def test_a_planned_post_that_turns_out_to_be_about_a_secret_task_is_not_sent(room: Room) -> None:
    register = room.folder / "coverage.csv"
    register.write_text("Mã;Tên nhiệm vụ;Mật\nNV-01;Một;\n", encoding="utf-8")
    tag(room, "hai", "NV-01")
    room.desk.refresh(force=True)
    [before] = rows(room, post="hai")
    assert before.state == State.PLANNED

    register.write_text("Mã;Tên nhiệm vụ;Mật\nNV-01;Một;có\n", encoding="utf-8")
    room.desk.refresh(force=True)

    assert [row.state for row in rows(room, post="hai")] == [State.CANCELLED]
    assert [row.state for row in rows(room, post="mot")] == [State.PLANNED]
    changes = room.desk.refresh(force=True)
    assert changes is not None
    assert changes.empty

    register.write_text("Mã;Tên nhiệm vụ;Mật\nNV-01;Một;\n", encoding="utf-8")
    room.desk.refresh(force=True)

    [after] = rows(room, post="hai")
    assert (after.state, after.fingerprint) == (State.PLANNED, before.fingerprint)


def test_what_went_out_before_its_task_was_secret_stays_as_it_was(room: Room) -> None:
    tag(room, "hai", "NV-01")
    room.desk.refresh(force=True)
    send(room, "hai")
    before = facts(room)

    (room.folder / "coverage.csv").write_text("Mã;Tên;Mật\nNV-01;Một;có\n", encoding="utf-8")
    room.desk.refresh(force=True)

    assert facts(room) == before
