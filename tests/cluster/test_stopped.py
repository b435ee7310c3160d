"""A channel that one process stops, and another that had proved it before."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.base import Account, Context, CredentialsExpiredError
from publisher.clock import MovedClock
from publisher.delivery.courier import Courier
from publisher.delivery.lifecycle import State
from publisher.settings import Settings
from publisher.store.database import Database
from publisher.switchboard import Switchboard
from tests.delivery.conftest import Office
from tests.delivery.platform import Platform


class Keyed(Platform):
    """A platform that goes by the secret that its adapter was opened with."""

    right = "old"
    now = "old"

    def __init__(self, context: Context, **config: object) -> None:
        super().__init__(context)
        self.secret = Keyed.now

    def identify(self) -> Account:
        if self.secret != Keyed.right:
            raise CredentialsExpiredError("the token has ended")
        return super().identify()


@pytest.fixture
def office(database: Database, clock: MovedClock, tmp_path: Path) -> Office:
    Keyed.right = Keyed.now = "old"
    platform = Keyed(Context("hop", clock, lambda reference: "", tmp_path / "hop"))
    return Office(database, clock, platform, Settings(root=tmp_path))


def test_another_process_takes_the_new_secret_once_the_channel_goes_on(office: Office) -> None:
    settings = office.settings.model_copy(update={"channels": {"hop": {"adapter": "model"}}})
    opened: list[Keyed] = []

    class Board(Switchboard):
        def _adapter(self, name: str) -> Keyed:
            opened.append(Keyed(Context(name, office.clock, lambda ref: "", office.settings.root)))
            return opened[-1]

    board = Board(settings, office.clock, lambda reference: "")
    elsewhere = Courier(
        office.database, board, settings, office.clock, office.alerts, owner="may2:2:bb"
    )
    row = office.plan()
    assert elsewhere.deliver_next("hop") is not None
    assert office.state(row) == State.SENT
    # The first process finds out that the token has ended; a person mends it.
    Keyed.right = Keyed.now = "new"
    office.courier.credentials.stop("hop", "the token has ended")
    elsewhere.credentials.forget_stopped()
    office.platform.secret = "new"
    with office.courier.switchboard.line("hop") as adapter:
        assert office.courier.credentials.prove("hop", adapter)
    later = office.plan(post="hai")
    assert elsewhere.deliver_next("hop") is None
    assert elsewhere.deliver_next("hop") is not None
    assert office.state(later) == State.SENT
    assert [one.secret for one in opened] == ["old", "new"]
