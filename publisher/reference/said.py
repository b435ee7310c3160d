"""Which texts the code says, and what an expression of it comes to when it is said.

Read from the source itself, as babel reads it for the catalogues, so that nothing has to be kept
in step by hand. A text counts where it is marked (``_``, ``ngettext``, ``N_``) or handed to an
error that the catalogue extracts (``publisher.catalogue``). What an expression says is followed
through names, constants and functions, also those of other modules.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property

from publisher.catalogue import ADAPTERS, PROGRAM, REFUSES

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)

_MARKS = frozenset({"_", "N_", "ngettext"})
_ROOM = PROGRAM.parent
_TEXT = frozenset({"str", "tuple", "list", "dict", "Sequence", "Mapping", "Iterator", "Told"})
"""What may stand in the annotation of a function that gives text."""


@dataclass(frozen=True)
class Module:
    """A module's source; ``name`` is its path from the root of the house."""

    name: str
    tree: ast.Module

    @cached_property
    def nodes(self) -> Sequence[ast.AST]:
        """All of it, walked through once."""
        return tuple(ast.walk(self.tree))

    @cached_property
    def above(self) -> Mapping[ast.AST, ast.AST]:
        """What each node stands in."""
        return {inner: outer for outer in self.nodes for inner in ast.iter_child_nodes(outer)}

    @cached_property
    def defined(self) -> Mapping[str, ast.AST]:
        """Functions, methods and classes by their names, constants by theirs."""
        found: dict[str, ast.AST] = {}
        for node in self.nodes:
            if isinstance(node, (*FUNCTIONS, ast.ClassDef)):
                found.setdefault(node.name, node)
        found |= {name: value for node in self.tree.body for name, value in _assigned(node)}
        return found

    @cached_property
    def imported(self) -> Mapping[str, tuple[str, str]]:
        """What a name was imported as: from which module, and its name there."""
        return {
            one.asname or one.name: (node.module, one.name)
            for node in self.nodes
            if isinstance(node, ast.ImportFrom) and node.module
            for one in node.names
        }

    def around(self, node: ast.AST) -> Iterator[ast.AST]:
        """What ``node`` stands in, from the inside out."""
        while node in self.above:
            node = self.above[node]
            yield node

    def texts(self) -> list[str]:
        """Every text of the module, in its order."""
        return list(dict.fromkeys(text for _call, text in self.handed()))

    def said(self, *parts: ast.AST) -> tuple[str, ...]:
        """Every text that ``parts`` may come to."""
        seen: set[tuple[str, str]] = set()
        return tuple(dict.fromkeys(text for part in parts for text in _said(self, part, seen)))

    def handed_to(self, *names: str) -> Iterator[ast.Call]:
        """The calls of functions, methods and classes of these ``names``."""
        for node in self.nodes:
            if isinstance(node, ast.Call) and name_of(node.func) in names:
                yield node

    def handed(self) -> Iterator[tuple[ast.AST, str]]:
        """Each text with the call in which it is marked, or handed to an error."""
        for node in self.nodes:
            if isinstance(node, ast.Call):
                yield from ((node, text) for text in _own(self, node))

    def raised(self) -> Iterator[ast.Raise]:
        return (node for node in self.nodes if isinstance(node, ast.Raise))


@cache
def modules() -> Sequence[Module]:
    """The program's modules and the adapters'; nobody reads what a stand-in says."""
    paths = [*PROGRAM.rglob("*.py"), *ADAPTERS.rglob("*.py")]
    return tuple(
        Module(path.relative_to(_ROOM).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(paths)
        if not {"simulated", "locale"} & set(path.parts)
    )


def name_of(node: ast.AST) -> str:
    """The last part of a dotted name: ``UsageError`` of ``click.UsageError``."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def home_of(module: Module, name: str) -> tuple[Module, ast.AST | None]:
    """Where ``name`` is defined, and as what."""
    if name in module.defined:
        return module, module.defined[name]
    source, there = module.imported.get(name, ("", ""))
    home = _by_import().get(source)
    return (home, home.defined.get(there)) if home is not None else (module, None)


# -- what an expression says ----------------------------------------------------------------------


def _own(module: Module, call: ast.Call) -> Iterator[str]:
    """The text that ``call`` marks; in an adapter also that of an error."""
    name = name_of(call.func)
    refuses = name in REFUSES and module.name.startswith("channels/")
    if call.args and (name in _MARKS or refuses):
        text = getattr(call.args[0], "value", None)
        if isinstance(text, str) and text:
            yield text


def _said(module: Module, node: ast.AST, seen: set[tuple[str, str]]) -> Iterator[str]:
    if isinstance(node, ast.Call):
        yield from _own(module, node)
    if isinstance(node, ast.Name):
        yield from _named(module, node, seen)
        return
    match node:
        case ast.Subscript(value=ast.Call() as call, slice=ast.Constant(value=int(place))):
            yield from _called(module, call.func, seen, place)
            node = ast.Tuple([*call.args, *(one.value for one in call.keywords)])
        case ast.Call():
            yield from _called(module, node.func, seen)
    for inner in ast.iter_child_nodes(node):
        yield from _said(module, inner, seen)


def _named(module: Module, name: ast.Name, seen: set[tuple[str, str]]) -> Iterator[str]:
    """What a variable or a constant holds."""
    scope = next((one for one in module.around(name) if isinstance(one, FUNCTIONS)), None)
    known = (f"{module.name}:{getattr(scope, 'name', '')}", name.id)
    if known in seen or name.id in _MARKS:
        return
    seen.add(known)
    values = [
        value
        for node in (ast.walk(scope) if scope is not None else ())
        for target, value in _assigned(node)
        if target == name.id
    ]
    for value in values:
        yield from _said(module, value, seen)
    if not values:
        home, there = home_of(module, name.id)
        # A table of texts is no message: only who picks one knows which.
        if isinstance(there, ast.Call):
            yield from _own(home, there)


def _called(
    module: Module, callee: ast.AST, seen: set[tuple[str, str]], place: int | None = None
) -> Iterator[str]:
    """What a function gives, where that is text; ``place``: of the tuple that it gives."""
    name = name_of(callee)
    if isinstance(callee, ast.Attribute) and name_of(callee.value) not in ("self", "cls"):
        return
    home, function = home_of(module, name)
    known = (home.name, f"{name}:{'' if place is None else place}")
    if not isinstance(function, FUNCTIONS) or known in seen or not _gives_text(function):
        return
    seen.add(known)
    for node in ast.walk(function):
        if isinstance(node, (ast.Return, ast.Yield)) and node.value is not None:
            given = node.value if place is None else _part(node.value, place)
            yield from _said(home, given, seen)


def _gives_text(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function gives text, by its annotation: not faults, files or readings."""
    if function.returns is None:
        return False
    names = {node.id for node in ast.walk(function.returns) if isinstance(node, ast.Name)}
    return bool(names) and names <= _TEXT


@cache
def _by_import() -> Mapping[str, Module]:
    return {
        module.name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): module
        for module in modules()
    }


def _assigned(node: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    """What ``node`` gives to names, each part of a tuple by its own."""
    targets: list[ast.expr] = []
    if isinstance(node, ast.Assign):
        targets = node.targets
    elif isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.NamedExpr)):
        targets = [node.target]
    value = getattr(node, "value", None)
    if value is None:
        return
    for target in targets:
        if isinstance(target, ast.Tuple):
            for place, part in enumerate(target.elts):
                yield name_of(part), _part(value, place)
        else:
            yield name_of(target), value


def _part(value: ast.expr, place: int) -> ast.AST:
    """What stands at ``place`` of a tuple, or of the tuple that a call gives."""
    if isinstance(value, ast.Tuple):
        return value.elts[place]
    return ast.Subscript(value, ast.Constant(place)) if isinstance(value, ast.Call) else value
