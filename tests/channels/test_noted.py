"""What went up to a platform is noted under what it is, and for as long as it is surely there."""

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path

import pytest

from channels.base import Media
from channels.noted import NotedMedia
from channels.testing import START, DictJournal, picture

HOUR = timedelta(hours=1)


@pytest.fixture
def medium(tmp_path: Path) -> Media:
    return picture(tmp_path)


@pytest.fixture
def noted() -> NotedMedia:
    return NotedMedia(DictJournal(), HOUR)


def test_a_note_is_believed_for_as_long_as_the_platform_keeps_it(
    noted: NotedMedia, medium: Media
) -> None:
    noted.put(medium, START, id="7")
    found = noted.get(medium, START + HOUR)
    assert found is not None
    assert found["id"] == "7"
    assert noted.get(medium, START + HOUR + timedelta(seconds=1)) is None


def test_other_bytes_are_another_medium(noted: NotedMedia, medium: Media, tmp_path: Path) -> None:
    noted.put(medium, START, id="7")
    assert noted.get(picture(tmp_path, "teal"), START) is None


def test_another_alt_text_is_another_medium_where_it_went_along(medium: Media) -> None:
    journal, other = DictJournal(), dataclasses.replace(medium, alt="Lời khác")
    for alt, known in ((True, False), (False, True)):
        noted = NotedMedia(journal, HOUR, alt=alt)
        noted.put(medium, START, id="7")
        assert (noted.get(other, START) is not None) is known


def test_what_is_told_later_joins_the_note_and_leaves_its_time(
    noted: NotedMedia, medium: Media
) -> None:
    noted.put(medium, START, id="7")
    noted.change(medium, done=True)
    found = noted.get(medium, START + HOUR)
    assert found is not None
    assert (found["id"], found["done"]) == ("7", True)
    assert noted.get(medium, START + 2 * HOUR) is None


def test_what_is_forgotten_is_to_be_brought_again(noted: NotedMedia, medium: Media) -> None:
    noted.put(medium, START, id="7")
    noted.forget(medium)
    assert noted.get(medium, START) is None
