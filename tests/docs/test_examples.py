"""Every example of docs/examples does what it says, and prints what stands at its end."""

from __future__ import annotations

import runpy
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import ROOT, links

FOLDER = ROOT / "docs" / "examples"
EXAMPLES = sorted(path for path in FOLDER.glob("*.py") if path.name != "office.py")
_OUTPUT = "\n# Output:\n"


@pytest.fixture(autouse=True)
def _as_a_script(monkeypatch: pytest.MonkeyPatch, signals_as_they_were: None) -> Iterator[None]:
    """The example's folder is where it imports from; what it sets up for its process is undone."""
    for name in ("PUBLISHER_STORE", "PUBLISHER_LANG", "PUBLISHER_CONFIG", "PUBLISHER_DEBUG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.syspath_prepend(str(FOLDER))
    monkeypatch.setenv("COLUMNS", "300")
    yield
    sys.modules.pop("office", None)


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_prints_what_stands_at_its_end(
    example: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    promised = example.read_text(encoding="utf-8").partition(_OUTPUT)[2].splitlines()
    runpy.run_path(str(example), run_name="__main__")
    assert capsys.readouterr().out.splitlines() == [line[2:] for line in promised]


def test_the_page_of_examples_names_every_one() -> None:
    named = {FOLDER / link for link in links(FOLDER / "README.md")}
    assert named >= {*EXAMPLES, FOLDER / "office.py", FOLDER / "own_channel"}


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_says_why_before_it_shows_how(example: Path) -> None:
    text = example.read_text(encoding="utf-8")
    sentence, _gap, reason = text.partition('"""\n\n')[0].removeprefix('"""').partition("\n\n")
    assert sentence.endswith(".")
    assert len(sentence) <= 100, "its idea is one line"
    assert reason, "and the danger is told"
    assert len(text.partition(_OUTPUT)[0].splitlines()) <= 60, "one idea, one page"
