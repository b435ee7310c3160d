"""How cells of each kind look in a workbook."""

from __future__ import annotations

from typing import Any

from publisher.reach.export.tables import Column, Kind

_WIDTHS: dict[Kind, float] = {
    "text": 18,
    "number": 12,
    "year": 9,
    "date": 12,
    "moment": 17,
    "link": 32,
    "percent": 10,
}

FORMS: dict[Kind, dict[str, Any]] = {
    "text": {},
    "number": {"num_format": "#,##0"},
    "year": {"num_format": "0", "align": "left"},
    "date": {"num_format": "dd/mm/yyyy", "align": "left"},
    "moment": {"num_format": "dd/mm/yyyy hh:mm", "align": "left"},
    "link": {"font_color": "#0563C1", "underline": 1},
    "percent": {"num_format": "0.0%"},
}

_DECIMALS = {"num_format": "#,##0.00"}
_QUOTED = {"quote_prefix": True}
TOTAL = {"bold": True, "top": 1}
HEAD = {"bold": True, "bg_color": "#DCE6F1", "bottom": 1, "text_wrap": True, "valign": "vcenter"}
_LIKE_A_FORMULA = ("=", "+", "-", "@")


class Styles:
    """The formats of one workbook, each made once; what stands in one row begins at its top."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Any] = {}

    def of(self, *forms: dict[str, Any]) -> Any:
        """The workbook's format of all ``forms`` together; where they differ, the last counts."""
        merged: dict[str, Any] = {"valign": "top"}
        for form in forms:
            merged |= form
        key = tuple(sorted(merged.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(merged)
        return self._made[key]


def width_of(column: Column) -> float:
    """How wide a column is, in characters: as it asks, or as its kind and label need."""
    return column.width or max(_WIDTHS[column.kind], min(len(column.label) + 3, 18))


def number_form(column: Column, value: float) -> dict[str, Any]:
    """A count without decimals, a measured value with two, a share or year as its column says."""
    if column.kind in ("percent", "year"):
        return FORMS[column.kind]
    return FORMS["number"] if isinstance(value, int) else _DECIMALS


def quoted_form(text: str) -> dict[str, Any]:
    """What keeps a text that begins like a formula a text when somebody edits it."""
    return _QUOTED if text.startswith(_LIKE_A_FORMULA) else {}
