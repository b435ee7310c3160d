"""The coverage register: the tasks and topics that the office owes the public, in a table of its
own, campaigns/coverage.csv or campaigns/coverage.xlsx.

Columns are found by their headings, in Vietnamese or English and in any order; others are left
alone, and so is what stands above the headings. What is wrong is told by row and column, as Excel
counts them, and the lines that are right are used all the same. The check, the campaigns' reader
(what do posts say that they cover?) and the reports read the register here.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from publisher.files.faults import Fault, Severity
from publisher.files.messages import near, nearest, quoted
from publisher.files.rows import Sheet, broken_at, read_sheets, unknown_encoding
from publisher.files.source import Document, shown
from publisher.i18n import N_, _
from publisher.settings import Settings

NAMES = ("coverage.csv", "coverage.xlsx")
MAX_CODE = 80
_LAST_HEAD_ROW = 30
"""Above the headings stand at most so many rows: the office's name, a title, a date."""

_FEW = 12

NOT_TO_BE_TOLD = "covers_secret"
"""The code of the fault that a post is about a secret task."""

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

_SHOWN = {CODE: N_("Code"), TITLE: N_("Title"), SECRET: N_("Secret")}
_YES = frozenset({"x", "co", "mat", "toi mat", "tuyet mat", "yes", "y", "true", "1", "✓", "✔"})
_NO = frozenset(
    {"", "0", "-", "–", "khong", "khong mat", "thuong", "cong khai", "no", "n", "false"}
)


@dataclass(frozen=True, slots=True)
class Topic:
    """A line of the register: a task or topic by its ``code``. A ``secret`` one is not to be
    communicated and counts nowhere."""

    code: str
    title: str
    unit: str = ""
    kind: str = ""
    secret: bool = False


@dataclass(frozen=True)
class Register:
    """The register's lines in their order, each code once."""

    path: Path
    topics: tuple[Topic, ...]

    @cached_property
    def _by_mark(self) -> dict[str, Topic]:
        return {mark(topic.code): topic for topic in self.topics}

    def find(self, code: str) -> Topic | None:
        """The line of ``code``, in small letters or capitals."""
        return self._by_mark.get(mark(code))


def mark(code: str) -> str:
    """What two ways of writing one code have in common."""
    return " ".join(unicodedata.normalize("NFC", code).split()).casefold()


def plain(text: str) -> str:
    """``text`` in small letters without accents and signs, a space between words."""
    bare = unicodedata.normalize("NFD", text.casefold().replace("đ", "d"))
    letters = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return " ".join("".join(sign if sign.isalnum() else " " for sign in letters).split())


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
    heads = [(head, sheet) for sheet in sheets if (head := _head(sheet)) is not None]
    if not heads:
        return None, [_no_headings(path, sheets)]
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


@dataclass(frozen=True, slots=True)
class _Head:
    """The row of headings, from 1; where each column stands, and how it is headed."""

    row: int
    columns: Mapping[str, int]
    words: Mapping[str, str]


def _head(sheet: Sheet) -> _Head | None:
    for number, cells in enumerate(sheet.rows[:_LAST_HEAD_ROW], start=1):
        columns: dict[str, int] = {}
        for place, cell in enumerate(cells):
            found = next((name for name, ways in _HEADINGS.items() if plain(cell) in ways), None)
            if found is not None:
                columns.setdefault(found, place)
        if {CODE, TITLE} <= columns.keys():
            return _Head(number, columns, {name: cells[at] for name, at in columns.items()})
    return None


def _no_headings(path: Path, sheets: Sequence[Sheet]) -> Fault:
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


def _topics(path: Path, head: _Head, sheet: Sheet) -> tuple[tuple[Topic, ...], list[Fault]]:
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


_NO_LINE = ("no_code", "code")


@dataclass(frozen=True, slots=True)
class _Line:
    """A row of the register, by its number in Excel."""

    path: Path
    number: int
    head: _Head
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


def of_covers(
    covers: Sequence[str], document: Document, register: Register | None
) -> Iterator[Fault]:
    """What is wrong with what a post says that it covers.

    A code may be written before the register has it: that is worth a look, no more. A task that is
    a state secret isn't communicated at all.
    """
    for place, code in enumerate(covers):
        topic = register.find(code) if register is not None else None
        if topic is not None and topic.secret:
            yield document.fault(
                ("covers", place),
                NOT_TO_BE_TOLD,
                _(
                    "Task “%(code)s” is secret by the coverage register: no post may be about it, "
                    "and this one is not sent."
                )
                % {"code": quoted(code)},
                _("Take the post out, or have the register mended if the task isn't secret."),
            )
        elif topic is None and register is not None:
            what, instead = _unknown(code, register)
            yield document.fault(("covers", place), "unknown_code", what, instead, Severity.WARNING)


def _unknown(code: str, register: Register) -> tuple[str, str]:
    what = _("The coverage register has no task “%(code)s”.") % {"code": quoted(code)}
    # No one is led to a secret task.
    known = [topic.code for topic in register.topics if not topic.secret]
    # A register of hundreds of tasks is no list to choose from.
    is_told = len(known) <= _FEW or nearest(code, known) is not None
    hint = near(code, known) if is_told else ""
    return what, hint or _("Add it to the register, or mend the code here.")
