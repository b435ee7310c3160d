"""The definitions: every figure has one, its page of a channel agrees on who gives it."""

from __future__ import annotations

import re
from collections import defaultdict
from pathlib import Path

import pytest

import channels
from publisher.reach import words
from publisher.reach.definitions import FIGURES, NOTES, SIGNS, WORDS
from publisher.reach.figures import ENGAGEMENT, GIVEN, NAMES
from publisher.reach.givers import givers
from tests.docs.pages import ROOT

ALL = givers(channels.known())

PAGES = ROOT / "docs" / "channels"
_TABLE = re.compile(r"^\| metric \|.*\n\|[-| ]+\|\n((?:\|.*\n)+)", re.MULTILINE)
_TELLING = re.compile(r"^## Readings\n\n`([a-z]+)`", re.MULTILINE)


def metrics_of(page: Path) -> set[str]:
    """The metrics that a channel's page says it reads, by their names in the ledger."""
    text = page.read_text(encoding="utf-8")
    rows = [row for table in _TABLE.findall(text) for row in table.splitlines()]
    told = {row.split("|")[1].strip() for row in rows} | set(_TELLING.findall(text))
    return told & set(GIVEN)


def test_every_figure_is_defined_in_the_order_in_which_it_is_worked_out() -> None:
    assert tuple(figure.name for figure in FIGURES) == NAMES


def test_no_two_figures_are_called_alike() -> None:
    labels = [one.label for one in (*FIGURES, *WORDS)]
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("name", GIVEN)
def test_who_gives_a_figure_is_what_the_channels_pages_say(name: str) -> None:
    told: dict[str, list[str]] = defaultdict(list)
    for page in sorted(PAGES.glob("*.md")):
        for metric in metrics_of(page):
            told[metric].append(page.stem)
    assert list(ALL[name]) == told[name]


def test_the_pages_are_read_at_all() -> None:
    assert metrics_of(PAGES / "zalo.md") == {"views", "shares"}
    assert metrics_of(PAGES / "outbox.md") == {"views"}
    assert metrics_of(PAGES / "email.md") == set()


@pytest.mark.parametrize(
    ("name", "parts"), [("shown", ("impressions", "views")), ("engagement", ENGAGEMENT)]
)
def test_what_is_worked_out_is_given_wherever_a_part_of_it_is(
    name: str, parts: tuple[str, ...]
) -> None:
    assert set(ALL[name]) == {adapter for part in parts for adapter in ALL[part]}


def test_an_office_is_told_of_its_own_adapters_alone() -> None:
    assert givers(["zalo", "email", "zalo"]) == {
        "views": ("zalo",),
        "shown": ("zalo",),
        "shares": ("zalo",),
        "engagement": ("zalo",),
    }


def test_whoever_says_it_by_signs_says_it_without_them_too() -> None:
    assert set(SIGNS) <= set(NOTES)


def test_unknown_names_are_shown_as_they_are() -> None:
    assert words.group("audience", "nobody-yet", {}) == "nobody-yet"
    assert words.group("kind", "hologram", {}) == "hologram"
    assert words.group("channel", "gone", {"fanpage": "Trang"}) == "gone"
    assert words.group("edition", "cds/2027", {"cds": "Ngày hội"}) == "Ngày hội (2027)"
