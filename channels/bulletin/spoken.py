"""Turns a Vietnamese text into words as an announcer reads them aloud. Pure.

Numbers, dates, times, documents' numbers, units, abbreviations and addresses are put into words.
Each rule below is one look at the text; the order matters, since a date is also two numbers. What
no rule knows stays as it is: an announcer sees it, and the office adds it to its abbreviations.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from types import MappingProxyType

from channels.bulletin.numbers import (
    LONGEST,
    cardinal,
    day_of_month,
    digit_by_digit,
    fraction,
    month,
    ordinal,
    roman,
)
from channels.bulletin.written import ABBREVIATIONS, ISSUERS, KINDS, UNITS

_COUNTED = frozenset(
    {
        *("xã", "phường", "huyện", "thôn", "ấp", "hộ", "người", "trường", "đơn", "sở"),
        *("tỉnh", "thành", "tiêu", "chỉ", "cơ", "dịch", "thủ", "hồ", "điểm", "câu"),
        *("mục", "số", "bộ", "ngành", "doanh", "sản"),
    }
)
"""What follows a fraction and not a date: 8/10 xã."""

_NUMBER = r"\d{1,3}(?:\.\d{3})+(?!\d)|\d+"
_UNIT = "|".join(re.escape(unit) for unit in sorted(UNITS, key=len, reverse=True))

Rule = tuple[re.Pattern[str], Callable[[re.Match[str]], str]]


def spoken(text: str, abbreviations: Mapping[str, str] = MappingProxyType({})) -> str:
    """``text`` in words; ``abbreviations`` of the office's own go before those known here."""
    text = unicodedata.normalize("NFC", text)
    for pattern, say in _RULES:
        text = pattern.sub(say, text)
    text = _abbreviated({**ABBREVIATIONS, **abbreviations}, text)
    for pattern, say in _PLAIN_NUMBERS:
        text = pattern.sub(say, text)
    lines = (re.sub(r"[ \t]+", " ", line).strip() for line in text.splitlines())
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def syllables(text: str) -> int:
    """How many syllables a text has that is written in words: Vietnamese parts them by spaces."""
    return sum(1 for word in text.split() if any(sign.isalnum() for sign in word))


def reading_s(text: str, a_minute: float) -> float:
    """How many seconds it takes to read ``text`` (as ``spoken`` gives it) aloud, at ``a_minute``
    syllables a minute."""
    return syllables(text) / a_minute * 60


# -- the rules ------------------------------------------------------------------------------------


def _said(digits: str) -> str:
    """A number, with dots between its thousands or none; Python reads none of 5,000 digits."""
    digits = digits.replace(".", "")
    return digit_by_digit(digits) if len(digits) > LONGEST else cardinal(int(digits))


def _number(match: re.Match[str]) -> str:
    whole, behind = match["whole"], match["fraction"]
    return f"{_said(whole)} phẩy {fraction(behind)}" if behind else _said(whole)


def _version(match: re.Match[str]) -> str:
    """4.0: a dot before one or two digits parts no thousands."""
    return f"{_said(match['whole'])} chấm {_said(match['fraction'])}"


def _address(match: re.Match[str]) -> str:
    host = match["host"].removeprefix("www.").rstrip(".")
    return "trang " + host.replace(".", " chấm ").replace("-", " gạch ngang ")


def _mail(match: re.Match[str]) -> str:
    name, host = match["name"], match["host"]
    return f"{name.replace('.', ' chấm ')} a còng {host.replace('.', ' chấm ')}"


def _date(match: re.Match[str]) -> str:
    day, number, year = int(match["day"]), int(match["month"]), match["year"]
    if not (1 <= day <= 31 and 1 <= number <= 12):
        return match[0]
    before = match["before"] or ""
    named = before or ("ngày " if year else "")
    said = f"{named}{day_of_month(day)} tháng {month(number)}"
    return f"{said} năm {cardinal(int(year))}" if year else said


def _short_date(match: re.Match[str]) -> str:
    day, number = int(match["day"]), int(match["month"])
    if not (1 <= day <= 31 and 1 <= number <= 12):
        return f"{cardinal(day)} trên {cardinal(number)}"
    if match["after"] in _COUNTED:
        return f"{cardinal(day)} trên {cardinal(number)}"
    return f"{day_of_month(day)} tháng {month(number)}"


def _month_and_year(match: re.Match[str]) -> str:
    named = match["before"] or "tháng "
    return f"{named}{month(int(match['month']))} năm {cardinal(int(match['year']))}"


def _day_word(match: re.Match[str]) -> str:
    return f"{match['before']}{day_of_month(int(match['day']))}{match['after'] or ''}"


def _month_word(match: re.Match[str]) -> str:
    return f"{match['before']}{month(int(match['month']))}"


def _time(match: re.Match[str]) -> str:
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if hour > 24 or minute > 59:
        return match[0]
    said = f"{cardinal(hour)} giờ"
    return f"{said} {cardinal(minute)} phút" if minute else said


def _document(match: re.Match[str]) -> str:
    """57-NQ/TW, 71/NQ-CP, 13/2023/NĐ-CP: which number, of which year, whose."""
    said = cardinal(int(match["number"]))
    if match["year"]:
        said += f" năm {cardinal(int(match['year']))}"
    kind = KINDS[match["kind"]]
    before = match["before"] or ""
    issuers = [ISSUERS[one] for one in re.findall(r"[^-/\s]+", match["issuer"] or "")]
    whose = f" của {', '.join(issuers)}" if issuers else ""
    # "Nghị quyết số 57-NQ/TW" says already what it is.
    named = "" if kind.casefold() in before.casefold() else f"{kind} số "
    return f"{before}{named}{said}{whose}"


def _span(match: re.Match[str]) -> str:
    return f"{_said(match['from'])} đến {_said(match['to'])}"


def _fraction(match: re.Match[str]) -> str:
    return f"{_said(match['from'])} trên {_said(match['to'])}"


def _with_unit(match: re.Match[str]) -> str:
    return f"{_number(match)} {UNITS[match['unit']]}"


def _called(match: re.Match[str]) -> str:
    return f"{match['before']}{digit_by_digit(match['digits'])}"


def _ordinal(match: re.Match[str]) -> str:
    return f"{match['before']}{ordinal(int(match['number']))}"


def _roman_numeral(match: re.Match[str]) -> str:
    number = roman(match["numeral"])
    if number is None:
        return match[0]
    said = ordinal(number) if match["before"].casefold().endswith("thứ ") else cardinal(number)
    year = f" năm {cardinal(int(match['year']))}" if match["year"] else ""
    return f"{match['before']}{said}{year}"


def _rule(pattern: str, say: Callable[[re.Match[str]], str], flags: int = 0) -> Rule:
    return re.compile(pattern, flags), say


_I = re.IGNORECASE
_RULES: tuple[Rule, ...] = (
    _rule(r"[\U0001F000-\U0001FAFF\u2600-\u27BF\uFE0F\u200D]+", lambda _match: " "),
    _rule(r"(?:https?://|(?=www\.))(?P<host>[\w.-]+\w)(?:[/?#:]\S*[\w/])?", _address),
    _rule(r"\b(?P<name>[\w.+-]+)@(?P<host>[\w-]+(?:\.[\w-]+)+)", _mail),
    _rule(r"#(?=\w)", lambda _match: ""),
    _rule(
        r"(?P<before>\b(?:nghị quyết|nghị định|quyết định|chỉ thị|thông tư|kế hoạch|kết luận"
        r"|thông báo|chương trình|công điện|báo cáo)(?:\s+số:?)?\s+)?\b(?P<number>\d{1,5})"
        rf"(?:/(?P<year>(?:19|20)\d\d))?[-–/](?P<kind>{'|'.join(KINDS)})"
        rf"(?P<issuer>(?:[-–/](?:{'|'.join(ISSUERS)}))*)(?![\w/])",
        _document,
        _I,
    ),
    _rule(
        r"(?P<before>\b(?:ngày|hôm|sáng|trưa|chiều|tối|đêm|mùng)\s+)?"
        r"\b(?P<day>\d{1,2})[/.-](?P<month>\d{1,2})[/.-](?P<year>(?:19|20)\d\d)\b",
        _date,
        _I,
    ),
    _rule(
        r"(?P<before>\btháng\s+)?\b(?P<month>0?[1-9]|1[0-2])[/-](?P<year>(?:19|20)\d\d)\b",
        _month_and_year,
        _I,
    ),
    _rule(
        r"\b(?P<day>\d{1,2})/(?P<month>\d{1,2})\b(?!/)(?=(?:\s+(?P<after>\w+))?)",
        _short_date,
    ),
    _rule(
        r"(?P<before>\bngày\s+)(?P<day>0?[1-9]|[12]\d|3[01])(?P<after>\s+(?=tháng\b))?(?![\d.,]*\d)",
        _day_word,
        _I,
    ),
    _rule(r"(?P<before>\btháng\s+)(?P<month>0?[1-9]|1[0-2])(?![\d.,]*\d)", _month_word, _I),
    _rule(
        r"\b(?P<hour>\d{1,2})\s?(?:h|giờ|g)(?:\s?(?P<minute>\d{2})(?:\s?(?:phút|ph|p)\b)?)?(?!\w)",
        _time,
    ),
    _rule(r"\b(?P<hour>\d{1,2}):(?P<minute>\d{2})\b(?!:)", _time),
    _rule(
        r"(?P<before>\b(?:tổng đài|đường dây nóng|điện thoại|số máy|hotline|gọi)\s*:?\s+(?:số\s+)?)"
        r"(?P<digits>\d[\d. -]*\d)",
        _called,
        _I,
    ),
    # Of 25.000.000.000 nothing is a telephone number, though its groups of noughts look like one.
    _rule(r"(?P<before>)(?<!\d[.,])\b(?P<digits>0\d{2,3}[. -]?\d{3,4}[. -]?\d{3,4})\b", _called),
    _rule(rf"\b(?P<from>{_NUMBER})\s?[–-]\s?(?P<to>{_NUMBER})(?!\w)", _span),
    _rule(
        r"(?P<before>\b(?i:quý|kỳ|khóa|khoá|đại hội|lần thứ|thế kỷ|chương|phần)\s+)"
        r"(?P<numeral>[IVXL]+)\b(?:/(?P<year>(?:19|20)\d\d)\b)?",
        _roman_numeral,
    ),
    _rule(r"(?P<before>\bthứ\s+)(?P<number>\d{1,2})\b", _ordinal, _I),
    _rule(rf"\b(?P<whole>{_NUMBER})(?:,(?P<fraction>\d+))?\s?(?P<unit>{_UNIT})(?!\w)", _with_unit),
)

_PLAIN_NUMBERS: tuple[Rule, ...] = (
    _rule(rf"\b(?P<from>{_NUMBER})/(?P<to>{_NUMBER})(?![\w/])", _fraction),
    _rule(r"\b(?P<whole>\d+)\.(?P<fraction>\d{1,2})(?![\w.])", _version),
    _rule(r"(?<![\w,.])-(?=\d)", lambda _match: "âm "),
    _rule(rf"\b(?P<whole>{_NUMBER})(?:,(?P<fraction>\d+))?(?![\w])", _number),
    _rule(r"\s&\s", lambda _match: " và "),
)


def _abbreviated(known: Mapping[str, str], text: str) -> str:
    longest_first = sorted(known, key=len, reverse=True)
    pattern = "|".join(re.escape(short) for short in longest_first)
    return re.sub(
        rf"(?<![\w&])(?:{pattern})(?![\w&])",
        lambda match: known[match[0]] + (" " if match[0].endswith(".") else ""),
        text,
    )
