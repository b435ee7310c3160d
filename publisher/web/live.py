"""Tells open pages that something has changed, so that they can look again.

One look at the store serves all who listen, every few seconds and only while somebody does; what is
told is a mark that is another one after any change, never what changed: a page asks for that with
its reader's own rights. Listeners are bounded, altogether and for each person, and all of them end
with the server.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import structlog
from fastapi import FastAPI
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, col, func, select
from starlette.concurrency import run_in_threadpool

from publisher.site import Site
from publisher.store.feed_tables import FeedState
from publisher.store.models import Alert, Approval, Attempt, ChannelState, Event

log = structlog.get_logger("console")

LOOK_EVERY_S = 2.0
HEARTBEAT_S = 20.0
"""A web server in between closes a line on which nothing comes for a minute or so."""

LASTS_S = 600.0
"""After so long a browser has to ask anew, and who it belongs to is looked up again."""

MOST = 60
MOST_EACH = 8

_AGAIN_MS = 4_000


class Live:
    """Who listens, and what they are told; everything but ``close`` runs in the server's loop."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._listening: Counter[int] = Counter()
        self._changed = asyncio.Condition()
        self._mark = ""
        self._looking: asyncio.Task[None] | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    @property
    def listeners(self) -> int:
        """How many there are."""
        return self._listening.total()

    def has_room(self, person: int) -> bool:
        """Whether one more of ``person`` may listen."""
        return not self._closed and self.listeners < MOST and self._listening[person] < MOST_EACH

    async def stream(self, person: int) -> AsyncIterator[bytes]:
        """Server-sent events for one listener, until it leaves, the server ends, or for long."""
        self._loop = asyncio.get_running_loop()
        self._listening[person] += 1
        try:
            ends = self._loop.time() + LASTS_S
            yield f"retry: {_AGAIN_MS}\n\n".encode()
            if self._looking is None or self._looking.done():
                self._mark = ""
                self._looking = asyncio.create_task(self._look())
            mark = ""
            while not self._closed and self._loop.time() < ends:
                now = await self._next(mark)
                if now and now != mark:
                    mark = now
                    yield f"event: mark\ndata: {mark}\n\n".encode()
                else:
                    yield b": still here\n\n"
        finally:
            self._listening[person] -= 1
            if not self._listening[person]:
                del self._listening[person]

    def close(self) -> None:
        """End every stream; called from another thread when the server is about to stop."""
        self._closed = True
        loop = self._loop
        if loop is not None and not loop.is_closed():
            asyncio.run_coroutine_threadsafe(self._wake(), loop)

    async def _next(self, mark: str) -> str:
        """Another mark than ``mark``, or the same after a while."""
        async with self._changed:
            if self._mark == mark and not self._closed:
                try:
                    await asyncio.wait_for(self._changed.wait(), HEARTBEAT_S)
                except TimeoutError:
                    return mark
            return self._mark

    async def _look(self) -> None:
        while self._listening and not self._closed:
            try:
                mark = await run_in_threadpool(self._read)
            except SQLAlchemyError as error:
                # The pages themselves say that the store is away.
                log.warning("live pages can't look", why=type(error).__name__)
            else:
                if mark != self._mark:
                    self._mark = mark
                    await self._wake()
            await asyncio.sleep(LOOK_EVERY_S)

    async def _wake(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    def _read(self) -> str:
        with self._site.database.reading() as session:
            return mark_of(session)


def mark_of(session: Session) -> str:
    """A mark of all that pages show: another one after anything was done, sent or told."""
    seen: list[Any] = [
        session.exec(select(func.max(column))).one()
        for column in (
            # Whatever people or the program do stands in the record; each try has a row of its own.
            col(Event.id),
            col(Attempt.id),
            col(Approval.id),
            col(ChannelState.updated_at),
            col(FeedState.asked_at),
        )
    ]
    seen += session.exec(
        select(func.count(), func.max(Alert.asked_at), func.max(Alert.cleared_at))
    ).all()
    # A try that ended without a word in the record: it is tried again.
    seen.append(
        session.exec(
            select(func.count()).select_from(Attempt).where(col(Attempt.ended_at).is_(None))
        ).one()
    )
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:16]


def live_of(app: FastAPI, site: Site) -> Live:
    """The one of ``app``; made when it is first asked for."""
    found = getattr(app.state, "live", None)
    if not isinstance(found, Live):
        found = app.state.live = Live(site)
    return found


def close(app: FastAPI) -> None:
    """End the streams of ``app``, if it has any."""
    found = getattr(app.state, "live", None)
    if isinstance(found, Live):
        found.close()
