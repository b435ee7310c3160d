"""The faults that the code may tell: each with its code, what is wrong and what to do instead.

Found where a fault is made: by its own class, by what takes its parts, or in a table of them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from publisher.reference.said import FUNCTIONS, Module, home_of, name_of

_CODE = re.compile(r"[a-z][a-z0-9_]*")
_PARTS = ("code", "what", "instead")


@dataclass(frozen=True, slots=True)
class Told:
    """A fault as it may be told: its stable ``code``, what is wrong, what to do ``instead``. Where
    it is put together of several texts, all of them."""

    code: str
    is_warning: bool
    what: tuple[str, ...]
    instead: tuple[str, ...]


def faults(module: Module) -> list[Told]:
    """Every fault that ``module`` may tell, in its order."""
    found = [told for node in module.nodes for told in _faults(module, node)]
    return list(dict.fromkeys(found))


def _faults(module: Module, node: ast.AST) -> Iterator[Told]:
    match node:
        case ast.Call():
            yield from _made(module, node)
        case ast.Tuple(elts=[ast.Constant(value=str(code)), what, instead]):
            yield from _told(module, code, what, instead)
        case ast.Dict():
            for key, value in zip(node.keys, node.values, strict=True):
                match key, value:
                    case ast.Constant(value=str(code)), ast.Tuple(elts=[what, instead]):
                        yield from _told(module, code, what, instead)


def _told(module: Module, code: str, what: ast.expr, instead: ast.expr) -> Iterator[Told]:
    """A fault that stands in a table: code, what is wrong, what to do."""
    wrong = module.said(what)
    if _CODE.fullmatch(code) and wrong:
        yield Told(code, False, wrong, module.said(instead))


def _made(module: Module, call: ast.Call) -> Iterator[Told]:
    """A fault that is made on the spot, by ``Fault`` itself or by what takes its parts."""
    home, callee = home_of(module, name_of(call.func))
    names = _parameters(callee)
    if name_of(call.func) == "fault" and not names:
        names = ("key", *_PARTS, "severity")  # Document.fault
    if "code" not in names:
        return
    given = dict(zip(names, call.args, strict=False))
    given |= {one.arg: one.value for one in call.keywords if one.arg}
    code = _constant(module, given.get("code"))
    if code is None or "what" not in given:
        return
    what = module.said(given["what"])
    instead = module.said(given["instead"]) if "instead" in given else ()
    # What the function itself adds to what it is given: "Row 3, column “Mã”:".
    adds = home.said(*callee.body) if isinstance(callee, FUNCTIONS) else ()
    if "instead" in names:
        what = (*adds, *what)
    else:
        instead = adds
    yield Told(code, _warns(call) or _warns(callee), what, instead)


def _constant(module: Module, node: ast.AST | None) -> str | None:
    """The text that ``node`` is, or that the constant holds that it names."""
    if isinstance(node, ast.Name):
        _there, node = home_of(module, node.id)
    value = getattr(node, "value", None)
    return value if isinstance(node, ast.Constant) and isinstance(value, str) else None


def _parameters(callee: ast.AST | None) -> tuple[str, ...]:
    if isinstance(callee, FUNCTIONS):
        names = [one.arg for one in callee.args.args]
        return tuple(name for name in names if name not in ("self", "cls"))
    if isinstance(callee, ast.ClassDef):
        return tuple(
            name_of(node.target) for node in callee.body if isinstance(node, ast.AnnAssign)
        )
    return ()


def _warns(node: ast.AST | None) -> bool:
    return node is not None and any(
        isinstance(inner, ast.Attribute) and inner.attr == "WARNING" for inner in ast.walk(node)
    )
