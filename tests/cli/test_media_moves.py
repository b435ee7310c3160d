"""``media export`` and ``media join``: two libraries become one."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.library import DESCRIBED, photo, with_photo
from tests.cli.office import Office


@pytest.fixture
def lake(office: Office) -> Office:
    return with_photo(office)


@pytest.fixture
def theirs(lake: Office) -> Path:
    """Another office's export: the same photo described otherwise, and one of their own."""
    lake.run("media", "edit", "ho-sen", "--alt-en", "Lotus lake", "--topic", "Du lịch")
    lake.run("media", "add", str(photo(lake.root / "cau.png", 5)), "--alt", "=Cầu", *DESCRIBED[:4])
    out = lake.root / "xuat"
    assert lake.run("media", "export", str(out)).lines("2 media written")
    for name in ("ho-sen", "cau"):
        assert lake.run("media", "remove", name).code == 0
    return out


def test_a_library_is_joined_with_all_that_it_says(lake: Office, theirs: Path) -> None:
    ran = lake.run("media", "join", str(theirs))
    assert ran.code == 0, ran.out
    assert lake.run("media", "show", "ho-sen").lines("Lotus lake")
    assert lake.run("media", "show", "cau").lines("Shows (Vietnamese): =Cầu")
    assert lake.run("media", "join", str(theirs)).lines("was here already")
    assert lake.run("media", "list").lines("2 media.")


def test_what_both_have_is_there_once_and_keeps_our_words(lake: Office, theirs: Path) -> None:
    ours = lake.root / "Hồ sen.png"
    lake.run("media", "add", str(ours), "--name", "sen-ta", "--alt", "Của ta")
    ran = lake.run("media", "join", str(theirs))
    assert ran.lines("~ sen-ta: was here, and learned something")
    shown = lake.run("media", "show", "sen-ta")
    assert shown.lines("Shows (Vietnamese): Của ta")
    assert shown.lines("Lotus lake")
    assert shown.lines("no consent needed")
    assert lake.run("media", "show", "ho-sen").code == 1


def test_a_name_that_is_ours_for_another_picture_stays_ours(lake: Office, theirs: Path) -> None:
    lake.run("media", "add", str(photo(lake.root / "x.png", 8)), "--name", "cau")
    assert lake.run("media", "join", str(theirs)).lines("+ cau-2")


def test_consent_withdrawn_on_their_side_is_withdrawn_on_ours(lake: Office, theirs: Path) -> None:
    lake.run("media", "add", str(lake.root / "Hồ sen.png"), *DESCRIBED)
    lists = theirs / "manifest.json"
    told = json.loads(lists.read_text(encoding="utf-8"))
    for one in told["media"]:
        if one["name"] == "ho-sen":
            one.update(consent="withdrawn", consent_at="Phụ huynh yêu cầu")
    lists.write_text(json.dumps(told), encoding="utf-8")
    lake.run("media", "join", str(theirs))
    shown = lake.run("media", "show", "ho-sen")
    assert shown.lines("consent withdrawn: Phụ huynh yêu cầu")


def test_files_that_arent_what_the_list_says_are_left_out(lake: Office, theirs: Path) -> None:
    photo(theirs / "ho-sen.png", seed=11)
    (theirs / "cau.png").unlink()
    ran = lake.run("media", "join", str(theirs))
    assert ran.code == 1
    assert ran.lines("✗ ho-sen: its file isn't the one that the list means")
    assert ran.lines("✗ cau: its file isn't there")
    assert lake.run("media", "list").lines("The library is empty")


@pytest.mark.parametrize("file", ["../Hồ sen.png", "/etc/hostname", "lien-ket.png"])
def test_a_list_leads_to_no_file_outside_its_folder(lake: Office, theirs: Path, file: str) -> None:
    (theirs / "lien-ket.png").symlink_to(lake.root / "Hồ sen.png")
    lists = theirs / "manifest.json"
    told = json.loads(lists.read_text(encoding="utf-8"))
    told["media"] = [{**one, "file": file} for one in told["media"]]
    lists.write_text(json.dumps(told), encoding="utf-8")
    ran = lake.run("media", "join", str(theirs))
    assert len(ran.lines("its file isn't there")) == 2


@pytest.mark.parametrize(
    "text",
    [
        *("", "[]", "{", "[", '{"media_library": 2, "media": []}'),
        '{"media_library": 1, "media": [{}]}',
        f'{{"media_library": 1, "media": [{{"name": "../a", "sha256": "{"0" * 64}"}}]}}',
    ],
)
def test_a_list_that_is_none_is_told_in_a_line(office: Office, text: str) -> None:
    (office.root / "manifest.json").write_text(text * (9000 if text == "[" else 1))
    ran = office.run("media", "join", str(office.root / "manifest.json"))
    assert ran.code == 1
    assert ran.lines("can't be read as a library's list")


def test_the_list_for_excel_comes_back_as_it_went(lake: Office, theirs: Path) -> None:
    lake.run("media", "join", str(theirs))
    lake.run("media", "export", str(lake.root / "ds.csv"))
    text = (lake.root / "ds.csv").read_text(encoding="utf-8-sig")
    rows = {row["name"]: row for row in csv.DictReader(io.StringIO(text, newline=""))}
    assert rows["cau"]["alt"] == "'=Cầu"
    # Excel in Viet Nam saves it with semicolons.
    cells = csv.reader(io.StringIO(text, newline=""))
    saved = io.StringIO()
    csv.writer(saved, delimiter=";").writerows(cells)
    (theirs / "manifest.json").unlink()
    (theirs / "manifest.csv").write_text(saved.getvalue(), encoding="utf-8-sig")
    for name in ("ho-sen", "cau"):
        lake.run("media", "remove", name)
    assert lake.run("media", "join", str(theirs)).code == 0
    assert lake.run("media", "show", "cau").lines("Shows (Vietnamese): =Cầu")
    assert lake.run("media", "show", "ho-sen").lines("Topics: Du lịch")


def test_export_writes_into_no_folder_that_has_something(lake: Office) -> None:
    ran = lake.run("media", "export", str(lake.root))
    assert ran.code == 2
    assert "not an empty folder" in ran.out
