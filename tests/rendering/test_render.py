"""From a post to a message: words, links, hashtags, languages, threads."""

from __future__ import annotations

import itertools
from datetime import date, datetime
from html.parser import HTMLParser
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Dialect, Limits, Message
from publisher.campaign.model import Campaign, CampaignFile, FrontMatter, Post
from publisher.rendering.dialects import write
from publisher.rendering.fit import excerpt, thread
from publisher.rendering.links import Source, tagged
from publisher.rendering.markdown import parse
from publisher.rendering.render import (
    ChannelShape,
    Entry,
    Occasion,
    RenderError,
    render,
    unknowns,
)
from publisher.settings import Office

VIETNAM = ZoneInfo("Asia/Ho_Chi_Minh")
DAY = date(2027, 10, 10)


def message(
    body: str,
    *,
    dialect: Dialect = Dialect.PLAIN,
    limits: Limits | None = None,
    hashtags: tuple[str, ...] = (),
    entry: Entry | None = None,
    **front: object,
) -> Message:
    """``body`` as a post on D-3 of 10 October 2027, for a channel called "x"."""
    keys = FrontMatter.model_validate({"when": "D-3 08:00", **front})
    file = {
        "title": "Ngày Chuyển đổi số quốc gia",
        "owner": "Sở KH&CN",
        "channels": ["x"],
        "hashtags": hashtags,
        "vars": {"place": "Nhà văn hóa", "seats": 1234},
        "feed": {"url": "https://portal.example.vn/rss"} if entry else None,
    }
    if not entry:
        file["anchor"] = {"every": "10-10"}
    campaign = Campaign("thu", Path("thu"), CampaignFile.model_validate(file), ())
    return render(
        campaign,
        Post("mot", Path("mot.md"), keys, body, 4),
        ChannelShape("x", "X", dialect, limits or Limits(), bool(hashtags)),
        Occasion(2027, None if entry else DAY, datetime(2027, 10, 7, 8, tzinfo=VIETNAM), entry),
        key="k",
        media={},
        office=Office(),
        utm_hosts=("tinh.example.vn",),
    )


def test_variables_are_filled_in_as_vietnamese_writes_them() -> None:
    body = "Còn {{ days_left }} ngày đến {{ anchor | long_date }}, {{ vars.seats | number }} chỗ"
    assert message(body).body.plain == (
        "Còn 3 ngày đến Chủ Nhật, ngày 10 tháng 10 năm 2027, 1.234 chỗ"
    )


def test_decomposed_letters_come_out_composed() -> None:
    assert message("Chuye\u0302\u0309n đổi").body.plain == "Chuyển đổi"


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


def test_hashtags_end_the_text_unless_it_has_them() -> None:
    made = message("Chào #chuyendoiso", hashtags=("ChuyenDoiSo", "NghiQuyet57"))
    assert made.body.plain == "Chào #chuyendoiso\n\n#NghiQuyet57"
    assert made.hashtags == ("ChuyenDoiSo", "NghiQuyet57")


def test_our_own_links_say_where_a_reader_came_from_and_others_never_do() -> None:
    made = message("https://tinh.example.vn/a?b=1 và https://khac.vn/")
    assert made.body.plain == (
        "https://tinh.example.vn/a?b=1&utm_source=x&utm_medium=social"
        "&utm_campaign=thu-2027&utm_content=mot và https://khac.vn/"
    )


def test_a_variant_replaces_only_what_it_names() -> None:
    made = message("Dài", title="Tên", **{"for": {"x": {"text": "Ngắn"}, "zalo": {"text": "Z"}}})
    assert (made.body.plain, made.title) == ("Ngắn", "Tên")


def test_both_languages_stand_one_after_the_other_and_a_channel_may_take_one() -> None:
    english = {"en": {"text": "Hello", "title": "Day"}}
    both = message("Xin chào", title="Ngày", translation=english)
    assert both.body.plain == "Xin chào\n\n———\n\nHello"
    assert both.title == "Ngày / Day"
    one = message("Xin chào", translation=english, **{"for": {"x": {"languages": ["en"]}}})
    assert (one.body.plain, one.language) == ("Hello", "en")


def test_what_a_feed_says_is_words_and_never_markup() -> None:
    entry = Entry(
        "**Đậm** [x](https://xau.vn) {{ vars.place }}", "", "https://portal.example.vn/1", None
    )
    made = message(
        "{{ entry.title }}", title="{{ entry.title }}", entry=entry, dialect=Dialect.HTML
    )
    assert made.title == entry.title
    assert made.body.plain == entry.title
    assert "<strong>" not in made.body.written


@pytest.mark.parametrize(
    ("source", "code", "detail"),
    [
        ("a\n{{ day_left }}", "undefined", "day_left"),
        ("{% if false %}\n{{ vars.nowhere }}{% endif %}", "undefined", "vars.nowhere"),
        ("a\n{{ anchor | dat }}", "filter", "dat"),
        ("a\n{{ anchor }", "syntax", ""),
        ("a\n{% set x = 1 %}", "forbidden", "assign"),
    ],
)
def test_what_a_template_may_not_say_is_told_with_its_line(
    source: str, code: str, detail: str
) -> None:
    with pytest.raises(RenderError) as error:
        message(source)
    assert (error.value.code, error.value.line, error.value.field) == (code, 2, "body")
    assert detail in error.value.detail


PAYLOADS = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ campaign.__init__.__globals__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ request|attr('application') }}",
    "{{ vars|attr('__class__') }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{{ range(999999999) | join }}",
    "{{ 'a' * 999999999 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ '%999999999d' % 1 }}",
    "{% include '/etc/passwd' %}",
    "{% import 'os' as os %}",
    "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    "{% for a in vars recursive %}{{ loop(vars) }}{% endfor %}",
    "{{ joiner }}",
    "{{ namespace(a=1) }}",
    "{{ due.strftime('%Y') }}",
    "{% for a in campaign.hashtags %}{% for b in campaign.hashtags %}x{% endfor %}{% endfor %}",
    "{{ vars.place.__class__ }}",
    "{{ vars['__class__'] }}",
    "{{ edition.__class__ }}",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_no_known_way_out_of_the_sandbox_leads_anywhere(payload: str) -> None:
    with pytest.raises(RenderError):
        message(payload)


def test_names_are_checked_in_every_text_of_a_post() -> None:
    front = FrontMatter.model_validate(
        {"when": "D", "title": "{{ tile }}", "for": {"x": {"text": "ok\n{{ nope }}"}}}
    )
    file = CampaignFile.model_validate(
        {"title": "a", "owner": "b", "channels": ["x"], "anchor": {"every": "10-10"}}
    )
    campaign = Campaign("thu", Path(), file, ())
    found = unknowns(campaign, Post("mot", Path(), front, "{{ days_left }}", 1))
    assert [(e.field, e.line, e.detail) for e in found] == [
        ("title", 1, "tile"),
        ("for.x.text", 2, "nope"),
    ]


words = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), max_size=300)
lines = st.lists(
    st.sampled_from(
        ["**đậm** và *nghiêng*", "- mục", "1. một", "[chữ](https://a.vn/b)", "https://c.vn/d.",
         "`m`",
         "> trích", "## Tiêu đề", "", "thường <b>không</b> & thế", "#HashTag cuối", "    mã",
         "dòng  "]
    ) | words,
    max_size=12,
).map("\n".join)  # fmt: skip


class _Visible(HTMLParser):
    """The text a reader of HTML sees, and whether every tag was closed in turn."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.open = "", []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


@given(lines)
def test_telegrams_html_is_always_closed_and_shows_the_plain_text(source: str) -> None:
    text = write(parse(source), Dialect.TELEGRAM_HTML)
    seen = _Visible()
    seen.feed(text.written)
    seen.close()
    assert seen.open == []
    assert seen.text == text.plain


@given(lines)
def test_facets_never_overlap_and_stay_inside_the_text(source: str) -> None:
    text = write(parse(source), Dialect.FACETS)
    places = [(facet.start, facet.end) for facet in text.facets]
    assert all(0 <= start < end <= len(text.plain) for start, end in places)
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(places))


@given(lines, st.integers(40, 300))
def test_a_thread_loses_no_word_and_every_part_fits(source: str, most: int) -> None:
    limits = Limits(text_max=most, threads=True)
    blocks = parse(source)
    parts = thread(blocks, Dialect.PLAIN, limits)
    longest = max((len(word) for word in write(blocks, Dialect.PLAIN).plain.split()), default=0)
    if longest < most - 20:
        assert all(len(part.plain) <= most for part in parts)
    whole = write(blocks, Dialect.PLAIN).plain
    numbers = [f"({n}/{len(parts)})" for n in range(1, len(parts) + 1)] if len(parts) > 1 else [""]
    rest = " ".join(
        part.plain.removesuffix(number) for part, number in zip(parts, numbers, strict=True)
    )
    assert "".join(rest.replace("•", "").split()) == "".join(whole.replace("•", "").split())


@given(st.text("abcáé:/?#&=.%-", max_size=60))
def test_tagging_a_link_twice_changes_nothing(tail: str) -> None:
    source = Source("x", "thu-2027", "mot")
    once = tagged(f"https://tinh.example.vn/{tail}", source, ["tinh.example.vn"])
    assert tagged(once, source, ["tinh.example.vn"]) == once


@given(words, st.integers(1, 80))
def test_an_excerpt_is_never_longer_than_asked(text: str, most: int) -> None:
    assert len(excerpt(text, most)) <= most
