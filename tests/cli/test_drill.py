"""``drill``: a backup is tried as a restore would bring it back, and the store isn't touched."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.cli.office import Office, days_ahead, just_now

pytestmark = pytest.mark.about_sqlite


def digest_of(office: Office) -> str:
    """What the store holds, row by row."""
    with closing(sqlite3.connect(office.root / "var/publisher.db")) as connection:
        return hashlib.sha256("\n".join(connection.iterdump()).encode()).hexdigest()


def test_a_drill_says_what_would_be_lost_and_what_put_in_doubt(office: Office) -> None:
    office.post("bai", just_now())
    office.post("mai", days_ahead(3))
    office.run("apply")
    office.run("backup")
    office.send_due()
    before = digest_of(office)

    tried = office.run("drill")

    assert tried.code == 0, tried.out
    assert "Brought back in a scratch folder, checked and opened." in tried.out
    assert tried.lines("Deliveries: 2, now 2")
    assert tried.lines("Attempts: 0, now 1"), tried.out
    assert "Since then 1 post went out of which it knows nothing." in tried.out
    assert "it would leave 1 delivery in doubt" in tried.out
    assert digest_of(office) == before
    assert office.states() == {"bai": "sent", "mai": "planned"}


def test_what_a_drill_foretells_is_what_a_restore_does(office: Office) -> None:
    office.post("bai", just_now())
    office.run("apply")
    office.run("backup", "luu.db")
    office.send_due()
    assert "it would leave 1 delivery in doubt" in office.run("drill", "luu.db").out

    restored = office.run("restore", "luu.db")

    assert "1 delivery fell due since that backup" in restored.out


def test_of_a_folder_the_newest_backup_is_tried(office: Office) -> None:
    office.run("backup", "luu/a.db")
    office.post("mai", days_ahead(3))
    office.run("apply")
    office.run("backup", "luu/b.db")

    tried = office.run("drill", "luu")

    assert "luu/b.db" in tried.out
    assert tried.lines("Deliveries: 1, now 1")


def test_a_backup_is_tried_under_a_running_daemon_too(office: Office) -> None:
    office.run("backup")
    with office.site() as site, site.database.daemon_lock():
        assert office.run("drill").code == 0


def test_a_backup_is_tried_where_the_store_is_gone(office: Office) -> None:
    office.run("backup")
    for file in (office.root / "var").glob("publisher.db*"):
        file.unlink()

    tried = office.run("drill")

    assert tried.code == 0, tried.out
    assert "The present store can't be compared: there is none" in tried.out
    assert not (office.root / "var/publisher.db").exists()


def test_where_there_is_no_backup_it_says_how_to_make_one(office: Office) -> None:
    tried = office.run("drill")

    assert tried.code == 2
    assert "publisher backup" in tried.out


@pytest.mark.parametrize("place", ["start", "middle"])
def test_a_damaged_backup_doesnt_pass(office: Office, place: str) -> None:
    for number in range(40):
        office.post(f"bai-{number}", days_ahead(3), f"Bài {number}. " * 50)
    office.run("apply")
    office.run("backup", "luu.db")
    content = bytearray((office.root / "luu.db").read_bytes())
    at = {"start": 0, "middle": len(content) // 2}[place]
    content[at : at + 9000] = b"\xff" * len(content[at : at + 9000])
    (office.root / "luu.db").write_bytes(content)

    tried = office.run("drill", "luu.db")

    assert tried.code == 2, tried.out
    assert "luu.db" in tried.out


def test_another_offices_backup_doesnt_pass(office: Office, tmp_path: Path) -> None:
    office.post("bai", days_ahead(3))
    office.run("apply")
    office.run("backup", "luu.db")
    for file in (office.root / "var").glob("publisher.db*"):
        file.unlink()
    office.post("khac", days_ahead(4))
    office.run("apply")

    tried = office.run("drill", "luu.db")

    assert tried.code == 1
    assert "It isn't a backup of this store" in tried.out


def test_a_backup_that_is_too_old_fails_the_nightly_drill(office: Office) -> None:
    office.post("bai", days_ahead(3))
    office.run("apply")
    office.run("backup", "luu.db")
    assert office.run("drill", "luu.db", "--at-most", "26").code == 0
    for file in ("luu.db", "var/publisher.db"):
        with closing(sqlite3.connect(office.root / file)) as connection, connection:
            connection.execute("UPDATE event SET at = datetime(at, '-27 hours')")

    tried = office.run("drill", "luu.db", "--at-most", "26")

    assert tried.code == 1
    assert "It is older than 26 hours." in tried.out
