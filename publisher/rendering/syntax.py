"""What a text may be written of: an allow-list of Jinja2's syntax.

Every name is checked before anything runs, in branches that are not taken as well. No call, no
assignment, no macro, no import: there is nothing to escape through and nothing that can grow
without bound.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from jinja2 import TemplateSyntaxError, nodes

from publisher.rendering.environment import LOOP_PARTS, environment
from publisher.rendering.errors import RenderError
from publisher.rendering.filters import FILTERS

MAX_SOURCE = 64 * 1024
MAX_TOKENS = 3000
"""So many words and signs may stand between braces."""

MAX_DEPTH = 40
MAX_DIGITS = 18
Known = Mapping[str, frozenset[str] | None]
"""The variables a text may use: a name, with its attributes where it has any."""

_SYNTAX: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.List,
    nodes.Tuple,
    nodes.If,
    nodes.For,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Slice,
    nodes.Filter,
    nodes.Test,
    nodes.Add,
    nodes.Sub,
    nodes.Neg,
    nodes.Concat,
)

_TESTS = frozenset({"defined", "none", "number", "string", "even", "odd", "in", "sameas"})


def check(source: str, known: Known) -> None:
    """Raise ``RenderError`` for the first thing in ``source`` that isn't offered."""
    for error in mistakes(source, known):
        raise error


def mistakes(source: str, known: Known) -> list[RenderError]:
    """Everything wrong with ``source``, in order of lines, whether or not it would ever run."""
    if len(source) > MAX_SOURCE:
        return [RenderError("too_long", str(MAX_SOURCE), 1)]
    if "{" not in source:
        return []
    # One that is raised takes its traceback along, so each caller gets errors of its own.
    errors, _trees = _looked_through(source, tuple(known.items()))
    return [error.within("") for error in errors]


def tree_of(source: str, known: Known) -> nodes.Template:
    """``source`` in which nothing is wrong, taken apart; whoever has it may change it.

    Raises ``TemplateSyntaxError``.
    """
    _errors, trees = _looked_through(source, tuple(known.items()))
    try:
        return trees.pop()
    except IndexError:
        return environment("vi").parse(source)


@lru_cache(maxsize=2048)
def _looked_through(
    source: str, offered: tuple[tuple[str, frozenset[str] | None], ...]
) -> tuple[tuple[RenderError, ...], list[nodes.Template]]:
    """What is wrong, and the text taken apart, for the first who fills it in: that takes as long as
    all the rest. Kept, since a text is looked through again for each of its channels."""
    try:
        _few_tokens(source)
        tree = environment("vi").parse(source)
        faulty = _faulty(tree, dict(offered), frozenset(), loops=0)
        return tuple(sorted(faulty, key=lambda error: error.line)), [tree]
    except RenderError as error:
        return (error,), []
    except TemplateSyntaxError as error:
        code = "filter" if "No filter named" in str(error) else "syntax"
        return (RenderError(code, error.message or "", error.lineno),), []
    except (RecursionError, ValueError):
        # ValueError: a number of thousands of digits.
        return (RenderError("syntax", "nested too deeply", 1),), []


def _few_tokens(source: str) -> None:
    """Raise ``RenderError`` where there is more between braces than any text needs."""
    if len(source) <= MAX_TOKENS:
        return  # each takes a letter at least
    tokens = (
        line
        for line, kind, _text in environment("vi").lex(source)
        if kind not in ("data", "whitespace")
    )
    for number, line in enumerate(tokens):
        if number >= MAX_TOKENS:
            raise RenderError("too_long", str(MAX_TOKENS), line)


def _faulty(
    node: nodes.Node, known: Known, own: frozenset[str], loops: int, depth: int = 0
) -> Iterator[RenderError]:
    if depth > MAX_DEPTH:
        yield RenderError("syntax", "nested too deeply", node.lineno)
        return
    if not isinstance(node, _SYNTAX):
        yield RenderError("forbidden", type(node).__name__.lower(), node.lineno)
        return
    if isinstance(node, nodes.For):
        if loops or node.recursive or not isinstance(node.target, nodes.Name):
            yield RenderError("forbidden", "for", node.lineno)
            return
        yield from _faulty(node.iter, known, own, loops, depth + 1)
        inside = own | {node.target.name, "loop"}
        for child in (*node.body, *node.else_):
            yield from _faulty(child, known, inside, loops + 1, depth + 1)
        return
    if isinstance(node, (nodes.Getattr, nodes.Getitem)) and _is_loop(node.node, own):
        # The loop itself is an object of the engine's: only its parts are of use.
        part = node.attr if isinstance(node, nodes.Getattr) else ""
        if part not in LOOP_PARTS:
            yield RenderError("forbidden", "loop", node.lineno)
        return
    if _is_loop(node, own):
        yield RenderError("forbidden", "loop", node.lineno)
        return
    if isinstance(node, nodes.Const) and _is_long(node.value):
        yield RenderError("too_long", "1", node.lineno)
    if isinstance(node, nodes.Name) and node.name not in known and node.name not in own:
        yield RenderError("undefined", node.name, node.lineno, known=tuple(known))
        return
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        yield RenderError("filter", node.name, node.lineno, known=tuple(FILTERS))
    if isinstance(node, nodes.Test) and node.name not in _TESTS:
        yield RenderError("forbidden", node.name, node.lineno)
    yield from _unknown_part(node, known, own)
    for child in node.iter_child_nodes():
        yield from _faulty(child, known, own, loops, depth + 1)


def _is_loop(node: nodes.Node, own: frozenset[str]) -> bool:
    return isinstance(node, nodes.Name) and node.name == "loop" and "loop" in own


def _is_long(value: Any) -> bool:
    return isinstance(value, (int, float)) and abs(value) >= 10**MAX_DIGITS


def _unknown_part(node: nodes.Node, known: Known, own: frozenset[str]) -> Iterator[RenderError]:
    if not isinstance(node, nodes.Getattr) or not isinstance(node.node, nodes.Name):
        return
    owner = node.node.name
    parts = known.get(owner)
    if owner in own or owner not in known:
        return
    if parts is None or node.attr not in parts:
        names = tuple(f"{owner}.{part}" for part in sorted(parts or ()))
        yield RenderError("undefined", f"{owner}.{node.attr}", node.lineno, known=names)
