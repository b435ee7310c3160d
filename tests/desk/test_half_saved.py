"""A file caught half-saved, or a folder out of reach, changes nothing of what was planned."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.desk.conftest import CAMPAIGN, Room

Harm = Callable[[Path], object]


def _truncated_toml(folder: Path) -> None:
    (folder / "hoi/campaign.toml").write_text(CAMPAIGN[:40], encoding="utf-8")


def _empty_toml(folder: Path) -> None:
    (folder / "hoi/campaign.toml").write_text("", encoding="utf-8")


def _no_toml(folder: Path) -> None:
    (folder / "hoi/campaign.toml").unlink()


def _empty_post(folder: Path) -> None:
    (folder / "hoi/posts/mot.md").write_text("", encoding="utf-8")


def _truncated_front_matter(folder: Path) -> None:
    (folder / "hoi/posts/mot.md").write_text('+++\nwhen = "D-3 08', encoding="utf-8")


def _letters_cut_in_two(folder: Path) -> None:
    post = folder / "hoi/posts/mot.md"
    words = post.read_bytes()
    post.write_bytes(words[: words.index("ờ".encode()) + 1])


def _no_folder(folder: Path) -> None:
    folder.rename(folder.with_name("cat-di"))


HARMS = [
    _truncated_toml,
    _empty_toml,
    _no_toml,
    _empty_post,
    _truncated_front_matter,
    _letters_cut_in_two,
    _no_folder,
]


@pytest.mark.parametrize("harm", HARMS)
def test_what_was_planned_stays_and_one_alert_is_told_until_it_is_mended(
    room: Room, harm: Harm
) -> None:
    saved = room.folder.with_name("ban-goc")
    shutil.copytree(room.folder, saved)
    due = room.due()

    harm(room.folder)
    room.desk.refresh(force=True)
    room.desk.refresh(force=True)

    assert room.states() == {"mot": "planned", "hai": "planned"}
    assert room.due() == due
    assert len(room.told) == 1
    assert "publisher check" in room.told[0]
    assert len(room.desk.alerts.open("campaign")) == 1

    shutil.rmtree(room.folder, ignore_errors=True)
    saved.rename(room.folder)
    room.desk.refresh(force=True)

    assert room.desk.alerts.open("campaign") == []
    assert room.states() == {"mot": "planned", "hai": "planned"}


def test_a_fault_that_comes_back_after_it_was_mended_is_told_at_once(room: Room) -> None:
    for _time in range(2):
        _empty_post(room.folder)
        room.desk.refresh(force=True)
        room.post("hoi", "mot", "D-3 08:00")
        room.desk.refresh(force=True)

    assert len(room.told) == 2


def test_a_fault_left_standing_is_told_again_after_the_quiet(room: Room) -> None:
    _empty_post(room.folder)
    for _hour in range(8):
        room.desk.refresh()
        room.clock.advance(timedelta(hours=1))

    assert len(room.told) == 2


def test_a_second_campaigns_fault_is_told_though_the_first_is_known(room: Room) -> None:
    room.campaign("le", ba="D 09:00")
    _empty_post(room.folder)
    room.desk.refresh(force=True)
    (room.folder / "le/campaign.toml").write_text("", encoding="utf-8")
    room.desk.refresh(force=True)

    first, second = room.told
    assert "hoi/posts/mot.md" in first
    assert "le/campaign.toml" in second
    assert "hoi/" not in second


def test_the_other_campaigns_go_on(room: Room) -> None:
    _empty_post(room.folder)
    room.campaign("le", ba="D 09:00")

    room.desk.refresh(force=True)

    assert room.states() == {"mot": "planned", "hai": "planned", "ba": "planned"}


def test_the_alert_names_file_and_line(room: Room) -> None:
    room.post("hoi", "mot", "ngày mai")

    room.desk.refresh(force=True)

    assert "hoi/posts/mot.md:2" in room.told[0]


def test_a_file_saved_this_moment_is_given_until_the_next_look(room: Room) -> None:
    _empty_post(room.folder)
    saved = room.clock().timestamp() - 1
    os.utime(room.folder / "hoi/posts/mot.md", (saved, saved))

    room.desk.refresh()
    assert room.told == []
    room.clock.advance(room.desk.settings.jobs.plan)
    room.desk.refresh()
    assert len(room.told) == 1
