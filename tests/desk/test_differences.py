"""What differs between two texts of a post, as whoever approved the former one is shown it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from channels.base import Media, Message, Text
from publisher.desk.differences import Difference, differences

POST = Message("k", Text("Ba bước.", "Ba bước."), datetime(2027, 10, 10, tzinfo=UTC), title="Hồ sơ")


def worded(words: str) -> Message:
    return replace(POST, body=Text(words, words))


def marked(found: Difference) -> str:
    """Its pieces, what went out in [], what came in in {}."""
    forms = {"same": "%s", "out": "[%s]", "in": "{%s}"}
    return "".join(forms[piece.kind] % piece.text for piece in found.pieces)


def test_the_same_differs_in_nothing() -> None:
    assert differences(POST, replace(POST, key="another")) == []


def test_words_are_told_apart_and_not_letters() -> None:
    [found] = differences(worded("Nộp hồ sơ: ba bước, mười phút."), worded("Nộp hồ sơ: bốn bước."))
    assert marked(found) == "Nộp hồ sơ: [ba bước, mười phút.]{bốn bước.}"


def test_what_only_came_in_or_went_out_is_told() -> None:
    [came] = differences(worded("Một hai."), worded("Một và hai."))
    assert marked(came) == "Một {và} hai."
    [went] = differences(worded("Một và hai."), worded("Một hai."))
    assert marked(went) == "Một [và] hai."


def test_another_break_of_lines_is_seen() -> None:
    [found] = differences(worded("Một.\n\nHai."), worded("Một. Hai."))
    assert "Một." in marked(found)
    assert "{" in marked(found)


def test_what_stayed_the_same_is_cut_in_the_middle() -> None:
    long = "chữ " * 500
    [found] = differences(worded(f"{long}cũ. {long}"), worded(f"{long}mới. {long}"))
    assert "chữ [cũ.]{mới.} chữ" in marked(found)
    assert marked(found)[0] == marked(found)[-1] == "…"
    assert len(marked(found)) < 600


def test_a_text_of_many_thousand_words_is_compared_too() -> None:
    long = "\n".join(f"dòng {number}" for number in range(4000))
    [found] = differences(worded(long), worded(long.replace("dòng 2000", "dòng hai nghìn")))
    assert "[dòng 2000]{dòng hai nghìn}" in marked(found)


def test_each_part_is_told_by_its_name() -> None:
    other = replace(POST, title="Thủ tục", link="https://a.vn", hashtags=("Moi",), language="en")
    assert len(differences(POST, other)) == 4
    assert len({one.what for one in differences(POST, other)}) == 4


def test_another_picture_under_the_same_words_is_told() -> None:
    def shows(sha256: str) -> Message:
        return replace(POST, media=(Media(Path("a.png"), sha256, "image/png", 1, "Cầu Mỹ Thuận"),))

    [found] = differences(shows("a" * 64), shows("b" * 64))
    assert "Cầu Mỹ Thuận" in marked(found)


def test_a_picture_made_anew_of_the_same_original_is_told() -> None:
    def shows(sha256: str) -> Message:
        medium = Media(Path("a.png"), sha256, "image/png", 1, "Cầu", original="c" * 64)
        return replace(POST, media=(medium,))

    assert differences(shows("a" * 64), shows("b" * 64))
