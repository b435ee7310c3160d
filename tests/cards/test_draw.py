"""A card is drawn whole, in every shape, the same each time; whatever its words are."""

from __future__ import annotations

import hashlib
import io
import os
import struct
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops

from publisher.cards.draw import draw
from publisher.cards.errors import CardError
from publisher.cards.letters import FONTS
from publisher.cards.look import Look, Size
from publisher.cards.words import DESIGNS
from publisher.preview.cards import SAMPLES

LOOK = Look(name="UBND tỉnh", url="tinh.example.vn")
EMBLEM = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">'
    '<circle cx="5" cy="5" r="5" fill="#00ff00"/></svg>'
)
HOSTILE = '#read("/etc/passwd") $x$ ] } [ \\ #panic("a") *a* _b_ `c` <d> @e // ~ "f" #{1+1} \\u{41}'

OWN = """\
#import "base.typ": *
#show: body => page-of(paper, body)
#head(primary, signal)
#at(margin.side, body-top, context fitted(
  "title", word("title"), inner, 300pt, 80pt, 30pt, fill: primary,
))
"""


def picture(content: bytes) -> Image.Image:
    return Image.open(io.BytesIO(content)).convert("RGB")


def quote(text: str, look: Look = LOOK, size: Size = Size.SQUARE) -> bytes:
    return draw("quote", {"text": text}, look, size)


@pytest.mark.parametrize("design", DESIGNS)
@pytest.mark.parametrize("size", Size)
def test_every_design_has_exactly_the_pixels_of_every_shape(design: str, size: Size) -> None:
    content = draw(design, SAMPLES[design], LOOK, size)
    assert picture(content).size == size.pixels
    assert len(content) < 500_000, "it is sent to telephones"


def another_font_of_the_name(folder: Path) -> None:
    """The bundled font as another release might be: its bold letters are heavier."""
    font = bytearray((FONTS / "BeVietnamPro-ExtraBold.ttf").read_bytes())
    tables = struct.unpack(">H", font[4:6])[0]
    for at in range(12, 12 + 16 * tables, 16):
        name, _check, offset, _length = struct.unpack(">4sIII", font[at : at + 16])
        if name == b"OS/2":
            font[offset + 4 : offset + 6] = struct.pack(">H", 700)
    folder.mkdir(parents=True)
    (folder / "be-vietnam-pro.ttf").write_bytes(font)


def test_the_same_words_are_the_same_bytes_on_a_machine_with_other_fonts(tmp_path: Path) -> None:
    another_font_of_the_name(tmp_path / ".local/share/fonts")
    code = (
        "import hashlib\n"
        "from publisher.cards.draw import draw\n"
        "from publisher.cards.look import Look\n"
        f"content = draw('quote', {{'text': 'Bấm chỗ này nè.'}}, {LOOK!r})\n"
        "print(hashlib.sha256(content).hexdigest())\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "HOME": str(tmp_path), "XDG_DATA_HOME": str(tmp_path / ".local/share")},
        capture_output=True,
        text=True,
        check=True,
    )
    here = hashlib.sha256(quote("Bấm chỗ này nè.")).hexdigest()
    assert ran.stdout.strip() == here
    assert quote("Bấm chỗ này nè!") != quote("Bấm chỗ này nè.")


def test_hostile_words_are_printed_and_not_obeyed() -> None:
    drawn = picture(quote(HOSTILE))
    harmless = picture(quote("#"))
    assert drawn.size == Size.SQUARE.pixels
    assert ImageChops.difference(drawn, harmless).getbbox() is not None
    words: dict[str, Any] = {
        "title": HOSTILE,
        "figures": [{"value": "#1", "label": HOSTILE}],
        "source": HOSTILE,
    }
    assert draw("figures", words, LOOK)


def test_long_words_are_set_smaller_and_far_too_long_ones_are_told() -> None:
    """A quotation of a page is a page; who wrote it learns how much there is room for."""
    text = "Không ai bị bỏ lại phía sau. " * 12
    assert quote(text)
    with pytest.raises(CardError) as told:
        quote(text * 20)
    error = told.value
    assert (error.code, error.field) == ("too_long", "text")
    assert error.letters == len((text * 20).strip())
    assert quote((text * 20)[: error.fit * 8 // 10])


def test_a_word_that_is_wider_than_the_card_is_told() -> None:
    with pytest.raises(CardError) as told:
        draw("event", {"title": "https://tinh.example.vn/" + "a" * 120, "date": "10/10"}, LOOK)
    assert (told.value.code, told.value.field) == ("too_long", "title")


def test_of_lines_that_are_too_many_the_longest_is_told() -> None:
    long = "Báo cáo tổng kết và tham luận của các sở, ngành, địa phương trong toàn tỉnh. " * 3
    words = {"title": "Hội nghị", "date": "10/10", "lines": ["Khai mạc", *[long] * 4, long + "Hết"]}
    with pytest.raises(CardError) as told:
        draw("event", words, LOOK)
    assert (told.value.code, told.value.field) == ("too_long", "lines.5")


def test_a_number_and_its_unit_stay_on_one_line() -> None:
    """Else “5 ngày” would break, and run into the lines below it."""
    side = {"label": "Nay", "value": "5 ngày", "lines": ["Nộp trực tuyến"]}
    wider = side | {"value": "5 ngày làm việc kể từ khi nhận đủ hồ sơ"}
    assert draw("before-after", {"before": side, "after": side}, LOOK)
    with pytest.raises(CardError) as told:
        draw("before-after", {"before": side, "after": wider}, LOOK)
    assert told.value.field == "after.value"


def test_a_letter_that_the_font_lacks_is_told_and_smileys_are_left_out() -> None:
    with pytest.raises(CardError) as told:
        quote("你好")
    assert (told.value.code, told.value.field, told.value.detail) == ("letters", "text", "你")
    assert quote("Chúc mừng! 🌿") == quote("Chúc mừng!")


def test_letters_written_apart_are_drawn_as_those_written_together() -> None:
    together = "Bấm chỗ này nè"
    apart = unicodedata.normalize("NFD", together)
    assert len(apart) > len(together)
    assert quote(apart) == quote(together)


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({}, "text"),
        ({"text": " "}, "text"),
        ({"text": "a", "figures": [{"value": "1", "label": "b"}]}, "figures"),
    ],
)
def test_words_that_are_missing_or_not_the_designs_are_told(
    words: dict[str, Any], field: str
) -> None:
    with pytest.raises(CardError) as told:
        draw("quote", words, LOOK)
    assert (told.value.code, told.value.field) == ("words", field)


@pytest.mark.parametrize("many", [1, 2, 3, 4])
def test_one_to_four_figures_are_drawn(many: int) -> None:
    figures = [{"value": f"{n}0,5%", "label": "người dân được tiếp cận"} for n in range(many)]
    assert draw("figures", {"figures": figures}, LOOK, Size.WIDE)
    with pytest.raises(CardError):
        draw("figures", {"figures": figures * 5}, LOOK, Size.WIDE)


def test_colours_emblem_and_name_are_the_offices(tmp_path: Path) -> None:
    emblem = tmp_path / "bieu-trung.svg"
    emblem.write_text(EMBLEM, encoding="utf-8")
    own = Look(primary="#0d4f3c", accent="#f3c74f", signal="#b3261e", paper="#ffffff", name="Sở")
    plain = picture(quote("a", own))
    assert plain.getpixel((5, 5)) == (255, 255, 255), "the paper"
    assert plain.getpixel((5, 1075)) == (0xF3, 0xC7, 0x4F), "the accent at the foot"
    green = (0, 255, 0)
    assert green not in colours(plain)
    assert green in colours(picture(quote("a", Look(name="Sở", emblem=emblem))))


def colours(drawn: Image.Image) -> set[Any]:
    head = drawn.crop((0, 0, 300, 200))
    return {colour for _count, colour in head.getcolors(maxcolors=100_000) or ()}


@pytest.mark.parametrize("name", ["khong-co.svg", "hong.png", "hong.svg"])
def test_an_emblem_that_is_none_is_told(tmp_path: Path, name: str) -> None:
    if name.startswith("hong"):
        (tmp_path / name).write_bytes(b"\x89PNG, said the cat")
    with pytest.raises(CardError) as told:
        quote("a", Look(emblem=tmp_path / name))
    assert told.value.code == "emblem"


class TestAnOfficesOwnDesign:
    def own(self, folder: Path, source: str) -> Look:
        (folder / "rieng.typ").write_text(source, encoding="utf-8")
        return Look(name="Sở", designs=folder)

    def test_is_drawn_with_what_all_designs_share(self, tmp_path: Path) -> None:
        look = self.own(tmp_path, OWN)
        drawn = picture(draw("rieng", {"title": "Riêng"}, look, Size.TALL))
        assert drawn.size == (1080, 1920)

    @pytest.mark.parametrize(
        "line",
        [
            '#import "@preview/cetz:0.3.1"',
            '#include "/etc/passwd"',
            '#read("card.typ")',
            '#eval("1")',
            '#plugin("a.wasm")',
        ],
    )
    def test_reaches_neither_files_nor_the_network(self, tmp_path: Path, line: str) -> None:
        with pytest.raises(CardError) as told:
            draw("rieng", {"title": "a"}, self.own(tmp_path, OWN + line))
        assert told.value.code == "template"

    def test_that_is_not_written_the_right_way_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(CardError) as told:
            draw("rieng", {"title": "a"}, self.own(tmp_path, OWN + "#nothing-of-the-kind"))
        assert told.value.code == "template"
        assert "nothing-of-the-kind" in told.value.detail

    def test_that_is_not_there_is_told(self, tmp_path: Path) -> None:
        with pytest.raises(CardError) as told:
            draw("../base", {"title": "a"}, self.own(tmp_path, OWN))
        assert told.value.code == "design"
