"""The licence of a medium, written one way however it was typed.

What is known becomes its SPDX identifier (https://spdx.org/licenses/), or one of our own words;
any other text stays as it is.
"""

from __future__ import annotations

import re
import unicodedata

OWN = "own-work"
BOUGHT = "bought"
PERMITTED = "by-permission"
"""Our own words for what has no licence of a name."""

_OWN_WORDS = {
    OWN: ("own work", "own", "tự làm", "của đơn vị", "tự chụp", "tác phẩm của đơn vị"),
    BOUGHT: ("bought", "purchased", "mua", "đã mua", "mua bản quyền", "royalty free"),
    PERMITTED: ("by permission", "permission", "được phép", "được cho phép", "xin phép"),
}
_PUBLIC = {
    "CC0-1.0": ("cc0", "cc zero", "cc 0", "creative commons zero"),
    "CC-PDM-1.0": ("public domain", "pdm", "pd", "phạm vi công cộng", "thuộc về công chúng"),
}
_ADDRESS = re.compile(r"creativecommons\.org/licenses/([a-z-]+)/(\d\.\d)")
_ZERO = re.compile(r"creativecommons\.org/publicdomain/(zero|mark)\b")
_SHORT = re.compile(r"cc ((?:by|nc|sa|nd)(?: (?:nc|sa|nd))*)(?: v?(\d\.\d))?(?: international)?")
_LONG = {
    "creative commons": "cc",
    "attribution": "by",
    "noncommercial": "nc",
    "sharealike": "sa",
    "noderivatives": "nd",
}
_VERSIONS = ("1.0", "2.0", "2.5", "3.0", "4.0")


def normalised(text: str) -> str:
    """``text`` as the library writes it: ``CC-BY-SA-4.0``, ``own-work``, else as it was typed."""
    typed = " ".join(unicodedata.normalize("NFC", text).split())
    small = typed.casefold()
    if match := _ZERO.search(small):
        return "CC0-1.0" if match[1] == "zero" else "CC-PDM-1.0"
    plain = _plain(small)
    for known, ways in {**_OWN_WORDS, **_PUBLIC}.items():
        if plain in map(_plain, (known.casefold(), *ways)):
            return known
    match = _ADDRESS.search(small) or _SHORT.fullmatch(plain)
    return (_creative_commons(match) if match else None) or typed


def asks_for_credit(licence: str) -> bool:
    """Whether whoever shows it must say who made it."""
    return licence.startswith("CC-BY")


def _creative_commons(match: re.Match[str]) -> str | None:
    """The identifier of what was named; ``None`` where there is no such licence."""
    terms, version = set(re.split(r"[ -]", match[1])), match[2] or "4.0"
    if "by" not in terms or {"nd", "sa"} <= terms or version not in _VERSIONS:
        return None
    return "-".join(
        ("CC", *(one.upper() for one in ("by", "nc", "nd", "sa") if one in terms), version)
    )


def _plain(small: str) -> str:
    """With single spaces for the signs that stand between words, and short words for long ones."""
    words = " ".join(re.sub(r"[-_,/()]", " ", small).split())
    for long, short in _LONG.items():
        words = words.replace(long, short)
    return words
