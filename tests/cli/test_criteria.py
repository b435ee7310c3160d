"""``criteria``: the indicators as people and programs read them."""

from __future__ import annotations

import csv
import io
import json

import pytest

from tests.cli.office import Office, just_now, local_now

CRITERIA = """\
[indicator.bai]
title = "Bài viết cho người học"
source = "III.2.đ"
at_least = 1
posts = { audiences = ["learners"] }

[indicator.tap-huan]
title = "Cán bộ được tập huấn"
unit = "%"
at_least = 70
by_hand = { values = [{ on = "2020-06-30", value = 45.5, note = "Sở báo cáo" }] }

[indicator.nhiem-vu]
title = "Nhiệm vụ đã được truyền thông"
at_least = 100
coverage = {}
"""


def put(office: Office, text: str = CRITERIA) -> None:
    (office.root / "campaigns/criteria.toml").write_text(text, encoding="utf-8")


def publish(office: Office) -> None:
    office.post("bai", just_now(), keys='audiences = ["learners"]\ncovers = ["NV-1"]')
    office.run("apply")
    office.send_due()


def test_each_indicator_is_told_with_value_target_and_what_was_counted(office: Office) -> None:
    put(office)
    publish(office)

    told = office.run("criteria")

    assert told.code == 0
    assert "met: Bài viết cho người học" in told.out
    assert "1 posts · target: at least 1 posts · plan: III.2.đ" in told.out
    assert "1 post; 1 delivery" in told.out
    assert "not met: Cán bộ được tập huấn" in told.out
    assert "as of 30 Jun 2020; Sở báo cáo; an old value" in told.out
    assert "no figure yet: Nhiệm vụ đã được truyền thông" in told.out


def test_a_month_counts_the_days_of_its_report(office: Office) -> None:
    put(office)
    told = office.run("criteria", "--month", "10/2027")
    assert "From 15 Sep 2027 to 14 Oct 2027:" in told.out


@pytest.mark.parametrize(
    ("arguments", "first", "last"),
    [
        (["--half", "1", "--year", "2027"], "2026-12-15", "2027-06-14"),
        (["--year", "2027"], "2026-12-15", "2027-12-14"),
        (["--from", "1/2/2027", "--to", "5/2/2027"], "2027-02-01", "2027-02-05"),
    ],
)
def test_every_way_to_name_a_span(
    office: Office, arguments: list[str], first: str, last: str
) -> None:
    put(office)
    told = office.run("criteria", *arguments, "--as", "json")
    span = json.loads(told.out)["span"]
    assert (span["first"], span["last"]) == (first, last)


def test_without_a_span_it_is_the_year_that_counts_today(office: Office) -> None:
    put(office)
    span = json.loads(office.run("criteria", "--as", "json").out)["span"]
    assert span["kind"] == "yearly"
    assert span["first"] <= f"{local_now():%Y-%m-%d}" <= span["last"]


@pytest.mark.parametrize(
    "arguments",
    [
        ["--month", "10/2027", "--year", "2027"],
        ["--to", "1/2/2027"],
        ["--from", "5/2/2027", "--to", "1/2/2027"],
    ],
)
def test_a_span_that_makes_no_sense_is_refused(office: Office, arguments: list[str]) -> None:
    put(office)
    refused = office.run("criteria", *arguments)
    assert refused.code == 2
    assert "--from" in refused.out


def test_programs_get_values_and_the_trend(office: Office) -> None:
    put(office)
    publish(office)
    told = json.loads(office.run("criteria", "--as", "json").out)
    [posts, trained, _tasks] = told["indicators"]
    assert (posts["value"], posts["target"], posts["target_is"], posts["met"]) == (
        1.0,
        1.0,
        "at_least",
        True,
    )
    assert [point["value"] for point in posts["trend"]] == [None] * 5 + [1.0]
    assert trained["value"] == 45.5


def test_excel_gets_a_row_for_each_indicator(office: Office) -> None:
    put(office)
    publish(office)
    told = office.run("criteria", "--as", "csv").out
    rows = list(csv.reader(io.StringIO(told.lstrip("\ufeff")), delimiter=";"))
    assert [row[0] for row in rows] == ["Indicator", "bai", "tap-huan", "nhiem-vu"]
    # An Excel in Viet Nam reads 45.5 as text, and 45.500 as 45,500.
    assert [row[3] for row in rows[1:]] == ["1", "45,5", ""]


def test_a_faulty_file_is_told_and_so_is_none(office: Office) -> None:
    assert "campaigns/criteria.toml" in office.run("criteria").out
    put(office, CRITERIA.replace("at_least = 70", "at_leest = 70"))
    told = office.run("criteria")
    assert told.code == 1
    assert "criteria.toml:10" in told.out
    assert "“at_least”" in told.out


def test_the_check_tells_of_the_criteria_too(office: Office) -> None:
    put(office, CRITERIA.replace("[indicator.nhiem-vu]", '[indicator.x]\nunit = "bài"'))
    office.post("bai", just_now())
    checked = office.run("check")
    assert checked.lines("criteria.toml:14")
    assert checked.code == 0
    put(office, CRITERIA + "posts = {}\n")
    assert office.run("check").code == 1


def test_vietnamese_is_spoken_to_officers(office: Office) -> None:
    put(office)
    publish(office)
    told = office.run("criteria", lang="")
    assert "đạt: Bài viết cho người học" in told.out
    assert "1 bài" in told.out
