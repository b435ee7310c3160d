"""Nobody who follows a link of the docs ends before a closed door."""

from __future__ import annotations

from pathlib import Path

import pytest

import channels
from tests.docs.pages import PAGES, ROOT, code_lines, links, named


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_every_link_inside_the_house_leads_somewhere(page: Path) -> None:
    inside = [link for link in links(page) if "://" not in link and not link.startswith("#")]
    targets = [page.parent / link.partition("#")[0] for link in inside]
    assert [str(target) for target in targets if not target.exists()] == []


def test_every_room_of_the_tour_is_there() -> None:
    words = code_lines(ROOT / "CONTRIBUTING.md")
    rooms = [word for word in words if "/" in word and " " not in word and "NAME" not in word]
    assert len(rooms) > 10
    assert [room for room in rooms if not (ROOT / room).exists()] == []


@pytest.mark.parametrize("adapter", channels.known())
def test_every_adapter_has_its_page(adapter: str) -> None:
    assert (ROOT / "docs" / "channels" / f"{adapter}.md").is_file()
