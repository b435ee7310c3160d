"""Reads Markdown once, to blocks that every dialect is written from.

CommonMark without raw HTML (it shows as text) and without pictures (a post's media are keys of
its front matter). Bare addresses are links. Only http, https, mailto and tel lead anywhere.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.common.utils import unescapeAll
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

LINE = "\n"
MAX_SIGNS = 2000
"""So many signs may open something (a link, an entity, a hashtag): the end of each is looked for
through all the rest of the text, so the time that takes grows as the square of their number."""

_OPENING = "[<&@#"


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text of one style; ``href`` where it is a link. A line break is ``LINE``."""

    text: str
    strong: bool = False
    emphasis: bool = False
    code: bool = False
    href: str = ""


Spans = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text."""

    spans: Spans


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading; ``level`` from 1."""

    level: int
    spans: Spans


@dataclass(frozen=True, slots=True)
class Listing:
    """A list; ``first`` is the number of an ordered one's first item, ``None`` for bullets."""

    items: tuple[tuple[Block, ...], ...]
    first: int | None = None


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation."""

    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Text to be kept as it stands."""

    text: str


Block = Paragraph | Heading | Listing | Quote | Code

_ADDRESS = re.compile(r"://[^\s<>\"`\[\]]+")
_NEVER_LAST = ".,;:!?*}'»”…"
# Signs become private letters of Unicode, one for one, so that a text keeps its length.
_PRIVATE = 0xE000
_TO_WORDS = {ord(sign): _PRIVATE + ord(sign) for sign in string.punctuation}
_FROM_WORDS = {private: sign for sign, private in _TO_WORDS.items()}
_LEADS = re.compile(r"^(https?://|mailto:|tel:)", re.IGNORECASE)


@lru_cache(maxsize=1024)
def parse(text: str) -> tuple[Block, ...]:
    """The blocks of ``text``; one without a word in it is none."""
    tokens = _parser().parse(text)
    blocks, _end = _blocks(tokens, 0, None)
    return blocks


def is_overloaded(text: str) -> bool:
    """Whether ``text`` has more signs than any post needs, and would take long to ``parse``."""
    return sum(map(text.count, _OPENING)) > MAX_SIGNS


def as_words(text: str) -> str:
    """``text`` so that ``parse`` gives it back as words, whatever signs of Markdown it has."""
    return text.translate(_TO_WORDS)


def with_links(blocks: Sequence[Block], change: Callable[[str], str]) -> tuple[Block, ...]:
    """The same blocks with every link's address put through ``change``.

    A link whose words are its address shows the changed one.
    """

    def spans(of: Spans) -> Spans:
        return tuple(_changed(span, change) if span.href else span for span in of)

    def block(one: Block) -> Block:
        if isinstance(one, Paragraph):
            return Paragraph(spans(one.spans)) if _has_link(one.spans) else one
        if isinstance(one, Heading):
            return Heading(one.level, spans(one.spans)) if _has_link(one.spans) else one
        if isinstance(one, Listing):
            return Listing(tuple(tuple(map(block, item)) for item in one.items), one.first)
        if isinstance(one, Quote):
            return Quote(tuple(map(block, one.blocks)))
        return one

    return tuple(map(block, blocks))


def _has_link(spans: Spans) -> bool:
    return any(span.href for span in spans)


def _changed(span: Span, change: Callable[[str], str]) -> Span:
    changed = change(span.href)
    return replace(span, href=changed, text=changed if span.text == span.href else span.text)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": False})
    parser.inline.ruler.before("emphasis", "address", _bare_address)
    return parser.disable(["image", "html_inline", "html_block"])


def _bare_address(state: StateInline, silent: bool) -> bool:
    """An address in running text is a link, and its signs are no emphasis."""
    match = _ADDRESS.match(state.src, state.pos, state.posMax)
    scheme = re.search(r"https?$", state.pending, re.IGNORECASE)
    if match is None or scheme is None:
        return False
    before = state.src[: state.pos - len(scheme[0])][-1:]
    rest = _without_what_follows(match[0], before)
    if rest == "://":
        return False
    if not silent:
        state.pending = state.pending[: scheme.start()]
        address = unescapeAll(scheme[0] + rest)
        if not state.linkLevel:
            state.push("link_open", "a", 1).attrs = {"href": address}
        state.push("text", "", 0).content = address
        if not state.linkLevel:
            state.push("link_close", "a", -1)
    state.pos += len(rest)
    return True


def _without_what_follows(address: str, before: str) -> str:
    """Without the sentence's own signs at its end: a stop, or a bracket opened ``before`` it."""
    while address:
        last = address[-1]
        closes = last == ")" and address.count(")") > address.count("(")
        if last not in _NEVER_LAST and not closes and not (last == before == "_"):
            break
        address = address[:-1]
    return address


def _blocks(
    tokens: Sequence[Token], place: int, until: str | None
) -> tuple[tuple[Block, ...], int]:
    found: list[Block] = []
    while place < len(tokens):
        token = tokens[place]
        if token.type == until:
            return tuple(found), place + 1
        if token.type in ("paragraph_open", "heading_open"):
            spans = _spans(tokens[place + 1].children or [])
            level = int(token.tag[1]) if token.type == "heading_open" else 0
            if spans:
                found.append(Heading(level, spans) if level else Paragraph(spans))
            place += 3
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            listing, place = _listing(tokens, place)
            found.append(listing)
        elif token.type == "blockquote_open":
            inner, place = _blocks(tokens, place + 1, "blockquote_close")
            if inner:
                found.append(Quote(inner))
        elif token.type in ("fence", "code_block"):
            if token.content.strip():
                found.append(Code(_given_back(token.content.rstrip("\n"))))
            place += 1
        elif token.type == "hr":
            found.append(Paragraph((Span("———"),)))
            place += 1
        else:
            place += 1
    return tuple(found), place


def _listing(tokens: Sequence[Token], place: int) -> tuple[Listing, int]:
    opening = tokens[place]
    first = int(opening.attrs.get("start", 1)) if opening.type.startswith("ordered") else None
    closing = opening.type.replace("open", "close")
    items: list[tuple[Block, ...]] = []
    place += 1
    while tokens[place].type != closing:
        inner, place = _blocks(tokens, place + 1, "list_item_close")
        items.append(inner)
    return Listing(tuple(items), first), place + 1


def _spans(children: Sequence[Token]) -> Spans:
    found: list[Span] = []
    strong = emphasis = 0
    href = ""
    opened = 0
    for token in children:
        if token.type in ("strong_open", "strong_close"):
            strong += token.nesting
        elif token.type in ("em_open", "em_close"):
            emphasis += token.nesting
        elif token.type == "link_open":
            address = str(token.attrs.get("href", ""))
            href = _given_back(address) if _LEADS.match(address) else ""
            opened = len(found)
        elif token.type == "link_close":
            if href and opened == len(found):
                # A link without words would be one that no reader sees.
                found.append(Span(href, strong > 0, emphasis > 0, href=href))
            href = ""
        elif token.type in ("softbreak", "hardbreak"):
            found.append(Span(LINE, href=href))
        elif token.content:
            text = _given_back(token.content)
            found.append(Span(text, strong > 0, emphasis > 0, token.type == "code_inline", href))
    return tuple(found)


def _given_back(text: str) -> str:
    return text.translate(_FROM_WORDS)
