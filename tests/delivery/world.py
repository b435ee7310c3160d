"""A world for the state machine: three channels on one store, files, people, and a witness.

The store is real, and so are plan, courier, reconciler and alerts; only the platforms are models.
The witness sees every move (a trigger in the database writes it down), every request a platform
gets and everything a person is told.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from pathlib import Path

from sqlmodel import Session, col, select, text

from channels.base import Context, Journal, Message, Receipt
from publisher import i18n
from publisher.alerts.alerts import Alerts
from publisher.alerts.ways import Called
from publisher.clock import MovedClock
from publisher.delivery.courier import Courier
from publisher.delivery.lifecycle import MOVES, State
from publisher.delivery.policy import LEASE
from publisher.delivery.reconcile import Reconciler
from publisher.planning.diff import Scope, diff
from publisher.planning.model import Identity, PlannedDelivery
from publisher.settings import Settings
from publisher.store import approvals, comparing, deliveries, holds
from publisher.store import planned as stored_plan
from publisher.store.database import Database
from publisher.store.lines import standing
from publisher.store.models import Delivery
from publisher.switchboard import Switchboard
from tests.conftest import NOON
from tests.delivery.platform import NativePlatform, Platform, SilentPlatform
from tests.store.stores import copy_of, fresh_url

CHANNELS = {"khoa": NativePlatform, "tra": Platform, "im": SilentPlatform}
"""A native key, a look-up, and one that can be asked nothing."""

_FOLDER = tempfile.TemporaryDirectory()
LEGAL = {(before, step.after) for step in MOVES for before in step.before}


class Killed(BaseException):
    """Stands for SIGKILL: nothing of ours runs after it."""


@dataclass(frozen=True)
class Told:
    """What a person was told, and after how many moves."""

    text: str
    moves: int


@cache
def _witnessed() -> str:
    """The address of an empty store with the witness's trigger, made once and copied."""
    made = ExitStack()
    url = made.enter_context(fresh_url(Path(_FOLDER.name)))
    atexit.register(made.close)
    database = Database(url, durable=False)
    with database.writing() as session:
        for statement in _WITNESS if database.path is not None else _WITNESS_ON_POSTGRESQL:
            session.execute(text(statement))
    database.close()
    return url


_NOTED = "INSERT INTO moved (id, before, after) VALUES (new.id, old.state, new.state)"
_MOVED = "CREATE TRIGGER witness AFTER UPDATE OF state ON delivery"
_WITNESS = (
    "CREATE TABLE moved (n INTEGER PRIMARY KEY, id INT, before TEXT, after TEXT)",
    f"{_MOVED} WHEN old.state <> new.state BEGIN {_NOTED}; END",
)
_WITNESS_ON_POSTGRESQL = (
    "CREATE TABLE moved (n SERIAL PRIMARY KEY, id INT, before TEXT, after TEXT)",
    "CREATE FUNCTION witness() RETURNS trigger LANGUAGE plpgsql AS "
    f"$$ BEGIN {_NOTED}; RETURN NULL; END $$",
    f"{_MOVED} FOR EACH ROW WHEN (old.state <> new.state) EXECUTE FUNCTION witness()",
)


class World:
    """Everything there is, and what must always hold of it."""

    def __init__(self) -> None:
        i18n.use_language("en")
        self.folder = Path(tempfile.mkdtemp(dir=_FOLDER.name))
        self._store = ExitStack()
        url = self._store.enter_context(copy_of(_witnessed(), self.folder))
        self.database = Database(url, durable=False)
        self.clock = MovedClock(NOON)
        self.latest = NOON
        self.settings = Settings(root=self.folder)
        self.files: dict[Identity, PlannedDelivery] = {}
        self.told: list[Told] = []
        self.wrong: list[str] = []
        self.kill_at = ""
        self.meanwhile_at = ""
        self.meanwhile: Callable[[], None] = lambda: None
        self.platforms = {name: self._platform(name, kind) for name, kind in CHANNELS.items()}
        self.begin()

    def _platform(self, name: str, kind: type[Platform]) -> Platform:
        world = self

        class Watched(kind):  # type: ignore[valid-type, misc]
            def send(self, message: Message, journal: Journal) -> Receipt:
                world.witness_send(message)
                receipt: Receipt = super().send(message, journal)
                return receipt

        platform: Platform = Watched(Context(name, self.clock, lambda ref: "", self.folder / name))
        return platform

    def begin(self) -> None:
        """A new process: what the last one had in memory is gone."""
        self.kill_at = ""
        self.alerts = alerts = Alerts(
            self.database, self.settings, self.clock, [Called(self._tell)]
        )
        board = Switchboard(self.settings, self.clock, lambda ref: "", dict(self.platforms))
        self.courier = Courier(
            self.database, board, self.settings, self.clock, alerts, "test", self._probe
        )
        self.reconciler = Reconciler(self.database, board, self.courier, alerts)
        board = Switchboard(self.settings, self.clock, lambda ref: "", dict(self.platforms))
        self.beside = Courier(self.database, board, self.settings, self.clock, alerts, "beside")
        self.sweeper_beside = Reconciler(self.database, board, self.beside, alerts)
        self.reconciler.recover()

    def close(self) -> None:
        self.database.close()
        self._store.close()
        shutil.rmtree(self.folder)

    def _probe(self, step: str) -> None:
        if step == self.kill_at:
            raise Killed
        if step == self.meanwhile_at:
            self.meanwhile_at = ""
            self.meanwhile()

    def _tell(self, subject: str, words: str) -> None:
        with self.database.reading() as session:
            self.told.append(Told(words, len(_moves(session))))

    # -- what happens -----------------------------------------------------------------------------

    def deliver(self, channel: str, kill_at: str = "") -> None:
        """One call of the courier, whose process may be killed at a step; then a new one starts."""
        self.kill_at = kill_at
        try:
            self.courier.deliver_next(channel)
        except Killed:
            self.begin()
        self.kill_at = self.meanwhile_at = ""
        self.alerts.tell_due(at_once=True)

    def deliver_while(self, channel: str, step: str, happens: Callable[[], None]) -> None:
        """One call of the courier, which is halted at ``step`` until ``happens`` has happened."""
        self.meanwhile_at, self.meanwhile = step, happens
        self.deliver(channel)

    def time_passes_in_mid_send(self, span: timedelta) -> None:
        """The worker that is sending lives, and so renews its leases."""
        turns = int(span / (LEASE / 4)) + 1
        for _turn in range(turns):
            self.advance(span / turns)
            self.courier.leases.renew()

    def write(self, asks: PlannedDelivery) -> None:
        self.files[asks.identity] = asks
        self.plan()

    def approve(self, *posts: str) -> None:
        with self.database.writing() as session:
            for post in posts:
                for row in deliveries.matching(session, post=post):
                    approvals.approve(session, row, "Lan", self.clock())

    def stop(self, hold: tuple[str, str], span: timedelta | None) -> None:
        now = self.clock()
        with self.database.writing() as session:
            holds.place(session, now, "Lan", *hold, "quốc tang", span and now + span)

    def let_go(self, *stopped: tuple[str, str]) -> None:
        with self.database.writing() as session:
            for hold in stopped:
                holds.release(session, self.clock(), "Lan", *hold)

    def plan(self) -> None:
        """Put the files into force, as the desk does."""
        now = self.clock()
        start, end = now - timedelta(hours=2), now + timedelta(days=60)
        posts = frozenset((i.campaign, i.post, i.channel) for i in self.files)
        with self.database.writing() as session:
            asked = list(self.files.values())
            hours = [start, end, *(one.slot.due_at for one in asked)]
            stands = standing(session, min(hours), max(hours))
            beside = comparing.compared(session, stands, asked)
            scope = Scope(start, end, frozenset(), posts)
            stored_plan.apply(session, diff(beside.asked, beside.stored, now, scope), now)

    def advance(self, span: timedelta) -> None:
        self.clock.advance(span)
        self.latest = max(self.latest, self.clock())

    def rows(self, *states: State) -> list[Delivery]:
        with self.database.reading() as session:
            return list(deliveries.in_state(session, *(states or State)))

    # -- what must hold ---------------------------------------------------------------------------

    def witness_send(self, message: Message) -> None:
        """A platform gets a request: was it allowed, and written down before?"""
        with self.database.reading() as session:
            [row] = [r for r in deliveries.matching(session) if _key(r) == message.key]
            if row.state != State.SENDING or row.expires_at <= self.clock():
                self.wrong.append(f"{message.key} was sent while {row.state}")
            if row.fingerprint != message.fingerprint:
                self.wrong.append(f"{message.key} was sent with another text")
            if len(approvals.given(session, row)) < row.approvals:
                self.wrong.append(f"{message.key} was sent without its approvals")
            if any(h.target in ("", row.channel) for h in holds.in_force(session, self.clock())):
                self.wrong.append(f"{message.key} was sent over a hold")

    def check(self) -> None:
        """What holds after whatever happened."""
        assert self.wrong == []
        with self.database.reading() as session:
            strange = [(b, a) for _id, b, a in _moves(session) if (b, a) not in LEGAL]
            rows = session.exec(select(Delivery).order_by(col(Delivery.id))).all()
        assert strange == []
        for name, platform in self.platforms.items():
            keys = [post.key for post in platform.posts]
            assert len(keys) == len(set(keys)), f"{name} holds a post twice"
        for row in rows:
            out = self.platforms[row.channel].has(_key(row))
            if row.state == State.SENT:
                assert out, f"{_key(row)} is called sent and isn't there"
            if row.state in (State.PLANNED, State.MISSED, State.CANCELLED):
                assert not out, f"{_key(row)} is called {row.state} and is out"

    def check_nothing_is_silent(self, *, at_rest: bool) -> None:
        """After a sweep: whatever is past its grace is done, or a person knows of it.

        ``at_rest``: also what could still wait for a look-up a minute ago.
        """
        now = self.clock()
        self.alerts.tell_due(at_once=True)
        with self.database.reading() as session:
            moves = _moves(session)
        for row in self.rows():
            if row.expires_at > now or row.state in (State.SENT, State.CANCELLED):
                continue
            assert row.state in (State.MISSED, State.FAILED, State.UNCONFIRMED), _key(row)
            if row.state == State.UNCONFIRMED and row.next_at > now and not at_rest:
                continue
            entered = max(n for n, (number, _b, _a) in enumerate(moves) if number == row.id)
            news = [t for t in self.told if t.moves > entered and _key(row) in t.text]
            assert news, f"{_key(row)} is {row.state} and nobody was told"


def _key(row: Delivery) -> str:
    return deliveries.identity_of(row).key


def _moves(session: Session) -> list[tuple[int, str, str]]:
    found = session.execute(text("SELECT id, before, after FROM moved ORDER BY n")).all()
    return [(number, before, after) for number, before, after in found]
