"""Whatever an adapter gives as its reason is told in the reader's language, and by its page."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher import catalogue
from publisher.reference.said import Module, modules, name_of
from tests.docs.pages import ROOT

ADAPTERS = [
    one
    for one in modules()
    if one.name.startswith("channels/")
    and not one.name.startswith(("channels/testing/", "channels/__init__"))
]
WORDS = re.compile(r"\b[a-z']{2,} [a-z']{2,}\b")
"""Two of our words running; a platform's name and what separates texts are none."""

PAGES = sorted((ROOT / "docs/channels").glob("*.md"))


@pytest.fixture(scope="module")
def known() -> set[str]:
    """Every text that the catalogue collects."""
    return {
        form
        for message in catalogue.messages()
        for form in (message.id if isinstance(message.id, tuple) else (message.id,))
    }


def _errors() -> set[str]:
    """The names of the contract's errors, and of those that adapters derive of them."""
    derived = {
        node.name: {name_of(base) for base in node.bases}
        for module in ADAPTERS
        for node in module.nodes
        if isinstance(node, ast.ClassDef)
    }
    found = set(catalogue.REFUSES) - {"ValueError"}
    while more := {name for name, bases in derived.items() if bases & found} - found:
        found |= more
    return found


def _put_together(module: Module) -> Iterator[str]:
    """The fixed parts of texts that are put together; those of pages and mails are no reasons."""
    for node in module.nodes:
        if isinstance(node, ast.JoinedStr):
            parts = [part.value for part in node.values if isinstance(part, ast.Constant)]
            if not any("<" in str(part) for part in parts):
                yield from map(str, parts)


@pytest.mark.parametrize("module", ADAPTERS, ids=lambda one: one.name)
def test_a_reason_that_is_put_together_has_its_words_from_the_catalogue(module: Module) -> None:
    assert [part for part in _put_together(module) if WORDS.search(part)] == []


def test_an_error_that_an_adapter_derives_has_a_text_that_is_collected(known: set[str]) -> None:
    texts = {
        call.args[0].value
        for module in ADAPTERS
        for call in module.handed_to(*_errors())
        if call.args and isinstance(call.args[0], ast.Constant)
    }
    assert {text for text in texts if WORDS.search(str(text))} - known == set()


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
