"""The page of messages: nothing that can go wrong is missing, and each fault has its own code."""

from __future__ import annotations

import ast
from collections import defaultdict

import pytest

from publisher import catalogue
from publisher.i18n import _, speaking
from publisher.reference.chapters import CHAPTERS, WORDS, Row
from publisher.reference.messages import messages_page
from publisher.reference.said import Module, modules, name_of
from publisher.reference.terms import TERMS, Term

ENDS_BADLY = {"Fault", "fault", "UsageError", "ClickException", "fail", "refuse", "raise_"}
"""Who is handed a text where something is wrong."""


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [row for chapter in CHAPTERS for row in chapter.rows()]


@pytest.fixture(scope="module")
def told(rows: list[Row]) -> set[str]:
    """Every text that is in a table of the page."""
    return {text for row in rows for text in (*row.what, *row.instead)}


@pytest.fixture(scope="module")
def faults(rows: list[Row]) -> list[Row]:
    return [row for row in rows if row.code]


def test_every_module_that_says_more_than_words_is_in_the_table_whole(told: set[str]) -> None:
    missing = {
        module.name: left
        for module in modules()
        if not module.name.startswith(WORDS) and not module.name.startswith("channels/testing/")
        if (left := [text for text in module.texts() if text not in told])
    }
    assert missing == {}


def test_what_is_raised_or_refused_anywhere_is_in_the_table(told: set[str]) -> None:
    """Looked for in another way than the table is made: by what a marked text stands in."""
    wrong = [
        (module.name, text)
        for module in modules()
        if not module.name.startswith("channels/testing/")
        for call, text in module.handed()
        if _ends_badly(module, call) and text not in told
    ]
    assert wrong == []


def _ends_badly(module: Module, call: ast.AST) -> bool:
    return any(
        isinstance(outer, ast.Raise)
        or (isinstance(outer, ast.Call) and name_of(outer.func) in ENDS_BADLY)
        for outer in module.around(call)
    )


def test_every_text_of_the_table_is_in_the_catalogue(told: set[str]) -> None:
    known = {
        form
        for message in catalogue.messages()
        for form in (message.id if isinstance(message.id, tuple) else (message.id,))
    }
    assert told - known == set()


def test_a_code_names_one_sentence(faults: list[Row]) -> None:
    sentences = defaultdict(set)
    for fault in faults:
        sentences[fault.code].add(fault.what)
    assert {code: said for code, said in sentences.items() if len(said) > 1} == {}


def test_every_fault_says_what_to_do(faults: list[Row]) -> None:
    assert [fault.code for fault in faults if not fault.instead] == []


@pytest.mark.parametrize("word", [name for name in WORDS if name.endswith("/")])
def test_a_room_of_mere_words_says_some(word: str) -> None:
    assert any(module.texts() for module in modules() if module.name.startswith(word))


def test_the_page_has_a_row_for_every_code(faults: list[Row]) -> None:
    page = messages_page("")
    assert [fault.code for fault in faults if f"| `{fault.code}` |" not in page] == []


@pytest.mark.parametrize(
    "term", [term for term in TERMS if term.never], ids=lambda one: one.english
)
def test_one_thing_has_one_vietnamese_word(term: Term) -> None:
    """In the whole catalogue, not in messages alone."""
    others = [
        (word, text)
        for message in catalogue.vietnamese()
        if message.id
        for text in (message.string if isinstance(message.string, tuple) else (message.string,))
        for word in term.never
        if word.casefold() in str(text).casefold()
    ]
    assert others == []


def test_a_message_is_shown_in_vietnamese_with_its_placeholders_named() -> None:
    page = messages_page("")
    with speaking("vi"):
        assert _("“%(key)s” is missing.").replace("%(key)s", "{key}") in page
    assert "%(" not in page
