"""The headings by which the register's columns are found.

In Vietnamese or English and in any order; other columns are left alone, and so is what stands above
the headings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from publisher.campaign.names import without_accents
from publisher.files.faults import Fault
from publisher.files.rows import Sheet, unknown_encoding
from publisher.files.text import shown
from publisher.i18n import _

_LAST_HEAD_ROW = 30
"""Above the headings stand at most so many rows: the office's name, a title, a date."""

CODE, TITLE, UNIT, KIND, SECRET = "code", "title", "unit", "kind", "secret"

_HEADINGS: Mapping[str, tuple[str, ...]] = {
    CODE: ("ma", "ma so", "ma nhiem vu", "ma de tai", "ma chu de", "code", "id"),
    TITLE: (
        *("ten", "ten nhiem vu", "nhiem vu", "ten de tai", "ten chu de", "chu de", "noi dung"),
        *("title", "name", "task", "topic"),
    ),
    UNIT: (
        *("don vi", "don vi chu tri", "don vi thuc hien", "co quan", "co quan chu tri"),
        *("to chuc chu tri", "unit", "owner"),
    ),
    KIND: ("loai", "loai nhiem vu", "nhom", "phan loai", "kind", "type"),
    SECRET: ("mat", "do mat", "bi mat", "bi mat nha nuoc", "nhiem vu mat", "secret"),
}
"""What each column may be headed, in small letters without accents."""


@dataclass(frozen=True, slots=True)
class Head:
    """The row of headings, from 1; where each column stands, and how it is headed."""

    row: int
    columns: Mapping[str, int]
    words: Mapping[str, str]


def head_of(sheet: Sheet) -> Head | None:
    """The sheet's row of headings; ``None`` where no row has those that are needed."""
    for number, cells in enumerate(sheet.rows[:_LAST_HEAD_ROW], start=1):
        columns: dict[str, int] = {}
        for place, cell in enumerate(cells):
            found = next((name for name, ways in _HEADINGS.items() if plain(cell) in ways), None)
            if found is not None:
                columns.setdefault(found, place)
        if {CODE, TITLE} <= columns.keys():
            return Head(number, columns, {name: cells[at] for name, at in columns.items()})
    return None


def plain(text: str) -> str:
    """``text`` in small letters without accents and signs, a space between words."""
    letters = without_accents(text)
    return " ".join("".join(sign if sign.isalnum() else " " for sign in letters).split())


def no_headings(path: Path, sheets: Sequence[Sheet]) -> Fault:
    """What is told of a table that has none."""
    if all(sheet.guessed for sheet in sheets):
        return unknown_encoding(path)
    return Fault(
        shown(path),
        None,
        "no_headings",
        _("There is no row of headings with the columns “Mã” and “Tên nhiệm vụ”."),
        _(
            "Head the columns: Mã, Tên nhiệm vụ, Đơn vị, Loại, Mật (in any order; the first two "
            "are needed)."
        ),
    )
