"""``media``: the library as people use it at the keyboard."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image, ImageEnhance

from tests.cli.library import DESCRIBED, photo, with_photo
from tests.cli.office import Office, days_ahead
from tests.media.builders import mvhd, needs_ffmpeg, video


@pytest.fixture
def lake(office: Office) -> Office:
    return with_photo(office)


def kept(office: Office) -> list[Path]:
    return [path for path in (office.root / "var/media").rglob("*") if path.is_file()]


def test_a_file_is_taken_in_unchanged_under_a_name_made_of_its_own(lake: Office) -> None:
    (original,) = kept(lake)
    assert original.read_bytes() == (lake.root / "Hồ sen.png").read_bytes()
    shown = lake.run("media", "show", "ho-sen")
    for words in ("Hồ sen.png, PNG, 120×80", "own work", "no consent needed", "Made by: Lan"):
        assert shown.lines(words), words
    assert shown.lines("No post has shown it")


def test_what_is_still_to_be_said_is_told(office: Office) -> None:
    ran = office.run("media", "add", str(photo(office.root / "a.png")), "--licence", "cc by")
    hints = [line for line in ran.out.splitlines() if line.strip().startswith("→")]
    assert [sum(word in hint for hint in hints) for word in ("--alt", "--credit")] == [1, 1]
    assert "--consent" in hints[0]
    assert "--licence own-work" not in ran.out


def test_the_same_bytes_are_not_stored_twice_whatever_their_name(lake: Office) -> None:
    shutil.copy(lake.root / "Hồ sen.png", lake.root / "khac.jpg")
    ran = lake.run("media", "add", str(lake.root / "khac.jpg"), "--name", "khac", "--by", "Minh")
    assert ran.code == 0
    assert ran.lines("It is in the library already: ho-sen")
    assert len(kept(lake)) == 1
    assert lake.run("media", "list").lines("1 medium.")


def test_a_picture_that_looks_the_same_is_told_and_taken_all_the_same(lake: Office) -> None:
    with Image.open(lake.root / "Hồ sen.png") as original:
        smaller = ImageEnhance.Brightness(original.resize((90, 60))).enhance(1.05)
    smaller.save(lake.root / "nho.jpg", quality=70)
    ran = lake.run("media", "add", str(lake.root / "nho.jpg"), *DESCRIBED)
    assert ran.lines("looks just like: ho-sen")
    other = lake.run("media", "add", str(photo(lake.root / "b.png", seed=5)), *DESCRIBED)
    assert not other.lines("looks just like")
    assert lake.run("media", "list").lines("3 media.")


def test_two_files_of_one_name_have_two(lake: Office) -> None:
    (lake.root / "b").mkdir()
    again = photo(lake.root / "b/Hồ sen.png", seed=4)
    assert lake.run("media", "add", str(again)).lines("+ ho-sen-2")
    ran = lake.run("media", "add", str(photo(lake.root / "c.png", 6)), "--name", "ho-sen")
    assert ran.code == 1
    assert ran.lines("Another medium has the name “ho-sen”")


@pytest.mark.parametrize("name", ["Hồ sen", "../ra-ngoai", "a/b", "ho_sen", "a" * 81])
def test_a_name_that_is_none_is_refused_with_a_better_one(office: Office, name: str) -> None:
    ran = office.run("media", "add", str(photo(office.root / "a.png")), "--name", name)
    assert ran.code == 1
    assert ran.lines("small letters without accents")
    assert kept(office) == []


@pytest.mark.parametrize(
    ("file", "content", "told"),
    [
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "export it as PNG"),
        ("a.heic", b"\0\0\0\x18ftypheic" + bytes(40), "save it as JPEG"),
        ("a.png", b"\x89PNG\r\n\x1a\n" + bytes(30), "is damaged"),
        ("a.docx", b"PK\3\4" + bytes(40), "no picture, video or document that we know"),
        ("a.png", b"", "is empty"),
    ],
)
def test_what_cant_be_decoded_is_refused_and_said_what_to_do(
    office: Office, file: str, content: bytes, told: str
) -> None:
    (office.root / file).write_bytes(content)
    ran = office.run("media", "add", str(office.root / file), *DESCRIBED)
    assert ran.code == 1
    assert ran.lines(told)
    assert kept(office) == []


@needs_ffmpeg
def test_a_film_that_cant_be_played_is_refused(office: Office) -> None:
    ran = office.run("media", "add", str(video(office.root / "a.mp4", mvhd(1, 3))))
    assert ran.code == 1
    assert ran.lines("save it again as MP4")


def test_a_whole_folder_is_taken_and_what_is_wrong_told_beside(office: Office) -> None:
    (office.root / "anh/con").mkdir(parents=True)
    photo(office.root / "anh/a.png", 2)
    photo(office.root / "anh/con/b.png", 3)
    shutil.copy(office.root / "anh/a.png", office.root / "anh/c.png")
    (office.root / "anh/.DS_Store").write_bytes(b"x")
    (office.root / "anh/ghi-chu.txt").write_text("Chú ý", encoding="utf-8")
    ran = office.run("media", "add", str(office.root / "anh"), "--topic", "Lễ hội")
    assert ran.code == 1
    assert ran.lines("+ a  (a.png)")
    assert ran.lines("+ b  (con/b.png)")
    assert ran.lines("= a: was here already")
    assert ran.lines("ghi-chu.txt")
    assert office.run("media", "find", "--topic", "le hoi").lines("2 media.")


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        (("hồ", "sen"), True),
        (("HO", "sen"), True),
        (("hổ",), False),
        (("lan",), True),
        (("cá",), False),
        (("--topic", "du lich"), True),
        (("--topic", "khác"), False),
        (("--kind", "image"), True),
        (("--kind", "video"), False),
        (("--licence", "own-work"), True),
        (("--licence", "cc by"), False),
        (("--unused",), True),
        (("--expiring", "30"), True),
        (("--expiring", "2"), False),
        (("--no-consent",), False),
    ],
)
def test_media_are_found_by_words_and_facts(
    lake: Office, asked: tuple[str, ...], found: bool
) -> None:
    last = days_ahead(10)[:10]
    lake.run("media", "edit", "ho-sen", "--topic", "Du lịch", "--expires", last)
    assert bool(lake.run("media", "find", *asked).lines("1 medium.")) is found


def test_what_is_edited_is_told_in_the_record_with_who_did_it(lake: Office) -> None:
    ran = lake.run("media", "edit", "ho-sen", "--credit", "Minh", "--rename", "sen", "--by", "Mai")
    assert ran.lines("Changed: sen.")
    assert lake.run("media", "show", "sen").lines("Made by: Minh")
    assert lake.run("media", "show", "ho-sen").code == 1
    (line,) = lake.run("log").lines("changed in the media library")
    assert "Mai" in line
    assert "new name: sen" in line
    assert "made by: Minh" in line


def test_an_edit_that_changes_nothing_says_so(lake: Office) -> None:
    assert lake.run("media", "edit", "ho-sen", "--credit", "Lan").lines("Nothing was changed")
    assert not lake.run("log").lines("changed in the media library")


@pytest.mark.parametrize("said", ["yes", "có", ""])
def test_consent_needs_the_place_of_its_paper(lake: Office, said: str) -> None:
    ran = lake.run("media", "edit", "ho-sen", "--consent", said)
    assert ran.code == 2
    assert "where the paper is kept" in ran.out
    lake.run("media", "edit", "ho-sen", "--consent", "tủ A, hồ sơ 12")
    assert lake.run("media", "show", "ho-sen").lines("people agreed: tủ A, hồ sơ 12")


def test_texts_without_end_are_refused(lake: Office) -> None:
    assert lake.run("media", "edit", "ho-sen", "--alt", "a" * 2001).code == 1
    topics = [part for n in range(31) for part in ("--topic", str(n))]
    assert lake.run("media", "edit", "ho-sen", *topics).lines("at most 30 topics")


def test_what_no_post_needs_can_be_removed_with_its_file(lake: Office) -> None:
    ran = lake.run("media", "remove", "ho-sen")
    assert ran.code == 0
    assert kept(lake) == []
    assert lake.run("media", "list").lines("The library is empty")
    assert lake.run("log").lines("taken out of the media library")


def test_an_original_that_is_gone_or_changed_is_found(lake: Office) -> None:
    assert lake.run("media", "verify").lines("1 original is whole")
    (original,) = kept(lake)
    photo(original, seed=9)
    assert lake.run("media", "verify").lines("✗ ho-sen")
    original.unlink()
    assert lake.run("media", "verify").code == 1
    assert lake.run("doctor").lines("Media library: gone: ho-sen")
