"""Every broken file gives a clear fault: the right file, line and words, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher import i18n
from publisher.files.faults import Fault
from tests.campaign.corpus import CORPUS, HERE, SECRET, Broken
from tests.campaign.workspace import GOOD, Workspace


def faults_of(broken: Broken, folder: Path) -> list[Fault]:
    workspace = Workspace(folder, {**GOOD, broken.file: broken.text})
    workspace.write()
    return workspace.read()


def test_the_good_files_have_no_fault(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    workspace.write()

    assert workspace.read() == []


def test_the_corpus_is_large() -> None:
    assert len({(one.file, one.text) for one in CORPUS}) >= 200


@pytest.mark.parametrize("broken", CORPUS, ids=str)
@pytest.mark.parametrize("language", ["vi", "en"])
def test_what_is_broken_is_told_at_its_place(
    broken: Broken, language: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with i18n.speaking(language):
        faults = faults_of(broken, tmp_path)

    told = [fault for fault in faults if fault.code == broken.code]
    assert told, faults
    fault = told[0]
    assert fault.instead
    for words in broken.says:
        assert words in f"{fault.what} {fault.instead}"
    if HERE in broken.new:
        assert (str(fault.path), fault.line) == (broken.file, broken.line)
    assert "%(" not in fault.what + fault.instead


@pytest.mark.parametrize("broken", CORPUS, ids=str)
def test_no_message_repeats_a_secret(broken: Broken, tmp_path: Path) -> None:
    for fault in faults_of(broken, tmp_path):
        assert SECRET not in f"{fault.what} {fault.instead}"
        assert "7203456789" not in f"{fault.what} {fault.instead}"


@pytest.mark.parametrize("broken", CORPUS[::7], ids=str)
def test_officers_are_spoken_to_in_vietnamese(broken: Broken, tmp_path: Path) -> None:
    with i18n.speaking("vi"):
        vietnamese = faults_of(broken, tmp_path)
    with i18n.speaking("en"):
        english = faults_of(broken, tmp_path)

    for one, other in zip(vietnamese, english, strict=True):
        assert one.what != other.what
