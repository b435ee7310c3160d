"""Links of our own, which say where a reader came from.

By UTM tags; they may be short ones that count how often they are followed. No cookies, no personal
data.

``render`` puts every link of a post through ``tagged``, then through a ``Shortener`` where the
office has a short address (``[links] short``). Links elsewhere stay as they are: behind an address
of the government's a reader finds a page of the government's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from urllib.parse import parse_qsl, quote_plus, urlsplit, urlunsplit

CODE_LETTERS = "23456789bghjnprtwx"
"""What codes are written with: no two that look alike, no vowels, and none of the consonants that
Vietnamese abuse is abbreviated with (c, d, k, l, m, v); so no code spells a word."""

CODE_LENGTH = 9
"""18 to the power of 9 codes: of a million links, two or three pairs meet (``Shortener.taken``)."""

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Source:
    """Where a reader comes from: which channel, which campaign's edition, which post."""

    channel: str
    campaign: str
    post: str


def tagged(url: str, source: Source, hosts: Collection[str]) -> str:
    """``url`` with its UTM tags where its host is one of ours (``hosts``), else as it is.

    A tag that the address has already is left alone, so tagging twice changes nothing.
    """
    if not is_ours(url, hosts):
        return url
    parts = urlsplit(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    present = {name for name, _value in query}
    wanted = {
        "utm_source": source.channel,
        "utm_medium": "social",
        "utm_campaign": source.campaign,
        "utm_content": source.post,
    }
    missing = [(name, value) for name, value in wanted.items() if name not in present]
    if not missing:
        return url
    more = "&".join(f"{name}={_quoted(value)}" for name, value in missing)
    return urlunsplit(parts._replace(query=f"{parts.query}&{more}" if parts.query else more))


@lru_cache(maxsize=4096)
def _quoted(value: str) -> str:
    return quote_plus(value)


def is_ours(url: str, hosts: Collection[str]) -> bool:
    """Whether ``url`` leads to the web site of one of ``hosts``."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and parts.hostname in hosts


class Shortener:
    """Makes the short addresses of one delivery, below ``base``; ``links`` is what they lead to.

    A code is a hash of ``key`` (what names the delivery) and of the address that it leads to: the
    same post has the same links however often it is rendered, so that what was approved stays what
    is sent, and each channel counts for itself. ``taken`` are codes that lead somewhere already,
    each with that address: for any other the next longer code is used.
    """

    def __init__(
        self, base: str, key: str, taken: Mapping[str, str] = _NONE, length: int = CODE_LENGTH
    ) -> None:
        self._base = base.rstrip("/")
        self._key = key
        self._taken = taken
        self._length = length
        self._codes: dict[str, str] = {}

    @property
    def links(self) -> tuple[tuple[str, str], ...]:
        """The codes given so far, each with the address it leads to."""
        return tuple((code, target) for target, code in self._codes.items())

    def is_short(self, url: str) -> bool:
        """Whether ``url`` is a short address itself: one that leads to another counts twice."""
        return url.startswith(f"{self._base}/")

    def short(self, target: str) -> str:
        """The short address of ``target``."""
        if target not in self._codes:
            self._codes[target] = self._code(target)
        return f"{self._base}/{self._codes[target]}"

    def _code(self, target: str) -> str:
        letters = _letters(hashlib.sha256(f"{self._key}\n{target}".encode()).digest())
        own = set(self._codes.values())
        for length in range(self._length, len(letters) + 1):
            code = letters[:length]
            if code not in own and self._taken.get(code, target) == target:
                return code
        raise ValueError(f"no code is left for {target}")


def _letters(digest: bytes) -> str:
    """``digest`` written with ``CODE_LETTERS``, all of it."""
    number = int.from_bytes(digest)
    letters = []
    while number:
        number, place = divmod(number, len(CODE_LETTERS))
        letters.append(CODE_LETTERS[place])
    return "".join(letters)
