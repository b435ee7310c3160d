"""The life cycle's table, changed cell by cell: mutmut changes functions, and this is data.

A mutant lets a move start from one state more or less, or end in another; drops a move; takes a
state into or out of a named set. Each is met by tests/delivery/test_lifecycle.py in a process of
its own, in which ``publisher.delivery.lifecycle`` was changed before anything else read it.
"""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path

import hypothesis  # noqa: F401 -- heavy, as the next: loaded once, before the forks
import pytest
import sqlmodel  # noqa: F401

from bench.mutants.mutant import Mutant
from publisher.delivery import lifecycle
from publisher.delivery.lifecycle import MOVES, Move, State

TESTS = "tests/delivery/test_lifecycle.py"


@dataclass(frozen=True, slots=True)
class _Change:
    """What was changed, in words, and the module's names with what they stand for then."""

    words: str
    names: dict[str, object]


def mutants(workers: int) -> list[Mutant]:
    """Every mutant of the table, met by the tests of the folder one stands in."""
    readers = [name for name in sys.modules if name.startswith("publisher.store")]
    assert not readers, "something has read the table before it was changed"
    changes = list(_changes())
    with multiprocessing.get_context("fork").Pool(workers, maxtasksperchild=1) as pool:
        survived = pool.map(_survives, changes, chunksize=1)
    return [
        Mutant(lifecycle.__name__, "the table", change.words, alive)
        for change, alive in zip(changes, survived, strict=True)
    ]


def _changes() -> Iterator[_Change]:
    for name, value in vars(lifecycle).items():
        if isinstance(value, Move):
            yield from _changes_of_move(name, value)
        elif isinstance(value, frozenset):
            for state in State:
                yield _Change(f"{name}: {_flipped(value, state)}", {name: value ^ {state}})


def _changes_of_move(name: str, move: Move) -> Iterator[_Change]:
    def put(changed: Move) -> dict[str, object]:
        return {name: changed, "MOVES": tuple(changed if m is move else m for m in MOVES)}

    yield _Change(f"{name}: not in MOVES", {"MOVES": tuple(m for m in MOVES if m is not move)})
    for state in State:
        words = f"{name}: before {_flipped(move.before, state)}"
        yield _Change(words, put(replace(move, before=move.before ^ {state})))
        if state is not move.after:
            yield _Change(f"{name}: after {state}", put(replace(move, after=state)))


def _flipped(states: frozenset[State], state: State) -> str:
    return f"without {state}" if state in states else f"with {state}"


def _survives(change: _Change) -> bool:
    for name, value in change.names.items():
        setattr(lifecycle, name, value)
    with (
        Path(os.devnull).open("w", encoding="utf-8") as nowhere,
        redirect_stdout(nowhere),
        redirect_stderr(nowhere),
    ):
        return pytest.main(["-x", "-q", "-p", "no:cacheprovider", TESTS]) == pytest.ExitCode.OK
