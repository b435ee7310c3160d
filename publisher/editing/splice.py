"""One value of a TOML text changed, and not a byte outside it.

The text is cut at the value's own first and last byte, so comments, order, quotation marks and
layout stay as the officer left them. A key that isn't there yet gets a line of its own, below those
of its table. Every result is read again: it must say what the text said before with this one value
changed, or it isn't given.

tomlkit would keep comments too, but it puts a new key behind the comment that stands above the next
table, writes ``'…'`` as ``"…"`` and ends lines in its own way.
"""

from __future__ import annotations

import copy
import re
import tomllib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from publisher.editing.literals import Value, key, literal
from publisher.files.positions import places

if TYPE_CHECKING:
    from tree_sitter import Node

Way = tuple[str, ...]
"""The way to a value: ``("for", "x", "text")``."""


class UnplaceableError(Exception):
    """The value can't be changed without changing more; a person has to do it."""


def with_value(toml: str, path: Way, value: Value | None, newline: str = "\n") -> str:
    """``toml`` with ``value`` at ``path``; ``None`` takes the key out. Lines that are added end in
    ``newline``.

    Raises ``UnplaceableError``, and ``ValueError`` where ``toml`` itself is no TOML.
    """
    before = _data(toml)
    if _at(before, path) == _listed(value):
        return toml
    try:
        after = _spliced(_Text(toml, newline), path, value)
        is_right = _pruned(_data(after)) == _pruned(_with(before, path, value))
    except (ValueError, IndexError) as error:
        raise UnplaceableError(".".join(path)) from error
    if not is_right:
        raise UnplaceableError(".".join(path))
    return after


class _Text:
    """A TOML text as bytes, with where things stand in it."""

    def __init__(self, toml: str, newline: str) -> None:
        self.raw = toml.encode()
        self.newline = newline
        # An old Mac's line end is one to the officers' reader, but none to TOML. As many bytes.
        legible = re.sub(rb"\r(?!\n)", b"\n", self.raw)
        self.legible = legible
        self.pairs: dict[tuple[str | int, ...], Node] = {}
        self.tables: dict[tuple[str | int, ...], Node] = {}
        self.ways: dict[tuple[str | int, ...], Node] = {}
        """Tables that are only named on the way: by ``[for.x]``, or by ``for.x.text = …``."""
        for path, node, defines in places(legible):
            kept = self.ways if not defines else self.pairs if node.type == "pair" else self.tables
            kept.setdefault(path, node)

    def replaced(self, start: int, end: int, new: str) -> str:
        written = new.replace("\n", self.newline).encode()
        return (self.raw[:start] + written + self.raw[end:]).decode()

    def line_start(self, at: int) -> int:
        return self.legible.rfind(b"\n", 0, at) + 1

    def line_end(self, at: int) -> int:
        """Behind the end of the line in which ``at`` stands."""
        found = self.legible.find(b"\n", at)
        return found + 1 if found >= 0 else len(self.legible)

    def of(self, node: Node) -> str:
        return self.raw[node.start_byte : node.end_byte].decode()


def _spliced(text: _Text, path: Way, value: Value | None) -> str:
    pair = text.pairs.get(path)
    if pair is None:
        if value is None:
            # What isn't there, or is a whole table: no single value.
            raise UnplaceableError(".".join(path))
        return _inserted(text, path, value)
    old = pair.named_children[1]
    if old.type == "inline_table":
        # No single value: what stands in it would go with it.
        raise UnplaceableError(".".join(path))
    if value is None:
        return _without(text, pair)
    if old.type == "array" and isinstance(value, Sequence) and not isinstance(value, str):
        return _relisted(text, path, old, list(value))
    inside = pair.parent is not None and pair.parent.type == "inline_table"
    new = literal(value, text.of(old), one_line=inside)
    return text.replaced(old.start_byte, old.end_byte, new)


# -- a key that isn't there -----------------------------------------------------------------------


def _inserted(text: _Text, path: Way, value: Value) -> str:
    *above, name = path
    parent = tuple(above)
    for depth in range(len(parent), 0, -1):
        pair = text.pairs.get(parent[:depth])
        if pair is not None:
            return _in_braces(text, pair.named_children[1], path[depth:], value)
    if not parent:
        roots = [node for at, node in text.pairs.items() if _is_of_root(node)]
        return _below(text, roots, 0, name, value)
    if parent in text.tables:
        table = text.tables[parent]
        own = [child for child in table.named_children if child.type == "pair"]
        return _below(text, own, text.line_end(table.start_byte), name, value)
    way = text.ways.get(parent)
    if way is not None and way.type == "pair":
        return _dotted(text, way, parent, name, value)
    heading = f"[{'.'.join(map(key, parent))}]\n{key(name)} = {literal(value)}\n"
    end = len(text.raw)
    is_ended = end == 0 or text.legible.endswith(b"\n")
    is_apart = end == 0 or text.legible.endswith(b"\n\n") or text.legible.endswith(b"\n\r\n")
    return text.replaced(
        end, end, ("" if is_ended else "\n") + ("" if is_apart else "\n") + heading
    )


def _below(text: _Text, pairs: Sequence[Node], otherwise: int, name: str, value: Value) -> str:
    """A new line behind the last of ``pairs``, its equals sign below theirs."""
    column, indent = 0, ""
    if pairs:
        last = max(pairs, key=lambda pair: pair.start_byte)
        otherwise = text.line_end(last.named_children[1].end_byte)
        start = text.line_start(last.start_byte)
        indent = text.raw[start : last.start_byte].decode()
        sign = next(child for child in last.children if child.type == "=")
        column = len(text.raw[last.start_byte : sign.start_byte].decode())
    line = f"{indent}{(key(name) + ' ').ljust(column)}= {literal(value)}\n"
    is_ended = otherwise == 0 or text.legible[otherwise - 1 : otherwise] == b"\n"
    return text.replaced(otherwise, otherwise, line if is_ended else "\n" + line.rstrip("\n"))


def _in_braces(text: _Text, table: Node, rest: Sequence[str], value: Value) -> str:
    if table.type != "inline_table":
        raise UnplaceableError(".".join(rest))
    words = f"{'.'.join(map(key, rest))} = {literal(value, one_line=True)}"
    pairs = [child for child in table.named_children if child.type == "pair"]
    if pairs:
        end = pairs[-1].named_children[1].end_byte
        return text.replaced(end, end, f", {words}")
    return text.replaced(table.start_byte, table.end_byte, f"{{ {words} }}")


def _dotted(text: _Text, pair: Node, parent: tuple[str, ...], name: str, value: Value) -> str:
    """Beside ``for.x.title = …`` a heading ``[for.x]`` isn't allowed."""
    full = next(path for path, node in text.pairs.items() if node.id == pair.id)
    parts = text.of(pair.named_children[0]).split(".")
    before = ".".join(part.strip() for part in parts[: len(parts) - len(full) + len(parent)])
    end = text.line_end(pair.named_children[1].end_byte)
    return text.replaced(end, end, f"{before}.{key(name)} = {literal(value)}\n")


def _is_of_root(pair: Node) -> bool:
    return pair.parent is not None and pair.parent.type == "document"


# -- a key that goes ------------------------------------------------------------------------------


def _without(text: _Text, pair: Node) -> str:
    if pair.parent is None or pair.parent.type != "inline_table":
        end = text.line_end(pair.named_children[1].end_byte)
        return text.replaced(text.line_start(pair.start_byte), end, "")
    pairs = [child for child in pair.parent.named_children if child.type == "pair"]
    place = next(number for number, one in enumerate(pairs) if one.id == pair.id)
    if place + 1 < len(pairs):
        return text.replaced(pair.start_byte, pairs[place + 1].start_byte, "")
    start = pairs[place - 1].named_children[1].end_byte if place else pair.start_byte
    return text.replaced(start, pair.named_children[1].end_byte, "")


# -- a list ---------------------------------------------------------------------------------------


def _relisted(text: _Text, path: Way, array: Node, wanted: list[str]) -> str:
    """The list with parts taken out and added, each with its own line and comment; where the order
    is another, the whole list written anew."""
    elements = _elements(array)
    held = [_value(text.of(one)) for one in elements]
    kept = [one for one in held if one in wanted]
    if not elements or not kept or wanted[: len(kept)] != kept or len(set(held)) != len(held):
        return text.replaced(array.start_byte, array.end_byte, _whole(text, array, wanted))
    for place, one in enumerate(held):
        if one not in wanted:
            rest = _list_without(text, array, place)
            return with_value(rest, path, wanted, text.newline)
    if len(kept) == len(wanted):
        return text.raw.decode()
    more = _list_with(text, array, wanted[len(kept)])
    return with_value(more, path, wanted, text.newline)


def _whole(text: _Text, array: Node, wanted: Sequence[str]) -> str:
    elements = _elements(array)
    first = elements[0].start_byte if elements else array.start_byte
    if b"\n" not in text.legible[array.start_byte : first]:
        return literal(wanted)
    indent = text.raw[text.line_start(first) : first].decode()
    lines = "".join(f"{indent}{literal(one)},\n" for one in wanted)
    last = text.raw[text.line_start(array.end_byte) : array.end_byte - 1].decode()
    return f"[\n{lines}{last if not last.strip() else ''}]"


def _list_without(text: _Text, array: Node, place: int) -> str:
    elements = _elements(array)
    one = elements[place]
    if place + 1 < len(elements):
        return text.replaced(one.start_byte, elements[place + 1].start_byte, "")
    before = elements[place - 1].end_byte
    if b"\n" not in text.legible[before : one.start_byte]:
        return text.replaced(before, one.end_byte, "")
    # It stands on a line of its own; the comma that is left behind the one before is no fault.
    end = text.line_end(one.end_byte)
    if end > array.end_byte:
        return text.replaced(one.start_byte, array.end_byte - 1, "")
    return text.replaced(text.line_start(one.start_byte), end, "")


def _list_with(text: _Text, array: Node, value: str) -> str:
    last = _elements(array)[-1]
    line = text.line_start(last.start_byte)
    indent = text.raw[line : last.start_byte].decode()
    end = text.line_end(last.end_byte)
    if indent.strip() or end > array.end_byte:
        return text.replaced(last.end_byte, last.end_byte, f", {literal(value)}")
    behind = text.legible[last.end_byte : end].split(b"#")[0]
    if b"," in behind:
        return text.replaced(end, end, f"{indent}{literal(value)},\n")
    added = text.raw[last.end_byte : end].decode()
    return text.replaced(last.end_byte, end, f",{added}{indent}{literal(value)}\n")


def _elements(array: Node) -> list[Node]:
    return [child for child in array.named_children if child.type != "comment"]


# -- what it says ---------------------------------------------------------------------------------


def _data(toml: str) -> dict[str, Any]:
    return tomllib.loads(toml.replace("\r\n", "\n").replace("\r", "\n"))


def _value(written: str) -> Any:
    return _data(f"k = {written}")["k"]


def _listed(value: Value | None) -> Any:
    return value if value is None or isinstance(value, str | int) else list(value)


def _at(data: dict[str, Any], path: Way) -> Any:
    found: Any = data
    for part in path:
        found = found.get(part) if isinstance(found, dict) else None
    return found


def _with(data: dict[str, Any], path: Way, value: Value | None) -> dict[str, Any]:
    changed = copy.deepcopy(data)
    table = changed
    for part in path[:-1]:
        table = table.setdefault(part, {})
        if not isinstance(table, dict):
            raise ValueError(part)
    if value is None:
        table.pop(path[-1], None)
    else:
        table[path[-1]] = _listed(value)
    return changed


def _pruned(data: Any) -> Any:
    """Without tables that hold nothing: a heading may stay when its last key goes."""
    if not isinstance(data, dict):
        return data
    inner = {name: _pruned(one) for name, one in data.items()}
    return {name: one for name, one in inner.items() if one != {}}
