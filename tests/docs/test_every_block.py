"""No block of a page is left to itself: it is run, read by whom it is for, or has a reason."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest

from tests.docs.pages import PAGES, ROOT, every_block, named
from tests.docs.test_commands_typed import FOLLOWED

READ = {
    "json": "tests/docs/test_blocks.py",
    "markdown": "tests/docs/test_shown_files.py",
    "python": "tests/docs/test_blocks.py",
    "toml": "tests/docs/test_blocks.py",
}
"""By language: what reads every such block."""

UNDERSTOOD = ("make ", "pip ", "publisher ", "python ")
"""Lines of these programs are test_command_lines.py's and test_commands_typed.py's."""

BY_ITSELF: Mapping[str, str] = {
    ".venv/bin/python docs/examples/": "tests/docs/test_examples.py",
    "# one address a line": "tests/docs/test_channel_pages.py",
    "#import": "tests/docs/test_shown_files.py",
    "PUBLISHER_STORE=": "tests/docs/test_shown_files.py",
    "ProxyPass": "tests/real/test_web_servers.py",
    "card = ": "tests/docs/test_shown_files.py",
    "chuyen-doi-so-10-10/": "tests/docs/test_shown_files.py",
    "curl": "tests/docs/test_shown_files.py",
    "index.html": "tests/docs/test_channel_pages.py",
    "location /l/": "tests/real/test_web_servers.py",
    "max_connections": "tests/docs/test_shown_files.py",
    "repos:": "tests/docs/test_shown_files.py",
    "server {": "tests/real/test_web_servers.py",
    "sudo -u postgres": "tests/docs/test_shown_files.py",
    "✓ Cluster": "tests/docs/test_shown_files.py",
}
"""By what a block begins with: the test that runs or reads it."""

NOT_RUN: Mapping[str, str] = {
    "<rewrite>": "IIS runs on Windows alone; that it is XML is held below",
}
"""By what a block begins with: why nothing here can run it."""


def left(page: Path) -> list[str]:
    """The blocks of ``page`` that nothing runs or reads."""
    if any(named(page).startswith(one) for one in FOLLOWED if "channels" not in one):
        return []
    known = (*BY_ITSELF, *NOT_RUN)
    return [
        text
        for language, text in every_block(page)
        if language not in READ
        and not text.startswith(known)
        and not all(line.startswith(UNDERSTOOD) for line in text.splitlines())
    ]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_block_is_run_or_read_or_has_a_reason(page: Path) -> None:
    assert left(page) == []


@pytest.mark.parametrize("start", [*BY_ITSELF, *NOT_RUN])
def test_what_is_listed_is_shown_and_its_test_knows_it(start: str) -> None:
    shown = [page for page in PAGES for _said, text in every_block(page) if text.startswith(start)]
    assert shown
    if start in BY_ITSELF:
        text = (ROOT / BY_ITSELF[start]).read_text(encoding="utf-8")
        assert any(page.name in text or page.parent.name in text for page in shown)


def test_what_is_read_in_another_program_is_at_least_well_formed() -> None:
    [text] = [
        text
        for page in PAGES
        for said, text in every_block(page)
        if said == "xml" and text.startswith("<rewrite>")
    ]
    assert fromstring(text).find("rules/rule/action") is not None


def test_a_block_that_nothing_knows_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.md"
    page.write_text("```\npublisher check\nrm -rf campaigns\n```\n```ini\n[Unit]\n```\n")
    monkeypatch.setattr("tests.docs.pages.ROOT", tmp_path)
    assert len(left(page)) == 2
