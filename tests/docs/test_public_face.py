"""What other people's packages may build on is said once, explained, and enough."""

from __future__ import annotations

import ast
import importlib
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

import channels
from tests.docs.pages import ROOT, blocks

PAGE = ROOT / "docs" / "channels" / "writing-one.md"
OWN_CHANNEL = sorted((ROOT / "docs" / "examples" / "own_channel").glob("*.py"))
TYPED = ROOT / "tests" / "typing" / "public_face.py"
PUBLIC = {f"channels.{name}" for name in channels.PUBLIC}


def ours(source: str) -> set[str]:
    """The modules of ``channels`` that ``source`` imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.ImportFrom) and node.module == "channels":
            found |= {f"channels.{one.name}" for one in node.names}
        elif isinstance(node, ast.ImportFrom) and str(node.module).startswith("channels."):
            found.add(str(node.module))
        elif isinstance(node, ast.Import):
            found |= {one.name for one in node.names if one.name.startswith("channels.")}
    return found


def offered(module: ModuleType) -> Iterator[tuple[str, object]]:
    """What ``module`` offers by itself: its classes and functions, and their methods."""
    for name, thing in vars(module).items():
        if name.startswith("_") or not (inspect.isclass(thing) or inspect.isfunction(thing)):
            continue
        if not thing.__module__.startswith(module.__name__):
            continue
        yield name, thing
        for method, function in vars(thing).items() if inspect.isclass(thing) else ():
            if inspect.isfunction(function) and not method.startswith("_"):
                yield f"{name}.{method}", function


def test_the_page_names_the_public_modules_and_no_others() -> None:
    table = PAGE.read_text(encoding="utf-8").partition("| module | for |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`(channels\.[\w.]+)`", table)) == PUBLIC


@pytest.mark.parametrize("name", sorted(PUBLIC))
def test_a_public_module_says_what_it_is_for(name: str) -> None:
    module = importlib.import_module(name)
    assert module.__doc__
    for listed in getattr(module, "__all__", ()):
        assert hasattr(module, listed)


@pytest.mark.parametrize("name", sorted(PUBLIC - {"channels.testing"}))
def test_a_class_or_function_that_is_offered_is_explained(name: str) -> None:
    module = importlib.import_module(name)
    top = [what for what, thing in offered(module) if "." not in what and not inspect.getdoc(thing)]
    assert top == []


@pytest.mark.parametrize("path", [*OWN_CHANNEL, TYPED], ids=lambda path: path.name)
def test_a_package_of_ones_own_needs_nothing_but_the_public_face(path: Path) -> None:
    assert ours(path.read_text(encoding="utf-8")) - PUBLIC == set()


def test_the_page_that_teaches_it_needs_nothing_else_either() -> None:
    used = {module for block in blocks(PAGE, "python") for module in ours(block)}
    assert used
    assert used - PUBLIC == set()


def test_every_public_module_is_held_to_its_types() -> None:
    assert ours(TYPED.read_text(encoding="utf-8")) == PUBLIC


def test_what_the_contract_offers_is_all_used_by_the_test_of_its_types() -> None:
    """A name that nobody's test of types uses may change its type unnoticed."""
    text = TYPED.read_text(encoding="utf-8")
    from channels import base

    classes = [name for name in base.__all__ if inspect.isclass(getattr(base, name))]
    assert [name for name in classes if not re.search(rf"\b{name}\b", text)] == []
