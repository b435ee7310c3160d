"""Every module is a room with one purpose, said in one sentence, under a name of the field."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator

import pytest

from publisher.reference.rooms import Room, rooms
from tests.docs.pages import ROOT

ROOMS = tuple(rooms(ROOT))

DRAWERS = {"base_utils", "common", "helper", "helpers", "lib", "misc", "shared", "tools", "utils"}
"""Names of modules in which anything may lie."""

NOT_OURS = {
    "notification": "alert, or message",
    "notify": "tell",
    "notifier": "way",
    "broadcaster": "channel",
    "connector": "adapter",
    "plugin": "adapter",
    "tweet": "post",
    "publication": "delivery",
    "manager": "what it does",
    "processor": "what it does",
    "helper": "what it does",
    "util": "what it does",
    "metric_value": "reading",
    "embargo": "hold",
    "freeze": "hold",
    "moratorium": "hold",
    "newsitem": "entry",
}
"""Words for what design and code call otherwise; where a platform itself says them, they stand in
that platform's own folder."""


def public_names() -> Iterator[tuple[str, str]]:
    """Each public function, class and method with its module."""
    for room in ROOMS:
        tree = ast.parse((ROOT / room.path).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and not node.name.startswith("_"):
                yield room.path.as_posix(), node.name


def words_of(name: str) -> list[str]:
    """The words of a name in either case: ``WeekSummary``, ``week_summary``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.path.as_posix())
def test_a_room_says_in_one_short_sentence_what_it_is_for(room: Room) -> None:
    assert 10 < len(room.purpose) <= 125
    assert room.purpose[-1] in ".?"


def test_no_two_rooms_are_for_the_same() -> None:
    twice = [purpose for purpose, n in Counter(room.purpose for room in ROOMS).items() if n > 1]
    assert twice == []


def test_there_is_no_drawer_for_whatever_has_no_place() -> None:
    names = {part for room in ROOMS for part in room.path.with_suffix("").parts}
    assert names & DRAWERS == set()


def test_one_word_stands_for_one_thing() -> None:
    platforms = re.compile(r"channels/(simulated/)?\w+/")
    found = {
        f"{path}: {name} (say {NOT_OURS[word]})"
        for path, name in public_names()
        if not platforms.match(path)
        for word in words_of(name)
        if word in NOT_OURS
    }
    assert found == set()
