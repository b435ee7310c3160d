"""What may come in the place of a platform's answer: its status, headers and body gone wrong, by
themselves or together. Seeded.
"""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from typing import Any

from bench.fuzz import trees
from bench.fuzz.line import Answer
from bench.fuzz.mutations import mutated

STATUSES = (
    *(200, 201, 202, 204, 206, 226, 300, 301, 302, 304, 307, 308, 400, 401, 402, 403, 404, 405),
    *(406, 408, 409, 410, 411, 412, 413, 415, 418, 422, 423, 425, 428, 429, 431, 451, 498, 500),
    *(501, 502, 503, 504, 507, 511, 520, 529, 599, 600, 999),
)
_HEADERS: Mapping[str, Sequence[str]] = {
    "Retry-After": (
        *("0", "-1", "120", "1e9", "99999999999", "nan", "", "soon"),
        "Fri, 31 Dec 9999 23:59:59 GMT",
        *("Sun, 99 Oct 99999 25:61:61 +9999", "Mon, 01 Jan 0001 00:00:00 +2359", "9" * 400),
        *("Fri, 31 Dec 9999 23:59:59 -2359", "Sun, 03 Oct 2027 01:00:00 -0000", "1.5", "１２"),
    ),
    "Content-Type": (
        *("text/html", "", "application/json; charset=utf-7", "application/json; charset=đ", "a"),
        *("application/json; charset=zlib_codec", "text/plain; charset=\x00", "multipart/mixed"),
    ),
    "Location": (
        "http://[::1",
        "//",
        "",
        "/",
        "http://127.0.0.1:9/x",
        "\x00",
        "http://a.vn:99999/",
    ),
    "Link": ('<http://127.0.0.1:9/>; rel="next"', "<>; rel=next", "<", 'a; rel="next', "," * 3_000),
    "Content-Encoding": ("gzip", "deflate", "br", "zstd", "gzip, gzip", "identity", "x"),
    "Content-Length": ("0", "5", "99999999", "-1", "abc", "1, 2"),
    "Transfer-Encoding": ("chunked", "gzip, chunked", "x"),
    "Set-Cookie": ("a=b", "=", "a" * 5_000, "a=b; expires=Fri, 31 Dec 99999 23:59:59 GMT"),
}
_NUMBERS = ("0", "-1", "1", "99999999999", "9" * 30, "nan", "", "a", "１２", "1.5", "2027-10-03")
_TIMES = ("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "253402300800", "1790000000")
_WORDS: Sequence[bytes] = (
    *(b"{", b"}", b"[", b"]", b":", b",", b'"', b"null", b"true", b"NaN", b"Infinity"),
    b"-Infinity",
    *(b'"\\ud800"', b'"\\u0000"', b'{"a":' * 300, b"[" * 100_000, b"1e400", b"<html>", b"</div>"),
    *(b'"error": {', b'"error":', b'"id":', b'"errors": [', b'"data": ', b'"message": ', b"&lt;"),
)
_ODD: Sequence[Any] = (*trees.ODD, trees.SURROGATE, "9" * 5_000, {"message": trees.SURROGATE})
_PAGE = "<!DOCTYPE html><html><body><h1>Bảo trì</h1></body></html>".encode()

Pairs = tuple[tuple[str, str], ...]


def changed(
    rng: random.Random, answer: Answer, others: Sequence[Answer]
) -> tuple[int, Pairs, bytes, bool]:
    """Status, headers and body of what comes in the place of ``answer``, and whether it proves
    nothing (``Place.proves_nothing``)."""
    status, headers, body = answer.status, answer.headers, answer.body
    what = rng.random()
    if what < 0.2 and 200 <= status < 300:
        body = _unreadable(rng, body)
        return status, _plain(headers), body, not _says_something(body)
    if what < 0.25:
        return (
            rng.choice((500, 502, 504, 520)),
            _plain(headers),
            rng.choice((_PAGE, b"", body)),
            True,
        )
    if what < 0.75:
        body = _in_json(rng, body)
    elif what < 0.9:
        body = mutated(rng, body, [one.body for one in others], _WORDS)
    if rng.random() < 0.2:
        status = rng.choice(STATUSES)
    if rng.random() < 0.25:
        headers = _other_headers(rng, headers)
    return status, headers, body, False


def _unreadable(rng: random.Random, body: bytes) -> bytes:
    return rng.choice(
        (
            *(b"", _PAGE, b"\xff\xfe\x00", b"OK", body[: len(body) // 2], body[:-1], b"{" + body),
            *(body.replace(b'"', b"'"), rng.randbytes(40), b"[" * 100_000, body[1:]),
            *(b"{}", b"null"),
        )
    )


def _says_something(body: bytes) -> bool:
    """Whether any JSON can be had from ``body``, in whatever encoding, that isn't nothing itself.
    An empty list is something: a platform says by it that there are no posts."""
    try:
        return json.loads(body) not in ({}, None)
    except (ValueError, RecursionError):
        return False


def _plain(headers: Pairs) -> Pairs:
    """Without the lengths, which would be another's."""
    return tuple(pair for pair in headers if pair[0].lower() != "content-length")


def _in_json(rng: random.Random, body: bytes) -> bytes:
    try:
        tree = trees.changed(rng, json.loads(body), _ODD)
    except (ValueError, RecursionError):
        return mutated(rng, body, [body], _WORDS)
    encoding = "utf-16" if rng.random() < 0.02 else "utf-8"
    return json.dumps(tree, ensure_ascii=rng.random() < 0.7).encode(encoding, "surrogatepass")


def _other_headers(rng: random.Random, headers: Pairs) -> Pairs:
    kept = [pair for pair in _plain(headers) if rng.random() > 0.1]
    name = rng.choice(list(_HEADERS))
    kept.append((name, rng.choice(_HEADERS[name])))
    return tuple(
        (name, rng.choice((*_NUMBERS, *_TIMES)) if rng.random() < 0.15 else value)
        for name, value in kept
    )
