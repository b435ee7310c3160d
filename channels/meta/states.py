"""Asks Instagram or Threads for the state of a container. Used by ``channels.meta.containers``.

Sources: developers.facebook.com/docs/instagram-platform/reference/ig-container and
/docs/threads/troubleshooting.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import NoReturn

from channels.base import N_, AmbiguousError, ChannelError, InvalidContentError, TransientError
from channels.doubts import or_doubt
from channels.meta.errors import MissingError
from channels.meta.graph import Line
from channels.meta.ways import Ways

IN_PROGRESS, FINISHED, PUBLISHED = "IN_PROGRESS", "FINISHED", "PUBLISHED"
EXPIRED, ERROR, MISSING = "EXPIRED", "ERROR", "MISSING"
DEAD = frozenset({EXPIRED, ERROR, MISSING})

_NO_POST = N_("it made no post of what it was sent")
_AT_THE_MEDIA = N_("it still works on the media")


@dataclass(frozen=True, slots=True)
class State:
    """One of the words above, and of a container that failed the reason."""

    word: str
    reason: str = ""

    @property
    def is_dead(self) -> bool:
        return self.word in DEAD


@dataclass(frozen=True, slots=True)
class States:
    """The states of an account's containers; one in progress is asked after ``polls`` times,
    ``poll_s`` seconds apart."""

    line: Line
    ways: Ways
    polls: int
    poll_s: float

    def of(self, container: str) -> State:
        """The state of the container of that id, now."""
        ways = self.ways
        try:
            told = self.line.get(container, fields=f"{ways.status},{ways.reason}")
        except MissingError as missing:
            return State(MISSING, str(missing))
        except InvalidContentError as refused:
            # A post has no status: it may be one by now.
            return State(MISSING, str(refused))
        return State(str(told.get(ways.status) or MISSING), str(told.get(ways.reason) or ""))

    def in_doubt(self, container: str) -> State:
        """``of`` one that may be a post: not being able to ask leaves that as it was."""
        return or_doubt(lambda: self.of(container))

    def awaited(self, container: str, *, in_doubt: bool = False) -> State:
        """Its state once it is no longer in progress, or the last one that was waited for."""
        for poll in range(self.polls):
            if poll:
                time.sleep(self.poll_s)
            state = self.in_doubt(container) if in_doubt else self.of(container)
            if state.word != IN_PROGRESS:
                break
        return state

    def fault(self, state: State) -> ChannelError:
        """What it means that a container is dead."""
        kind = self.ways.fault(state.reason) if state.word == ERROR else TransientError
        return kind(self._told(_NO_POST, state))

    def pending(self) -> TransientError:
        """What it means that one is still in progress, where nothing is in doubt."""
        return TransientError(f"{self.ways.platform}: {_AT_THE_MEDIA}")

    def doubt(self, why: str, state: State | None = None) -> NoReturn:
        """Raise that nobody can tell what became of the post, and ``why``, with the ``state`` that
        its container is in where that tells more."""
        raise AmbiguousError(self._told(why, state))

    def _told(self, why: str, state: State | None) -> str:
        more = f": {state.word} {state.reason}" if state is not None else ""
        return self.line.http.clean(f"{self.ways.platform}: {why}{more}")
