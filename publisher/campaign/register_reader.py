"""From the office's table to the coverage register.

campaigns/coverage.csv or campaigns/coverage.xlsx: what is wrong is told by row and column, as Excel
counts them, and the lines that are right are used all the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from publisher.campaign.register import Register, Topic, mark
from publisher.campaign.register_headings import (
    CODE,
    KIND,
    SECRET,
    TITLE,
    UNIT,
    Head,
    head_of,
    no_headings,
    plain,
)
from publisher.files.faults import Fault, Severity
from publisher.files.messages import quoted
from publisher.files.rows import Sheet, broken_at, read_sheets
from publisher.files.text import shown
from publisher.i18n import N_, _
from publisher.settings import Settings

NAMES = ("coverage.csv", "coverage.xlsx")
MAX_CODE = 80
_SHOWN = {CODE: N_("Code"), TITLE: N_("Title"), SECRET: N_("Secret")}
_YES = frozenset({"x", "co", "mat", "toi mat", "tuyet mat", "yes", "y", "true", "1", "✓", "✔"})
_NO = frozenset(
    {"", "0", "-", "–", "khong", "khong mat", "thuong", "cong khai", "no", "n", "false"}
)
_NO_LINE = ("no_code", "code")


def read_register(settings: Settings) -> tuple[Register | None, list[Fault]]:
    """The office's register, ``None`` where there is none or it can't be read; and its faults."""
    named = settings.coverage.file
    if named is not None:
        return read_register_file(settings.root / named)
    there = [path for name in NAMES if (path := settings.campaigns_folder / name).exists()]
    if not there:
        return None, []
    register, faults = read_register_file(there[0])
    if len(there) > 1:
        faults.append(
            Fault(
                shown(there[1]),
                None,
                "two_registers",
                _("There are two registers; only %(used)s is read.")
                % {"used": quoted(there[0].name)},
                _("Remove one, or name the one that holds in schedule.toml: [coverage] file"),
                Severity.WARNING,
            )
        )
    return register, faults


def read_register_file(path: Path) -> tuple[Register | None, list[Fault]]:
    """The register in ``path``."""
    sheets = read_sheets(path)
    if isinstance(sheets, Fault):
        return None, [sheets]
    heads = [(head, sheet) for sheet in sheets if (head := head_of(sheet)) is not None]
    if not heads:
        return None, [no_headings(path, sheets)]
    # A CSV file is read with each sign that could part its cells: the right one finds the most.
    head, sheet = max(heads, key=lambda one: len(one[0].columns))
    topics, faults = _topics(path, head, sheet)
    if sheet.broken:
        faults.append(broken_at(path, sheet.broken))
    if not topics and not faults:
        faults.append(
            Fault(
                shown(path),
                head.row,
                "empty_register",
                _("There is no task below the headings."),
                _("Write one a line: its code, its title, its unit."),
                Severity.WARNING,
            )
        )
    return Register(path, topics), faults


def _topics(path: Path, head: Head, sheet: Sheet) -> tuple[tuple[Topic, ...], list[Fault]]:
    topics: dict[str, Topic] = {}
    rows: dict[str, int] = {}
    faults: list[Fault] = []
    for number, cells in enumerate(sheet.rows[head.row :], start=head.row + 1):
        if not any(cells):
            continue
        line = _Line(path, number, head, cells)
        found = list(line.faults())
        faults += found
        if any(fault.code in _NO_LINE for fault in found):
            continue
        topic = line.topic()
        name = mark(topic.code)
        if name in topics:
            faults.append(line.twice(rows[name]))
            # Of two lines that don't agree, the careful one holds.
            topics[name] = replace(topics[name], secret=topics[name].secret or topic.secret)
        else:
            topics[name], rows[name] = topic, number
    return tuple(topics.values()), faults


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the register, by its number in Excel."""

    path: Path
    number: int
    head: Head
    cells: tuple[str, ...]

    def topic(self) -> Topic:
        return Topic(
            self._cell(CODE),
            self._cell(TITLE) or self._cell(CODE),
            self._cell(UNIT),
            self._cell(KIND),
            secret=self._secret not in _NO,
        )

    def faults(self) -> Iterator[Fault]:
        """What is wrong with the row by itself."""
        code = self._cell(CODE)
        if not code:
            yield self._fault(CODE, "no_code", _("is empty."), _("Write the task's code."))
        elif len(code) > MAX_CODE:
            yield self._fault(
                CODE,
                "code",
                _("holds “%(code)s”, too long for a code.") % {"code": quoted(code)},
                _("At most %(most)s characters.") % {"most": MAX_CODE},
            )
        elif not self._cell(TITLE):
            yield self._fault(TITLE, "no_title", _("is empty."), _("Write the task's title."))
        if self._secret not in _YES | _NO:
            yield self._fault(
                SECRET,
                "secret",
                _("holds “%(word)s”, which is neither yes nor no; it is taken for secret.")
                % {"word": quoted(self._cell(SECRET))},
                _("Write “có” where the task is a state secret; else leave it empty."),
            )

    def twice(self, row: int) -> Fault:
        """What is told where ``row`` has the same code."""
        return self._fault(
            CODE,
            "code_twice",
            _("holds “%(code)s”, which row %(row)d has already.")
            % {"code": quoted(self._cell(CODE)), "row": row},
            _("Give one of them another code, or delete this row."),
        )

    @property
    def _secret(self) -> str:
        return plain(self._cell(SECRET)) or self._cell(SECRET)

    def _cell(self, name: str) -> str:
        at = self.head.columns.get(name)
        return self.cells[at] if at is not None and at < len(self.cells) else ""

    def _fault(self, name: str, code: str, what: str, instead: str) -> Fault:
        """What is wrong with the cell in column ``name``."""
        column = self.head.words.get(name) or _(_SHOWN[name])
        where = _("Row %(row)d, column “%(column)s”:") % {
            "row": self.number,
            "column": quoted(column),
        }
        return Fault(shown(self.path), self.number, code, f"{where} {what}", instead)
