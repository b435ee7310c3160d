"""``coverage``: what each task of the register has had, and which have had nothing."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.cli.office import Office, just_now, local_now

REGISTER = """\
Mã;Tên nhiệm vụ;Đơn vị;Loại;Mật
NV-1;Cảm biến nước;Sở Khoa học;Đề tài;
NV-2;Học liệu số;Sở Giáo dục;Dự án;
NV-3;Kín;Sở Khoa học;Đề tài;có
NV-4;Truy xuất;Sở Khoa học;Đề tài;
"""


@pytest.fixture
def registered(office: Office) -> Office:
    """An office with a register; a post about NV-1 (and an unknown code) went out."""
    (office.root / "campaigns/coverage.csv").write_text(REGISTER, encoding="utf-8")
    office.post("bai", just_now(), keys='covers = ["nv-1", "NV-9"]')
    office.run("apply")
    office.send_due()
    return office


def test_each_task_is_told_with_what_it_had(registered: Office) -> None:
    told = registered.run("coverage")
    assert told.code == 0
    lines = told.out.splitlines()
    assert lines[0] == "All that has ever gone out:"
    had = dict(zip(lines[1:7:2], lines[2:7:2], strict=True))
    assert [line.split()[0] for line in had] == ["NV-1", "NV-2", "NV-4"]
    first, second, _third = had.values()
    assert f"1 post, the last on {local_now().day} " in first
    assert second.strip() == "nothing yet"
    assert "1 of 3 tasks have had something, 2 nothing." in told.out
    assert "1 secret task is neither listed nor counted." in told.out
    assert "Kín" not in told.out
    assert "NV-9" in told.out


def test_missing_lists_only_what_has_had_nothing(registered: Office) -> None:
    told = registered.run("coverage", "--missing")
    assert not told.lines("NV-1 ")
    assert told.lines("NV-2 ")
    assert "1 of 3 tasks" in told.out


def test_units_and_kinds_narrow_it(registered: Office) -> None:
    told = registered.run("coverage", "--unit", "sở khoa học", "--kind", "Đề tài")
    assert told.lines("NV-1 ")
    assert told.lines("NV-4 ")
    assert not told.lines("NV-2 ")
    assert "1 of 2 tasks" in told.out


def test_a_unit_that_isnt_there_is_refused_with_the_nearest(registered: Office) -> None:
    refused = registered.run("coverage", "--unit", "Sở Khoa hoc")
    assert refused.code == 2
    assert "“Sở Khoa học”" in refused.out


def test_a_span_counts_only_its_days(registered: Office) -> None:
    told = registered.run("coverage", "--from", "1/1/2020", "--to", "5/1/2020")
    assert "0 of 3 tasks have had something, 3 nothing." in told.out


def test_programs_and_excel_get_the_same_rows(registered: Office) -> None:
    told = json.loads(registered.run("coverage", "--as", "json").out)
    assert [(one["code"], one["posts"]) for one in told] == [("NV-1", 1), ("NV-2", 0), ("NV-4", 0)]
    # A figure that no platform told is absent, not zero.
    assert told[0]["reach"] is None
    text = registered.run("coverage", "--as", "csv").out.lstrip("\ufeff")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert [(row[0], row[4]) for row in rows[1:]] == [("NV-1", "1"), ("NV-2", "0"), ("NV-4", "0")]


def test_a_formula_in_the_register_stays_text(registered: Office) -> None:
    path = registered.root / "campaigns/coverage.csv"
    path.write_text(REGISTER.replace("Học liệu số", "=HYPERLINK(1)"), encoding="utf-8")
    assert "'=HYPERLINK(1)" in registered.run("coverage", "--as", "csv").out


def test_slips_are_told_beside_what_programs_read(registered: Office) -> None:
    path = registered.root / "campaigns/coverage.csv"
    path.write_text(REGISTER + ";Không mã;;;\n", encoding="utf-8")
    told = registered.run("coverage")
    assert told.lines("coverage.csv:6")
    assert "Row 6, column “Mã”" in told.out


def test_without_a_register_it_is_said_where_to_put_one(office: Office) -> None:
    told = office.run("coverage")
    assert told.code == 1
    assert "campaigns/coverage.csv" in told.out


def test_tagging_a_post_after_it_went_out_counts(registered: Office) -> None:
    [path] = (registered.root / "campaigns/thu/posts").iterdir()
    text = path.read_text(encoding="utf-8").replace('"NV-9"', '"NV-4"')
    path.write_text(text, encoding="utf-8")

    planned = registered.run("plan")
    assert planned.lines("noted otherwise for reports")
    registered.run("apply")

    assert "2 of 3 tasks have had something, 1 nothing." in registered.run("coverage").out
    assert registered.run("log").lines("covers nv-1, NV-4")


def test_the_check_refuses_a_post_about_a_secret_task(registered: Office) -> None:
    registered.post("kin", just_now(), keys='covers = ["NV-3"]')
    checked = registered.run("check")
    assert checked.code == 1
    assert checked.lines("kin.md:3")


def test_new_campaign_and_status_are_not_disturbed_by_the_two_files(registered: Office) -> None:
    (registered.root / "campaigns/criteria.toml").write_text("", encoding="utf-8")
    assert registered.run("new-campaign", "hoi-xuan").code == 0
    assert registered.run("status").code == 0
