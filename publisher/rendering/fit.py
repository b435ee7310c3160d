"""Making a text fit: into a thread, split at paragraphs, sentences, then words; never in a link."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from channels.base import Dialect, Limits, Text
from publisher.rendering.dialects import write
from publisher.rendering.markdown import Block, Listing, Paragraph, Span

_SENTENCE = re.compile(r"(?<=[.!?…])(?=\s)|(?<=\n)")
_WORD = re.compile(r"(?<=\s)(?=\S)")
NUMBERING = " (99/99)"


def thread(blocks: Sequence[Block], dialect: Dialect, limits: Limits) -> tuple[Text, ...]:
    """``blocks`` as as many posts as they need, numbered "(1/3)"; one post where they fit.

    A single word or link longer than a whole post is left as it is: the limits then tell of it.
    """
    whole = write(blocks, dialect)
    if limits.text_max is None or limits.measure(whole.plain) <= limits.text_max:
        return (whole,)
    room = limits.text_max - limits.measure(NUMBERING)

    def fits(part: Sequence[Block]) -> bool:
        return limits.measure(write(part, dialect).plain) <= room

    parts = list(_packed(list(_pieces(blocks, fits)), fits))
    return tuple(
        write(_numbered(part, f"({number}/{len(parts)})"), dialect)
        for number, part in enumerate(parts, start=1)
    )


def excerpt(text: str, most: int) -> str:
    """``text`` cut at a word to at most ``most`` characters, with "…" where it was cut."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    cut = line[: most - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut).rstrip() + "…"


Fits = Callable[[Sequence[Block]], bool]


def _pieces(blocks: Sequence[Block], fits: Fits) -> Iterator[Block]:
    """The blocks, those too long for one post broken up."""
    for block in blocks:
        if fits([block]):
            yield block
        elif isinstance(block, Listing):
            for number, item in enumerate(block.items):
                first = None if block.first is None else block.first + number
                yield from _pieces_of_item(Listing((item,), first), fits)
        elif isinstance(block, Paragraph):
            yield from _sentences(block, fits)
        else:
            yield block


def _pieces_of_item(item: Listing, fits: Fits) -> Iterator[Block]:
    if fits([item]):
        yield item
    else:
        yield from _pieces(item.items[0], fits)


def _sentences(block: Paragraph, fits: Fits) -> Iterator[Block]:
    for sentence in _split(block, _SENTENCE):
        if fits([sentence]):
            yield sentence
        else:
            yield from _filled(_split(sentence, _WORD), fits)


def _split(block: Paragraph, at: re.Pattern[str]) -> list[Paragraph]:
    """The paragraph cut where ``at`` matches, in running text only."""
    parts: list[list[Span]] = [[]]
    for span in block.spans:
        pieces = [span.text] if span.href or span.code else at.split(span.text)
        for number, piece in enumerate(pieces):
            if number:
                parts.append([])
            if piece:
                parts[-1].append(replace(span, text=piece))
    return [Paragraph(tuple(part)) for part in parts if part]


def _filled(words: Sequence[Paragraph], fits: Fits) -> Iterator[Paragraph]:
    line: tuple[Span, ...] = ()
    for word in words:
        if line and not fits([Paragraph((*line, *word.spans))]):
            yield Paragraph(line)
            line = ()
        line = (*line, *word.spans)
    if line:
        yield Paragraph(line)


def _packed(pieces: Sequence[Block], fits: Fits) -> Iterator[list[Block]]:
    part: list[Block] = []
    for piece in pieces:
        if part and not fits([*part, piece]):
            yield part
            part = []
        part.append(piece)
    if part:
        yield part


def _numbered(part: Sequence[Block], number: str) -> list[Block]:
    last = part[-1]
    if isinstance(last, Paragraph):
        return [*part[:-1], Paragraph((*last.spans, Span(f" {number}")))]
    return [*part, Paragraph((Span(number),))]
