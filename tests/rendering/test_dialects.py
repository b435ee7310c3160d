"""One text in every dialect: nothing is lost, everything is closed, nothing is markup."""

from __future__ import annotations

import itertools
from urllib.parse import unquote

from hypothesis import given
from hypothesis import strategies as st

from channels.base import Dialect
from publisher.rendering.dialects import write
from publisher.rendering.markdown import parse
from tests.rendering.builders import Visible, lines, message, words

TELEGRAM_TAGS = {"b", "i", "code", "pre", "a"}
HTML_TAGS = {
    "p", "br", "h2", "h3", "h4", "ul", "ol", "li", "blockquote", "pre", "code", "em", "strong", "a"
}  # fmt: skip
addresses = st.from_regex(
    r"https://[a-z]{1,8}\.vn/[a-zA-Z0-9_*~/.,=&%ếđ-]{0,30}[a-z0-9/_]", fullmatch=True
)


def test_lists_links_and_line_breaks_survive_in_plain_text() -> None:
    body = "Mời bạn:\n\n- **xem** [lịch](https://a.vn/x)\n- đọc\n\n1. một\n2. hai\n\nhết\ndòng"
    assert message(body).body.plain == (
        "Mời bạn:\n\n• xem lịch (https://a.vn/x)\n• đọc\n\n1. một\n2. hai\n\nhết\ndòng"
    )


def test_html_is_well_formed_and_escaped() -> None:
    text = message(
        "a < b & **c** <script>x</script>\n\n- [d](https://e.vn?a=1&b=2)", dialect=Dialect.HTML
    )
    assert text.body.written == (
        "<p>a &lt; b &amp; <strong>c</strong> &lt;script&gt;x&lt;/script&gt;</p>\n"
        '<ul><li><a href="https://e.vn?a=1&amp;b=2">d</a></li></ul>'
    )
    assert text.body.plain == "a < b & c <script>x</script>\n\n• d"


def test_facets_name_the_words_of_links_and_hashtags() -> None:
    text = message(
        "Đọc [kế hoạch](https://a.vn) nhé", dialect=Dialect.FACETS, hashtags=("Số",)
    ).body
    assert text.plain == "Đọc kế hoạch nhé\n\n#Số"
    assert [(text.plain[f.start : f.end], f.kind, f.value) for f in text.facets] == [
        ("kế hoạch", "link", "https://a.vn"),
        ("#Số", "hashtag", "Số"),
    ]


@given(lines)
def test_telegrams_html_is_always_closed_and_shows_the_plain_text(source: str) -> None:
    text = write(parse(source), Dialect.INLINE_HTML)
    seen = Visible(text.written)
    assert seen.text == text.plain
    assert seen.tags <= TELEGRAM_TAGS


@given(lines)
def test_html_is_always_closed_shows_every_word_and_has_no_tag_of_the_officers(source: str) -> None:
    text = write(parse(source), Dialect.HTML)
    seen = Visible(text.written)
    assert seen.tags <= HTML_TAGS
    assert "".join(seen.text.split()) == "".join(text.plain.split())


@given(lines)
def test_facets_never_overlap_and_stay_inside_the_text(source: str) -> None:
    text = write(parse(source), Dialect.FACETS)
    places = [(facet.start, facet.end) for facet in text.facets]
    assert all(0 <= start < end <= len(text.plain) for start, end in places)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(places))


@given(addresses, st.sampled_from(["{}", "Xem {} nhé", "**{}**", "({})", "[chữ]({})", "- {}."]))
def test_a_link_survives_in_every_dialect(address: str, around: str) -> None:
    blocks = parse(around.format(address))
    # CommonMark writes the letters of a link's address in percents; it leads to the same place.
    same = unquote(address)
    assert same in unquote(write(blocks, Dialect.PLAIN).written)
    facets = write(blocks, Dialect.FACETS).facets
    assert [unquote(facet.value) for facet in facets if facet.kind == "link"] == [same]
    for dialect in (Dialect.HTML, Dialect.INLINE_HTML):
        assert list(map(unquote, Visible(write(blocks, dialect).written).links)) == [same]


@given(words)
def test_every_dialect_but_the_plain_one_shows_a_reader_the_same_words(text: str) -> None:
    seen = {write(parse(text), dialect).plain for dialect in Dialect if dialect != Dialect.PLAIN}
    assert len(seen) == 1


def test_brackets_belong_to_an_address_only_where_it_opened_them() -> None:
    facets = write(parse("(xem https://a.vn/Huế_(TP)) và https://b.vn/_x_."), Dialect.FACETS).facets
    assert [facet.value for facet in facets] == ["https://a.vn/Huế_(TP)", "https://b.vn/_x_"]


def test_a_link_without_words_shows_its_address() -> None:
    assert write(parse("[](https://a.vn)"), Dialect.PLAIN).plain == "https://a.vn"


def test_an_address_that_leads_nowhere_safe_is_words_alone() -> None:
    written = write(parse("[x](javascript:alert(1)) [y](data:text/html,z)"), Dialect.HTML).written
    assert Visible(written).links == []


def test_blocks_without_a_word_leave_no_trace() -> None:
    for source in ("#", ">", "```\n```", "a\n\n##\n\nb"):
        assert "<b></b>" not in write(parse(source), Dialect.INLINE_HTML).written
        assert "<h2></h2>" not in write(parse(source), Dialect.HTML).written
