"""What officers do with files, and what becomes of the plan: only what they touched."""

from __future__ import annotations

import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from PIL import Image

from publisher.delivery.lifecycle import CLAIM, RECEIVE
from publisher.store import deliveries
from tests.desk.conftest import Room


def sent(room: Room, post: str) -> None:
    """``post`` went out."""
    with room.database.writing() as session:
        [row] = deliveries.matching(session, post=post)
        number = deliveries.number_of(row)
        assert deliveries.move(session, number, CLAIM, room.clock())
        assert deliveries.move(session, number, RECEIVE, room.clock(), sent_at=room.clock())


@pytest.mark.parametrize(
    ("when", "added"),
    [
        ("D-10 09:00", 0),  # three hours ago: told as too late, never added
        ("D-10 15:00", 1),
        ("D 08:00", 1),
        ("D+5 weekdays 09:00", 1),
        ("2027-10-15 08:00", 1),
    ],
)
def test_adding_a_post_never_moves_another(room: Room, when: str, added: int) -> None:
    before = room.due()

    room.post("hoi", "them", when)
    changes = room.desk.refresh()

    assert changes is not None
    assert changes.counts() == {"added": added, "altered": 0, "restored": 0, "removed": 0}
    assert {name: room.due()[name] for name in before} == before


def test_a_deleted_campaign_takes_out_what_was_planned_and_leaves_what_went_out(
    room: Room,
) -> None:
    sent(room, "mot")
    shutil.rmtree(room.folder / "hoi")

    room.desk.refresh()

    assert room.states() == {"mot": "sent", "hai": "cancelled"}
    assert room.told == []


def test_a_campaign_that_comes_back_is_planned_as_before(room: Room) -> None:
    due = room.due()
    shutil.move(room.folder / "hoi", room.folder.parent / "cat-di")
    room.desk.refresh()
    shutil.move(room.folder.parent / "cat-di", room.folder / "hoi")
    room.desk.refresh()

    assert room.states() == {"mot": "planned", "hai": "planned"}
    assert room.due() == due


def test_a_folder_put_aside_as_a_draft_is_as_good_as_deleted(room: Room) -> None:
    (room.folder / "hoi").rename(room.folder / "_hoi")

    room.desk.refresh()

    assert set(room.states().values()) == {"cancelled"}


def test_files_that_did_not_change_are_not_read_again(room: Room) -> None:
    assert room.desk.refresh() is None

    room.post("hoi", "mot", "D-3 08:00", "Lời khác hẳn và dài hơn lời trước.")
    changes = room.desk.refresh()

    assert changes is not None
    assert changes.counts()["altered"] == 1


def test_the_far_end_of_the_plan_moves_with_time(room: Room) -> None:
    room.campaign("xa", sau="D+55 08:00")
    room.desk.refresh()
    assert "sau" not in room.states()

    room.clock.advance(timedelta(days=8))
    room.desk.refresh()

    assert room.states()["sau"] == "planned"


def test_a_draft_writes_nothing_and_neither_does_asking_for_titles(room: Room) -> None:
    room.post("hoi", "ba", "D+1 08:00")

    draft = room.desk.draft()

    assert [one.identity.post for one in draft.changes.added] == ["ba"]
    assert "ba" not in room.states()
    fresh = Room(room.folder, room.database, room.clock).desk
    assert [campaign.slug for campaign in fresh.campaigns()] == ["hoi"]
    assert "ba" not in room.states()


def test_a_planned_picture_is_kept_whatever_happens_to_its_file(room: Room, tmp_path: Path) -> None:
    media = room.folder / "hoi/media"
    media.mkdir()
    Image.new("RGB", (800, 420), "#0b4f8a").save(media / "anh.png")
    drawn = (media / "anh.png").read_bytes()
    (room.folder / "hoi/posts/ba.md").write_text(
        '+++\nwhen = "D+1 08:00"\nmedia = [{ file = "media/anh.png", alt = "Nhà văn hóa" }]\n'
        "+++\nMời bà con đến nhà văn hóa.\n",
        encoding="utf-8",
    )
    room.desk.refresh()
    shutil.rmtree(media)
    room.desk.refresh()

    kept = [path for path in (tmp_path / "var/media").rglob("*") if path.is_file()]
    assert [path.read_bytes() for path in kept] == [drawn]
    assert room.states()["ba"] == "planned"
