"""The pages that people read, and what stands in them as code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "campaigns/README.md")),
    ROOT / "bench" / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
)

_BLOCK = re.compile(r"^```([^\n]*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_INLINE = re.compile(r"`([^`\n]+(?:\n[^`\n]+)?)`")
_LINK = re.compile(r"\]\(([^)\s]+)\)")


def named(page: Path) -> str:
    return str(page.relative_to(ROOT))


def code_lines(page: Path) -> Iterator[str]:
    """Every line of the code blocks of ``page``, and every inline code of the rest."""
    for _language, text in every_block(page):
        yield from text.splitlines()
    yield from inline_code(page)


def inline_code(page: Path) -> Iterator[str]:
    """Every code of ``page`` that stands in a sentence, a line for each."""
    text = _BLOCK.sub("", page.read_text(encoding="utf-8"))
    yield from (" ".join(code.split()) for code in _INLINE.findall(text))


def every_block(page: Path) -> list[tuple[str, str]]:
    """The code blocks of ``page``, each with what it is said to be written in."""
    return _BLOCK.findall(page.read_text(encoding="utf-8"))


def blocks(page: Path, language: str) -> Iterator[str]:
    """The code blocks of ``page`` that are said to be ``language``."""
    yield from (block for said, block in every_block(page) if said == language)


def block(page: str, start: str) -> str:
    """The one block of ``page`` that begins with ``start``."""
    [found] = [text for _said, text in every_block(ROOT / page) if text.startswith(start)]
    return found


def links(page: Path) -> Iterator[str]:
    """Every address that ``page`` links to or shows as a picture."""
    yield from _LINK.findall(_BLOCK.sub("", page.read_text(encoding="utf-8")))
