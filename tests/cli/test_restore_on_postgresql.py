"""``restore`` after PostgreSQL's tools brought a backup back: nothing is sent twice for that."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from tests.cli.office import Office, days_ahead, just_now


@pytest.mark.about_postgresql
def test_what_may_have_gone_out_since_the_backup_is_put_before_a_person(office: Office) -> None:
    office.post("bai", just_now())
    office.post("mai", days_ahead(3))
    office.run("apply")
    office.send_due()
    with office.site() as site, site.database.writing() as session:
        # As the dump of an hour ago had it.
        session.execute(text("DELETE FROM attempt"))
        session.execute(text("UPDATE delivery SET state = 'planned', attempts = 0"))

    noted = office.run("restore", "--by", "Lan")
    office.send_due()

    assert noted.code == 0
    assert "1 delivery fell due since that backup and may have gone out" in noted.out
    assert office.states() == {"bai": "unconfirmed", "mai": "planned"}
    assert "Lan" in "".join(office.run("log").lines("restore"))


@pytest.mark.about_postgresql
def test_a_file_is_not_what_it_is_restored_from(office: Office) -> None:
    (office.root / "luu.db").write_bytes(b"SQLite format 3\0")
    refused = office.run("restore", "luu.db")
    assert refused.code == 2
    assert "publisher restore, without FILE" in refused.out


@pytest.mark.about_sqlite
def test_a_store_in_a_file_is_restored_from_a_file(office: Office) -> None:
    refused = office.run("restore")
    assert refused.code == 2
    assert "publisher restore FILE" in refused.out
