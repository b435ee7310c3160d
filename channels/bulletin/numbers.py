"""Says numbers as a Vietnamese announcer does. Pure.

No library did: num2words 0.5 says "hai nghìn lẻ hai mươi bảy" for 2027, where an announcer says
"hai nghìn không trăm hai mươi bảy".
"""

from __future__ import annotations

DIGITS = ("không", "một", "hai", "ba", "bốn", "năm", "sáu", "bảy", "tám", "chín")
_GROUPS = ("", "nghìn", "triệu", "tỷ")
_MONTHS = (
    *("một", "hai", "ba", "tư", "năm", "sáu"),
    *("bảy", "tám", "chín", "mười", "mười một", "mười hai"),
)
_ROMAN = {"I": 1, "V": 5, "X": 10, "L": 50}
LONGEST = 15
"""Digits: up to a million billions; what is longer is said digit by digit."""


def cardinal(number: int) -> str:
    """2027 as "hai nghìn không trăm hai mươi bảy"; not negative."""
    if number < 10:
        return DIGITS[number]
    if len(str(number)) > LONGEST:
        return digit_by_digit(str(number))
    if number >= 10**9:
        # Above a billion the same groups are said again: a thousand billions, a million billions.
        billions, rest = divmod(number, 10**9)
        return f"{cardinal(billions)} tỷ{_rest_of(rest, 3)}"
    return _below_a_billion(number)


def digit_by_digit(digits: str) -> str:
    """A telephone number or a code: "1022" as "một không hai hai"."""
    return " ".join(DIGITS[int(digit)] for digit in digits if digit.isdigit())


def fraction(digits: str) -> str:
    """What is behind the comma: of 3,05 "không năm", of 3,5 "năm", of 3,25 "hai mươi lăm"."""
    short = len(digits) <= 2 and not digits.startswith("0")
    return cardinal(int(digits)) if short else digit_by_digit(digits)


def ordinal(number: int) -> str:
    """What follows "thứ": nhất, hai, ba, tư, năm …"""
    return {1: "nhất", 4: "tư"}.get(number, cardinal(number))


def day_of_month(day: int) -> str:
    """ "mùng năm", "mười", "hai mươi mốt"."""
    return f"mùng {cardinal(day)}" if day < 10 else cardinal(day)


def month(number: int) -> str:
    """The fourth is "tư"."""
    return _MONTHS[number - 1]


def roman(numeral: str) -> int | None:
    """XIV as 14; ``None`` where it is no Roman numeral as people write it."""
    values = [_ROMAN.get(sign, 0) for sign in numeral]
    if not values or 0 in values:
        return None
    total = 0
    for value, following in zip(values, [*values[1:], 0], strict=True):
        total += -value if value < following else value
    return total if _as_roman(total) == numeral else None


def _as_roman(number: int) -> str:
    steps = (
        *((50, "L"), (40, "XL"), (10, "X"), (9, "IX")),
        *((5, "V"), (4, "IV"), (1, "I")),
    )
    written = ""
    for value, signs in steps:
        count, number = divmod(number, value)
        written += signs * count
    return written


def _below_a_billion(number: int) -> str:
    groups = [(number // 1000**place % 1000, place) for place in (2, 1, 0)]
    first = next(at for at, (group, _) in enumerate(groups) if group)
    said = []
    for at, (group, place) in enumerate(groups[first:]):
        if group:
            said.append(_group(group, whole=at > 0))
            said.append(_GROUPS[place])
    return " ".join(filter(None, said))


def _rest_of(rest: int, groups: int) -> str:
    """What follows a larger group: its own groups said whole, the empty ones left out."""
    said = []
    for place in range(groups - 1, -1, -1):
        group = rest // 1000**place % 1000
        if group:
            said += [_group(group, whole=True), _GROUPS[place]]
    return "".join(f" {one}" for one in said if one)


def _group(number: int, *, whole: bool) -> str:
    """Up to 999; ``whole`` where something stands before it: "không trăm linh năm"."""
    hundreds, rest = divmod(number, 100)
    said = [f"{DIGITS[hundreds]} trăm"] if hundreds or whole else []
    if rest:
        said.append(_tens(rest, behind=bool(said)))
    return " ".join(said)


def _tens(number: int, *, behind: bool) -> str:
    tens, ones = divmod(number, 10)
    if tens == 0:
        return f"linh {DIGITS[ones]}" if behind else DIGITS[ones]
    head = "mười" if tens == 1 else f"{DIGITS[tens]} mươi"
    if ones == 0:
        return head
    if ones == 5:
        return f"{head} lăm"
    if tens > 1 and ones == 1:
        return f"{head} mốt"
    return f"{head} {DIGITS[ones]}"
