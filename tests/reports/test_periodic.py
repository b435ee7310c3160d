"""A report put together and written: what it holds, and that nobody's own work is written over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import openpyxl
import pypdf
import pytest
from docx import Document

from publisher.clock import MovedClock
from publisher.i18n import speaking
from publisher.reach.criteria import Result
from publisher.reach.spans import any_span, half_year, month, whole_year
from publisher.reports.documents import TemplateError
from publisher.reports.drafts import FORMS, RECORD, write_drafts
from publisher.reports.gaps import gaps
from publisher.reports.periodic import PeriodicReport, report_of
from publisher.reports.span_words import file_stem, report_name
from publisher.settings import Settings
from publisher.settings.office import Office
from publisher.settings.reports import Letterhead, Periodic, Reports
from publisher.site import Site
from publisher.store.database import Database
from tests.reach.builders import read, sent
from tests.store.builders import ZONE

AFTER = datetime(2027, 10, 15, 8, tzinfo=ZONE)
"""The morning after October's report is closed."""

SIGNED = Letterhead(
    to="Sở Khoa học và Công nghệ", place="Đồng Tháp", title="GIÁM ĐỐC", signer="Nguyễn Văn An"
)


@pytest.fixture
def site(database: Database, clock: MovedClock, tmp_path: Path) -> Iterator[Site]:
    """An office that published one post this month and one the month before."""
    (tmp_path / "campaigns").mkdir()
    clock.move_to(AFTER)
    settings = Settings(
        root=tmp_path,
        office=Office(name="UBND tỉnh Đồng Tháp"),
        channels={"hop": {"adapter": "outbox", "title": "Hộp thư tỉnh"}},
        reports=Reports(periodic=Periodic(letterhead=SIGNED)),
    )
    for at, post, views in (
        (datetime(2027, 10, 6, 8, tzinfo=ZONE), "thang-nay", 321),
        (datetime(2027, 9, 6, 8, tzinfo=ZONE), "thang-truoc", 100),
    ):
        read(database, sent(database, at, post), at + timedelta(hours=1), views=views)
    opened = Site(settings, database, clock, lambda _reference: "")
    yield opened
    opened.switchboard.close()


@pytest.fixture
def report(site: Site) -> PeriodicReport:
    return report_of(site, month(2027, 10, 14))


def test_it_holds_the_spans_figures_names_and_deadline(report: PeriodicReport) -> None:
    assert report.summary.total.now.figures.shown == 321
    assert report.summary.total.before.figures.shown == 100
    assert report.names["hop"] == "Hộp thư tỉnh"
    assert report.deadline == date(2027, 10, 20)
    assert report.letterhead == SIGNED
    assert not report.draft


def test_it_is_a_draft_until_its_last_day_is_over(site: Site, clock: MovedClock) -> None:
    clock.move_to(datetime(2027, 10, 14, 23, 59, tzinfo=ZONE))
    assert report_of(site, month(2027, 10, 14)).draft
    clock.move_to(datetime(2027, 10, 15, tzinfo=ZONE))
    assert not report_of(site, month(2027, 10, 14)).draft


def test_what_was_asked_for_has_no_deadline(site: Site) -> None:
    report = report_of(site, any_span(date(2027, 9, 1), date(2027, 9, 30)))
    assert report.deadline is None
    assert report.summary.total.now.posts == 1


def test_indicators_and_topics_stand_in_it_and_a_faulty_file_is_told(site: Site) -> None:
    folder = site.settings.campaigns_folder
    (folder / "coverage.csv").write_text("Mã,Tên nhiệm vụ\nNV-1,Lúa chịu mặn\n", "utf-8")
    (folder / "criteria.toml").write_text(
        '[indicator.bai]\ntitle = "Số bài"\nat_least = 1\n[indicator.bai.posts]\n', "utf-8"
    )
    report = report_of(site, month(2027, 10, 14))
    assert [(one.title, one.value, one.met) for one in report.summary.results] == [
        ("Số bài", 1, True)
    ]
    assert report.summary.coverage is not None
    assert [topic.code for topic in report.summary.coverage.without] == ["NV-1"]
    (folder / "criteria.toml").write_text("[indicator.bai]\n", "utf-8")
    faulty = report_of(site, month(2027, 10, 14))
    assert "criteria.toml" in " ".join(gap.what for gap in gaps(faulty))


def test_it_is_written_in_three_forms_that_open(report: PeriodicReport, tmp_path: Path) -> None:
    drafts = write_drafts(report, tmp_path / "ra")
    assert [draft.path.name for draft in drafts] == [
        f"bao-cao-thang-10-2027.{form}" for form in FORMS
    ]
    docx, pdf, xlsx = (draft.path for draft in drafts)
    document = Document(str(docx))
    words = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "tháng 10 năm 2027" in words
    assert "tháng 10 năm 2027" in " ".join(
        "".join(page.extract_text() for page in pypdf.PdfReader(pdf).pages).split()
    )
    assert len(openpyxl.load_workbook(xlsx).worksheets) > 10
    left = {path.name for path in (tmp_path / "ra").iterdir()}
    assert left == {docx.name, pdf.name, xlsx.name, RECORD}


def test_only_the_forms_that_are_asked_for_are_written(
    report: PeriodicReport, tmp_path: Path
) -> None:
    assert [draft.form for draft in write_drafts(report, tmp_path / "ra", ("xlsx",))] == ["xlsx"]


def test_what_nobody_touched_is_written_anew(report: PeriodicReport, tmp_path: Path) -> None:
    first = write_drafts(report, tmp_path, ("docx", "xlsx"))
    again = write_drafts(report, tmp_path, ("docx", "xlsx"))
    assert [draft.path for draft in again] == [draft.path for draft in first]
    assert all(draft.kept is None for draft in again)


def test_what_somebody_edited_stays_and_the_new_one_stands_beside_it(
    report: PeriodicReport, tmp_path: Path
) -> None:
    [draft] = write_drafts(report, tmp_path, ("docx",))
    document = Document(str(draft.path))
    document.add_paragraph("Ý kiến của Giám đốc")
    document.save(str(draft.path))
    edited = draft.path.read_bytes()

    [second] = write_drafts(report, tmp_path, ("docx",))
    assert second.path.name == "bao-cao-thang-10-2027-2.docx"
    assert second.kept == draft.path
    assert draft.path.read_bytes() == edited

    [third] = write_drafts(report, tmp_path, ("docx",))
    assert third.path == second.path
    second.path.write_bytes(edited)
    [fourth] = write_drafts(report, tmp_path, ("docx",))
    assert fourth.path.name == "bao-cao-thang-10-2027-3.docx"


def test_a_file_that_the_program_never_wrote_is_left_alone(
    report: PeriodicReport, tmp_path: Path
) -> None:
    own = tmp_path / "bao-cao-thang-10-2027.docx"
    own.write_bytes(b"bao cao cua toi")
    (tmp_path / RECORD).write_text("khong phai JSON", "utf-8")
    [draft] = write_drafts(report, tmp_path, ("docx",))
    assert own.read_bytes() == b"bao cao cua toi"
    assert draft.path.name == "bao-cao-thang-10-2027-2.docx"


def test_a_template_that_is_none_leaves_nothing_behind(
    report: PeriodicReport, tmp_path: Path
) -> None:
    template = tmp_path / "mau.docx"
    template.write_bytes(b"khong phai Word")
    with pytest.raises(TemplateError):
        write_drafts(report, tmp_path / "ra", template=template)
    assert list((tmp_path / "ra").iterdir()) == []


def test_a_whole_report_lacks_nothing(report: PeriodicReport) -> None:
    assert gaps(report) == ()


def test_an_unsigned_draft_says_what_it_lacks(site: Site, clock: MovedClock) -> None:
    site.settings = site.settings.model_copy(update={"reports": Reports()})
    clock.move_to(datetime(2027, 10, 12, 8, tzinfo=ZONE))
    with speaking("en"):
        found = [gap.what for gap in gaps(report_of(site, month(2027, 10, 14)))]
    assert found == [
        "Its span isn't over: it counts the posts up to the end of 14 Oct 2027.",
        "The letterhead lacks: to whom it goes (to), the place (place), the signer's post (title), "
        "the signer's name (signer).",
    ]


def test_file_names_are_plain_and_reports_are_named_in_vietnamese() -> None:
    spans = (
        month(2027, 1, 14),
        half_year(2027, 1, 14),
        half_year(2027, 2, 14),
        whole_year(2027, 14),
        any_span(date(2027, 1, 1), date(2027, 1, 5)),
    )
    assert [file_stem(span) for span in spans] == [
        "bao-cao-thang-01-2027",
        "bao-cao-6-thang-dau-nam-2027",
        "bao-cao-6-thang-cuoi-nam-2027",
        "bao-cao-nam-2027",
        "bao-cao-01-01-2027-den-05-01-2027",
    ]
    with speaking("en"):
        assert [report_name(span) for span in spans[:4]] == [
            "Report of January 2027",
            "Report of the first half of 2027",
            "Report of the second half of 2027",
            "Report of the year 2027",
        ]
    with speaking("vi"):
        assert "tháng 1 năm 2027" in report_name(spans[0])


def test_only_what_people_write_in_is_asked_of_them(report: PeriodicReport) -> None:
    counted = Result("a", "Đo được", "%", None, 80, None, "")
    written = Result("b", "Nhập tay", "%", None, 70, None, "", by_hand=True)
    lacking = replace(report, summary=replace(report.summary, results=(counted, written)))
    with speaking("vi"):
        [gap] = gaps(lacking)
    assert gap.what == "1 chỉ tiêu nhập tay chưa có số liệu: Nhập tay."
