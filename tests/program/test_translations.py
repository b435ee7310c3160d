"""The Vietnamese catalogue: whole, compiled, and with every placeholder that its English has."""

from __future__ import annotations

import ast
import gettext
import io
import re
from typing import BinaryIO

import pytest
from babel.messages.catalog import Catalog

from publisher import catalogue, i18n

PLACEHOLDER = re.compile(r"%\(\w+\)[\d.]*[a-z]|%%|\{\w*(?:![rsa])?\}")


@pytest.fixture(scope="module")
def now() -> Catalog:
    """The catalogue with exactly the messages that the program says now."""
    return catalogue.updated()


def test_everything_the_program_says_is_said_in_vietnamese(now: Catalog) -> None:
    assert catalogue.missing(now) == []


def test_no_message_hides_where_the_catalogue_does_not_look(now: Catalog) -> None:
    """Inside an f-string, say, babel sees no call."""
    known = {form for message in now for form in forms(message.id)}
    said = {
        text
        for path in catalogue.PROGRAM.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("_", "N_", "ngettext")
        for text in [getattr(node.args[0], "value", None)]
        if isinstance(text, str)
    }
    assert said - known == set()


def test_the_catalogue_holds_nothing_that_nobody_says(now: Catalog) -> None:
    said = {message.id for message in now}

    assert [message.id for message in catalogue.vietnamese() if message.id not in said] == []


def test_what_is_compiled_is_what_is_written() -> None:
    written = io.BytesIO(catalogue.as_mo(catalogue.vietnamese()))

    with catalogue.VIETNAMESE.with_suffix(".mo").open("rb") as compiled:
        assert messages(compiled) == messages(written), "run: make docs"


def test_click_speaks_by_what_is_compiled_for_it() -> None:
    written = io.BytesIO(catalogue.as_mo(catalogue.said_by_click(catalogue.vietnamese())))

    with catalogue.CLICKS.open("rb") as compiled:
        said = messages(compiled)
    assert said == messages(written), "run: make docs"
    assert "Usage:" in said


def test_every_message_is_found_where_it_is_looked_for() -> None:
    """The program reads its catalogue in a way of its own, as gettext reads it."""
    theirs = gettext.translation("publisher", i18n.FOLDER, languages=["vi"])
    i18n.use_language("vi")

    for message in catalogue.vietnamese():
        one, *many = forms(message.id)
        assert i18n._(one) == theirs.gettext(one)
        for number in range(3) if many else ():
            said = i18n.ngettext(one, many[0], number)
            assert said == theirs.ngettext(one, many[0], number)


@pytest.mark.parametrize("unknown", [" ", "A", "Zzz", "…", "All is well", "All is well.."])
def test_what_has_no_translation_is_said_as_it_stands(unknown: str) -> None:
    i18n.use_language("vi")

    assert i18n._(unknown) == unknown
    assert i18n.ngettext(unknown, "nhiều", 1) == unknown
    assert i18n.ngettext(unknown, "nhiều", 2) == "nhiều"


def messages(compiled: BinaryIO) -> dict[str, str]:
    """What a compiled catalogue translates; its header holds the time of compiling."""
    found: dict[str, str] = vars(gettext.GNUTranslations(compiled))["_catalog"]
    return {message: text for message, text in found.items() if message}


def test_a_translation_has_the_placeholders_of_its_english(now: Catalog) -> None:
    """A placeholder left out loses what it tells; one too many ends in an error."""
    wrong = [
        (message.id, text)
        for message in now
        for text in filter(None, forms(message.string))
        # Vietnamese has one form for every number: what singular and plural share, at least.
        if not set.intersection(*map(placeholders, forms(message.id)))
        <= placeholders(text)
        <= set.union(*map(placeholders, forms(message.id)))
    ]

    assert wrong == []


def forms(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


def placeholders(text: str) -> set[str]:
    return {found[0] for found in PLACEHOLDER.finditer(text)}


def test_nothing_is_left_to_be_looked_over(now: Catalog) -> None:
    assert [message.id for message in now if message.id and message.fuzzy] == []


def test_a_message_is_said_in_the_language_of_the_process_or_of_a_block() -> None:
    english = "All is well."
    i18n.use_language("en")
    assert i18n._(english) == english
    with i18n.speaking("vi"):
        assert i18n._(english) != english
    assert i18n._(english) == english


def test_an_unknown_language_is_vietnamese() -> None:
    i18n.use_language("fr")

    assert i18n.language() == "vi"
