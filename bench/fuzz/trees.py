"""Values that go wrong as parsed documents do: a key gone, doubled or moved, a value of another
type, numbers beyond bounds, nests. Seeded; used for TOML and JSON alike.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

ODD: Sequence[Any] = (
    *(None, True, False, 0, 1, -1, 2, 0.5, -0.0, 1e308, float("nan"), float("inf")),
    *(2**31, 2**53 + 1, 2**63 - 1, 2**63, 2**64, 10**30, -(10**30)),
    *("", " ", "0", "-1", "true", "null", "a", "\u0000", "\u202e", "e\u0302\u0309"),
    "\U0001f468\u200d\U0001f469",
    *("9" * 30, "1e999", "2027-02-30", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"),
    *("2027-10-03", "2027-10-03T01:00:00Z", "2027-10-03T01:00:00", "1790000000", "99999999999999"),
    *("http://[::1", "http://127.0.0.1:99999/", "https://a.vn/ b", "javascript:alert(1)", "//"),
    "?",
    *("<b>", "&#0;", "{{ x }}", "%(name)s", "a" * 5_000, "../..", "\n", "\r\n\r\n", "đ"),
    *([], {}, [[]], [{}], {"a": 1}, [None], [1, "2"], ["a"] * 50, {"": ""}),
)
SURROGATE = "\ud800"
"""What JSON can hold and UTF-8 can't."""


def changed(rng: random.Random, tree: Any, odd: Sequence[Any] = ODD) -> Any:
    """``tree`` with one to four changes."""
    for _ in range(rng.choice((1, 1, 1, 2, 3, 4))):
        tree = _changed(rng, tree, odd)
    return tree


def _changed(rng: random.Random, tree: Any, odd: Sequence[Any]) -> Any:
    if isinstance(tree, dict) and tree and rng.random() < 0.93:
        return _in_table(rng, dict(tree), odd)
    if isinstance(tree, list) and tree and rng.random() < 0.93:
        return _in_list(rng, list(tree), odd)
    return _instead(rng, tree, odd)


def _in_table(rng: random.Random, table: dict[Any, Any], odd: Sequence[Any]) -> dict[Any, Any]:
    key = rng.choice(list(table))
    what = rng.random()
    if what < 0.12:
        del table[key]
    elif what < 0.18:
        table[_another_name(rng, key)] = table[key]
    elif what < 0.22:
        table[rng.choice(list(table))] = table[key]
    elif what < 0.26:
        table = dict(rng.sample(list(table.items()), len(table)))
    else:
        table[key] = _changed(rng, table[key], odd)
    return table


def _another_name(rng: random.Random, key: Any) -> str:
    return rng.choice((f"{key}s", str(key)[:-1], str(key).upper(), "", "a" * 300, "đ", "a.b", "\n"))


def _in_list(rng: random.Random, items: list[Any], odd: Sequence[Any]) -> list[Any]:
    place = rng.randrange(len(items))
    what = rng.random()
    if what < 0.12:
        del items[place]
    elif what < 0.2:
        items[place:place] = [items[place]] * rng.choice((1, 1, 3, 60))
    elif what < 0.24:
        rng.shuffle(items)
    else:
        items[place] = _changed(rng, items[place], odd)
    return items


def _instead(rng: random.Random, value: Any, odd: Sequence[Any]) -> Any:
    what = rng.random()
    if what < 0.6:
        return rng.choice(odd)
    if what < 0.66:
        return [value]
    if what < 0.72:
        return {"a": value}
    if what < 0.74:
        return _nested(rng.choice((10, 60)), value)
    if isinstance(value, bool) or value is None:
        return rng.choice((0, 1, "true", not value))
    if isinstance(value, (int, float)):
        return rng.choice((str(value), -value, value * 1_000_000, value + 1, bool(value)))
    if isinstance(value, str):
        return _another_text(rng, value)
    return rng.choice(odd)


def _another_text(rng: random.Random, text: str) -> Any:
    what = rng.randrange(8)
    if what < 6:
        half = text[: len(text) // 2]
        return (text + text, half, text[::-1], text.upper(), f" {text} ", f"{text}\n{half}")[what]
    return text * 200 if what == 6 else len(text)


def _nested(depth: int, value: Any) -> Any:
    for _ in range(depth):
        value = [value] if depth % 2 else {"a": value}
    return value
