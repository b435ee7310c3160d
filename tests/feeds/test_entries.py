"""What a feed's body says: cleaned, bounded, and named for ever."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.feeds.body import MAX_ENTRIES
from publisher.feeds.entries import MAX_SUMMARY, MAX_TITLE, ParsedEntry, parse
from publisher.feeds.fetch import FeedError
from tests.feeds.conftest import item, rss

URL = "https://portal.example.vn/rss"


def parsed(inside: str) -> ParsedEntry:
    """The one entry of a feed whose item has this inside."""
    [entry] = parse(rss([inside]).encode(), URL)
    return entry


def test_an_entry_has_title_summary_link_and_time() -> None:
    entry = parsed(
        item("tin", "<description>Tóm tắt</description>")
        + "<pubDate>Sun, 10 Oct 2027 12:00:00 +0700</pubDate>"
    )
    assert (entry.title, entry.summary) == ("tin", "Tóm tắt")
    assert entry.link == "https://portal.example.vn/tin"
    assert entry.published_at == datetime(2027, 10, 10, 5, tzinfo=UTC)


def test_atom_is_read_as_well() -> None:
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><id>urn:1</id><title>Tin</title>'
        '<link href="https://a.vn/1"/><updated>2027-10-10T05:00:00Z</updated></entry></feed>'
    )
    [entry] = parse(atom.encode(), URL)
    assert (entry.title, entry.link) == ("Tin", "https://a.vn/1")
    assert entry.published_at == datetime(2027, 10, 10, 5, tzinfo=UTC)


def test_an_entry_is_known_by_its_id_then_its_link_then_its_title() -> None:
    same_id = {parsed(f"<guid>1</guid><title>{title}</title>").key for title in ("A", "B")}
    same_link = {parsed(f"<link>https://a.vn</link><title>{t}</title>").key for t in ("A", "B")}
    only_title = {parsed(f"<title>{title}</title>").key for title in ("A", "B")}
    assert (len(same_id), len(same_link), len(only_title)) == (1, 1, 2)


@pytest.mark.parametrize("without", ["", "<link></link>", "<link>javascript:alert(1)</link>"])
def test_an_entry_without_a_link_or_date_is_one_all_the_same(without: str) -> None:
    entry = parsed(f"<title>Tin</title>{without}")
    assert (entry.link, entry.published_at) == ("", None)


@pytest.mark.parametrize("date", ["hôm qua", "Sun, 99 Oct 99999 00:00:00 GMT", "9" * 400])
def test_a_date_that_is_none_is_left_out(date: str) -> None:
    assert parsed(f"<title>Tin</title><pubDate>{date}</pubDate>").published_at is None


def test_an_entry_without_a_title_is_left_out() -> None:
    assert parse(rss(["<guid>1</guid><description>x</description>"]).encode(), URL) == []


def test_a_link_is_made_whole_and_fit_for_markdown() -> None:
    assert parsed("<title>a</title><link>/tin/1</link>").link == "https://portal.example.vn/tin/1"
    odd = parsed("<title>a</title><link>https://a.vn/x y](https://xau.vn)</link>").link
    assert odd == "https://a.vn/x%20y%5D(https://xau.vn)"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("&lt;b&gt;Chuyển đổi&lt;/b&gt;, số", "Chuyển đổi, số"),
        ("<![CDATA[<p>Một</p><p>Hai</p>]]>", "Một Hai"),
        ("<![CDATA[a<script>alert(1)</script>b]]>", "ab"),
        ("Bưu chính &amp;amp; viễn thông", "Bưu chính & viễn thông"),
        ("5 &lt; 6 và 7 &gt; 3", "5 < 6 và 7 > 3"),
        ("5 &amp;lt; 6 và 7 &amp;gt; 3", "5 < 6 và 7 > 3"),
        ("Chuye\u0302\u0309n\n\n đổi", "Chuyển đổi"),
    ],
)
def test_titles_are_cleaned_to_words(written: str, read: str) -> None:
    assert parsed(f"<title>{written}</title>").title == read


def test_texts_and_numbers_of_entries_are_bounded() -> None:
    long = "dài " * 2000
    many = [item(str(number)) for number in range(MAX_ENTRIES + 10)]
    entry = parsed(f"<title>{long}</title><description>{long}</description>")
    assert (len(entry.title), len(entry.summary)) == (MAX_TITLE, MAX_SUMMARY)
    assert len(parse(rss(many).encode(), URL)) == MAX_ENTRIES


@pytest.mark.parametrize("claim", ["ISO-8859-1", "utf-16", "windows-1252", "no-such-thing"])
def test_a_feed_that_lies_about_its_encoding_is_read_as_what_it_is(claim: str) -> None:
    body = rss([item("Chuyển đổi số")]).replace("UTF-8", claim).encode()
    assert [entry.title for entry in parse(body, URL)] == ["Chuyển đổi số"]


def test_another_encoding_is_read_where_it_is_said() -> None:
    body = rss([item("Café")]).replace("UTF-8", "windows-1252").encode("windows-1252", "ignore")
    assert [entry.title for entry in parse(body, URL)] == ["Café"]


def test_a_feed_that_breaks_off_gives_what_it_has() -> None:
    whole = rss([item("một"), item("hai")])
    broken = whole[: whole.index("<link>https://portal.example.vn/hai")].encode()
    assert [entry.title for entry in parse(broken, URL)][:1] == ["một"]


@pytest.mark.parametrize("body", [b"", b"<html><body>Login</body></html>", b"{}", b"\x00\xff" * 99])
def test_what_is_no_feed_is_an_error_and_never_an_empty_feed(body: bytes) -> None:
    with pytest.raises(FeedError, match="what came is no feed"):
        parse(body, URL)


@settings(deadline=None)
@given(st.binary(max_size=300) | st.text("<>/itemrsctle &;!-[]CDATA", max_size=200).map(str.encode))
def test_whatever_a_portal_answers_is_entries_or_a_feed_error(body: bytes) -> None:
    with suppress(FeedError):
        assert all(entry.title for entry in parse(body, URL))


def test_news_is_what_is_recent_or_has_no_date() -> None:
    now = datetime(2027, 10, 10, tzinfo=UTC)
    ages = [timedelta(days=6), timedelta(days=8), timedelta(days=-1)]
    entries = [ParsedEntry("k", "t", "", "", now - age) for age in ages]
    assert [entry.is_news(now) for entry in entries] == [True, False, True]
    assert ParsedEntry("k", "t", "", "", None).is_news(now)
