"""How long a template may run, counted in what it goes through.

Seconds don't count. What comes out is the same on a fast machine and on a slow one, and no thread
is stopped. Jinja2 leaves loops, comparisons and ``~`` unbounded: ``Watcher`` leads them through
filters of ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from jinja2 import nodes
from jinja2.visitor import NodeTransformer

MAX_OUTPUT = 100_000
MAX_TURNS = 500
MAX_WORK = 20 * MAX_OUTPUT
"""So many letters may be gone through in all; each step counts as ``_A_STEP`` letters more."""

_A_STEP = 200
_left: ContextVar[list[int]] = ContextVar("left")
"""What is left of ``MAX_WORK``."""


class TooMuchError(Exception):
    """A text would become too long, or take too long."""


@contextmanager
def bounded() -> Iterator[None]:
    """One text is filled in inside; raises ``TooMuchError`` where that is too much."""
    token = _left.set([MAX_WORK])
    try:
        yield
    finally:
        _left.reset(token)


def account(size: int) -> None:
    """Before ``size`` letters are gone through, or a text of so many is made: one joined by itself
    grows as its square."""
    left = _left.get()
    left[0] -= size + _A_STEP
    if size > MAX_OUTPUT or left[0] < 0:
        raise TooMuchError


def size_of(value: Any) -> int:
    """The letters of a text, or the members of a list; nothing else has a length that counts."""
    return len(value) if isinstance(value, (str, list, tuple)) else 0


def text_of(value: Any) -> str:
    """``value`` as a reader sees it; raises ``TypeError`` for a table or a list."""
    if isinstance(value, (Mapping, list, tuple)):
        raise TypeError("not a text")
    return str(value)


class Watcher(NodeTransformer):
    """Leads what Jinja2 itself does not bound through filters of ours."""

    def visit_For(self, node: nodes.For) -> nodes.Node:  # noqa: N802 -- Jinja2's way to name them
        self.generic_visit(node)
        node.iter = _led(node.iter, "_turned")
        return node

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.expr = _led(node.expr, "_weighed")
        return node

    def visit_Operand(self, node: nodes.Operand) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        node.expr = _led(node.expr, "_weighed")
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:  # noqa: N802
        self.generic_visit(node)
        return _led(nodes.List(node.nodes, lineno=node.lineno), "_concatenated")


def _led(node: nodes.Node, name: str) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


def _weighed(value: Any) -> Any:
    """What is compared, once its length is accounted for."""
    account(size_of(value))
    return value


def _turned(value: Any) -> Any:
    """What a loop goes through."""
    if size_of(value) > MAX_TURNS:
        raise TooMuchError
    return value


def _concatenated(values: list[Any]) -> str:
    texts = [text_of(value) for value in values]
    account(sum(map(len, texts)))
    return "".join(texts)


WATCHING = {"_turned": _turned, "_weighed": _weighed, "_concatenated": _concatenated}
"""The filters that ``Watcher`` needs; officers can't name them."""
