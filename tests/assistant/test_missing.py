"""Where the SDK isn't installed, or a person calls the command, they are told what to do."""

from __future__ import annotations

import sys

import pytest

from tests.cli.office import Office


def test_without_the_sdk_the_command_names_what_installs_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "mcp.server", None)
    monkeypatch.delitem(sys.modules, "publisher.assistant.server", raising=False)
    ran = office.run("assistant")
    assert ran.code == 1
    assert "pip install 'publisher[assistant]'" in ran.out


def test_a_person_at_the_keyboard_is_told_who_is_to_call_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    ran = office.run("assistant")
    assert ran.code == 1
    assert "docs/assistant.md" in ran.out
