"""The site of the docs: built without a complaint, each page in it, nothing fetched by a reader."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, named

CONFIG = ROOT / "docs" / "site" / "mkdocs.yml"
OUTSIDE = ROOT / "docs"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site as ``make docs`` builds it: a page in no menu, a link or a heading that isn't there
    ends that with an error."""
    folder = tmp_path_factory.mktemp("site")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "-f", CONFIG, "-d", folder],
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder


def place_in(site: Path, page: Path) -> Path:
    if page.is_relative_to(OUTSIDE):
        inside = page.relative_to(OUTSIDE)
        return site / inside.with_name(inside.name.replace("README", "index")).with_suffix(".html")
    name = page.name.replace("README", "index")
    return site / "repository" / page.relative_to(ROOT).with_name(name).with_suffix(".html")


def test_every_page_that_people_read_is_in_the_site_and_in_its_menu(site: Path) -> None:
    config = CONFIG.read_text(encoding="utf-8")
    others = [page for page in PAGES if page != ROOT / "README.md"]
    assert [named(page) for page in others if not place_in(site, page).is_file()] == []
    menu = set(re.findall(r"[\w/.-]+\.md", config.partition("\nnav:")[2]))
    named_there = {
        str(page.relative_to(OUTSIDE))
        if page.is_relative_to(OUTSIDE)
        else f"repository/{page.relative_to(ROOT)}"
        for page in others
    }
    assert menu == named_there


def test_a_link_to_a_file_of_the_code_leads_to_a_page_that_shows_it(site: Path) -> None:
    page = (site / "channels" / "writing-one.html").read_text(encoding="utf-8")
    assert "repository/channels/base/__init__.py.html" in page
    shown = site / "repository" / "channels" / "base" / "__init__.py.html"
    assert "class" in shown.read_text(encoding="utf-8")


def test_nothing_of_a_page_is_fetched_from_elsewhere(site: Path) -> None:
    fetched = re.compile(
        r'<(?:script|img|iframe|link rel="(?:stylesheet|icon)")[^>]+"(https?://[^"]+)'
    )
    found = {
        url for page in site.rglob("*.html") for url in fetched.findall(page.read_text("utf-8"))
    }
    assert found == set()


def test_the_search_knows_vietnamese_words(site: Path) -> None:
    index = json.loads((site / "search" / "search_index.json").read_text(encoding="utf-8"))
    assert index["config"]["lang"] == ["en", "vi"]
    of_mourning = [one for one in index["docs"] if "Quốc tang" in one["title"]]
    assert of_mourning
    # Typed as on a telephone that has no marks, too.
    assert all("Quoc" in one["text"] for one in of_mourning)
