"""A disk that is full: nothing goes out that isn't written down, and a person is told."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path

import pytest

from channels.base import CredentialsExpiredError, TransientError
from channels.sealing import KeySeal, new_key
from channels.state import SealedState
from channels.tokens import TokenKeeper, Tokens
from publisher.clock import MovedClock
from publisher.doctor.examination import examine
from publisher.settings import Settings
from publisher.site import Site
from publisher.store import audit
from publisher.store.database import Database
from tests.desk.conftest import Room
from tests.faults.machine import A_WHILE_S, Disk, Open, hall, small_disk
from tests.media.builders import picture

__all__ = ["hall", "small_disk"]

FULL = "ổ đĩa đã đầy"
MEDIA = 'media = [{ file = "media/anh.png", alt = "Hội" }]'


def test_nothing_goes_out_on_a_full_disk_and_with_room_again_each_post_goes_out_once(
    hall: Open, small_disk: Disk
) -> None:
    there = hall("webhook")
    process = there.at_work()
    small_disk.fill()
    there.campaign("mot", "hai", "ba")
    there.site.until(lambda: bool(there.alerts(FULL)), "a person is told")
    assert len(there.platform.published()) == 1
    small_disk.make_room()
    there.site.until(lambda: there.all_are("sent", 3), "what waited is sent")
    assert len(there.platform.published()) == 3
    assert not there.sees("Traceback")
    assert process.poll() is None


def test_a_receipt_that_a_full_disk_does_not_take_is_written_down_once_there_is_room(
    hall: Open, small_disk: Disk
) -> None:
    # Telegram can't be asked what it took; nor need a person be, for its answer did come.
    there = hall("telegram")
    process = there.in_flight()
    small_disk.fill()
    there.slow.answers.set()
    there.site.until(lambda: there.sees("work failed"), "the receipt isn't stored")
    assert there.all_are("sending", 1)
    small_disk.make_room()
    there.site.until(lambda: there.all_are("sent", 1), "the receipt is stored")
    process.send_signal(signal.SIGTERM)
    assert process.wait(A_WHILE_S) == 0
    assert len(there.platform.published()) == 1


@pytest.mark.parametrize(("adapter", "outcome"), [("facebook", "sent"), ("apprise", "unconfirmed")])
def test_a_receipt_lost_with_the_process_is_settled_by_look_up_or_by_a_person(
    hall: Open, small_disk: Disk, adapter: str, outcome: str
) -> None:
    there = hall(adapter)
    process = there.in_flight()
    small_disk.fill()
    there.slow.answers.set()
    there.site.until(lambda: there.sees("work failed"), "the receipt isn't stored")
    there.site.kill(process)
    small_disk.make_room()
    there.start()
    there.site.until(lambda: there.all_are(outcome, 1), "the post is settled")
    if outcome == "unconfirmed":
        there.site.until(lambda: there.alerts("publisher settle"), "a person is asked")
    assert len(there.platform.published()) == 1


def test_a_daemon_is_stopped_and_does_not_start_on_a_full_disk_with_a_clear_message(
    hall: Open, small_disk: Disk
) -> None:
    there = hall("webhook")
    process = there.at_work()
    small_disk.fill()
    process.send_signal(signal.SIGTERM)
    assert process.wait(A_WHILE_S) == 0
    assert there.start().wait(A_WHILE_S) == 2
    assert there.sees("Không dùng được cơ sở dữ liệu: ổ đĩa đã đầy")
    assert not there.sees("Traceback")


@pytest.fixture
def site(small_disk: Disk, clock: MovedClock) -> Iterator[Site]:
    """A site whose store is on the small disk."""
    database = Database(f"sqlite:///{small_disk.place}/publisher.db")
    database.prepare(clock())
    opened = Site(Settings(root=small_disk.place.parent), database, clock, lambda reference: "")
    yield opened
    opened.close()


def test_a_full_disk_is_told_to_a_person_though_the_alert_can_not_be_written_down(
    small_disk: Disk, site: Site
) -> None:
    told: list[str] = []
    site.tell = lambda subject, text: told.append(text)
    small_disk.fill()
    for _turn in range(3):
        with site.alerts.watch.over("channel trang"), site.database.writing() as session:
            audit.record(session, site.clock(), "test", "write", "x" * 10_000)
        site.alerts.tell_due(at_once=True)
    assert len(told) == 1
    assert FULL in told[0]


def test_the_doctor_tells_of_a_full_disk(small_disk: Disk, site: Site) -> None:
    small_disk.fill()
    [disk] = [one for one in islice(examine(site), 4) if one.what == "Ổ đĩa"]
    assert not disk.well
    assert disk.detail.startswith("còn trống 0 kB")
    assert disk.instead


def test_a_picture_that_does_not_fit_is_told_and_keeps_only_its_own_campaign_as_it_was(
    tmp_path: Path, database: Database, clock: MovedClock, small_disk: Disk
) -> None:
    # The store lies elsewhere: a disk that takes the store's few bytes may not take a film.
    room = Room(tmp_path / "campaigns", database, clock)
    hoi = room.campaign("hoi", mot="D-3 08:00", hai="D 08:00")
    room.campaign("khac", ba="D 09:00")
    room.desk.refresh()
    small_disk.fill()
    (hoi / "media").mkdir()
    picture(hoi / "media" / "anh.png", 200, 200)
    post = room.post("hoi", "mot", "D-3 08:00", "Lời mới.")
    post.write_text(post.read_text("utf-8").replace('00"\n', f'00"\n{MEDIA}\n', 1))
    room.post("khac", "bon", "D 10:00")
    (hoi / "posts" / "hai.md").unlink()
    clock.advance(timedelta(minutes=1))
    room.desk.refresh()
    assert room.states() == dict.fromkeys(("mot", "hai", "ba", "bon"), "planned")
    assert [text for text in room.told if "hoi" in text and "ổ đĩa đã đầy" in text]
    small_disk.make_room()
    room.desk.refresh()
    assert room.states() == {
        **dict.fromkeys(("mot", "ba", "bon"), "planned"),
        "hai": "cancelled",
    }
    assert len(room.told) == 1
    assert room.desk.alerts.open("") == []


def test_a_token_good_for_one_use_is_not_spent_while_its_successor_could_not_be_kept(
    small_disk: Disk, clock: MovedClock
) -> None:
    spent: list[str] = []

    def exchange(refresh: str) -> Tokens:
        if refresh in spent:
            raise CredentialsExpiredError("invalid_grant")
        spent.append(refresh)
        return Tokens("access", "next", clock() + timedelta(days=1))

    state = SealedState(small_disk.place / "state", KeySeal([new_key()]))
    keeper = TokenKeeper(state, clock, "given", exchange, single_use=True)
    small_disk.fill()
    with pytest.raises(TransientError):
        keeper.access()
    assert spent == []
    small_disk.make_room()
    assert keeper.access() == "access"
