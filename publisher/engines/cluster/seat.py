"""A process's seat among those of its cluster: one connection to the store that holds its locks.

Every process of a cluster shares the lock that a daemon of the local engine takes for itself, so
that the two never work on one store. One at a time has the *duty* besides: a lock of PostgreSQL's
that falls with its connection, however the process or its machine ends. The connection is looked at
every second and cut off soon where the other side is silent: the process by itself, some seconds
before PostgreSQL gives the duty to another one. A process that stands still (SIGSTOP, a machine
that swaps) keeps its connection and does nothing: the others have that ended, and who comes to
itself again knows by its last look that it has nothing any more.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from publisher.store.database import Database
from publisher.store.errors import StoreBusyError
from publisher.store.postgresql import DAEMON_LOCK, LOCK_KEY, LOCKED

log = structlog.get_logger("cluster")

DUTY_LOCK = "hashtext('publisher duty ' || current_schema())"
"""The key of the duty's lock: a schema is a store."""

LOOK_S = 1.0
"""How often the connection is looked at, and the duty asked for."""

TAKE_S = 5.0
"""How long a start waits for a seat: ``doctor`` has the lock for a moment."""

FRESH_S = 6.0
"""What the last look showed doesn't hold for longer."""

FROZEN_S = 15
"""Who has the duty and hasn't looked at its seat for so long stands still."""

NAME = "publisher"
"""By what every seat's name begins, as PostgreSQL lists it (application_name)."""

LONGEST_NAME = 63
"""PostgreSQL cuts longer ones."""


def never() -> bool:
    """Who never has the duty."""
    return False


class Seat:
    """``name`` is the process's, ``role`` what it is (``run``, ``worker``). ``stands`` says
    whether it wants the duty now; ``changed`` is told, by the looking thread, when it has it and
    when it hasn't any more, and must not wait for anything."""

    def __init__(
        self,
        database: Database,
        name: str,
        role: str,
        stands: Callable[[], bool] = never,
        changed: Callable[[bool], None] = lambda has_duty: None,
    ) -> None:
        self._database = database
        self._called = f"{NAME} {role} {name}"[:LONGEST_NAME]
        self._stands = stands
        self._changed = changed
        self._connection: Connection | None = None
        self._ended = threading.Event()
        self._thread: threading.Thread | None = None
        self._taken = False
        self._has_duty = False
        self._looked = 0.0

    @property
    def taken(self) -> bool:
        """Whether this process may work on the store."""
        return self._taken and self._is_fresh

    @property
    def has_duty(self) -> bool:
        return self._has_duty and self._is_fresh

    @property
    def _is_fresh(self) -> bool:
        return time.monotonic() - self._looked < FRESH_S

    def take(self) -> None:
        """Sit down, and keep looking at the seat until ``leave``.

        Raises ``StoreBusyError`` where a daemon of the local engine has the store.
        """
        self._sit_down()
        waits = 0.0
        while not self._taken:
            if waits >= TAKE_S:
                self._lose()
                raise StoreBusyError("")
            waits += 0.2
            self._ended.wait(0.2)
            self._share()
        self._thread = threading.Thread(target=self._look_on, name="seat", daemon=True)
        self._thread.start()

    def leave(self) -> None:
        """Give the seat up, and with it the duty."""
        self._ended.set()
        if self._thread is not None:
            self._thread.join(LOOK_S * 10)
        # Said, and not left to the connection's end, which PostgreSQL sees a moment later.
        with suppress(SQLAlchemyError):
            self._ask("SELECT true FROM pg_advisory_unlock_all()")
        self._lose()

    def look(self) -> None:
        """One look: sit down again where the connection was lost; take or give up the duty."""
        try:
            if self._connection is None:
                self._sit_down()
            elif self._taken:
                self._ask("SELECT true")
            else:
                self._share()
            if self._taken and self._stands() != self._has_duty:
                self._take_turns()
        except SQLAlchemyError as error:
            if self._connection is not None:
                why = type(getattr(error, "orig", None) or error).__name__
                log.warning("connection to the store lost", why=why, had_duty=self._has_duty)
            self._lose()

    def _look_on(self) -> None:
        while not self._ended.wait(LOOK_S):
            self.look()

    def _sit_down(self) -> None:
        self._connection = self._database.standing(self._called)
        self._share()

    def _share(self) -> None:
        self._taken = self._ask(f"SELECT pg_try_advisory_lock_shared({DAEMON_LOCK})")

    def _take_turns(self) -> None:
        if self._has_duty:
            self._has(duty=False)
            self._ask(f"SELECT pg_advisory_unlock({DUTY_LOCK})")
        elif self._ask(f"SELECT pg_try_advisory_lock({DUTY_LOCK})"):
            self._has(duty=True)
        elif self._ask(_END_THE_FROZEN):
            log.warning("who has the duty stands still, and loses it")

    def _has(self, *, duty: bool) -> None:
        if self._has_duty != duty:
            self._has_duty = duty
            log.info("duty taken" if duty else "duty given up")
            self._changed(duty)

    def _lose(self) -> None:
        self._taken = False
        connection, self._connection = self._connection, None
        self._has(duty=False)
        if connection is not None:
            # Whatever state it is in: its locks fall with it.
            connection.invalidate()
            connection.close()

    def _ask(self, question: str) -> Any:
        if self._connection is None:
            return False
        answer = self._connection.exec_driver_sql(question).scalar()
        self._looked = time.monotonic()
        return answer


_END_THE_FROZEN = f"""
SELECT pg_terminate_backend(a.pid)
{LOCKED}
  AND {LOCK_KEY} = {DUTY_LOCK}::bigint
  AND a.state_change < clock_timestamp() - interval '{FROZEN_S} s'
"""
