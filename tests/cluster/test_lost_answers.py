"""The connection to PostgreSQL breaks in a COMMIT: nobody knows whether that was made.

Nothing is sent then that isn't claimed for sure, nothing is written down twice, nobody is told
twice.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import select

from channels.base import Context, InvalidContentError
from publisher.clock import MovedClock, system_clock
from publisher.delivery.courier import Step
from publisher.delivery.lifecycle import State
from publisher.settings import Settings
from publisher.store.database import Database
from publisher.store.models import Event
from tests import postgres
from tests.cluster.wire import Fate, Wire
from tests.delivery.conftest import Office
from tests.delivery.platform import SilentPlatform

FATES: tuple[Fate, ...] = ("taken", "taken late", "not taken")


class Line:
    """An office whose store is reached over a wire."""

    def __init__(self, wire: Wire, database: Database, clock: MovedClock, root: Path) -> None:
        self.wire = wire
        platform = SilentPlatform(Context("hop", clock, lambda reference: "", root / "hop"))
        self.office = Office(database, clock, platform, Settings(root=root))
        self.platform = platform

    def cut_at(self, step: Step, fate: Fate) -> None:
        def probe(reached: Step) -> None:
            if reached == step and not self.wire.cuts:
                self.wire.cut_in_the_next_commit(fate)

        # What the crash harness is told too; here a connection dies, not the process.
        self.office.courier._probe = probe
        self.office.courier.outcomes._probe = probe

    def events(self, action: str) -> int:
        with self.office.database.reading() as session:
            return len(session.exec(select(Event).where(Event.action == action)).all())


@pytest.fixture
def line(server: postgres.Server, tmp_path: Path) -> Iterator[Line]:
    url = server.create()
    laid = Database(url)
    laid.prepare(system_clock())
    laid.close()
    with Wire(server.port) as wire:
        database = Database(url.replace(f":{server.port}/", f":{wire.port}/"))
        yield Line(wire, database, MovedClock(system_clock()), tmp_path)
        database.close()


@pytest.mark.parametrize("fate", FATES)
def test_what_may_have_been_claimed_is_put_back_unsent_and_goes_once(
    line: Line, fate: Fate
) -> None:
    row = line.office.plan()
    line.cut_at("claim uncommitted", fate)
    with pytest.raises(SQLAlchemyError):
        line.office.deliver()
    assert line.wire.cuts == 1
    assert line.platform.asked == 0
    # By whoever looks first: the next send on the channel, or the books.
    line.office.courier.write_down()
    assert line.office.state(row) in (State.PLANNED, State.RETRYING)
    line.office.deliver()
    assert line.office.state(row) == State.SENT
    assert line.platform.asked == len(line.platform.posts) == 1


@pytest.mark.parametrize("fate", FATES)
def test_a_receipt_is_written_down_once(line: Line, fate: Fate) -> None:
    row = line.office.plan()
    line.cut_at("receipt uncommitted", fate)
    with pytest.raises(SQLAlchemyError):
        line.office.deliver()
    line.office.courier.write_down()
    assert line.office.state(row) == State.SENT
    assert line.office.attempts() == [("sent", "")]
    assert line.events("sent") == 1
    assert line.office.deliver() is None
    assert line.platform.asked == 1


def _refuse(line: Line, fate: Fate) -> Callable[[], None]:
    def refuse() -> None:
        line.wire.cut_in_the_next_commit(fate)
        raise InvalidContentError("too long")

    return refuse


@pytest.mark.parametrize("fate", FATES)
def test_a_refusal_is_written_down_and_told_once(line: Line, fate: Fate) -> None:
    row = line.office.plan()
    line.platform.script = [_refuse(line, fate)]
    with pytest.raises(SQLAlchemyError):
        line.office.deliver()
    line.office.courier.write_down()
    assert line.office.state(row) == State.FAILED
    assert line.events("failed") == 1
    [told] = line.office.told
    assert "too long" in told
