"""The place in a Matroska or WebM film: its tags, and the pictures that are attached to it.

RFC 8794 (EBML), RFC 9559 (Matroska). What is taken out becomes an element called Void, which
players pass over; so does a check sum that no longer holds.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from dataclasses import dataclass

from publisher.media.whereabouts.pictures import of_part
from publisher.media.whereabouts.steps import MOST_STEPS, Patch, Steps

_SEGMENT, _TAGS, _TAG = 0x18538067, 0x1254C367, 0x7373
_SIMPLE_TAG, _TAG_NAME = 0x67C8, 0x45A3
_ATTACHMENTS = 0x1941A469
_VOID, _CHECK_SUM = 0xEC, 0xBF
_PARENTS = (_SEGMENT, _TAGS, _TAG)
_CHECKED = (_TAGS, _ATTACHMENTS)
_PLACES = (b"LOCATION", b"GPS")
"""A tag with one of these in its name tells a place: what a telephone's film had under a key of its
own (COM.APPLE.QUICKTIME.LOCATION.ISO6709) is carried over by that name."""

_LONGEST_NAME = 200
_MOST_BLOCKS = 3 * MOST_STEPS
"""A browser's recording doesn't say how long its clusters are, so each block of them is passed:
some hundred thousand an hour."""


@dataclass(frozen=True, slots=True)
class _Element:
    """An element by its ``id``; its head begins at ``head``, its content is from ``start`` to
    ``end``."""

    id: int
    head: int
    start: int
    end: int


def of_matroska(buffer: mmap.mmap, size: int) -> Iterator[Patch]:
    """What tells the place in a film of ``size`` bytes. Raises ``TooOddError``."""
    return _of_parent(buffer, 0, size, Steps(_MOST_BLOCKS))


def _of_parent(buffer: mmap.mmap, start: int, end: int, steps: Steps) -> Iterator[Patch]:
    for one in _elements(buffer, start, end, steps):
        found = list(_of_element(buffer, one, steps))
        yield from found
        if found and one.id in _CHECKED:
            yield from _unchecked(buffer, one, steps)


def _of_element(buffer: mmap.mmap, one: _Element, steps: Steps) -> Iterator[Patch]:
    if one.id in _PARENTS:
        yield from _of_parent(buffer, one.start, one.end, steps)
    elif one.id == _ATTACHMENTS:
        yield from of_part(buffer, one.start, one.end, Steps())
    elif one.id == _SIMPLE_TAG and _names_a_place(buffer, one, steps):
        yield _voided(one)


def _names_a_place(buffer: mmap.mmap, tag: _Element, steps: Steps) -> bool:
    """Whether a tag, or one within it, is about a place."""
    for one in _elements(buffer, tag.start, tag.end, steps):
        if one.id == _TAG_NAME:
            name = bytes(buffer[one.start : min(one.end, one.start + _LONGEST_NAME)]).upper()
            if any(place in name for place in _PLACES):
                return True
        elif one.id == _SIMPLE_TAG and _names_a_place(buffer, one, steps):
            return True
    return False


def _unchecked(buffer: mmap.mmap, parent: _Element, steps: Steps) -> Iterator[Patch]:
    first = next(_elements(buffer, parent.start, parent.end, steps), None)
    if first is not None and first.id == _CHECK_SUM:
        yield _voided(first)


def _voided(one: _Element) -> Patch:
    """The same number of bytes as an element that says nothing."""
    whole = one.end - one.head
    width = min(8, one.start - one.head - 1)
    length = whole - 1 - width
    head = bytes([_VOID]) + (length | 1 << 7 * width).to_bytes(width, "big")
    return one.head, head + bytes(length)


def _elements(buffer: mmap.mmap, start: int, end: int, steps: Steps) -> Iterator[_Element]:
    """The elements between ``start`` and ``end``; where one is nonsense, no more of them."""
    while start < end:
        steps.take()
        number, begin = _number(buffer, start, end, keeps_mark=True)
        length, content = _number(buffer, begin, end, keeps_mark=False)
        if not begin or not content:
            return
        if length == (1 << 7 * (content - begin)) - 1:
            # It doesn't say how long it is: what is in it comes next, as if it stood behind it.
            length = 0
        finish = content + length
        if finish > end and number != _SEGMENT:
            return
        yield _Element(number, start, content, min(finish, end))
        start = finish


def _number(buffer: mmap.mmap, at: int, end: int, *, keeps_mark: bool) -> tuple[int, int]:
    """A number of EBML's and where it ends; (0, 0) where there is none."""
    if not 0 < at + 1 <= end or not buffer[at]:
        return 0, 0
    width = 9 - buffer[at].bit_length()
    if at + width > end:
        return 0, 0
    number = int.from_bytes(buffer[at : at + width], "big")
    return (number if keeps_mark else number & ~(1 << 7 * width)), at + width
