"""Spans of time as people write them in a file.

``90s``, ``30m``, ``2h``, ``1d``, ``1d 12h``.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field
from pydantic_core import PydanticCustomError

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
FORM = r"^\s*(\d+\s*[smhd]\s*)+$"
"""The regular expression of a span of time."""

_FORM = re.compile(FORM)
_PART = re.compile(r"(\d+)\s*([smhd])")


def parse_duration(value: Any) -> Any:
    """The span written in ``value``; raises a pydantic error ``duration`` where it isn't one."""
    if isinstance(value, timedelta):
        return value
    # A bare number has no unit: two hours or two seconds?
    if not isinstance(value, str) or not _FORM.match(value):
        raise PydanticCustomError("duration", "not a duration: {value}", {"value": value})
    span = timedelta()
    try:
        for number, unit in _PART.findall(value):
            span += timedelta(**{_UNITS[unit]: int(number)})
    except OverflowError:
        raise PydanticCustomError("duration", "not a duration: {value}", {"value": value}) from None
    return span


_Written = Annotated[str, Field(pattern=FORM)]
Duration = Annotated[timedelta, BeforeValidator(parse_duration, json_schema_input_type=_Written)]
