"""The plan's indicators and the register of tasks in the console."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from publisher.settings.console import Role
from tests.web import reached
from tests.web.office import ConsoleOffice, Visitor
from tests.web.reading import description, english, link_in, rows_of, table_of, words_of


@pytest.fixture(scope="module")
def office(stores: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsoleOffice]:
    """An office of which ten weeks' posts were read, and last year's edition."""
    made = ConsoleOffice(tmp_path_factory.mktemp("reached"))
    reached.fill(made)
    reached.lay_plan(made)
    yield made
    made.close()


@pytest.fixture(scope="module")
def leader(office: ConsoleOffice) -> Visitor:
    return english(office.visitor(Role.VIEWER))


def test_criteria_stand_against_their_targets_with_what_was_counted(leader: Visitor) -> None:
    page = words_of(leader.get("/reach/criteria?span=2027-09").text)
    assert re.search(r"Bài viết dành cho người dân met \d+ posts target: at least 3 posts", page)
    assert "not met 4 posts target: at least 500 posts" in page
    assert "without a target 6.0" in page
    assert "0 of 2 tasks" in page
    assert "plan: III.2.đ" in page


def test_the_criteria_as_a_table_say_what_the_page_says(leader: Visitor) -> None:
    page = leader.get("/reach/criteria?span=2027-09").text
    rows = rows_of(leader.get(link_in(page, "criteria.csv")))
    assert [row["Indicator"] for row in rows] == [
        "bai-cho-nguoi-dan",
        "bai-cho-nguoi-hoc",
        "tuong-tac",
        "nhiem-vu",
    ]
    text = words_of(page)
    for row in rows:
        unit = row["Unit"] if row["Unit"] == "%" else f" {row['Unit']}"
        value = row["Value"].replace(",", ".")
        assert f"{row['Title']} {row['Verdict']} {value}{unit}" in text
        assert row["What was counted"] in text


def test_an_indicators_trend_is_the_same_in_words_in_its_picture_and_in_its_table(
    leader: Visitor,
) -> None:
    page = leader.get("/reach/criteria?span=2027-09").text
    rows = rows_of(leader.get(link_in(page, "bai-cho-nguoi-dan.csv")))
    said = description(leader.get(link_in(page, "bai-cho-nguoi-dan.png")))
    assert [row["Value"] for row in rows][-2:] == ["12", "18"]
    assert "14 Aug 2027: 12 posts; 14 Sep 2027: 18 posts" in said
    assert "14 Aug 2027: 12 posts; 14 Sep 2027: 18 posts" in words_of(page)
    svg = leader.get("/reach/criteria/bai-cho-nguoi-dan.svg?span=2027-09&dark=1")
    assert svg.headers["content-type"] == "image/svg+xml"


@pytest.mark.parametrize(
    "path",
    [
        "criteria?span=2027-13",
        "criteria?span=x",
        "criteria/x.svg",
        "criteria/nhiem-vu.gif?span=2027-09",
        "coverage?span=2027-H3",
    ],
)
def test_a_report_or_indicator_that_there_is_not_is_not_found(leader: Visitor, path: str) -> None:
    assert leader.get(f"/reach/{path}").status_code == 404


def test_the_register_shows_which_tasks_have_had_something(leader: Visitor) -> None:
    page = leader.get("/reach/coverage").text
    text = words_of(page)
    assert "1 of 2 tasks have had something, 1 nothing." in text
    assert "1 secret task is neither listed nor counted." in text
    assert "Việc không nêu tên" not in text
    assert "Posts name what the register doesn't have: NV-99" in text
    first, second = table_of(page)
    assert first[1:] == ["nothing yet", "–", "–", "–"]
    assert second[1:] == ["1", "27 Sep 2027", "1,350 (2/3)", "630 (1/3)"]


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("", ["NV-01", "NV-02"]),
        ("?missing=1", ["NV-01"]),
        ("?unit=S%E1%BB%9F+N%C3%B4ng+nghi%E1%BB%87p", ["NV-02"]),
        ("?kind=nothing", []),
    ],
)
def test_the_registers_table_lists_what_the_page_lists(
    leader: Visitor, query: str, codes: list[str]
) -> None:
    page = leader.get(f"/reach/coverage{query}").text
    rows = rows_of(leader.get(f"/reach/coverage.csv{query}"))
    assert [row["Code"] for row in rows] == codes
    assert [re.search(r"NV-\d+", row[0])[0] for row in table_of(page)] == codes  # type: ignore[index]
    if codes:
        assert link_in(page, "coverage.csv") == f"/reach/coverage.csv{query}"


def test_faults_of_the_files_are_told_and_an_office_without_them_is_told_what_to_do(
    own_office: ConsoleOffice,
) -> None:
    visitor = english(own_office.visitor(Role.VIEWER))
    assert "There are no indicators" in visitor.get("/reach/criteria").text
    assert "There is no coverage register" in visitor.get("/reach/coverage").text
    assert rows_of(visitor.get("/reach/coverage.csv")) == []
    file: Path = own_office.root / "campaigns" / "criteria.toml"
    file.write_text('[indicator.x]\ntitle = "X"\nposts = { audience = [] }\n', "utf-8")
    page = visitor.get("/reach/criteria")
    assert page.status_code == 200
    assert "criteria.toml:3" in page.text
