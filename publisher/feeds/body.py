"""Makes a feed's body safe to be parsed.

What would keep the parser busy for minutes is refused. The parser itself reads anything, slowly:
each tag costs it a tenth of a millisecond, and five megabytes hold a million tags; nested ones and
those with many attributes cost it far more. Entities that a document declares for itself (the
"billion laughs", files and addresses drawn in) are refused as a whole: no portal's feed has any.
What isn't well-formed is read with good will, if it is small.
"""

from __future__ import annotations

import codecs
import re
import string
from collections.abc import Sequence
from xml.parsers import expat

from channels.base import N_
from publisher.feeds.fetch import FeedError

MAX_ENTRIES = 500
MAX_TAGS = 20_000
MAX_REFERENCES = 100_000
MAX_DEPTH = 200
MAX_ATTRIBUTES = 200
"""Of one tag."""

MAX_BROKEN_BYTES = 1024 * 1024
MAX_UNCLOSED = 2_000
"""Tags open at once in what is not well-formed: each costs as much memory as all around it."""

MAX_HEAD = 10_000
"""So many bytes may stand before the first element: the parser goes through them again and again.
"""

_CDATA = re.compile(rb"<!\[CDATA\[.*?(?:\]\]>|\Z)", re.S)
_ENTRY_ENDS = re.compile(rb"</(?:[\w.-]{1,40}:)?(?:item|entry)\s*>", re.I)
_DECLARED = re.compile(rb"\s*<\?xml[^<>]{0,200}?encoding\s{0,9}=\s{0,9}[\"']([\w.:-]{1,40})[\"']")
# What it is written by is nothing to us, and the parser looks for a mail address in it in a time
# that grows as the square of its length.
_BY_WHOM = re.compile(
    rb"(</?(?:[^\s<>/:]{1,200}:)?)(?:author|creator|contributor|managingeditor|owner|publisher"
    rb"|webmaster)\b",
    re.I,
)
_TAG = re.compile(rb"<(/?)([A-Za-z_][^\s<>/]*)([^<>]*>?)")
_DECLARATIONS = re.compile(rb"(?:<\?[^<>]*\?>\s*)+")
_FIRST = re.compile(rb"<\w")
_PRINTED = string.printable.encode()
_UNMARKED = {b"<\0?\0": "utf-16-le", b"\0<\0?": "utf-16-be"}
"""UTF-16 that doesn't say so, by how XML begins in it (XML 1.0, appendix F)."""


def safe(body: bytes) -> bytes:
    """``body`` in UTF-8, with its first ``MAX_ENTRIES`` entries; raises ``FeedError``."""
    text = _shortened(_in_utf8(body).lstrip())
    if b"\0" in text:
        raise FeedError(N_("what came is no feed (RSS or Atom): see the address"))
    bare = _CDATA.sub(b"", text)
    if b"<!entity" in bare.lower():
        raise FeedError(
            N_("the feed declares entities of its own, which is refused: ask who runs the portal")
        )
    first = _FIRST.search(text)
    is_huge = (
        bare.count(b"<") > MAX_TAGS
        or bare.count(b"&") > MAX_REFERENCES
        or (first is not None and first.start() > MAX_HEAD)
        or (not _is_whole(text) and (len(text) > MAX_BROKEN_BYTES or _is_never_closed(bare)))
    )
    if is_huge:
        raise FeedError(
            N_("the feed is far larger than feeds are: ask who runs the portal to shorten it")
        )
    return _BY_WHOM.sub(rb"\1unread", _undeclared(text))


def _is_never_closed(bare: bytes) -> bool:
    opened: list[bytes] = []
    for tag in _TAG.finditer(bare):
        name = tag[2].lower()
        if not tag[1] and not tag[3].endswith(b"/>"):
            opened.append(name)
            if len(opened) > MAX_UNCLOSED:
                return True
        elif tag[1] and name in opened:
            while opened.pop() != name:
                pass
    return False


def _undeclared(text: bytes) -> bytes:
    """Without what it declares of itself at its top: it is UTF-8 by now, and the parser looks there
    for an encoding in a time that grows as the square of the line's length."""
    declared = _DECLARATIONS.match(text)
    bare = text[declared.end() :] if declared else text
    return b"\n" + bare if bare.startswith(b"<?") else bare


def _is_whole(text: bytes) -> bool:
    """Whether ``text`` is well-formed; raises ``FeedError`` where a tag is too much by itself."""
    depth = 0

    def opens(_name: str, attributes: Sequence[str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH or len(attributes) > 2 * MAX_ATTRIBUTES:
            raise FeedError(
                N_("the feed is far larger than feeds are: ask who runs the portal to shorten it")
            )

    def closes(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate("utf-8")
    parser.ordered_attributes = True
    parser.StartElementHandler, parser.EndElementHandler = opens, closes
    try:
        parser.Parse(text, True)
    except expat.ExpatError:
        return False
    return True


def _shortened(text: bytes) -> bytes:
    """Without the entries after the ``MAX_ENTRIES``-th: what stands around them stays whole."""
    cut = last = number = 0
    for number, found in enumerate(_ENTRY_ENDS.finditer(text), start=1):
        cut = found.end() if number == MAX_ENTRIES else cut
        last = found.end()
    return text[:cut] + text[last:] if number > MAX_ENTRIES else text


def _in_utf8(body: bytes) -> bytes:
    """Whatever it says of itself, what is UTF-8 is taken so: other encodings of Vietnamese are
    never valid UTF-8."""
    for begins, name in _UNMARKED.items():
        if body.startswith(begins):
            return body.decode(name, "replace").encode()
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return body.decode(_encoding(body), "replace").encode()
    return body


def _encoding(body: bytes) -> str:
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = _DECLARED.match(body)
    name = declared[1].decode() if declared else ""
    try:
        # Only one in which the letters of markup are what they are in ASCII.
        if _PRINTED.decode(name, "replace").encode() == _PRINTED:  # as the body will be
            return name
    except (LookupError, ValueError):
        pass
    return "windows-1252"
