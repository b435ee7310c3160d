"""Whatever an adapter gives as its reason is told in the reader's language, and by its page.

The catalogue takes texts in (``publisher.catalogue``) that are marked, or handed as they stand to
an error of the contract. Words inside an f-string, or handed to an error of an adapter's own, would
reach ``publisher status`` and the console in English.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import pytest

from publisher import catalogue
from publisher.reference.said import Module, modules, name_of
from tests.docs.pages import ROOT

CHANNELS = [
    one
    for one in modules()
    if one.name.startswith("channels/") and not one.name.startswith("channels/testing/")
]
ADAPTERS = [one for one in CHANNELS if one.name != "channels/__init__.py"]
WORDS = re.compile(r"\b[a-z']{2,} [a-z']{2,}\b")
"""Two of our words running; a platform's name and what separates texts are none."""

IN_AN_ERROR = re.compile(r"[a-z]{2,}[ '][a-z]{2,}")
"""There, whatever stands around them."""

PAGES = sorted((ROOT / "docs/channels").glob("*.md"))


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Every text that the catalogue collects."""
    return {
        form
        for message in catalogue.messages()
        for form in (message.id if isinstance(message.id, tuple) else (message.id,))
    }


def _errors(among: Sequence[Module]) -> set[str]:
    """The names of the contract's errors, and of those that adapters derive of them."""
    derived = {
        node.name: {name_of(base) for base in node.bases}
        for module in among
        for node in module.nodes
        if isinstance(node, ast.ClassDef)
    }
    found = set(catalogue.REFUSES)
    while more := {name for name, bases in derived.items() if bases & found} - found:
        found |= more
    return found


def _fixed(text: ast.JoinedStr) -> list[str]:
    """The fixed parts of a text that is put together."""
    return [str(part.value) for part in text.values if isinstance(part, ast.Constant)]


def _put_together(module: Module) -> Iterator[str]:
    """The fixed parts of all such texts; those of pages and mails are no reasons."""
    for node in module.nodes:
        if isinstance(node, ast.JoinedStr):
            parts = _fixed(node)
            if not any("<" in part for part in parts):
                yield from parts


def _untranslatable(module: Module, errors: Collection[str]) -> Iterator[str]:
    """The texts that an error is given, and no catalogue."""
    for call in module.handed_to(*errors):
        match call.args:
            case [ast.JoinedStr() as text, *_]:
                texts = _fixed(text)
            case [ast.Constant(value=str(text)), *_] if name_of(call.func) not in catalogue.REFUSES:
                texts = [text]
            case _:
                texts = []
        yield from (text for text in texts if IN_AN_ERROR.search(text))


@pytest.mark.parametrize("module", ADAPTERS, ids=lambda one: one.name)
def test_a_reason_that_is_put_together_has_its_words_from_the_catalogue(module: Module) -> None:
    assert [part for part in _put_together(module) if WORDS.search(part)] == []


def test_an_error_that_an_adapter_derives_has_a_text_that_is_collected(known: set[str]) -> None:
    texts = {
        call.args[0].value
        for module in ADAPTERS
        for call in module.handed_to(*_errors(ADAPTERS))
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    assert {text for text in texts if WORDS.search(str(text))} - known == set()


def test_no_error_has_words_that_the_catalogue_cant_know() -> None:
    errors = _errors(CHANNELS)
    found = {module.name: list(_untranslatable(module, errors)) for module in CHANNELS}
    assert {name: texts for name, texts in found.items() if texts} == {}


def test_words_among_figures_and_words_of_an_error_of_ones_own_are_noticed() -> None:
    tree = ast.parse(
        "class LateError(TransientError): ...\n"
        'raise TransientError("known as it stands")\n'
        'raise TransientError(f"{host}: the line was lost: {why}")\n'
        'raise LateError("it came too late")\n'
        'raise LateError(f"{host}: {LOST}: {why}")\n'
    )
    module = Module("channels/late.py", tree)
    assert list(_untranslatable(module, _errors([module]))) == [
        ": the line was lost: ",
        "it came too late",
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda one: one.stem)
def test_a_page_quotes_an_error_as_it_is_told(page: Path, known: set[str]) -> None:
    section = page.read_text("utf-8").partition("## What an error means")[2].partition("\n## ")[0]
    firsts = [line.split("|")[1] for line in section.splitlines() if line.startswith("|")]
    quoted = [
        part.strip().casefold()
        for first in firsts
        for quote in re.findall(r'"([^"`]+)"', first)
        for part in quote.split("…")
    ]
    told = "\n".join(known).casefold()
    assert [part for part in quoted if part not in told] == []
