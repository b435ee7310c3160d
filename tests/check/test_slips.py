"""What officers get wrong without knowing it: the check says what it is, in their own language."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from PIL import Image

from publisher.check.look import look
from publisher.files.faults import Fault
from publisher.i18n import speaking
from publisher.settings.reader import read_settings
from tests.check.test_habits import NOW, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def found(desk: Desk, language: str = "vi") -> list[Fault]:
    settings, faults = read_settings(desk.root / "schedule.toml")
    assert settings is not None, faults
    with speaking(language):
        return list(look(settings, NOW).faults)


def with_keys(desk: Desk, keys: str, text: str = "Mời bà con xem ảnh.") -> None:
    path = desk.root / "campaigns/thu/posts/bai.md"
    path.write_text(f'+++\nwhen = "2027-01-12 09:00"\n{keys}\n+++\n{text}\n', encoding="utf-8")


def picture(desk: Desk, name: str) -> Path:
    folder = desk.root / "campaigns/thu/media"
    folder.mkdir(exist_ok=True)
    Image.new("RGB", (1200, 630)).save(folder / name)
    return folder / name


@pytest.mark.parametrize("text", ["{{ days_left }", "{{ tên bài }}", "{% if %}", "{{ 1 + }}"])
def test_a_broken_template_is_told_without_the_engines_english(desk: Desk, text: str) -> None:
    with_keys(desk, "", text)

    [fault] = found(desk)

    assert fault.code == "template_syntax"
    assert "expected" not in fault.what.casefold()


def test_a_pictures_name_that_a_mac_wrote_apart_is_found(desk: Desk) -> None:
    picture(desk, unicodedata.normalize("NFD", "ảnh đẹp.png"))
    with_keys(desk, 'media = [{ file = "media/ảnh đẹp.png", alt = "Hội chợ" }]')

    assert found(desk) == []


def test_a_pdf_that_is_called_a_picture_is_called_a_pdf(desk: Desk) -> None:
    (desk.root / "schedule.toml").write_text(
        '[channels.fanpage]\nadapter = "outbox"\nlike = "facebook"\n', encoding="utf-8"
    )
    picture(desk, "anh.png").write_bytes(b"%PDF-1.4\n1 0 obj <<>> endobj\n%%EOF")
    with_keys(desk, 'media = [{ file = "media/anh.png", alt = "Hội chợ" }]')

    [fault] = found(desk)

    assert "PDF" in fault.what
    assert "application/" not in fault.what
    assert "JPEG" in fault.instead


@pytest.mark.parametrize(
    ("link", "well"),
    [
        ("https://dongthap.gov.vn/tin", True),
        ("mailto:tin@dongthap.gov.vn", True),
        ("dongthap.gov.vn/tin", False),
        ("https://dongthap.gov.vn/tin moi", False),
    ],
)
def test_a_link_that_no_reader_could_follow_is_told_at_its_line(
    desk: Desk, link: str, well: bool
) -> None:
    with_keys(desk, f'link = "{link}"')

    faults = found(desk)

    assert [(fault.code, fault.line) for fault in faults] == ([] if well else [("link", 3)])


@pytest.mark.parametrize("written", ["media/mo-dauu.png", "media/mo-dau.jpg", "mo-dau.png"])
def test_a_picture_that_is_nearly_named_is_pointed_to(desk: Desk, written: str) -> None:
    picture(desk, "mo-dau.png")
    with_keys(desk, f'media = [{{ file = "{written}", alt = "Ảnh" }}]')

    [fault] = found(desk)

    assert "Có phải muốn viết “media/mo-dau.png”?" in fault.instead


def test_a_picture_that_is_gone_is_not_taken_for_any_other(desk: Desk) -> None:
    picture(desk, "hoc-sinh.png")
    with_keys(desk, 'media = [{ file = "media/su-kien.png", alt = "Ảnh" }]')

    [fault] = found(desk)

    assert "Có phải" not in fault.instead
    assert "media/hoc-sinh.png" in fault.instead


@pytest.mark.parametrize(
    ("keys", "line"),
    [
        ('[for.fanpage]\ntext = "Mời bà con.\\n\\n\\n\\n\\n\\n\\n{{ ba_con }}"', 4),
        ('[for.fanpage]\ntext = """\nMời bà con.\n{{ ba_con }}\n"""', 6),
        ('[for.fanpage]\ntext = """Mời bà con.\n\n{{ ba_con }}"""', 6),
        ('[for.fanpage]\ntext = """Mời\\n\\n\\n\\nbà con.\n{{ ba_con }}"""', 5),
        ("[for.fanpage]\ntext = '''\n{{ ba_con }}'''", 5),
    ],
)
def test_a_fault_of_a_text_stands_at_a_line_of_that_text(desk: Desk, keys: str, line: int) -> None:
    with_keys(desk, keys)

    [fault] = found(desk)

    assert (fault.code, fault.line) == ("template_undefined", line)


@pytest.mark.parametrize(
    "value", ["inf", "nan", "2027-01-12", "09:00:00", "[1, [-inf]]", "{ a = 2027-01-12 }"]
)
def test_an_option_that_cant_be_stored_as_it_is_is_told(desk: Desk, value: str) -> None:
    with_keys(desk, f"[for.fanpage.options]\npin = {value}")

    [fault] = found(desk, "en")

    assert (fault.code, fault.line) == ("option_value", 4)
    assert fault.what == "“for.fanpage.options.pin” is no value for an option."


def test_options_are_text_numbers_yes_and_no_and_lists_of_them(desk: Desk) -> None:
    with_keys(desk, '[for.fanpage.options]\na = "a"\nb = -1\nc = 1.5\nd = true\ne = [["e"], {}]')

    assert found(desk) == []


def on_facebook(desk: Desk, options: str) -> None:
    (desk.root / "schedule.toml").write_text(
        '[office]\nname = "UBND tỉnh"\n[channels.fanpage]\nadapter = "outbox"\nlike = "facebook"\n',
        encoding="utf-8",
    )
    with_keys(desk, f"[for.fanpage.options]\n{options}")


def test_a_wish_that_the_platform_doesnt_know_is_told_with_what_was_meant(desk: Desk) -> None:
    on_facebook(desk, "previw = false")

    [fault] = found(desk, "en")

    assert (fault.code, fault.line) == ("unknown_key", 4)
    assert "previw" in fault.what
    assert "preview" in fault.instead


def test_a_wish_that_isnt_of_its_kind_is_told_before_it_is_sent(desk: Desk) -> None:
    on_facebook(desk, 'preview = "no"')

    [fault] = found(desk, "en")

    assert fault.line == 4
    assert "true" in f"{fault.what} {fault.instead}"


def test_a_wish_that_the_platform_knows_is_taken(desk: Desk) -> None:
    on_facebook(desk, "preview = false")

    assert found(desk) == []
