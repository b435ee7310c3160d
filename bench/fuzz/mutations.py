"""Bytes that go wrong as files and answers do: cut, doubled, spliced, in another encoding, and with
what parsers stumble over put in. Seeded: the same ``rng`` gives the same bytes.
"""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable, Sequence

MOST_BYTES = 200_000
"""No input grows beyond; that files and answers have a largest size is tried by ``LARGE``."""

LARGE = 2_200_000
_RARELY = 1 / 4_000
_READABLE = 0.8

_SIGNS = (
    *("\u202e", "\u2066", "\u200f", "\u200b", "\u00a0", "\ufeff", "\u2028", "\u00ad", "\uffff"),
    *("e\u0302\u0309", "\u0301" * 10_000, "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
    "\U000e0041",
    *("İ", "ß", "ﬁ", "đ", "\ue023\ue05b"),
)
ANYWHERE: Sequence[bytes] = (
    *(sign.encode() for sign in _SIGNS),
    *(b"\x00", b"\x1b[31m", b"\x7f", b"\r", b"\r\n", b"\n", b"\t", b"\\", b'"', b"'", b"`"),
    *(b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff", b"\xc3\x28", b"\xed\xa0\x80", b"\xf5\x80\x80\x80"),
    *(b"PK\x03\x04", b"\x1f\x8b\x08\x00", b"%PDF-1.7", b"\x89PNG\r\n\x1a\n", b"GIF89a"),
    *(b"0", b"-1", b"1e999", b"9" * 5_000, b"0x" + b"f" * 64, b"nan", b"inf", b"-0.0", b"1_000"),
    *(b"9223372036854775808", b"18446744073709551616", b"2147483648", b"1e308", b"0.1e-400"),
    *(b"A" * 20_000, b"a " * 10_000, b"(" * 2_000, b"[" * 2_000, b"{" * 2_000, b"a." * 1_000),
    *(b"%s%n", b"%(name)s", b"{0}", b"{{", b"}}", b"../../etc/passwd", b"file:///etc/passwd"),
    *(b"http://[::1", b"http://[v1.x]/", b"https://\xc4\x91.vn:99999/", b"//", b"javascript:1"),
)
"""What any reader of texts may stumble over."""

Change = Callable[[random.Random, bytes, Sequence[bytes], Sequence[bytes]], bytes]


def mutated(
    rng: random.Random, content: bytes, others: Sequence[bytes], words: Sequence[bytes]
) -> bytes:
    """``content`` with one to eight changes; ``others`` are spliced in, ``words`` are the format's
    own."""
    if rng.random() < _RARELY:
        return _large(rng, content)
    for _ in range(rng.choice((1, 1, 1, 2, 2, 3, 5, 8))):
        content = rng.choice(_CHANGES)(rng, content, others, words)[:MOST_BYTES]
    if rng.random() < _READABLE:
        # What isn't UTF-8 is refused at the door: most are to come further.
        content = content.decode(errors="ignore").replace("\0", "").encode()
    if rng.random() < 0.03:
        content = rng.choice(_WRAPPINGS)(content)
    return content


def _large(rng: random.Random, content: bytes) -> bytes:
    piece = content if rng.random() < 0.5 else rng.choice((b"a", b"\n", b"[", b"a = 1\n"))
    return (piece * (LARGE // max(len(piece), 1) + 1))[:LARGE]


def _span(rng: random.Random, content: bytes, most: int = 400) -> tuple[int, int]:
    start = rng.randrange(len(content) + 1)
    return start, min(len(content), start + rng.randrange(1, most))


def _flip(rng: random.Random, content: bytes, *_: object) -> bytes:
    if not content:
        return content
    place = rng.randrange(len(content))
    return content[:place] + bytes([content[place] ^ 1 << rng.randrange(8)]) + content[place + 1 :]


def _other(rng: random.Random, content: bytes, *_: object) -> bytes:
    start, end = _span(rng, content, 4)
    return content[:start] + rng.randbytes(end - start) + content[end:]


def _put_in(
    rng: random.Random, content: bytes, _others: Sequence[bytes], words: Sequence[bytes]
) -> bytes:
    place = rng.randrange(len(content) + 1)
    return content[:place] + _word(rng, words) + content[place:]


def _put_over(
    rng: random.Random, content: bytes, _others: Sequence[bytes], words: Sequence[bytes]
) -> bytes:
    start, end = _span(rng, content, 30)
    return content[:start] + _word(rng, words) + content[end:]


def _word(rng: random.Random, words: Sequence[bytes]) -> bytes:
    return rng.choice(words if rng.random() < 0.75 else ANYWHERE)


def _take_out(rng: random.Random, content: bytes, *_: object) -> bytes:
    start, end = _span(rng, content)
    return content[:start] + content[end:]


def _repeat(rng: random.Random, content: bytes, *_: object) -> bytes:
    start, end = _span(rng, content)
    return content[:end] + content[start:end] * rng.choice((1, 1, 2, 10, 200)) + content[end:]


def _cut(rng: random.Random, content: bytes, *_: object) -> bytes:
    return content[: rng.randrange(len(content) + 1)]


def _splice(
    rng: random.Random, content: bytes, others: Sequence[bytes], _words: Sequence[bytes]
) -> bytes:
    other = rng.choice(others)
    return content[: rng.randrange(len(content) + 1)] + other[rng.randrange(len(other) + 1) :]


def _line(rng: random.Random, content: bytes, *_: object) -> bytes:
    """A line is doubled, goes elsewhere, or away."""
    lines = content.split(b"\n")
    line = lines.pop(rng.randrange(len(lines)))
    for _again in range(rng.choice((0, 1, 1, 2, 40))):
        lines.insert(rng.randrange(len(lines) + 1), line)
    return b"\n".join(lines)


def _value(
    rng: random.Random, content: bytes, _others: Sequence[bytes], words: Sequence[bytes]
) -> bytes:
    """What stands between two quotation marks becomes something else."""
    parts = content.split(b'"')
    if len(parts) > 2:
        parts[rng.randrange(1, len(parts) - 1)] = _word(rng, words)
    return b'"'.join(parts)


_CHANGES: Sequence[Change] = (
    *(_flip, _other, _put_in, _put_in, _put_over, _put_over, _take_out, _repeat, _cut, _splice),
    *(_line, _line, _value, _value),
)
_WRAPPINGS: Sequence[Callable[[bytes], bytes]] = (
    lambda content: content.decode(errors="replace").encode("utf-16"),
    lambda content: content.decode(errors="replace").encode("utf-16-be"),
    lambda content: content.decode(errors="replace").encode("utf-32"),
    lambda content: content.decode(errors="replace").encode("cp1252", "replace"),
    lambda content: content.decode(errors="replace").encode("utf-7"),
    lambda content: b"\xef\xbb\xbf" + content,
    lambda content: content.replace(b"\n", b"\r\n"),
    lambda content: content.replace(b"\n", b"\r"),
    gzip.compress,
    zlib.compress,
)
