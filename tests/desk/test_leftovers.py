"""What was made of files and nobody needs any more is taken away, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from publisher.clock import system_clock
from publisher.daemon.running import Daemon
from publisher.delivery import lifecycle
from publisher.desk import leftovers
from publisher.media.places import room_for
from publisher.media.record import Record
from publisher.media.thumbnails import thumbnail
from publisher.site import Site
from publisher.store import deliveries
from tests.desk.conftest import Room
from tests.media.builders import picture

LONG_AGO = leftovers.KEPT_FOR + timedelta(days=1)
LATELY = leftovers.KEPT_FOR - timedelta(days=1)


def made(folder: Path, name: str, at: datetime) -> Path:
    """A file in ``folder`` that was last asked for at that time."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(name.encode())
    os.utime(path, (at.timestamp(), at.timestamp()))
    return path


@pytest.fixture
def card(room: Room) -> Path:
    """The card of a post that stands in the plan, drawn long before the clock's "now"."""
    text = '+++\nwhen = "D 09:00"\ncard = "countdown"\n+++\nMời bà con dự hội.\n'
    (room.folder / "hoi" / "posts" / "ba.md").write_text(text, encoding="utf-8")
    room.desk.refresh(force=True)
    [drawn] = (room.settings.var_folder / "cards").glob("*.png")
    return drawn


def sweep(room: Room) -> int:
    with room.database.reading() as session:
        return leftovers.sweep(session, room.settings.var_folder, room.clock())


@pytest.mark.parametrize("folder", ["cards", "renditions", "videos", "thumbnails/ab"])
def test_what_nobody_asked_for_in_two_months_goes_and_what_somebody_did_stays(
    room: Room, folder: str
) -> None:
    var = room.settings.var_folder
    old = made(var / folder, "old.png", room.clock() - LONG_AGO)
    young = made(var / folder, "young.png", room.clock() - LATELY)
    assert sweep(room) == 1
    assert not old.exists()
    assert young.exists()
    room.clock.advance(LONG_AGO - LATELY)
    assert sweep(room) == 1
    assert not young.exists()


def test_the_card_of_a_post_that_is_still_to_go_stays_however_old_and_goes_once_it_is_out(
    room: Room, card: Path
) -> None:
    room.clock.move_to(room.clock() + timedelta(days=1))
    assert sweep(room) == 0
    with room.database.writing() as session:
        [row] = [one for one in deliveries.matching(session) if one.post == "ba"]
        for step in (lifecycle.CLAIM, lifecycle.RECEIVE):
            deliveries.move(session, deliveries.number_of(row), step, room.clock())
    content = card.read_bytes()
    assert sweep(room) == 1
    assert not card.exists()
    kept = (room.settings.var_folder / "media").rglob("*.png")
    assert [one.read_bytes() for one in kept] == [content], "what was sent is kept"


def test_what_is_sent_what_channels_keep_and_a_lock_are_left_alone(room: Room) -> None:
    var, long_ago = room.settings.var_folder, room.clock() - 10 * LONG_AGO
    others = [
        made(var / "media" / "ab", "ab12.png", long_ago),
        made(var / "channels" / "fanpage", "state", long_ago),
        made(var / "backups", "publisher-1.db", long_ago),
        made(var / "videos", ".lock", long_ago),
    ]
    assert sweep(room) == 0
    assert all(one.exists() for one in others)


def _rendition(folder: Path) -> Path:
    return room_for(folder, "ab.jpg", "renditions")


def _small_picture(folder: Path) -> Path:
    original = picture(folder / "a.png")
    record = Record("a", original, "ab" * 32, "image/png", original.stat().st_size)
    shown = thumbnail(record, 360, folder)
    assert shown is not None
    return shown


@pytest.mark.parametrize("asked_for", [_rendition, _small_picture])
def test_to_ask_for_it_once_more_keeps_it_for_another_two_months(
    tmp_path: Path, asked_for: Callable[[Path], Path]
) -> None:
    now = system_clock()
    made(tmp_path, "ab.jpg", now)
    place = asked_for(tmp_path)
    os.utime(place, ((now - LONG_AGO).timestamp(),) * 2)
    assert asked_for(tmp_path) == place
    assert place.stat().st_mtime == pytest.approx(now.timestamp(), abs=60)


@pytest.mark.parametrize("is_rehearsal", [False, True])
def test_the_daemon_does_it_each_day_and_a_rehearsal_does_not(
    room: Room, is_rehearsal: bool
) -> None:
    old = made(room.settings.var_folder / "cards", "old.png", room.clock() - LONG_AGO)
    site = Site(room.settings, room.database, room.clock, lambda name: "", rehearsal=is_rehearsal)
    [job] = [job for job in Daemon(site).jobs() if job.name == "leftovers"]
    job.work()
    assert old.exists() is is_rehearsal
    first = job.trigger.get_next_fire_time(None, room.clock())
    assert job.trigger.get_next_fire_time(first, first) - first == timedelta(days=1)
