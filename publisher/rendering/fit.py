"""Makes a text fit into a thread.

It is split at blocks, sentences, then words; never in a link. What stays together in one post stays
as it was: a list one list, a paragraph one paragraph. The mark or number of a list's item stands
before its first words, wherever the item is cut.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, count, pairwise
from typing import TypeVar

from channels.base import Dialect, Limits, Text
from publisher.rendering.dialects import write
from publisher.rendering.markdown import (
    Block,
    Code,
    Heading,
    Listing,
    Paragraph,
    Quote,
    Span,
    Spans,
)

MOST_POSTS = 50
"""Nobody reads a longer thread, and cutting one up takes its time."""

_CUT_SIGNS = 100

_SENTENCE = re.compile(r"(?<=[.!?…]\s)(?=\S)|(?<=\n)(?=.)")
_WORD = re.compile(r"(?<=\s)(?=\S)")
_LINE = re.compile(r"(?<=\n)(?=.)", re.DOTALL)


def thread(blocks: Sequence[Block], dialect: Dialect, limits: Limits) -> tuple[Text, ...]:
    """``blocks`` as as many posts as they need, numbered "(1/3)"; one post where they fit.

    A single word or link longer than a whole post is left as it is, and so is a text of more than
    ``MOST_POSTS``: the limits then tell of it.
    """
    whole = write(blocks, dialect)
    if limits.text_max is None:
        return (whole,)
    length = limits.measure(whole.plain)
    if length <= limits.text_max or length > limits.text_max * MOST_POSTS:
        return (whole,)
    parts = _numberable(blocks, dialect, limits, limits.text_max)
    return tuple(
        write(_numbered(part, f"({number}/{len(parts)})"), dialect)
        for number, part in enumerate(parts, start=1)
    )


Part = list[Block]


def _numberable(blocks: Sequence[Block], dialect: Dialect, limits: Limits, most: int) -> list[Part]:
    """The posts' blocks, with room left in each for its number, however many digits that takes."""
    for digits in count(1):
        nines = "9" * digits
        room = most - limits.measure(f"\n\n({nines}/{nines})")

        def fits(part: Sequence[Block], room: int = room) -> bool:
            return _is_within(write(part, dialect).plain, room, limits.measure)

        parts = list(_Cutter(fits).parts(list(blocks)))
        if len(str(len(parts))) <= digits:
            return parts
    raise AssertionError("unreachable")


def _is_within(plain: str, room: int, measure: Callable[[str], int]) -> bool:
    """Whether ``plain`` is no longer than ``room``. What is far too long shows it in its beginning:
    to measure all of it for each of its posts would take seconds."""
    beginning = plain[: 2 * room + _CUT_SIGNS]
    # Where it is cut off, an address may be none any more and one sign be several.
    if len(beginning) < len(plain) and measure(beginning) > room + _CUT_SIGNS:
        return False
    return measure(plain) <= room


def _numbered(part: Part, number: str) -> Part:
    last = part[-1]
    if isinstance(last, Paragraph):
        return [*part[:-1], Paragraph((*last.spans, Span(f" {number}")))]
    return [*part, Paragraph((Span(number),))]


# -- cutting --------------------------------------------------------------------------------------

Fits = Callable[[Sequence[Block]], bool]
T = TypeVar("T")
Running = Paragraph | Heading | Code


@dataclass(frozen=True, slots=True)
class _Cutter:
    """Cuts blocks into parts; ``alone`` says whether blocks fit in a post of their own.

    What fits in a post of its own is not cut to fill the one before. ``fits`` asks whether
    something fits behind what a post has already; with ``must`` a post is still empty, and at
    least a word goes into it.
    """

    alone: Fits

    def parts(self, blocks: Part) -> Iterator[Part]:
        while blocks:
            part, left = self.take(blocks, self.alone, must=True)
            part, blocks = (part, left) if part else (blocks[:1], blocks[1:])
            yield part

    def take(self, blocks: Part, fits: Fits, *, must: bool) -> tuple[Part, Part]:
        """The blocks that fit, and what is left."""
        taken = _most(blocks, fits)
        head, rest = blocks[:taken], blocks[taken:]
        must = must and not head
        if not rest or (not must and self.alone(rest[:1])):
            return head, rest
        begun, left = self.cut(rest[0], lambda more: fits([*head, *more]), must=must)
        return [*head, *begun], [*left, *rest[1:]]

    def cut(self, block: Block, fits: Fits, *, must: bool) -> tuple[Part, Part]:
        """The beginning of ``block`` that fits, and what is left."""
        if isinstance(block, Listing):
            return self._cut_listing(block, fits, must=must)
        if isinstance(block, Quote):
            begun, left = self.take(
                list(block.blocks), lambda part: fits([Quote(tuple(part))]), must=must
            )
            return _quoted(begun), _quoted(left)
        return self._cut_text(block, fits, must=must)

    def _cut_listing(self, block: Listing, fits: Fits, *, must: bool) -> tuple[Part, Part]:
        taken = _most(block.items, lambda items: fits([replace(block, items=tuple(items))]))
        if taken:
            return [replace(block, items=block.items[:taken])], _following(block, taken)
        if not must and self.alone([replace(block, items=block.items[:1])]):
            return [], [block]
        begun, left = self.take(
            list(block.items[0]),
            lambda part: fits([replace(block, items=(tuple(part),))]),
            must=must,
        )
        if not begun:
            return [], [block]
        return [replace(block, items=(tuple(begun),))], [*left, *_following(block, 1)]

    def _cut_text(self, block: Running, fits: Fits, *, must: bool) -> tuple[Part, Part]:
        """Cut at a sentence or line; within the first only where that is too long by itself."""
        whole = _length(block)
        sentences = _places(block, _LINE if isinstance(block, Code) else _SENTENCE)
        place = self._last(block, sentences, fits)
        first = sentences[0] if sentences else whole
        if not place and (must or not self.alone([_up_to(block, first)])):
            words = [*(word for word in _places(block, _WORD) if word < first), first]
            place = self._last(block, words, fits) or (words[0] if must else 0)
        if not place:
            return [], [block]
        return [_up_to(block, place)], [_from(block, place)] if place < whole else []

    @staticmethod
    def _last(block: Running, places: Sequence[int], fits: Fits) -> int:
        """The last of ``places`` up to which ``block`` fits; 0 where none is."""
        taken = _most(places, lambda some: fits([_up_to(block, some[-1])]))
        return places[taken - 1] if taken else 0


def _most(things: Sequence[T], fits: Callable[[list[T]], bool]) -> int:
    """How many of the first ``things`` fit together. Asked of few numbers: every question writes
    the text anew."""
    too_many = 1
    while too_many <= len(things) and fits(list(things[:too_many])):
        too_many *= 2
    numbers = range(too_many // 2 + 1, min(too_many, len(things) + 1))
    return too_many // 2 + bisect_left(numbers, True, key=lambda n: not fits(list(things[:n])))


def _following(block: Listing, number: int) -> Part:
    """The items from the one at ``number`` on, counted on from where they were."""
    if number >= len(block.items):
        return []
    first = None if block.first is None else block.first + number
    return [Listing(block.items[number:], first)]


def _quoted(inner: Part) -> Part:
    return [Quote(tuple(inner))] if inner else []


# -- running text, by places in its characters ----------------------------------------------------


def _text(block: Running) -> str:
    return block.text if isinstance(block, Code) else "".join(span.text for span in block.spans)


def _length(block: Running) -> int:
    return len(_text(block))


def _places(block: Running, pattern: re.Pattern[str]) -> list[int]:
    """Where ``pattern`` lets the text be cut: behind some words, and never inside a link."""
    text = _text(block)
    linked: set[int] = set()
    if not isinstance(block, Code):
        ends = list(accumulate((len(span.text) for span in block.spans), initial=0))
        for number, (span, (start, end)) in enumerate(
            zip(block.spans, pairwise(ends), strict=True)
        ):
            goes_on = block.spans[number + 1 : number + 2]
            if span.href:
                linked.update(range(start + 1, end))
            if span.href and goes_on and goes_on[0].href == span.href:
                linked.add(end)
    places = (match.start() for match in pattern.finditer(text))
    return [place for place in places if place not in linked and text[:place].strip()]


def _up_to(block: Running, place: int) -> Running:
    if isinstance(block, Code):
        return Code(block.text[:place].rstrip())
    return replace(block, spans=_sliced(block.spans, 0, len(_text(block)[:place].rstrip())))


def _from(block: Running, place: int) -> Running:
    if isinstance(block, Code):
        return Code(block.text[place:])
    return replace(block, spans=_sliced(block.spans, place, _length(block)))


def _sliced(spans: Spans, start: int, end: int) -> Spans:
    """The characters from ``start`` to ``end``, in their styles."""
    found: list[Span] = []
    begin = 0
    for span in spans:
        text = span.text[max(start - begin, 0) : max(end - begin, 0)]
        if text:
            found.append(replace(span, text=text))
        begin += len(span.text)
    return tuple(found)
