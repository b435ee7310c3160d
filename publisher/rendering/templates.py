"""Officers' templates: Jinja2 with most of Jinja2 taken out.

What an officer writes is data, so the syntax itself is an allow-list: variables, a few filters,
conditions and one level of loop. No call, no assignment, no macro, no import: there is nothing to
escape through and nothing that can grow without bound. Every name is checked before anything runs,
in branches that are not taken as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

MAX_SOURCE = 64 * 1024
MAX_OUTPUT = 100_000
MAX_CONCATENATED = 50  # by "~" in one go

Known = Mapping[str, frozenset[str] | None]
"""The variables a text may use: a name, with its attributes where it has any."""


class RenderError(Exception):
    """A text can't be rendered.

    ``code``: ``undefined`` (``detail`` is the name, ``known`` what there is), ``syntax``,
    ``forbidden`` (``detail`` names what isn't offered), ``filter``, ``too_long``, ``value``.
    ``field`` is the key of the text (``body``, ``title``, ``for.x.text``…), ``line`` counts from 1
    within that text.
    """

    def __init__(
        self, code: str, detail: str, line: int, field: str = "", known: tuple[str, ...] = ()
    ) -> None:
        super().__init__(f"{field}:{line}: {code}: {detail}")
        self.code = code
        self.detail = detail
        self.line = line
        self.field = field
        self.known = known

    def within(self, field: str) -> RenderError:
        """The same error, said of ``field``."""
        return RenderError(self.code, self.detail, self.line, field, self.known)


_SYNTAX: tuple[type[nodes.Node], ...] = (
    nodes.Template,
    nodes.Output,
    nodes.TemplateData,
    nodes.Name,
    nodes.Const,
    nodes.List,
    nodes.Tuple,
    nodes.If,
    nodes.For,
    nodes.CondExpr,
    nodes.Compare,
    nodes.Operand,
    nodes.And,
    nodes.Or,
    nodes.Not,
    nodes.Getattr,
    nodes.Getitem,
    nodes.Slice,
    nodes.Filter,
    nodes.Test,
    nodes.Add,
    nodes.Sub,
    nodes.Neg,
    nodes.Concat,
)
_TESTS = frozenset({"defined", "none", "number", "string", "even", "odd", "in", "sameas"})
_LOOP = frozenset({"index", "index0", "first", "last", "length"})
_DATE_PARTS = frozenset({"year", "month", "day"})
_TIME_PARTS = frozenset({"hour", "minute"})


class _Environment(ImmutableSandboxedEnvironment):
    """Values are plain data: only keys of our own mappings and parts of dates can be reached."""

    intercepted_binops = frozenset({"+"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if isinstance(left, (str, tuple, list)) and isinstance(right, (str, tuple, list)):
            _bounded(len(left) + len(right))
        return super().call_binop(context, operator, left, right)

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self._reach(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, (str, list, tuple)):
            if isinstance(argument, slice):
                return obj[argument]
            if isinstance(argument, int) and -len(obj) <= argument < len(obj):
                return obj[argument]
        return self._reach(obj, argument)

    def _reach(self, obj: Any, name: Any) -> Any:
        if isinstance(obj, Mapping) and name in obj:
            return obj[name]
        parts = _DATE_PARTS | (_TIME_PARTS if isinstance(obj, datetime) else frozenset())
        if isinstance(obj, date) and name in parts:
            return getattr(obj, name)
        if type(obj).__name__ == "LoopContext" and name in _LOOP:
            return getattr(obj, name)
        return self._nothing(name)

    def _nothing(self, name: Any) -> Undefined:
        return self.undefined(name=str(name))


def expand(source: str, variables: Mapping[str, Any], known: Known, language: str) -> str:
    """``source`` with its variables filled in; dates and numbers as ``language`` writes them.

    Raises ``RenderError``, its field left empty.
    """
    check(source, known)
    chunks, size = [], 0
    try:
        for chunk in _compiled(source, language)(**variables):
            chunks.append(chunk)
            size += len(chunk)
            if size > MAX_OUTPUT:
                raise RenderError("too_long", str(MAX_OUTPUT), 1)
    except UndefinedError as error:
        raise RenderError("undefined", str(error), 1, known=tuple(known)) from None
    except (SecurityError, TemplateError) as error:
        raise RenderError("forbidden", str(error), 1) from None
    except (TypeError, ValueError, ArithmeticError) as error:
        raise RenderError("value", str(error), 1) from None
    return "".join(chunks)


def check(source: str, known: Known) -> None:
    """Raise ``RenderError`` for the first thing in ``source`` that isn't offered."""
    for error in mistakes(source, known):
        raise error


def mistakes(source: str, known: Known) -> list[RenderError]:
    """Everything wrong with ``source``, in order of lines, whether or not it would ever run."""
    if len(source) > MAX_SOURCE:
        return [RenderError("too_long", str(MAX_SOURCE), 1)]
    if "{" not in source:
        return []
    # One that is raised takes its traceback along, so each caller gets errors of its own.
    return [error.within("") for error in _looked_through(source, tuple(known.items()))]


@lru_cache(maxsize=2048)
def _looked_through(
    source: str, offered: tuple[tuple[str, frozenset[str] | None], ...]
) -> tuple[RenderError, ...]:
    """Kept, since a text is looked through again for each of its channels and editions."""
    try:
        faulty = _faulty(_parsed(source), dict(offered), frozenset(), loops=0)
        return tuple(sorted(faulty, key=lambda error: error.line))
    except TemplateSyntaxError as error:
        code = "filter" if "No filter named" in str(error) else "syntax"
        return (RenderError(code, error.message or "", error.lineno),)
    except RecursionError:
        return (RenderError("syntax", "nested too deeply", 1),)


def _faulty(
    node: nodes.Node, known: Known, own: frozenset[str], loops: int
) -> Iterator[RenderError]:
    if not isinstance(node, _SYNTAX):
        yield RenderError("forbidden", type(node).__name__.lower(), node.lineno)
        return
    if isinstance(node, nodes.For):
        if loops or node.recursive or not isinstance(node.target, nodes.Name):
            yield RenderError("forbidden", "for", node.lineno)
            return
        yield from _faulty(node.iter, known, own, loops)
        inside = own | {node.target.name, "loop"}
        for child in (*node.body, *node.else_):
            yield from _faulty(child, known, inside, loops + 1)
        return
    if isinstance(node, nodes.Name) and node.name not in known and node.name not in own:
        yield RenderError("undefined", node.name, node.lineno, known=tuple(known))
        return
    if isinstance(node, nodes.Concat) and len(node.nodes) > MAX_CONCATENATED:
        yield RenderError("too_long", "~", node.lineno)
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        yield RenderError("filter", node.name, node.lineno, known=tuple(FILTERS))
    if isinstance(node, nodes.Test) and node.name not in _TESTS:
        yield RenderError("forbidden", node.name, node.lineno)
    yield from _unknown_part(node, known, own)
    for child in node.iter_child_nodes():
        yield from _faulty(child, known, own, loops)


def _unknown_part(node: nodes.Node, known: Known, own: frozenset[str]) -> Iterator[RenderError]:
    if not isinstance(node, nodes.Getattr) or not isinstance(node.node, nodes.Name):
        return
    owner = node.node.name
    parts = known.get(owner)
    if owner in own or owner not in known:
        return
    if parts is None or node.attr not in parts:
        names = tuple(f"{owner}.{part}" for part in sorted(parts or ()))
        yield RenderError("undefined", f"{owner}.{node.attr}", node.lineno, known=names)


# -- filters --------------------------------------------------------------------------------------


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
    items = [str(item) for item in value]
    _bounded(sum(map(len, items)) + len(str(by)) * len(items))
    return str(by).join(items)


def _bounded(size: int) -> None:
    """Before a text of ``size`` characters is made: one joined by itself grows as its square."""
    if size > MAX_OUTPUT:
        raise RenderError("too_long", str(MAX_OUTPUT), 1)


def _default(value: Any, _language: str, instead: Any = "") -> Any:
    return instead if isinstance(value, Undefined) or value in ("", None) else value


FILTERS: Mapping[str, Callable[..., Any]] = {
    "date": _date,
    "long_date": _long_date,
    "time": _time,
    "number": _number,
    "join": _join,
    "default": _default,
    "upper": lambda value, _language: str(value).upper(),
    "lower": lambda value, _language: str(value).lower(),
    "trim": lambda value, _language: str(value).strip(),
    "length": lambda value, _language: len(value),
}


@lru_cache(maxsize=8)
def _environment(language: str) -> _Environment:
    environment = _Environment(undefined=StrictUndefined, autoescape=False, optimized=False)
    environment.globals.clear()
    environment.filters.clear()
    for name, work in FILTERS.items():
        environment.filters[name] = lambda value, *more, work=work: work(value, language, *more)
    return environment


@lru_cache(maxsize=2048)
def _parsed(source: str) -> nodes.Template:
    """The tree of ``source``, only ever read: each channel and edition asks for the same one."""
    return _environment("vi").parse(source)


@lru_cache(maxsize=2048)
def _compiled(source: str, language: str) -> Callable[..., Iterator[str]]:
    return _environment(language).from_string(_parsed(source)).generate
