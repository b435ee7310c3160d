"""Writes blocks in a channel's dialect.

With each goes the plain text a reader sees. Paragraphs are set off by an empty line; line breaks
are kept, as in social posts. A list item is a line with a bullet or its number, whatever the
dialect can't do better.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape

from channels.base import Dialect, Facet, Text
from publisher.rendering.markdown import Block, Heading, Listing, Paragraph, Quote, Span

_HASHTAG = re.compile(r"(?<![\w#])#([^\W_]\w*)")

SpanWriter = Callable[[Span], str]


def write(blocks: Sequence[Block], dialect: Dialect) -> Text:
    """``blocks`` as ``dialect`` has them."""
    if dialect is Dialect.PLAIN:
        plain = _lines(blocks, _plain_link)
        return Text(plain, plain)
    if dialect is Dialect.FACETS:
        return _with_facets(blocks)
    seen = _lines(blocks, _words_only)
    if dialect is Dialect.INLINE_HTML:
        return Text(_lines(blocks, _tagged, heading=_bold, code=_preformatted), seen)
    return Text(_html(blocks), seen)


# -- lines of text: PLAIN, FACETS, INLINE_HTML ----------------------------------------------------


def _lines(
    blocks: Sequence[Block],
    span: SpanWriter,
    heading: Callable[[str], str] = str,
    code: Callable[[str], str] = str,
) -> str:
    return "\n\n".join(part for part in _parts(blocks, span, heading, code) if part)


def _parts(
    blocks: Sequence[Block],
    span: SpanWriter,
    heading: Callable[[str], str],
    code: Callable[[str], str],
) -> Iterator[str]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield _run(block.spans, span)
        elif isinstance(block, Heading):
            yield heading(_run(block.spans, span))
        elif isinstance(block, Listing):
            yield "\n".join(_items(block, span, heading, code))
        elif isinstance(block, Quote):
            yield _lines(block.blocks, span, heading, code)
        else:
            yield code(block.text)


def _items(
    listing: Listing,
    span: SpanWriter,
    heading: Callable[[str], str],
    code: Callable[[str], str],
) -> Iterator[str]:
    for number, item in enumerate(listing.items, start=listing.first or 0):
        mark = "• " if listing.first is None else f"{number}. "
        text = "\n".join(_parts(item, span, heading, code))
        yield mark + text.replace("\n", "\n" + " " * len(mark))


def _run(spans: Sequence[Span], write_one: SpanWriter) -> str:
    return "".join(write_one(span) for span in _joined(spans))


def _joined(spans: Sequence[Span]) -> Iterator[Span]:
    """Neighbours of one link as one span, so that its address stands behind it once."""
    pending: Span | None = None
    for span in spans:
        if pending is not None and span.href and span.href == pending.href:
            pending = Span(
                pending.text + span.text, pending.strong, pending.emphasis, href=span.href
            )
            continue
        if pending is not None:
            yield pending
            pending = None
        if span.href:
            pending = span
        else:
            yield span
    if pending is not None:
        yield pending


def _plain_link(span: Span) -> str:
    if not span.href or span.href == span.text:
        return span.text
    return f"{span.text} ({span.href.removeprefix('mailto:').removeprefix('tel:')})"


def _words_only(span: Span) -> str:
    return span.text


def _tagged(span: Span) -> str:
    text = escape(span.text, quote=False)
    if span.code:
        text = f"<code>{text}</code>"
    if span.emphasis:
        text = f"<i>{text}</i>"
    if span.strong:
        text = f"<b>{text}</b>"
    return f'<a href="{escape(span.href)}">{text}</a>' if span.href else text


def _bold(text: str) -> str:
    return f"<b>{text}</b>"


def _preformatted(text: str) -> str:
    return f"<pre>{escape(text, quote=False)}</pre>"


# Marks no text can hold: what Markdown is parsed from has no control characters of this kind.
_OPEN, _CLOSE = "\x02", "\x03"


def _with_facets(blocks: Sequence[Block]) -> Text:
    """Links are found again by marks that are taken out while their places are counted."""
    addresses: list[str] = []

    def marked(span: Span) -> str:
        text = span.text.replace(_OPEN, "").replace(_CLOSE, "")
        if not span.href:
            return text
        addresses.append(span.href)
        return f"{_OPEN}{text}{_CLOSE}"

    pieces: list[str] = []
    facets: list[Facet] = []
    place = begun = 0
    for piece in re.split(f"([{_OPEN}{_CLOSE}])", _lines(blocks, marked)):
        if piece == _OPEN:
            begun = place
        elif piece == _CLOSE:
            facets.append(Facet(begun, place, "link", addresses[len(facets)]))
        else:
            pieces.append(piece)
            place += len(piece)
    plain = "".join(pieces)
    links = [facet for facet in facets if facet.start < facet.end]
    tags = [facet for facet in _hashtags(plain) if not _overlaps(facet, links)]
    return Text(plain, plain, tuple(sorted([*links, *tags], key=lambda facet: facet.start)))


def _hashtags(plain: str) -> list[Facet]:
    return [
        Facet(match.start(), match.end(), "hashtag", match[1]) for match in _HASHTAG.finditer(plain)
    ]


def _overlaps(facet: Facet, others: Sequence[Facet]) -> bool:
    return any(facet.start < other.end and other.start < facet.end for other in others)


# -- HTML -----------------------------------------------------------------------------------------


def _html(blocks: Sequence[Block]) -> str:
    return "\n".join(_html_block(block) for block in blocks)


def _html_block(block: Block) -> str:
    if isinstance(block, Paragraph):
        return f"<p>{_run(block.spans, _html_span)}</p>"
    if isinstance(block, Heading):
        level = min(max(block.level, 2), 4)
        return f"<h{level}>{_run(block.spans, _html_span)}</h{level}>"
    if isinstance(block, Listing):
        tag = "ul" if block.first is None else "ol"
        start = f' start="{block.first}"' if block.first not in (None, 1) else ""
        items = "".join(f"<li>{_html_item(item)}</li>" for item in block.items)
        return f"<{tag}{start}>{items}</{tag}>"
    if isinstance(block, Quote):
        return f"<blockquote>{_html(block.blocks)}</blockquote>"
    return f"<pre><code>{escape(block.text, quote=False)}</code></pre>"


def _html_item(item: Sequence[Block]) -> str:
    if len(item) == 1 and isinstance(item[0], Paragraph):
        return _run(item[0].spans, _html_span)
    return _html(item)


def _html_span(span: Span) -> str:
    text = escape(span.text, quote=False).replace("\n", "<br>\n")
    if span.code:
        text = f"<code>{text}</code>"
    if span.emphasis:
        text = f"<em>{text}</em>"
    if span.strong:
        text = f"<strong>{text}</strong>"
    return f'<a href="{escape(span.href)}">{text}</a>' if span.href else text
