"""``backup`` and ``restore``: nothing is lost, and nothing is sent twice because of either."""

from __future__ import annotations

import stat

import pytest

from tests.cli.office import Office, days_ahead, just_now

pytestmark = pytest.mark.about_sqlite


def test_what_was_backed_up_comes_back_and_what_was_there_is_kept(office: Office) -> None:
    office.post("bai", days_ahead(3))
    office.run("apply")
    saved = office.run("backup", "sao-luu/hom-nay.db")
    office.run("cancel", "thu/bai")

    restored = office.run("restore", "sao-luu/hom-nay.db", "--by", "Lan")

    assert (saved.code, restored.code) == (0, 0)
    assert office.states() == {"bai": "planned"}
    [kept] = (office.root / "var").glob("publisher.db.before-*")
    assert kept.name in restored.out
    assert "Lan" in "".join(office.run("log").lines("restore"))


def test_what_may_have_gone_out_since_the_backup_is_put_before_a_person(office: Office) -> None:
    office.post("bai", just_now())
    office.run("apply")
    office.run("backup", "luu.db")
    office.send_due()

    restored = office.run("restore", "luu.db")
    office.send_due()

    assert "1 delivery fell due since that backup and may have gone out" in restored.out
    assert office.states() == {"bai": "unconfirmed"}


@pytest.mark.parametrize("left", [None, b"", b"half a database, after a disk died" * 200])
def test_a_backup_comes_back_where_the_store_is_gone_or_can_no_longer_be_opened(
    office: Office, left: bytes | None
) -> None:
    office.post("bai", days_ahead(3))
    office.run("apply")
    office.run("backup", "luu.db")
    for file in (office.root / "var").glob("publisher.db*"):
        file.unlink()
    if left is not None:
        (office.root / "var/publisher.db").write_bytes(left)

    restored = office.run("restore", "luu.db")

    assert restored.code == 0, restored.out
    assert office.states() == {"bai": "planned"}


def test_a_backup_can_be_read_by_its_owner_alone(office: Office) -> None:
    office.run("backup", "luu.db")

    assert stat.S_IMODE((office.root / "luu.db").stat().st_mode) == 0o600


def test_the_store_itself_is_never_taken_for_its_backup(office: Office) -> None:
    office.post("bai", days_ahead(3))
    office.run("apply")

    refused = office.run("backup", "var/../var/publisher.db")

    assert refused.code == 2
    assert "That is the database itself" in refused.out
    assert office.states() == {"bai": "planned"}


@pytest.mark.parametrize("content", [b"", b"not a database at all", b"SQLite format 3\0rubbish"])
def test_what_is_no_backup_changes_nothing(office: Office, content: bytes) -> None:
    office.post("bai", days_ahead(3))
    office.run("apply")
    (office.root / "luu.db").write_bytes(content)

    refused = office.run("restore", "luu.db")

    assert refused.code == 2
    assert "luu.db" in refused.out
    assert "should not have" not in refused.out
    assert office.states() == {"bai": "planned"}


def test_nothing_is_restored_under_a_running_daemon(office: Office) -> None:
    office.run("backup", "luu.db")
    with office.site() as site, site.database.daemon_lock():
        refused = office.run("restore", "luu.db")

    assert refused.code == 2
    assert "is already running on this database" in refused.out
