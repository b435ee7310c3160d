"""Officers' templates: Jinja2 with most of Jinja2 taken out.

What an officer writes is data, so the syntax itself is an allow-list: variables, a few filters,
conditions and one level of loop. No call, no assignment, no macro, no import: there is nothing to
escape through and nothing that can grow without bound. Every name is checked before anything runs,
in branches that are not taken as well. How long it may run is bounded by what it is made of: signs
between braces, how deep they nest, how often a loop turns, how many letters are gone through.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from functools import lru_cache, partial
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import StrictUndefined, TemplateSyntaxError, Undefined, UndefinedError, nodes
from jinja2.exceptions import SecurityError, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from publisher.rendering.bounds import (
    MAX_OUTPUT,
    WATCHING,
    TooMuchError,
    Watcher,
    account,
    bounded,
    size_of,
    text_of,
)

MAX_SOURCE = 64 * 1024
MAX_TOKENS = 3000
"""So many words and signs may stand between braces."""

MAX_DEPTH = 40
MAX_DIGITS = 18

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
_LONGEST_DETAIL = 100
_TESTS = frozenset({"defined", "none", "number", "string", "even", "odd", "in", "sameas"})
_LOOP = frozenset({"index", "index0", "first", "last", "length"})
_DATE_PARTS = frozenset({"year", "month", "day"})
_TIME_PARTS = frozenset({"hour", "minute"})


class _Environment(ImmutableSandboxedEnvironment):
    """Values are plain data: only keys of our own mappings and parts of dates can be reached."""

    intercepted_binops = frozenset({"+", "-"})

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        account(size_of(left) + size_of(right))
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
        account(0)
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
        with bounded():
            for chunk in _compiled(source, language)(**variables):
                chunks.append(chunk)
                size += len(chunk)
                if size > MAX_OUTPUT:
                    raise TooMuchError
    except TooMuchError:
        raise RenderError("too_long", str(MAX_OUTPUT), 1) from None
    except (RecursionError, SyntaxError, MemoryError):
        # Python's own limits, met while what Jinja2 wrote is compiled or run.
        raise RenderError("syntax", "nested too deeply", 1) from None
    except UndefinedError as error:
        raise RenderError("undefined", str(error), 1, known=tuple(known)) from None
    except (SecurityError, TemplateError) as error:
        raise RenderError("forbidden", str(error), 1) from None
    except (TypeError, ValueError, ArithmeticError) as error:
        raise RenderError("value", str(error)[:_LONGEST_DETAIL], 1) from None
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
        _few_tokens(source)
        faulty = _faulty(_environment("vi").parse(source), dict(offered), frozenset(), loops=0)
        return tuple(sorted(faulty, key=lambda error: error.line))
    except RenderError as error:
        return (error,)
    except TemplateSyntaxError as error:
        code = "filter" if "No filter named" in str(error) else "syntax"
        return (RenderError(code, error.message or "", error.lineno),)
    except (RecursionError, ValueError):
        # ValueError: a number of thousands of digits.
        return (RenderError("syntax", "nested too deeply", 1),)


def _few_tokens(source: str) -> None:
    """Raise ``RenderError`` where there is more between braces than any text needs."""
    tokens = (
        line
        for line, kind, _text in _environment("vi").lex(source)
        if kind not in ("data", "whitespace")
    )
    for number, line in enumerate(tokens):
        if number >= MAX_TOKENS:
            raise RenderError("too_long", str(MAX_TOKENS), line)


def _faulty(
    node: nodes.Node, known: Known, own: frozenset[str], loops: int, depth: int = 0
) -> Iterator[RenderError]:
    if depth > MAX_DEPTH:
        yield RenderError("syntax", "nested too deeply", node.lineno)
        return
    if not isinstance(node, _SYNTAX):
        yield RenderError("forbidden", type(node).__name__.lower(), node.lineno)
        return
    if isinstance(node, nodes.For):
        if loops or node.recursive or not isinstance(node.target, nodes.Name):
            yield RenderError("forbidden", "for", node.lineno)
            return
        yield from _faulty(node.iter, known, own, loops, depth + 1)
        inside = own | {node.target.name, "loop"}
        for child in (*node.body, *node.else_):
            yield from _faulty(child, known, inside, loops + 1, depth + 1)
        return
    if isinstance(node, (nodes.Getattr, nodes.Getitem)) and _is_loop(node.node, own):
        # The loop itself is an object of the engine's: only its parts are of use.
        part = node.attr if isinstance(node, nodes.Getattr) else ""
        if part not in _LOOP:
            yield RenderError("forbidden", "loop", node.lineno)
        return
    if _is_loop(node, own):
        yield RenderError("forbidden", "loop", node.lineno)
        return
    if isinstance(node, nodes.Const) and _is_long(node.value):
        yield RenderError("too_long", "1", node.lineno)
    if isinstance(node, nodes.Name) and node.name not in known and node.name not in own:
        yield RenderError("undefined", node.name, node.lineno, known=tuple(known))
        return
    if isinstance(node, nodes.Filter) and node.name not in FILTERS:
        yield RenderError("filter", node.name, node.lineno, known=tuple(FILTERS))
    if isinstance(node, nodes.Test) and node.name not in _TESTS:
        yield RenderError("forbidden", node.name, node.lineno)
    yield from _unknown_part(node, known, own)
    for child in node.iter_child_nodes():
        yield from _faulty(child, known, own, loops, depth + 1)


def _is_loop(node: nodes.Node, own: frozenset[str]) -> bool:
    return isinstance(node, nodes.Name) and node.name == "loop" and "loop" in own


def _is_long(value: Any) -> bool:
    return isinstance(value, (int, float)) and abs(value) >= 10**MAX_DIGITS


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
    items = [text_of(item) for item in value]
    account(sum(map(len, items)) + len(text_of(by)) * len(items))
    return text_of(by).join(items)


def _shown(value: Any) -> Any:
    """What a text shows of ``value``: the engine makes words of it."""
    return text_of(value) if isinstance(value, (Mapping, list, tuple)) else value


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


@lru_cache(maxsize=8)
def _environment(language: str) -> _Environment:
    environment = _Environment(
        undefined=StrictUndefined, autoescape=False, optimized=False, finalize=_shown
    )
    environment.globals.clear()
    environment.filters.clear()
    for name, work in FILTERS.items():
        environment.filters[name] = partial(_filtered, work, language)
    environment.filters |= WATCHING
    return environment


def _filtered(work: Callable[..., Any], language: str, value: Any, *more: Any) -> Any:
    account(size_of(value))
    return work(value, language, *more)


@lru_cache(maxsize=2048)
def _compiled(source: str, language: str) -> Callable[..., Iterator[str]]:
    tree = Watcher().visit(_environment(language).parse(source))
    return _environment(language).from_string(tree).generate
