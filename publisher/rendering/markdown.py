"""Markdown, read once: from an officer's text to blocks that every dialect is written from.

CommonMark without raw HTML (it shows as text) and without pictures (a post's media are keys of
its front matter). Bare addresses are links. Only http, https, mailto and tel lead anywhere.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

LINE = "\n"


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

_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}'»”]")
_LEADS = re.compile(r"^(https?://|mailto:|tel:)", re.IGNORECASE)


def parse(text: str) -> tuple[Block, ...]:
    """The blocks of ``text``."""
    tokens = _parser().parse(text)
    blocks, _end = _blocks(tokens, 0, None)
    return blocks


def with_links(blocks: Sequence[Block], change: Callable[[str], str]) -> tuple[Block, ...]:
    """The same blocks with every link's address put through ``change``.

    A link whose words are its address shows the changed one.
    """

    def spans(of: Spans) -> Spans:
        return tuple(_changed(span, change) if span.href else span for span in of)

    def block(one: Block) -> Block:
        if isinstance(one, (Paragraph, Heading)):
            return replace(one, spans=spans(one.spans))
        if isinstance(one, Listing):
            return replace(one, items=tuple(tuple(map(block, item)) for item in one.items))
        if isinstance(one, Quote):
            return Quote(tuple(map(block, one.blocks)))
        return one

    return tuple(map(block, blocks))


def _changed(span: Span, change: Callable[[str], str]) -> Span:
    changed = change(span.href)
    return replace(span, href=changed, text=changed if span.text == span.href else span.text)


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).disable(["image", "html_inline", "html_block"])


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
            found.append(Heading(level, spans) if level else Paragraph(spans))
            place += 3
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            listing, place = _listing(tokens, place)
            found.append(listing)
        elif token.type == "blockquote_open":
            inner, place = _blocks(tokens, place + 1, "blockquote_close")
            found.append(Quote(inner))
        elif token.type in ("fence", "code_block"):
            found.append(Code(token.content.rstrip("\n")))
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
    for token in children:
        if token.type in ("strong_open", "strong_close"):
            strong += token.nesting
        elif token.type in ("em_open", "em_close"):
            emphasis += token.nesting
        elif token.type == "link_open":
            address = str(token.attrs.get("href", ""))
            href = address if _LEADS.match(address) else ""
        elif token.type == "link_close":
            href = ""
        elif token.type in ("softbreak", "hardbreak"):
            found.append(Span(LINE, href=href))
        elif token.content:
            span = Span(token.content, strong > 0, emphasis > 0, token.type == "code_inline", href)
            found.extend([span] if href or span.code else _with_addresses(span))
    return tuple(found)


def _with_addresses(span: Span) -> list[Span]:
    """Bare addresses in running text become links of their own."""
    parts, place = [], 0
    for match in _ADDRESS.finditer(span.text):
        if match.start() > place:
            parts.append(replace(span, text=span.text[place : match.start()]))
        parts.append(replace(span, text=match[0], href=match[0]))
        place = match.end()
    if place < len(span.text):
        parts.append(replace(span, text=span.text[place:]))
    return parts
