"""UTM tags: on the office's own addresses, once, and nowhere else."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Dialect
from publisher.rendering.links import Source, tagged
from tests.rendering.builders import HOST, Visible, message

SOURCE = Source("x", "thu-2027", "mot")
tails = st.text("abcáé:/?#&=.%-", max_size=60)


def test_our_own_links_say_where_a_reader_came_from_and_others_never_do() -> None:
    made = message("https://tinh.example.vn/a?b=1 và https://khac.vn/")
    assert made.body.plain == (
        "https://tinh.example.vn/a?b=1&utm_source=x&utm_medium=social"
        "&utm_campaign=thu-2027&utm_content=mot và https://khac.vn/"
    )


@given(tails)
def test_tagging_a_link_twice_changes_nothing(tail: str) -> None:
    once = tagged(f"https://{HOST}/{tail}", SOURCE, [HOST])
    assert tagged(once, SOURCE, [HOST]) == once


@given(tails)
def test_a_tagged_link_leads_to_the_same_page_with_each_tag_once(tail: str) -> None:
    before = urlsplit(f"https://{HOST}/{tail}")
    after = urlsplit(tagged(before.geturl(), SOURCE, [HOST]))
    assert (before[:3], before.fragment) == (after[:3], after.fragment)
    names = [name for name, _value in parse_qsl(after.query, keep_blank_values=True)]
    assert names.count("utm_source") == names.count("utm_campaign") == 1
    assert after.query.startswith(before.query)


@pytest.mark.parametrize(
    "foreign",
    [
        "https://khac.vn/",
        f"https://{HOST}.xau.vn/",
        f"https://xau.vn/?next=https://{HOST}/",
        f"https://{HOST}@xau.vn/",
        f"https://x{HOST}/",
        f"mailto:a@{HOST}",
        "https://[::1/",
    ],
)
def test_an_address_that_only_looks_like_ours_is_left_alone(foreign: str) -> None:
    assert tagged(foreign, SOURCE, [HOST]) == foreign


@pytest.mark.parametrize("ours", [f"https://{HOST}:443/a", f"HTTPS://{HOST.upper()}/a"])
def test_our_host_is_ours_however_it_is_written(ours: str) -> None:
    assert "utm_source=x" in tagged(ours, SOURCE, [HOST])


def test_links_of_every_kind_are_tagged_and_a_campaign_may_wish_for_none() -> None:
    made = message(f"[a](https://{HOST}/a) https://{HOST}/b", dialect=Dialect.HTML)
    links = Visible(made.body.written).links
    assert len(links) == 2
    assert all("utm_content=mot" in link for link in links)
    plain = message(f"https://{HOST}/b", utm=False)
    assert "utm_" not in plain.body.plain
