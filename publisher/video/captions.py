"""Parts a read-aloud text into captions of two short lines. Pure.

A caption ends where a sentence does, else behind a comma, else before a word that begins a phrase;
never, where it can be helped, within a name or between a number and what it counts.
"""

from __future__ import annotations

import re
import unicodedata

LINES = 2
LINE_LETTERS = 32
"""What a telephone held upright shows of a line in letters that can be read at arm's length."""

_ENDS = re.compile(r"(?<=[.!?…])[\"”’»)\]]*\s+(?=[^\s.!?…])")
_SHORT = re.compile(
    r"(?:^|[\s(“\"])(?:TP|Tp|TX|Tx|P|Q|TS|Ts|ThS|Ths|PGS|GS|BS|KS|CN|NSND|NSƯT|St|Mr|Ms|Mrs|Dr"
    r"|[A-ZĐ])\.[\"”’»)\]]*\s+$"
)
"""Abbreviations whose full stop ends no sentence: TP. Cao Lãnh."""

_LOOK_BACK = 12
_PAUSES = ",;:–—)"
_BEGIN_PHRASES = frozenset(
    {
        *("và", "hoặc", "hay", "nhưng", "rồi", "để", "khi", "nếu", "thì", "mà", "vì", "nên", "do"),
        *("của", "cho", "với", "trong", "ngoài", "tại", "từ", "đến", "ở", "về", "bằng", "theo"),
        *("là", "được", "không", "hãy", "các", "những", "một", "and", "or", "but", "to", "of"),
        *("for", "in", "on", "at", "with", "by", "when", "if", "that", "which", "from"),
    }
)
_UNEVEN, _CUT = 0.35, 120.0
"""What a caption costs that is longer or shorter than the others, by letters squared; and what it
costs to end one in the midst of a sentence."""

_LINE_CUT = 12.0
"""What that costs a line, in letters by which the two lines differ."""


def captions_of(text: str) -> list[tuple[str, ...]]:
    """``text`` as captions in their order, each of one or two lines of ``LINE_LETTERS`` at most."""
    return [
        lines
        for sentence in _sentences(_plain(text))
        for lines in _parted([piece for word in sentence.split() for piece in _pieces(word)])
    ]


def _plain(text: str) -> str:
    """In NFC and on one line, without signs that can't be seen but turn or hide others."""
    text = unicodedata.normalize("NFC", text)
    kept = (" " if unicodedata.category(sign) in ("Cc", "Zl", "Zp") else sign for sign in text)
    seen = (sign for sign in kept if unicodedata.category(sign) not in ("Cf", "Cs", "Co", "Cn"))
    return " ".join("".join(seen).split())


def _sentences(text: str) -> list[str]:
    found, start = [], 0
    for end in _ENDS.finditer(text):
        if not _SHORT.search(text[max(start, end.start() - _LOOK_BACK) : end.end()]):
            found.append(text[start : end.end()].strip())
            start = end.end()
    return [sentence for sentence in (*found, text[start:].strip()) if sentence]


def _pieces(word: str) -> list[str]:
    """A word that is no longer than a line, else parts of it."""
    return [word[at : at + LINE_LETTERS] for at in range(0, len(word), LINE_LETTERS)]


def _parted(words: list[str]) -> list[tuple[str, ...]]:
    """The words of a sentence in captions: the cheapest way to part them, found from the end."""
    ideal = _ideal(words)
    best: list[tuple[float, int]] = [(0.0, 0)] * (len(words) + 1)
    for start in range(len(words) - 1, -1, -1):
        options = []
        for end in range(start + 1, len(words) + 1):
            if _lines(words[start:end]) is None:
                break
            cost = _UNEVEN * (len(" ".join(words[start:end])) - ideal) ** 2
            if end < len(words):
                cost += _CUT * _harm(words[end - 1], words[end])
            options.append((cost + best[end][0], end))
        best[start] = min(options)
    found, start = [], 0
    while start < len(words):
        end = best[start][1]
        found.append(_lines(words[start:end]) or ())
        start = end
    return found


def _ideal(words: list[str]) -> float:
    """How many letters each caption has where all are of a size."""
    letters = len(" ".join(words))
    return letters / max(1, -(-letters // (LINES * LINE_LETTERS - LINE_LETTERS // 4)))


def _lines(words: list[str]) -> tuple[str, ...] | None:
    """``words`` on one line, else on two as even as may be; ``None`` where neither fits."""
    whole = " ".join(words)
    if len(whole) <= LINE_LETTERS:
        return (whole,)
    pairs = ((words[:at], words[at:]) for at in range(1, len(words)))
    fitting = [
        (first, second)
        for first, second in ((" ".join(one), " ".join(other)) for one, other in pairs)
        if max(len(first), len(second)) <= LINE_LETTERS
    ]
    return min(fitting, key=_unevenness) if fitting else None


def _unevenness(lines: tuple[str, str]) -> float:
    first, second = lines
    harm = _harm(first.rpartition(" ")[2], second.partition(" ")[0])
    return abs(len(first) - len(second)) + _LINE_CUT * harm


def _harm(before: str, after: str) -> float:
    """How much it hurts to part two words, from 0 to 1.5."""
    if before[-1] in _PAUSES:
        return 0.0
    if before[-1].isdigit() or (before[0].isupper() and after[0].isupper()):
        return 1.5
    return 0.4 if after.casefold() in _BEGIN_PHRASES else 1.0
