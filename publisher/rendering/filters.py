"""The filters that officers' texts may use.

What they go through is accounted for (``bounds``): a text may grow no further than that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import Undefined

from publisher.rendering.bounds import account, text_of


def _as_date(value: Any) -> date:
    if not isinstance(value, date):
        raise TypeError("not a date")
    return value


def _date(value: Any, _language: str) -> str:
    return _as_date(value).strftime("%d/%m/%Y")


def _long_date(value: Any, language: str) -> str:
    day = _as_date(value)
    if language == "vi":
        weekday = format_date(day, "EEEE", locale="vi")
        return f"{weekday}, ngày {day.day} tháng {day.month} năm {day.year}"
    return format_date(day, "EEEE, d MMMM y", locale="en")


def _time(value: Any, _language: str) -> str:
    if not isinstance(value, datetime):
        raise TypeError("not a time")
    return value.strftime("%H:%M")


def _number(value: Any, language: str) -> str:
    if not isinstance(value, (int, float)):
        raise TypeError("not a number")
    return str(format_decimal(value, locale=language))


def _join(value: Any, _language: str, by: str = ", ") -> str:
    items = [text_of(item) for item in value]
    account(sum(map(len, items)) + len(text_of(by)) * len(items))
    return text_of(by).join(items)


def _upper(value: Any, _language: str) -> str:
    return text_of(value).upper()


def _lower(value: Any, _language: str) -> str:
    return text_of(value).lower()


def _trim(value: Any, _language: str) -> str:
    return text_of(value).strip()


def _default(value: Any, _language: str, instead: Any = "") -> Any:
    return instead if isinstance(value, Undefined) or value in ("", None) else value


FILTERS: Mapping[str, Callable[..., Any]] = {
    "date": _date,
    "long_date": _long_date,
    "time": _time,
    "number": _number,
    "join": _join,
    "default": _default,
    "upper": _upper,
    "lower": _lower,
    "trim": _trim,
    "length": lambda value, _language: len(value),
}
