"""Draws a post as its platform would show it, as a fragment of HTML.

The outbox's timeline and Publisher's preview are both made of these mockups. Everything is escaped;
of a post that is itself HTML only known tags stay, whoever wrote it. Nothing here reads a file:
pictures come as addresses (relative, or ``data:``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

import nh3
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from channels.base import Dialect, Facet, Text
from channels.looks import look_of

# fmt: off
_TAGS: Final = frozenset({
    "a", "b", "blockquote", "br", "code", "del", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr",
    "i", "li", "ol", "p", "pre", "s", "strike", "strong", "sub", "sup",
    "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
})
# fmt: on
_LINK: Final = re.compile(r"https?://[^\s<>\"']*[^\s<>\"'.,;:!?)\]»”…]|(?<!\w)#(?!\d+\b)\w+")

_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "vi": {
            "by": "Ảnh",
            "more": "Xem thêm",
            "video": "Video",
            "from": "Từ",
            "subject": "Tiêu đề",
        },
        "en": {
            "by": "By",
            "more": "Read more",
            "video": "Video",
            "from": "From",
            "subject": "Subject",
        },
    }
)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture or video on a mockup; without ``src`` its ``alt`` is shown in its place.

    ``src`` is an address, or ``#ID`` of an ``<image>`` of ``width`` x ``height`` that the page
    holds once for all its mockups.
    """

    src: str
    alt: str
    credit: str = ""
    kind: str = "image"
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class Mockup:
    """What a mockup shows. ``at`` is a moment in words; ``body`` and ``replies`` come from
    ``marked``; ``hashtags`` are those that the text doesn't end with itself."""

    platform: str
    author: str
    at: str
    body: Markup
    title: str = ""
    summary: str = ""
    link: str = ""
    pictures: tuple[Picture, ...] = ()
    replies: tuple[Markup, ...] = ()
    hashtags: tuple[str, ...] = ()
    footnote: str = ""


def mockup(shown: Mockup, language: str = "vi") -> Markup:
    """``shown`` as an HTML fragment; its few own words are in ``language``."""
    template = environment().get_template("mockup.html.j2")
    look = look_of(shown.platform)
    words = _WORDS.get(language, _WORDS["en"])
    # An address that the text already shows isn't shown again; one that isn't the web's, never.
    link_apart = re.match(r"(?i)https?://", shown.link) and escape(shown.link) not in shown.body
    return Markup(  # noqa: S704 -- autoescaped
        template.render(
            mockup=shown,
            look=look,
            words=words,
            link_apart=bool(link_apart),
            of_platform=_class_of(shown.platform),
        )
    )


def style(platforms: Iterable[str]) -> Markup:
    """The style sheet of a page of mockups of ``platforms``, with colours for light and dark."""
    page = environment().get_template("page.css").render()
    return Markup(page) + mockup_style(platforms)  # noqa: S704 -- a file of ours


def mockup_style(platforms: Iterable[str]) -> Markup:
    """The mockups' own part of it, for a page that has a sheet of its own: there stand the colours
    --page, --surface, --ink, --soft, --line, --sunk and --link."""
    accents = "".join(
        f".mockup.{_class_of(one)} {{ --accent: {look_of(one).accent}; }}\n"
        for one in sorted(set(platforms))
    )
    return Markup(environment().get_template("mockup.css").render() + "\n" + accents)  # noqa: S704


def filter_script() -> Markup:
    """``filterBy(row, item, key, group)``, for a page with a row of buttons."""
    return Markup(environment().get_template("filter.js").render())  # noqa: S704 -- a file of ours


def marked(text: Text, dialect: Dialect) -> Markup:
    """``text`` as safe HTML, with its markup, addresses and hashtags as a reader sees them."""
    if dialect in (Dialect.HTML, Dialect.INLINE_HTML):
        return safe_html(text.written)
    if dialect is Dialect.FACETS:
        return _faceted(text.plain, text.facets)
    return linked(text.plain)


def safe_html(html: str) -> Markup:
    """The known tags of ``html``; everything else is dropped, every link is opened without ties."""
    cleaned = nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={"a": {"href"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
    )
    return Markup(cleaned)  # noqa: S704 -- just cleaned


def linked(plain: str) -> Markup:
    """Plain text with its addresses as links and its hashtags in colour; line breaks are kept."""
    facets = [
        Facet(found.start(), found.end(), "hashtag" if found[0][0] == "#" else "link", found[0])
        for found in _LINK.finditer(plain)
    ]
    return _faceted(plain, facets)


def _faceted(plain: str, facets: list[Facet] | tuple[Facet, ...]) -> Markup:
    pieces: list[Markup] = []
    done = 0
    for facet in sorted(facets, key=lambda one: one.start):
        if facet.start < done:
            continue
        pieces.append(_with_breaks(plain[done : facet.start]))
        words = plain[facet.start : facet.end]
        if facet.kind == "link" and re.match(r"(?i)https?://", facet.value):
            pieces.append(
                Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>').format(
                    facet.value, words
                )
            )
        else:
            pieces.append(Markup('<span class="tag">{}</span>').format(words))
        done = facet.end
    pieces.append(_with_breaks(plain[done:]))
    return Markup("<p>{}</p>").format(Markup("").join(pieces))


def _with_breaks(plain: str) -> Markup:
    return Markup("<br>\n").join(plain.split("\n"))


def _class_of(platform: str) -> str:
    """A mockup's class, by which the sheet gives it its colour: a policy may forbid styles in a
    page's own text."""
    return "on-" + re.sub(r"[^a-z0-9]+", "-", platform.casefold())


@lru_cache
def environment() -> Environment:
    """The templates of the channels' pages."""
    return Environment(
        loader=PackageLoader("channels"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
