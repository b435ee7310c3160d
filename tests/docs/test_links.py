"""Nobody who follows a link of the docs ends before a closed door."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, ROOT, code_lines, links, named


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_inside_the_house_leads_somewhere(page: Path) -> None:
    inside = [link for link in links(page) if "://" not in link and not link.startswith("#")]
    targets = [page.parent / link.partition("#")[0] for link in inside]
    assert [str(target) for target in targets if not target.exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_link_to_a_heading_finds_it(page: Path) -> None:
    to_headings = [link.partition("#") for link in links(page) if "://" not in link and "#" in link]
    missing = [
        f"{target}#{heading}"
        for target, _mark, heading in to_headings
        if heading not in headings(page.parent / target if target else page)
    ]
    assert missing == []


def headings(page: Path) -> set[str]:
    """What the headings of ``page`` are linked to by."""
    lines = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", line.lower()).replace(" ", "-") for line in lines}


def test_every_room_of_the_tour_is_there() -> None:
    words = code_lines(ROOT / "CONTRIBUTING.md")
    rooms = [word for word in words if "/" in word and " " not in word and "NAME" not in word]
    assert len(rooms) > 10
    assert [room for room in rooms if not (ROOT / room).exists()] == []
