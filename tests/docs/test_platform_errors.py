"""Whoever looks for an error of a platform finds it, and what is decided by it."""

from __future__ import annotations

import inspect
import re
from types import ModuleType

import pytest

from channels import base
from channels.base import CannotTellError, ChannelError
from publisher.reference.platform_errors import (
    DECISIONS,
    NAMES,
    code_words,
    decision_of,
    tables,
)
from tests.docs.pages import ROOT, links

PAGE = (ROOT / "docs/reference/platform-errors.md").read_text(encoding="utf-8")
TABLES = tables()


def test_every_error_of_the_contract_is_a_decision_with_a_name() -> None:
    kinds = {kind for kind in vars(base).values() if isinstance(kind, type)}
    errors = {kind for kind in kinds if issubclass(kind, ChannelError)}
    # What ``find`` alone may raise decides nothing about a send.
    assert set(DECISIONS) == set(NAMES) == errors - {ChannelError, CannotTellError}


@pytest.mark.parametrize("title", TABLES)
def test_every_code_of_a_table_stands_in_its_section_with_its_decision(title: str) -> None:
    section = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    errors = TABLES[title].ERRORS
    assert errors
    for code, meaning in errors.items():
        assert f"| `{code_words(code)}` | {decision_of(meaning)} |" in section, code


@pytest.mark.parametrize("module", TABLES.values(), ids=lambda module: module.__name__)
def test_a_table_of_errors_comes_before_what_reads_it(module: ModuleType) -> None:
    """One opens the file and sees what the platform's errors mean."""
    source = inspect.getsource(module)
    table = source.index("\nERRORS: ")
    assert "\ndef " not in source[:table]
    facts = (module.__doc__ or "").splitlines()
    assert len(source[:table].splitlines()) - len(facts) < 50


@pytest.mark.parametrize("title", [title for title in TABLES if ":" not in title])
def test_the_page_of_a_channel_leads_to_its_codes(title: str) -> None:
    page = ROOT / "docs" / "channels" / f"{title}.md"
    assert f"../reference/platform-errors.md#{title}" in set(links(page))


def test_a_table_of_errors_stands_nowhere_else() -> None:
    """Found by its place and its name, or in no reference."""
    read = {str(module.__file__) for module in TABLES.values()}
    others = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "channels").rglob("*.py")
        if str(path) not in read
        and re.search(r"^\w+: Mapping\[.*type\[ChannelError\]", path.read_text("utf-8"), re.M)
    ]
    assert others == []
