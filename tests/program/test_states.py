"""A note of a delivery in the reader's language, whoever wrote which part of it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from publisher.i18n import _, speaking
from publisher.states import note_words

REFUSED = "the connection was refused"
WITH_A_COLON = "LinkedIn no longer takes the access it gave: log in again"


@pytest.fixture(autouse=True)
def vietnamese() -> Iterator[None]:
    with speaking("vi"):
        yield


def test_what_we_say_ourselves_is_translated_whole_colons_and_all() -> None:
    assert note_words(WITH_A_COLON) == _(WITH_A_COLON) != WITH_A_COLON


def test_who_says_it_stands_before_it_as_it_is() -> None:
    assert note_words(f"api.telegram.org: {REFUSED}") == f"api.telegram.org: {_(REFUSED)}"
    assert note_words(f"linkedin: {WITH_A_COLON}") == f"linkedin: {_(WITH_A_COLON)}"


def test_what_it_is_about_stands_behind_it_as_it_is() -> None:
    assert note_words(f"mail.vn:25: {REFUSED}: 111") == f"mail.vn:25: {_(REFUSED)}: 111"


def test_a_reason_that_is_ours_is_translated_behind_what_it_is_the_reason_of() -> None:
    doubt = "X: the video or GIF is still being processed"
    note = f"403: {doubt}: api.x.com: {REFUSED}: 111"
    assert note_words(note) == f"403: {_(doubt)}: api.x.com: {_(REFUSED)}: 111"


@pytest.mark.parametrize("note", ["", "X: Your account is suspended", "a: b: c", ": "])
def test_a_platforms_own_words_stay_as_they_are(note: str) -> None:
    assert note_words(note) == note


def test_in_english_a_note_is_as_it_was_written() -> None:
    with speaking("en"):
        assert note_words(f"api.telegram.org: {REFUSED}") == f"api.telegram.org: {REFUSED}"
