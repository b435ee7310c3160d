"""``reach``: the ledger's answers in files, for people's Excel and for programs."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest

from publisher.reach.answers import BYS
from publisher.reach.export.json_schema import AnswerJson, DoubtsJson
from tests.cli.ledger import OCTOBER, ONE, READ, Keep, keeper, told
from tests.cli.office import Office
from tests.reach.naive import Look


@pytest.fixture
def keep(office: Office) -> Keep:
    return keeper(office)


@pytest.mark.parametrize("by", BYS)
def test_json_keeps_to_its_schema(office: Office, keep: Keep, by: str) -> None:
    fell = replace(ONE, looks=[READ, Look(120, {"reach": 900}, ("falling:reach",))], gone=500)
    keep(fell, replace(ONE, channel="zalo", looks=[]))
    document = told(office, "--by", by, *OCTOBER)
    AnswerJson.model_validate(document)
    assert datetime.fromisoformat(document["as_of"]).utcoffset() == timedelta(hours=7)
    assert {note["code"] for note in document["notes"]} >= {"not_people", "doubtful", "gone"}
    assert document["total"]["figures"]["saves"] is None
    doubts = told(office, "--doubts", *OCTOBER)
    DoubtsJson.model_validate(doubts)
    assert doubts["doubts"][0]["delivery"] == "cds/2027/mot"


def test_json_has_the_same_names_in_every_language(office: Office, keep: Keep) -> None:
    keep(ONE)

    def names(document: Any) -> Any:
        if isinstance(document, dict):
            return {key: names(value) for key, value in document.items()}
        return [names(one) for one in document] if isinstance(document, list) else None

    vietnamese, english = (
        json.loads(office.run("reach", *OCTOBER, "--as", "json", lang=lang).out)
        for lang in ("vi", "en")
    )
    assert names(vietnamese) == names(english)
    assert vietnamese["groups"][0]["figures"] == english["groups"][0]["figures"]


@pytest.mark.parametrize("by", BYS)
def test_a_workbook_has_the_figures_their_total_and_the_definitions(
    office: Office, keep: Keep, by: str
) -> None:
    keep(ONE, replace(ONE, channel="zalo", looks=[]), replace(ONE, post="hai"))
    ran = office.run("reach", "--by", by, *OCTOBER, "--out", "bang.xlsx")
    assert ran.lines("Written to bang.xlsx")
    book = openpyxl.load_workbook(office.root / "bang.xlsx")
    assert book.sheetnames == ["Figures", "Definitions"]
    rows = [[cell.value for cell in row] for row in book["Figures"].iter_rows()]
    head = next(row for row in rows if "Reach (not unique people)" in row)
    column = head.index("Reach (not unique people)")
    assert head[column + 1] == "Reach: known of deliveries"
    assert "Saves" not in head
    figures = [row[column] for row in rows if isinstance(row[column], int)]
    groups = told(office, "--by", by, *OCTOBER)["groups"]
    known = [group["figures"]["reach"] for group in groups if group["figures"]["reach"] is not None]
    has_total = by != "audience" and len(groups) > 1
    assert figures == [*known, *([2400] if has_total else [])]
    said = "\n".join(str(row[0]) for row in rows)
    assert "sums are not unique people" in said
    assert book.properties.created is not None


def test_a_csv_has_every_figure_and_only_rows(office: Office, keep: Keep) -> None:
    keep(ONE, replace(ONE, channel="zalo", looks=[]))
    office.run("reach", *OCTOBER, "--out", "bang.csv")
    content = (office.root / "bang.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig")), delimiter=";"))
    assert [row["Channel"] for row in rows] == ["fanpage", "zalo"]
    assert [row["Reach (not unique people)"] for row in rows] == ["1200", ""]
    assert [row["Reach: known of deliveries"] for row in rows] == ["1", "0"]
    assert rows[0]["Saves"] == ""


@pytest.mark.parametrize("by", BYS)
def test_no_two_columns_of_a_file_are_called_alike(office: Office, keep: Keep, by: str) -> None:
    keep(ONE)
    for lang in ("en", "vi"):
        ran = office.run("reach", "--by", by, "--as", "csv", "--comma", *OCTOBER, lang=lang)
        [head, *_rows] = csv.reader(io.StringIO(ran.out))
        assert len(set(head)) == len(head)


def test_a_first_line_like_a_formula_is_none_in_any_file(office: Office, keep: Keep) -> None:
    keep(ONE)
    with office.site() as site, site.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE delivery SET first_line = '=1+1'")
    out = office.run("reach", "--by", "post", "--as", "csv", *OCTOBER).out
    assert ";'=1+1;" in out
    office.run("reach", "--by", "post", "--out", "bang.xlsx", *OCTOBER)
    book = openpyxl.load_workbook(office.root / "bang.xlsx")
    cells = [cell for row in book["Figures"].iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"]
