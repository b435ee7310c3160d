"""Finds where each key of a TOML document stands.

It is asked only once something is wrong, or is to be changed. ``tomllib`` gives values without
places. tree-sitter gives places, and also of a document that isn't valid TOML, so a syntax error
whose line ``tomllib`` can't tell is found here too. Used by ``document`` and by whoever writes
something back into a file; never raises for any text.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language, Node

KeyPath = tuple[str | int, ...]
"""The way to a value: keys, and places in lists from 0: ``("media", 0, "alt")``."""

MAX_DEPTH = 40
"""Nothing we read is nested deeper; what is deeper stands where its 40th parent stands."""

_KEYS = ("bare_key", "quoted_key")


@dataclass(frozen=True, slots=True)
class Positions:
    """Lines, from 1. ``broken`` is where the text stops being TOML, ``repeated`` where a key is
    written a second time."""

    lines: dict[KeyPath, int]
    broken: int | None
    repeated: int | None

    def line_of(self, path: KeyPath) -> int | None:
        """The line of ``path``, or of the nearest table or list around it; ``None`` at the root."""
        while path:
            if path in self.lines:
                return self.lines[path]
            path = path[:-1]
        return None


def positions(toml: str) -> Positions:
    """Where everything in ``toml`` stands."""
    root = _root(toml.encode())
    lines: dict[KeyPath, int] = {}
    repeated: int | None = None
    for path, node, defines in _document(root):
        if path not in lines:
            lines[path] = _line(node)
        elif defines and repeated is None:
            repeated = _line(node)
    return Positions(lines, _broken(root), repeated)


def places(toml: bytes) -> Iterator[tuple[KeyPath, Node, bool]]:
    """Every place of a document in UTF-8, in its order: its path, its node, and whether that
    defines a value that may stand but once (a part of a list and a table that is only named on the
    way to another do not)."""
    yield from _document(_root(toml))


def _root(toml: bytes) -> Node:
    from tree_sitter import Parser

    return Parser(_language()).parse(toml).root_node


@cache
def _language() -> Language:
    # Imported late, as the parser is: where nothing is wrong, as is usual, nobody asks.
    import tree_sitter_toml
    from tree_sitter import Language

    return Language(tree_sitter_toml.language())


def _document(root: Node) -> Iterator[tuple[KeyPath, Node, bool]]:
    counts: dict[KeyPath, int] = {}
    for node in root.named_children:
        if node.type == "pair":
            yield from _pair(node, ())
        elif node.type in ("table", "table_array_element"):
            path = _inside(_key(node), counts)
            for depth in range(1, len(path)):
                yield path[:depth], node, False
            single = node.type == "table"
            if not single:
                number = counts.get(path, 0)
                counts[path] = number + 1
                yield path, node, False
                path = (*path, number)
            yield path, node, single
            for child in node.named_children:
                if child.type == "pair":
                    yield from _pair(child, path)


def _inside(path: KeyPath, counts: dict[KeyPath, int]) -> KeyPath:
    """``path`` as it is meant below lists of tables: ``[a.b]`` belongs to the last ``[[a]]``."""
    full: KeyPath = ()
    for place, part in enumerate(path):
        full = (*full, part)
        if place < len(path) - 1 and full in counts:
            full = (*full, counts[full] - 1)
    return full


def _pair(node: Node, above: KeyPath) -> Iterator[tuple[KeyPath, Node, bool]]:
    path = (*above, *_key(node))
    for depth in range(len(above) + 1, len(path)):
        yield path[:depth], node, False
    yield path, node, True
    if node.named_child_count > 1:
        yield from _value(node.named_children[-1], path)


def _value(node: Node, path: KeyPath) -> Iterator[tuple[KeyPath, Node, bool]]:
    if len(path) >= MAX_DEPTH:
        return
    if node.type == "inline_table":
        for child in node.named_children:
            if child.type == "pair":
                yield from _pair(child, path)
    elif node.type == "array":
        for number, child in enumerate(c for c in node.named_children if c.type != "comment"):
            yield (*path, number), child, False
            yield from _value(child, (*path, number))


def _key(node: Node) -> KeyPath:
    """The key that opens a pair or a table header."""
    for child in node.named_children:
        if child.type in _KEYS:
            return (_name(child),)
        if child.type == "dotted_key":
            return tuple(islice(_parts(child), MAX_DEPTH))
    return ()


def _parts(dotted: Node) -> Iterator[str]:
    # The grammar nests dotted keys to the left: a.b.c is ((a.b).c).
    waiting = [dotted]
    while waiting:
        node = waiting.pop()
        if node.type in _KEYS:
            yield _name(node)
        else:
            waiting.extend(reversed(node.named_children))


def _name(key: Node) -> str:
    text = (key.text or b"").decode(errors="replace")
    if key.type == "bare_key":
        return text
    try:
        return str(tomllib.loads(f"k = {text}")["k"])
    except ValueError:
        return text


def _broken(root: Node) -> int | None:
    """The line of the first error that has none above it in the tree."""
    if not root.has_error:
        return None
    node = root
    while not (node.is_error or node.is_missing):
        inner = next((child for child in node.children if child.has_error), None)
        if inner is None:
            break
        node = inner
    return _line(node)


def _line(node: Node) -> int:
    return node.start_point.row + 1
