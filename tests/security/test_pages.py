"""Pages show what officers and feeds wrote, and never run it; Markdown ends, whatever it says."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest

from channels.base import Dialect, Facet, Media, Text
from channels.outbox.post import TimelinePost
from channels.outbox.timeline import timeline
from publisher.rendering.errors import RenderError
from publisher.rendering.markdown import parse
from tests.preview.test_preview import picture, planned, shown
from tests.rendering.builders import message
from tests.security.within import bounded

ATTACKS = [
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '"><svg onload=alert(1)>',
    "' onmouseover='alert(1)",
    '" onmouseover="alert(1)',
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<base href='https://xau.example.vn/'>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<form action='https://xau.example.vn/'><button>x</button></form>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<math><mtext></mtext><mglyph><style><!--</style><img title='--><img src=x onerror=alert(1)>'>",
    "<!--><img src=x onerror=alert(1)>-->",
    "{{ 7 * 7 }}{% include '/etc/passwd' %}",
    "https://portal.example.vn/\"onmouseover='alert(1)'",
]
RUN = frozenset({"script", "iframe", "object", "embed", "base", "form", "link", "meta", "frame"})


class Seen(HTMLParser):
    """What a browser would find on a page: elements that run or load, and attributes that do."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[str] = []
        self.attributes: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in RUN:
            self.elements.append(tag)
        for name, value in attrs:
            address = "".join((value or "").split()).lower()
            leads = name in ("href", "src", "action", "srcdoc", "xlink:href")
            harmful = address.startswith(("javascript:", "data:text", "vbscript:"))
            if name.startswith("on") or (leads and harmful) or name == "srcdoc":
                self.attributes.append(f"{tag} {name}")


def assert_nothing_runs(page: str, harmless: str) -> None:
    """``page`` runs and loads just what the same page with ``harmless`` words does."""
    found, usual = Seen(page), Seen(harmless)
    assert found.elements == usual.elements
    assert found.attributes == usual.attributes


def preview_of(folder: Path, words: str, channel: str) -> str:
    medium = replace(picture(folder, 8), alt=words, credit=words)
    delivery = planned(
        channel,
        body=Text(words, words, (Facet(0, 1, "link", words), Facet(1, 2, "hashtag", words))),
        title=words,
        summary=words,
        link=words,
        hashtags=(words,),
        media=(medium, replace(medium, mime="video/mp4", sha256="0" * 64)),
        replies=(Text(words, words),),
    )
    return shown(folder, [delivery])[0]


@pytest.mark.parametrize("channel", ["fanpage", "portal", "bluesky", "ban-tin"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_the_preview_runs_nothing_of_a_post(tmp_path: Path, channel: str, attack: str) -> None:
    page = preview_of(tmp_path, attack, channel)
    assert_nothing_runs(page, preview_of(tmp_path, "Tin", channel))


def timeline_of(folder: Path, words: str) -> str:
    medium = Media(folder / "khong-co.png", "0" * 64, "image/png", 1, words, words)
    post = TimelinePost(
        channel=words,
        platform="facebook",
        at=datetime(2027, 10, 10, tzinfo=UTC),
        title=words,
        text=words,
        media=(medium,),
        url=words,
    )
    timeline([post], folder / "trang.html", title=words, rehearsal=True)
    return (folder / "trang.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_timeline_runs_nothing_of_a_post(tmp_path: Path, attack: str) -> None:
    assert_nothing_runs(timeline_of(tmp_path, attack), timeline_of(tmp_path, "Tin"))


@pytest.mark.parametrize("dialect", [Dialect.HTML, Dialect.INLINE_HTML])
@pytest.mark.parametrize("attack", ATTACKS)
def test_what_goes_to_a_platform_as_html_has_no_markup_of_the_officers(
    dialect: Dialect, attack: str
) -> None:
    if "{" in attack:
        with pytest.raises(RenderError):
            message(attack, dialect=dialect)
        return
    written = message(f"Tin {attack} hết", dialect=dialect).body.written
    assert_nothing_runs(written, "")


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "data:text/html,x", "vbscript:x", "file:///etc/passwd", "x:y"]
)
def test_a_link_of_markdown_leads_to_the_web_or_nowhere(link: str) -> None:
    written = message(f"[đây]({link}) và <{link}>", dialect=Dialect.HTML).body.written
    assert "<a " not in written


SIGNS = [
    *("[", "[a](", "[a](b ", "[]", "![a](", "<a ", "<!--", "<a@", "<http://a", "&a", "[a]: <"),
    *("*a_ ", "*a **a ", "`", "`a``b", "> ", "- ", "1. ", "    a\n", "#a ", "@a ", "\\", "http://"),
    *(
        "http://a_",
        "[a](javascript:x)",
        "**",
        "|a|b\n",
        "a\n=\n",
        "```\n",
        '[a](b "',
        "a",
        " ",
        "ạ",
    ),
]


@pytest.mark.parametrize("sign", SIGNS)
def test_markdown_that_is_a_bomb_is_refused_or_ends(sign: str) -> None:
    parse.cache_clear()
    body = sign * (60_000 // len(sign))
    with bounded(10), suppress(RenderError):
        message(body, dialect=Dialect.HTML)


@pytest.mark.parametrize("start", ["> ", "- ", "  - ", "1. "])
def test_what_nests_tens_of_thousands_deep_is_text_all_the_same(start: str) -> None:
    with bounded(10):
        message(start * (60_000 // len(start)) + "Tin", dialect=Dialect.HTML)
