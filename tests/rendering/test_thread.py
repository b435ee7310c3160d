"""Threads: every word in order, every part within the limit, marks and links whole."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Dialect, Limits
from publisher.rendering.dialects import write
from publisher.rendering.fit import MOST_POSTS, thread
from publisher.rendering.markdown import parse
from tests.rendering.builders import lines, message


def parts(source: str, most: int) -> list[str]:
    """The posts of ``source`` as a reader sees them."""
    limits = Limits(text_max=most, threads=True)
    return [part.plain for part in thread(parse(source), Dialect.PLAIN, limits)]


def bare(text: str) -> str:
    return "".join(text.split())


@given(lines, st.integers(40, 300))
def test_a_thread_loses_no_word_and_every_part_fits(source: str, most: int) -> None:
    whole = write(parse(source), Dialect.PLAIN).plain
    made = parts(source, most)
    longest = max(map(len, whole.split()), default=0)
    if longest < most - 20:
        assert all(len(part) <= most for part in made)
    if len(made) > 1:
        made = [part.removesuffix(f"({n}/{len(made)})") for n, part in enumerate(made, 1)]
    assert bare("".join(made)) == bare(whole)


def test_what_fits_is_one_post_without_a_number() -> None:
    assert parts("Ngắn", 40) == ["Ngắn"]


def test_a_paragraph_is_cut_at_a_sentence_and_stays_one_paragraph() -> None:
    assert parts("Câu một. Câu hai. Câu ba dài hơn một chút. Câu bốn.", 45) == [
        "Câu một. Câu hai. (1/2)",
        "Câu ba dài hơn một chút. Câu bốn. (2/2)",
    ]


def test_a_paragraph_that_fits_alone_is_not_cut_to_fill_the_post_before() -> None:
    assert parts("Đoạn đầu.\n\nĐoạn hai. Vừa một bài.\n\nBa.", 37) == [
        "Đoạn đầu. (1/2)",
        "Đoạn hai. Vừa một bài.\n\nBa. (2/2)",
    ]


def test_a_cut_list_counts_on_and_stays_a_list() -> None:
    source = "\n".join(f"{n}. Việc thứ {n}" for n in range(3, 9))
    assert parts(source, 40) == [
        "3. Việc thứ 3\n4. Việc thứ 4\n\n(1/3)",
        "5. Việc thứ 5\n6. Việc thứ 6\n\n(2/3)",
        "7. Việc thứ 7\n8. Việc thứ 8\n\n(3/3)",
    ]


@pytest.mark.parametrize("mark", ["1.", "12.", "-"])
def test_the_mark_of_an_item_longer_than_a_post_stands_before_its_first_words(mark: str) -> None:
    first, *others = parts(f"{mark} " + "chữ " * 40, 50)
    seen = mark.replace("-", "•")
    assert first.startswith(f"{seen} chữ chữ")
    assert not any(seen in part for part in others)


@given(st.integers(0, 60))
def test_a_link_is_never_cut(before: int) -> None:
    link = "[kế hoạch của tỉnh](https://a.vn/b)"
    made = parts("chữ " * before + link + " chữ" * 30, 60)
    assert sum("kế hoạch của tỉnh (https://a.vn/b)" in part for part in made) == 1


@given(st.integers(1, 70))
def test_a_thread_of_many_parts_has_room_for_its_numbers(items: int) -> None:
    made = parts("\n".join(f"- mục số {n} của tờ" for n in range(items)), 32)
    assert all(len(part) <= 32 for part in made)
    numbers = [re.findall(r"\((\d+)/(\d+)\)$", part) for part in made]
    assert len(made) == 1 or numbers == [
        [(str(n), str(len(made)))] for n in range(1, len(made) + 1)
    ]


def test_a_word_longer_than_a_post_is_left_whole_for_the_limits_to_tell() -> None:
    made = parts("ngắn " + "x" * 90 + " ngắn", 50)
    assert [part.split(" (")[0] for part in made] == ["ngắn", "x" * 90, "ngắn"]


def test_a_thread_is_made_only_where_it_is_wished_and_offered() -> None:
    body = "Câu dài vừa phải. " * 5
    limits = Limits(text_max=60, threads=True)
    assert message(body, limits=limits).replies == ()
    assert message(body, limits=Limits(text_max=60), thread=True).replies == ()
    assert message(body, limits=limits, thread=True).replies != ()


def test_a_text_for_more_posts_than_anybody_reads_is_left_whole() -> None:
    text = "chữ " * 60
    assert 1 < len(parts(text, 32)) <= MOST_POSTS
    assert len(parts(text * 20, 32)) == 1
