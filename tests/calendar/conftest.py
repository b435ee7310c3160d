"""An office with a calendar: two campaigns, a store, and tables as people make them in Excel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from publisher.alerts.alerts import Alerts
from publisher.calendar.importing import Import, read_calendar
from publisher.campaign.model import Campaign
from publisher.campaign.reader import read_campaign
from publisher.clock import MovedClock
from publisher.desk.desk import Desk
from publisher.editing.editor import Editor
from publisher.settings import Settings
from publisher.settings.reader import read_settings
from publisher.store.database import Database
from tests.campaign.workspace import SCHEDULE, Workspace

SLUG = "chuyen-doi-so"
HEAD = ("Ngày đăng", "Giờ", "Tiêu đề", "Nội dung", "Kênh")
ROW = ("01/10/2027", "8h30", "Mời dự Ngày hội", "Mời bà con.\n\nĐến dự nhé!", "fanpage")

TITLES = """
[channels.portal]
adapter = "outbox"
title = "Cổng thông tin, tỉnh"

[channels.trang]
adapter = "outbox"
title = "Trang Facebook của tỉnh"
"""


@dataclass
class Planned:
    """The office's parts, and the table that it reads."""

    root: Path
    settings: Settings
    database: Database
    clock: MovedClock
    desk: Desk
    editor: Editor

    @property
    def table(self) -> Path:
        return self.root / "lich.xlsx"

    @property
    def campaign(self) -> Campaign:
        found, faults = read_campaign(self.settings.campaigns_folder / SLUG, self.settings)
        assert found is not None, faults
        return found

    def posts(self) -> dict[str, str]:
        """The posts' files by their names."""
        folder = self.settings.campaigns_folder / SLUG / "posts"
        return {path.stem: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}

    def lay(
        self, *rows: Sequence[Any], edit: Callable[[Any], None] | None = None, head: Any = HEAD
    ) -> None:
        """A table of these rows; ``edit`` does to the sheet what else people do to theirs."""
        book = openpyxl.Workbook()
        sheet = book.active
        for row in (head, *rows):
            sheet.append(list(row))
        if edit is not None:
            edit(sheet)
        book.save(self.table)

    def change(self, edit: Callable[[Any], None]) -> None:
        """The table as somebody changed it in Excel."""
        book = openpyxl.load_workbook(self.table)
        edit(book.worksheets[0])
        book.save(self.table)

    def read(self) -> Import:
        return read_calendar(self.table, self.settings, self.editor, self.clock, self.campaign)

    def take(self) -> Import:
        """Read the table and write what fits."""
        read = self.read()
        for one in read.written:
            one.proposal.write("Lan")
        return read


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: Database) -> Planned:
    """At noon of 20 September 2027."""
    monkeypatch.chdir(tmp_path)
    Workspace(tmp_path).write()
    with (tmp_path / SCHEDULE).open("a", encoding="utf-8") as file:
        file.write(TITLES)
    settings, faults = read_settings(tmp_path / SCHEDULE)
    assert settings is not None, faults
    clock = MovedClock(datetime(2027, 9, 20, 5, 0, tzinfo=UTC))
    desk = Desk(settings, database, clock, Alerts(database, settings, clock, ()))
    editor = Editor(settings, database, clock)
    return Planned(tmp_path, settings, database, clock, desk, editor)


def codes(read: Import) -> list[tuple[int, str]]:
    return [(slip.row, slip.fault.code) for slip in read.slips]


__all__ = ["Planned", "codes"]
