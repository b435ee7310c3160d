"""Slips that leave a file readable, or unreadable in a way that can't be seen."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.files.faults import Severity
from tests.campaign.workspace import CAMPAIGN, GOOD, OPENING, Workspace


def broken(folder: Path, file: str, old: str, new: str) -> Workspace:
    assert old in GOOD[file]
    workspace = Workspace(folder, {**GOOD, file: GOOD[file].replace(old, new, 1)})
    workspace.write()
    return workspace


@pytest.mark.parametrize("sign", ["\u00a0", "\u200b", "\ufeff", "\u3000"])
def test_a_character_that_cant_be_seen_is_called_that(tmp_path: Path, sign: str) -> None:
    [fault] = broken(tmp_path, OPENING, "when =", f"when{sign} =").read()

    assert fault.code == "toml_unseen"
    assert fault.line == 2


def test_an_emoji_in_a_text_is_not_blamed_for_another_fault_of_its_line(tmp_path: Path) -> None:
    title = '"Còn bảy ngày"'
    [fault] = broken(tmp_path, OPENING, title, '"Cả nhà 👨\u200d👩\u200d👧" và').read()

    assert fault.code == "toml_rest"


def test_a_key_of_the_campaign_under_vars_is_told(tmp_path: Path) -> None:
    vars_ = 'dia_diem = "Nhà văn hóa"\n'
    [fault] = broken(tmp_path, CAMPAIGN, vars_, f"{vars_}grace = 5\n").read()

    assert (fault.code, fault.severity) == ("key_in_vars", Severity.WARNING)
    assert "“grace”" in fault.what


def test_a_variable_that_posts_use_may_have_any_name(tmp_path: Path) -> None:
    workspace = broken(tmp_path, CAMPAIGN, "dia_diem =", 'owner = "Bà con"\ndia_diem =')
    post = tmp_path / OPENING
    post.write_text(GOOD[OPENING] + "\n{{ vars.owner }}\n", encoding="utf-8")

    assert workspace.read() == []


def test_what_is_lacking_between_braces_is_not_called_a_line(tmp_path: Path) -> None:
    [fault] = broken(tmp_path, OPENING, ', alt = "Cán bộ hướng dẫn người dân"', "").read()

    assert "braces" in fault.instead or "ngoặc nhọn" in fault.instead


@pytest.mark.parametrize("name", ["Thumbs.db", "desktop.ini", "~$mo-dau.md", ".mo-dau.md.swp"])
def test_what_windows_and_editors_leave_among_the_posts_is_let_alone(
    tmp_path: Path, name: str
) -> None:
    workspace = Workspace(tmp_path)
    workspace.write()
    (tmp_path / OPENING).with_name(name).write_bytes(b"\0")

    assert workspace.read() == []
