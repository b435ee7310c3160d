"""A table in Markdown: the references are made of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def sheet(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """``rows`` below ``head``; a bar inside a cell stays one."""
    return "\n".join(_row(cells) for cells in (head, ["---"] * len(head), *rows))


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
