"""``migrate-store``: the office goes on with another database, and with the old one nobody does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from publisher.store.database import Database
from tests.cli.office import Office, days_ahead
from tests.ports import free_port
from tests.store.stores import fresh_url


@pytest.fixture
def there(stores: None, office: Office) -> Iterator[str]:
    """The address of another database, with nothing in it."""
    with fresh_url(office.root / "there", laid=False) as url:
        yield url


def test_the_office_goes_on_where_it_was_told_to(office: Office, there: str) -> None:
    office.post("bai", days_ahead(3))
    office.run("apply")

    moved = office.run("migrate-store", "--to", there, "--by", "Lan")

    assert moved.code == 0
    assert moved.lines("read each back as it was")
    assert moved.lines(f'store = "{there}"')
    office.patch.setenv("PUBLISHER_STORE", there)
    assert office.states() == {"bai": "planned"}
    assert "Lan" in "".join(office.run("log").lines("store moved to another database"))


def test_the_old_store_is_refused_with_where_it_is_now(office: Office, there: str) -> None:
    office.run("migrate-store", "--to", there)

    for words in (("status",), ("run",), ("apply",), ("backup", "luu.db")):
        refused = office.run(*words)
        assert refused.code == 2
        assert f"it was moved to {there}" in refused.out
        assert "publisher migrate-store" in refused.out


def test_what_was_begun_is_given_up_by_a_word(office: Office, there: str) -> None:
    refused = office.run("migrate-store", "--to", there, "--give-up")
    assert refused.code == 2
    assert "no move of it was begun" in refused.out

    office.run("migrate-store", "--to", there)
    refused = office.run("migrate-store", "--to", there, "--give-up")
    assert refused.code == 2
    assert "move it back instead" in refused.out


def test_it_comes_back_to_the_file(office: Office, office_store: str, there: str) -> None:
    office.post("bai", days_ahead(3))
    office.run("apply")
    office.run("migrate-store", "--to", there)
    office.patch.setenv("PUBLISHER_STORE", there)

    back = office.run("migrate-store", "--to", office_store)

    assert back.code == 0
    office.patch.setenv("PUBLISHER_STORE", office_store)
    assert office.states() == {"bai": "planned"}


def test_beside_schedule_toml_means_beside_it_from_wherever_it_is_told(office: Office) -> None:
    elsewhere = office.root / "elsewhere"
    elsewhere.mkdir()
    office.patch.chdir(elsewhere)

    moved = office.run(
        "--config", str(office.root / "schedule.toml"),
        "migrate-store", "--to", "sqlite:///var/moved.db",
    )  # fmt: skip

    assert moved.code == 0
    assert (office.root / "var/moved.db").exists()


def test_while_the_daemon_runs_nothing_is_moved(
    office: Office, office_store: str, there: str
) -> None:
    daemon = Database(office_store)
    with daemon.daemon_lock():
        refused = office.run("migrate-store", "--to", there)
    daemon.close()
    assert refused.code == 2
    assert "already running on this database" in refused.out
    assert office.run("status").code == 0


def test_a_server_that_is_not_there_is_told_of_the_address_that_was_typed(office: Office) -> None:
    nobody = f"postgresql+psycopg://a@127.0.0.1:{free_port()}/b"
    refused = office.run("migrate-store", "--to", nobody)
    assert refused.code == 2
    assert "--to" in refused.out
    assert "schedule.toml" not in refused.out
    assert office.run("status").code == 0
