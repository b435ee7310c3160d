"""What an adapter's error says can be shown in the reader's language.

The catalogue takes texts in (``publisher.catalogue``) that are marked, or handed as they stand to
an error of the contract. Words inside an f-string, or handed to an error of an adapter's own, would
reach ``publisher status`` and the console in English.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import channels
from publisher.catalogue import REFUSES

FOLDER = Path(channels.__file__).parent
_WORDS = re.compile(r"[a-z]{2,}[ '][a-z]{2,}")


def sources() -> dict[str, ast.Module]:
    """The adapters' modules; nobody is shown what a stand-in or a test says."""
    paths = [path.relative_to(FOLDER) for path in FOLDER.rglob("*.py")]
    return {
        path.as_posix(): ast.parse((FOLDER / path).read_text(encoding="utf-8"))
        for path in sorted(paths)
        if path.parts[0] not in ("simulated", "testing")
    }


def errors_of(trees: Sequence[ast.Module]) -> set[str]:
    """The names of the contract's errors, and of those that adapters derive from them."""
    known = set(REFUSES)
    classes = {
        node.name: set(map(name, node.bases))
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    while found := {one for one, bases in classes.items() if bases & known} - known:
        known |= found
    return known


def name(node: ast.AST) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def untranslatable(tree: ast.Module, errors: set[str]) -> Iterator[str]:
    """The texts in ``tree`` that an error is given, and no catalogue."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name(node.func) in errors and node.args:
            match node.args[0]:
                case ast.JoinedStr(values=parts):
                    texts = [str(part.value) for part in parts if isinstance(part, ast.Constant)]
                case ast.Constant(value=str(text)) if name(node.func) not in REFUSES:
                    texts = [text]
                case _:
                    texts = []
            yield from (text for text in texts if _WORDS.search(text))


def test_no_error_has_words_that_the_catalogue_cant_know() -> None:
    trees = sources()
    errors = errors_of(list(trees.values()))
    found = {path: list(untranslatable(tree, errors)) for path, tree in trees.items()}
    assert {path: texts for path, texts in found.items() if texts} == {}


def test_words_among_figures_and_words_of_an_error_of_ones_own_are_noticed() -> None:
    tree = ast.parse(
        "class LateError(TransientError): ...\n"
        'raise TransientError("known as it stands")\n'
        'raise TransientError(f"{host}: the line was lost: {why}")\n'
        'raise LateError("it came too late")\n'
        'raise LateError(f"{host}: {LOST}: {why}")\n'
    )
    assert list(untranslatable(tree, errors_of([tree]))) == [
        ": the line was lost: ",
        "it came too late",
    ]
