"""Secrets that have to be stored are sealed, by a key that doesn't lie beside them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from channels.base import CannotTellError, CredentialsExpiredError, TransientError
from channels.sealing import FAULTY_KEY, NO_KEY, OTHER_KEY, KeySeal, new_key
from channels.simulated.bluesky.platform import Platform
from channels.simulated.planted import MARK
from channels.state import SealedState, State
from channels.testing import SEAL, StillClock
from channels.tokens import TokenKeeper, Tokens
from publisher.alerts.alerts import Alerts
from publisher.clock import MovedClock
from publisher.delivery.courier import Courier
from publisher.delivery.lifecycle import State as DeliveryState
from publisher.delivery.reconcile import Reconciler
from publisher.secrets import seal_of_the_office
from publisher.settings import Settings
from publisher.store import channel_states, deliveries, journal
from publisher.store.database import Database
from publisher.store.journal import StoredJournal
from publisher.store.models import Alert, JournalEntry
from publisher.switchboard import Switchboard
from tests.store.builders import planned, store

TOKEN = f"access-{MARK}-1"


def sealed(folder: Path, *keys: str) -> SealedState:
    return SealedState(folder, KeySeal(keys))


def texts(folder: Path) -> str:
    return "".join(path.read_text("utf-8") for path in folder.rglob("*.json"))


# -- what a channel keeps -------------------------------------------------------------------------


def test_what_is_kept_can_be_read_with_the_key_alone(tmp_path: Path) -> None:
    key = new_key()
    sealed(tmp_path, key).put("tokens", TOKEN, "given")
    assert TOKEN not in texts(tmp_path)
    assert sealed(tmp_path, key).get("tokens", "given") == TOKEN
    with pytest.raises(TransientError):
        State(tmp_path).get("tokens", "given")


def test_another_key_is_told_and_changes_nothing(tmp_path: Path) -> None:
    key = new_key()
    sealed(tmp_path, key).put("tokens", TOKEN)
    before = texts(tmp_path)
    for other in (sealed(tmp_path, new_key()), sealed(tmp_path)):
        with pytest.raises(CredentialsExpiredError, match=r"tokens\.json: "):
            other.get("tokens")
        with pytest.raises(CredentialsExpiredError):
            other.renew()
    assert texts(tmp_path) == before
    assert sealed(tmp_path, key).get("tokens") == TOKEN


def test_without_a_key_nothing_is_written(tmp_path: Path) -> None:
    for seal in (None, KeySeal()):
        with pytest.raises(CredentialsExpiredError, match=NO_KEY):
            SealedState(tmp_path, seal).put("tokens", TOKEN)
    assert list(tmp_path.iterdir()) == []


def test_what_was_tampered_with_is_not_opened(tmp_path: Path) -> None:
    key = new_key()
    sealed(tmp_path, key).put("tokens", TOKEN)
    [path] = tmp_path.glob("*.json")
    kept = json.loads(path.read_text("utf-8"))
    kept["sealed"] = kept["sealed"][:-4] + "AAAA"
    path.write_text(json.dumps(kept), encoding="utf-8")
    with pytest.raises(CredentialsExpiredError, match=OTHER_KEY):
        sealed(tmp_path, key).get("tokens")


def test_keys_can_be_changed_while_the_former_one_still_opens(tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    sealed(tmp_path, old).put("tokens", TOKEN, "given")
    both = sealed(tmp_path, new, old)
    assert both.get("tokens", "given") == TOKEN
    assert both.renew() == 1
    assert sealed(tmp_path, new).get("tokens", "given") == TOKEN
    with pytest.raises(CredentialsExpiredError):
        sealed(tmp_path, old).get("tokens", "given")


def test_who_lost_the_key_logs_in_again_and_goes_on(tmp_path: Path) -> None:
    sealed(tmp_path, new_key()).put("tokens", TOKEN, "given")
    state = sealed(tmp_path, new_key())
    assert state.get("tokens", "given anew") is None
    state.put("tokens", "the next one", "given anew")
    assert state.get("tokens", "given anew") == "the next one"


@pytest.mark.secret_files("tokens.json")
def test_what_an_earlier_version_left_open_is_sealed_when_it_is_met(tmp_path: Path) -> None:
    State(tmp_path).put("tokens", TOKEN, "given")
    assert TOKEN in texts(tmp_path)
    state = sealed(tmp_path, new_key())
    assert state.get("tokens", "another") is None
    assert state.get("tokens", "given") == TOKEN
    assert TOKEN not in texts(tmp_path)
    assert state.get("tokens", "given") == TOKEN


@pytest.mark.secret_files("tokens.json")
def test_what_lies_open_is_not_lost_where_it_cant_be_sealed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    State(tmp_path).put("tokens", TOKEN)
    with pytest.raises(CredentialsExpiredError):
        sealed(tmp_path).get("tokens")
    key = new_key()

    def power_cut(_handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as dying:
        dying.setattr("os.fsync", power_cut)
        with pytest.raises(TransientError):
            sealed(tmp_path, key).get("tokens")
    assert sealed(tmp_path, key).get("tokens") == TOKEN


def test_what_another_process_put_meanwhile_is_not_undone_by_the_sealing(tmp_path: Path) -> None:
    State(tmp_path).put("tokens", "old")
    key = new_key()
    got: list[str | None] = []
    reader = threading.Thread(target=lambda: got.append(sealed(tmp_path, key).get("tokens")))
    other = sealed(tmp_path, key)
    with other.alone():
        reader.start()
        reader.join(0.2)
        assert reader.is_alive(), "it must wait for who is alone"
        other.put("tokens", "new")
    reader.join()
    assert got == ["new"]
    assert sealed(tmp_path, key).get("tokens") == "new"


def test_a_token_good_for_one_use_is_not_spent_where_its_successor_cant_be_kept(
    tmp_path: Path,
) -> None:
    spent: list[str] = []

    def exchange(refresh: str) -> Tokens:
        spent.append(refresh)
        return Tokens("access", "next")

    for single_use in (True, False):
        state = SealedState(tmp_path, None)
        keeper = TokenKeeper(state, StillClock(), "given", exchange, single_use=single_use)
        with pytest.raises(CredentialsExpiredError, match=NO_KEY):
            keeper.access()
    assert spent == []


# -- where the key stands -------------------------------------------------------------------------


def test_the_key_stands_in_the_environment_or_is_systemds(tmp_path: Path) -> None:
    old, new = new_key(), new_key()
    text = KeySeal([old]).seal(TOKEN)
    (tmp_path / "publisher-key").write_text(f"{new}\n{old}\n", encoding="utf-8")
    for environment in (
        {"PUBLISHER_KEY": old},
        {"PUBLISHER_KEY": f"{new} {old}"},
        {"PUBLISHER_KEY": f"{new},{old}", "CREDENTIALS_DIRECTORY": "/nowhere"},
        {"CREDENTIALS_DIRECTORY": str(tmp_path)},
    ):
        assert seal_of_the_office(environment).open(text) == TOKEN


def test_what_is_no_key_is_told_and_not_shown() -> None:
    for wrong in (f"not a key {MARK}", "khoá", new_key()[:-3]):
        with pytest.raises(CredentialsExpiredError, match=FAULTY_KEY):
            seal_of_the_office({"PUBLISHER_KEY": wrong}).seal("")
        with pytest.raises(ValueError, match="no key") as caught:
            KeySeal([wrong])
        assert caught.value.__cause__ is caught.value.__context__ is None
    assert len(seal_of_the_office({})) == 0


# -- what a delivery noted ------------------------------------------------------------------------


def test_a_secret_note_is_sealed_in_the_store_and_in_its_backup(
    database: Database, clock: MovedClock, tmp_path: Path
) -> None:
    [row] = store(database, planned(clock()), now=clock())
    notes = StoredJournal(database, row.id or 0, clock, SEAL)
    notes.put("session", f"https://example.vn/?upload_id={MARK}", secret=True)
    notes.put("begun", "2027-10-10")
    with database.reading() as session:
        entry = session.get_one(JournalEntry, (row.id, "session"))
    assert MARK not in entry.value
    assert notes.get("session") == f"https://example.vn/?upload_id={MARK}"
    assert notes.get("begun") == "2027-10-10"
    if database.path is not None:
        database.backup(tmp_path / "backup.db")
        assert MARK.encode() not in (tmp_path / "backup.db").read_bytes()


def test_without_a_key_only_a_secret_note_is_refused(database: Database, clock: MovedClock) -> None:
    [row] = store(database, planned(clock()), now=clock())
    notes = StoredJournal(database, row.id or 0, clock)
    notes.put("begun", "2027-10-10")
    with pytest.raises(CredentialsExpiredError, match=NO_KEY):
        notes.put("session", "https://example.vn/", secret=True)
    assert notes.get("session") is None


def test_a_note_whose_key_is_lost_is_put_before_a_person(
    database: Database, clock: MovedClock
) -> None:
    [row] = store(database, planned(clock()), now=clock())
    StoredJournal(database, row.id or 0, clock, SEAL).put("session", "x", secret=True)
    with pytest.raises(CannotTellError):
        StoredJournal(database, row.id or 0, clock, KeySeal.fresh()).get("session")


def test_notes_are_sealed_anew_all_or_none(database: Database, clock: MovedClock) -> None:
    one, two = store(database, planned(clock()), planned(clock(), post="hai"), now=clock())
    old, new = new_key(), new_key()
    StoredJournal(database, one.id or 0, clock, KeySeal([old])).put("session", "x", secret=True)
    both = KeySeal([new, old])
    assert journal.renew(database, both) == 1
    assert StoredJournal(database, one.id or 0, clock, KeySeal([new])).get("session") == "x"

    lost = KeySeal.fresh()
    StoredJournal(database, two.id or 0, clock, lost).put("session", "y", secret=True)
    with pytest.raises(CredentialsExpiredError):
        journal.renew(database, both)
    assert StoredJournal(database, two.id or 0, clock, lost).get("session") == "y"


def test_an_error_of_the_store_does_not_show_what_was_to_be_stored(database: Database) -> None:
    with pytest.raises(Exception, match="no_such_table") as caught, database.writing() as session:
        session.connection().exec_driver_sql(
            f"INSERT INTO no_such_table VALUES ({'?' if database.path else '%s'})", (TOKEN,)
        )
    assert MARK not in str(caught.value)


# -- an office without a key ----------------------------------------------------------------------


class Running:
    """A daemon's parts with one Bluesky channel, "hop", which has to keep tokens."""

    def __init__(
        self, database: Database, clock: MovedClock, bluesky: Platform, root: Path
    ) -> None:
        self.database = database
        self._clock = clock
        keys = {"adapter": "bluesky", **bluesky.config()}
        self._settings = Settings.model_validate({"channels": {"hop": keys}, "root": root})
        self._secrets = bluesky.secrets()
        self.start(KeySeal())

    def start(self, seal: KeySeal) -> None:
        """Begin anew, with the keys of ``seal``."""
        settings, clock = self._settings, self._clock
        secret = self._secrets.__getitem__
        self.board = Switchboard(settings, clock, secret, seal=seal)
        self.alerts = Alerts(self.database, settings, clock, [])
        self.courier = Courier(self.database, self.board, settings, clock, self.alerts, "test")
        self.reconciler = Reconciler(self.database, self.board, self.courier, self.alerts)

    def stopped(self) -> str:
        with self.database.reading() as session:
            states = channel_states.all_of_them(session)
        return next((one.stopped for one in states), "")

    def alerted(self) -> list[str]:
        with self.database.reading() as session:
            return [one.matter for one in session.exec(select(Alert)) if one.cleared_at is None]

    def states(self) -> set[str]:
        with self.database.reading() as session:
            return {row.state for row in deliveries.matching(session)}


@pytest.fixture
def bluesky(clock: MovedClock) -> Iterator[Platform]:
    with Platform(clock) as platform:
        yield platform


@pytest.fixture
def running(database: Database, clock: MovedClock, bluesky: Platform, tmp_path: Path) -> Running:
    return Running(database, clock, bluesky, tmp_path)


def test_a_channel_that_must_keep_tokens_stops_without_a_key_and_its_queue_waits_for_one(
    running: Running, clock: MovedClock, bluesky: Platform
) -> None:
    store(running.database, planned(clock()), now=clock())
    assert running.board.lacking_a_key() == ("hop",)
    assert running.courier.deliver_next("hop") is None
    assert running.courier.deliver_next("hop") is None
    assert running.stopped() == NO_KEY
    assert running.alerted() == ["channel hop"]
    assert running.states() == {DeliveryState.PLANNED}

    running.start(KeySeal.fresh())
    assert running.board.lacking_a_key() == ()
    clock.advance(timedelta(minutes=10))
    running.reconciler.sweep()
    assert (running.stopped(), running.alerted()) == ("", [])
    assert running.courier.deliver_next("hop") is not None
    assert len(bluesky.published()) == 1
