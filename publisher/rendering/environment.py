"""The Jinja2 by which officers' texts are filled in, a language each.

What a text goes through is accounted for, so that it can't run without end (``bounds``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any, ClassVar

from publisher.rendering.bounds import WATCHING, account, size_of, text_of
from publisher.rendering.filters import FILTERS
from publisher.rendering.sandbox import Sandbox

LOOP_PARTS = frozenset({"index", "index0", "first", "last", "length"})
_DATE_PARTS = frozenset({"year", "month", "day"})
_TIME_PARTS = frozenset({"hour", "minute"})


@lru_cache(maxsize=8)
def environment(language: str) -> Sandbox:
    """What fills in texts whose dates and numbers are written as in ``language``."""
    made = _Bounded(autoescape=False, optimized=False, finalize=_shown)
    for name, work in FILTERS.items():
        made.filters[name] = partial(_filtered, work, language)
    made.filters |= WATCHING
    return made


class _Bounded(Sandbox):
    """Offers parts of texts and of dates as well, and counts what is gone through."""

    intercepted_binops = frozenset({"+", "-"})
    loop_parts: ClassVar[frozenset[str]] = LOOP_PARTS

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        account(size_of(left) + size_of(right))
        return super().call_binop(context, operator, left, right)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, (str, list, tuple)):
            if isinstance(argument, slice):
                return obj[argument]
            if isinstance(argument, int) and -len(obj) <= argument < len(obj):
                return obj[argument]
        return self.reach(obj, argument)

    def reach(self, obj: Any, name: Any) -> Any:
        account(0)
        parts = _DATE_PARTS | (_TIME_PARTS if isinstance(obj, datetime) else frozenset())
        if isinstance(obj, date) and name in parts:
            return getattr(obj, name)
        return super().reach(obj, name)


def _shown(value: Any) -> Any:
    """What a text shows of ``value``: the engine makes words of it."""
    return text_of(value) if isinstance(value, (Mapping, list, tuple)) else value


def _filtered(work: Callable[..., Any], language: str, value: Any, *more: Any) -> Any:
    account(size_of(value))
    return work(value, language, *more)
