"""The annex, read back from its file: every post and delivery, typed, absent where it is absent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from publisher.campaign.register import Topic
from publisher.i18n import _, speaking
from publisher.reach.coverage import Coverage, Covered
from publisher.reach.criteria import Result
from publisher.reach.figures import add_up
from publisher.reach.period import period_summary
from publisher.reach.spans import half_year
from publisher.reach.words import label
from publisher.reports.annex import write_annex
from publisher.reports.periodic import PeriodicReport
from publisher.settings.office import Office
from publisher.settings.reports import Letterhead
from publisher.store import holds
from publisher.store.database import Database
from publisher.store.reach_tables import AccountReading
from tests.reach.builders import read, sent
from tests.store.builders import ZONE

NOW = datetime(2027, 6, 15, 8, tzinfo=ZONE)
HALF = half_year(2027, 1, 14)
NAMES = {"fanpage": "Trang Facebook của tỉnh", "cds": "Ngày Chuyển đổi số"}
FORMULA = '=HYPERLINK("https://x.example","Xem")'


@pytest.fixture
def report(database: Database) -> PeriodicReport:
    """Two posts: one on two channels, one that was never read and whose words are a formula."""
    at = datetime(2027, 5, 18, 8, tzinfo=ZONE)
    for hours, channel in enumerate(("fanpage", "zalo")):
        row = sent(database, at + timedelta(hours=hours), "mot", channel=channel, campaign="cds")
        figures = {"views": 1000, "reach": 700} if channel == "fanpage" else {"views": 50}
        read(database, row, at + timedelta(days=1), reactions=9, **figures)
    sent(database, at + timedelta(days=1), "hai", campaign="cds", text=FORMULA, channel="fanpage")
    with database.writing() as session:
        holds.place(session, at, "Lan", holds.CHANNEL, "fanpage", "-1+2", at + timedelta(days=1))
        session.add(AccountReading(channel="fanpage", at=at, followers=120))
    summary = period_summary(database, HALF, ZONE, NOW, 14)
    return PeriodicReport(
        summary=summary,
        office=Office(name="UBND tỉnh"),
        letterhead=Letterhead(unit="Sở Khoa học và Công nghệ"),
        made_at=NOW,
        names=NAMES,
        deadline=date(2027, 6, 19),
    )


def book(report: PeriodicReport, folder: Path) -> openpyxl.Workbook:
    path = folder / "phu-luc.xlsx"
    write_annex(report, path)
    return openpyxl.load_workbook(path)


def table(sheet: Any) -> tuple[list[str], list[list[Any]]]:
    """The labels, and the rows below them up to the first empty one."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(number for number, row in enumerate(rows) if number and not any(rows[number - 1]))
    body = []
    for row in rows[head + 1 :]:
        if not any(value is not None for value in row):
            break
        body.append(row)
    return rows[head], body


def named(workbook: openpyxl.Workbook, msgid: str) -> Any:
    with speaking("vi"):
        return workbook[_(msgid)]


def test_every_delivery_stands_in_it_with_its_own_figures(
    report: PeriodicReport, tmp_path: Path
) -> None:
    labels, rows = table(named(book(report, tmp_path), "Deliveries"))
    with speaking("vi"):
        views, reach = (labels.index(label("views")), 7)
    deliveries, total = rows[:-1], rows[-1]
    assert [row[0] for row in deliveries] == [
        datetime(2027, 5, 18, 8),  # noqa: DTZ001 -- a workbook knows no zones
        datetime(2027, 5, 18, 9),  # noqa: DTZ001
        datetime(2027, 5, 19, 8),  # noqa: DTZ001
    ]
    assert [row[2] for row in deliveries] == [NAMES["fanpage"], "zalo", NAMES["fanpage"]]
    assert [row[views] for row in deliveries] == [1000, 50, None]
    assert [row[reach] for row in deliveries] == [700, None, None]
    assert total[views] == 1050
    assert total[reach] == 700


def test_a_post_on_two_channels_is_one_row_that_says_how_many_its_figures_cover(
    report: PeriodicReport, tmp_path: Path
) -> None:
    labels, rows = table(named(book(report, tmp_path), "Posts"))
    first, second, total = rows
    with speaking("vi"):
        shown = labels.index(label("shown"))
        deliveries = labels.index(label("deliveries"))
    assert f"{NAMES['fanpage']}, zalo" in first
    assert (first[deliveries], first[shown], first[shown + 1]) == (2, 1050, 2)
    # Of the reach, one of two channels tells.
    assert (first[shown + 2], first[shown + 3]) == (700, 1)
    assert (second[shown], second[shown + 1]) == (None, 0)
    assert (total[deliveries], total[shown]) == (3, 1050)


def test_what_people_wrote_is_never_a_formula(report: PeriodicReport, tmp_path: Path) -> None:
    cells = [
        cell
        for sheet in book(report, tmp_path).worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    ]
    assert FORMULA in [cell.value for cell in cells]
    assert "-1+2" in [cell.value for cell in cells]
    assert [cell for cell in cells if cell.data_type == "f"] == []


def test_each_sheet_prints_on_a4_across_with_its_head_on_every_page(
    report: PeriodicReport, tmp_path: Path
) -> None:
    for sheet in book(report, tmp_path).worksheets:
        assert sheet.page_setup.orientation == "landscape"
        assert int(sheet.page_setup.paperSize) == 9
        assert sheet.print_title_rows
        assert sheet.freeze_panes


def test_it_says_on_every_sheet_what_it_counts_and_that_reach_is_no_number_of_people(
    report: PeriodicReport, tmp_path: Path
) -> None:
    workbook = book(report, tmp_path)
    for sheet in workbook.worksheets[:-1]:
        words = " ".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
        assert "15/12/2026" in words
        assert "14/06/2027" in words
        with speaking("vi"):
            told = label("reach")
            if told in words:
                assert _("%(figure)s (not unique people)") % {"figure": told} in words


def test_what_is_not_known_is_empty_and_audiences_have_no_total(
    report: PeriodicReport, tmp_path: Path
) -> None:
    workbook = book(report, tmp_path)
    _labels, followers = table(named(workbook, "Followers"))
    assert followers == [[NAMES["fanpage"], None, 120, None]]
    _labels, channels = table(named(workbook, "By channel"))
    assert [row[0] for row in channels[:2]] == [NAMES["fanpage"], "zalo"]
    assert [row[1] for row in channels] == [2, 1, 2]
    _labels, audiences = table(named(workbook, "By audience"))
    assert audiences == []


def test_indicators_and_topics_have_sheets_of_their_own(
    report: PeriodicReport, tmp_path: Path
) -> None:
    result = Result(
        "dao-tao",
        "Cán bộ được tập huấn",
        "%",
        72.5,
        70,
        met=True,
        basis="145/200",
        trend=((date(2026, 12, 14), None), (date(2027, 6, 14), 72.5)),
    )
    covered = Covered(Topic("NV-1", "Lúa chịu mặn", "Sở NN", "đề tài"), 0, None, add_up([]))
    summary = replace(report.summary, results=(result,), coverage=Coverage((covered,)))
    workbook = book(replace(report, summary=summary), tmp_path)
    _labels, [indicator] = table(named(workbook, "Indicators"))
    assert indicator[:4] == ["Cán bộ được tập huấn", "%", 72.5, 70]
    assert indicator[-2:] == [None, 72.5]
    _labels, [topic] = table(named(workbook, "Tasks and topics"))
    assert topic[:5] == ["NV-1", "Lúa chịu mặn", "Sở NN", "đề tài", 0]


def test_a_draft_and_a_rehearsal_say_so_on_every_sheet(
    report: PeriodicReport, tmp_path: Path
) -> None:
    workbook = book(replace(report, draft=True, rehearsal=True), tmp_path)
    with speaking("vi"):
        marks = (
            _("REHEARSAL: nothing was published, the figures are made up"),
            _("Draft: the span isn't over."),
        )
    for sheet in workbook.worksheets[:-1]:
        words = [cell.value for row in sheet.iter_rows(max_row=5) for cell in row]
        assert set(marks) <= set(words)
