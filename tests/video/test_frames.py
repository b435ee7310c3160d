"""A frame shows the picture and the caption, each where the apps leave it free."""

from __future__ import annotations

import io
import unicodedata

import pytest
from PIL import Image, ImageChops

from publisher.video import SHAPES, Shape
from publisher.video.frames import PLACES, captioned, drawable, uncaptioned
from tests.video.builders import png

COLOUR = "#0b2a5c"
WIDEST = ("W" * 32, "Ỹ" * 32)


def changed(before: Image.Image, after: Image.Image) -> tuple[int, int, int, int]:
    """The box in which the two differ."""
    box = ImageChops.difference(before, after).getbbox()
    assert box is not None
    return box


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("size", [(1080, 1350), (1600, 900), (1080, 1920), (50, 900), (900, 50)])
def test_a_picture_is_shown_whole_within_its_place(shape: Shape, size: tuple[int, int]) -> None:
    empty = uncaptioned(png(8, 8, COLOUR), shape, COLOUR)
    frame = uncaptioned(png(*size, "#ff0000"), shape, COLOUR)
    assert frame.size == SHAPES[shape]
    left, top, right, bottom = PLACES[shape].picture
    box = changed(empty, frame)
    assert box[0] >= left
    assert box[1] >= top
    assert box[2] <= right
    assert box[3] <= bottom


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("lines", [("Ngắn.",), WIDEST], ids=["short", "widest"])
def test_a_caption_stands_beneath_the_picture_and_within_the_frame(
    shape: Shape, lines: tuple[str, ...]
) -> None:
    frame = uncaptioned(png(), shape, COLOUR)
    box = changed(frame, captioned(frame, lines, shape))
    assert box[1] > PLACES[shape].picture[3]
    assert box[0] > 0.04 * frame.width
    assert box[2] < 0.96 * frame.width
    # TikTok, Reels and Shorts write names and texts over the lowest fifth of a tall film.
    assert box[3] < (0.81 if shape == "tall" else 0.99) * frame.height


@pytest.mark.parametrize("colour", ["#ffffff", "#ffee00", "#0b2a5c", "#000000"])
def test_letters_are_white_on_dark_whatever_the_colour_of_the_office(colour: str) -> None:
    frame = uncaptioned(png(), "tall", colour)
    after = captioned(frame, ("Đồng Tháp",), "tall")
    darkest, lightest = after.crop(changed(frame, after)).convert("L").getextrema()
    assert lightest == 255
    assert darkest < 60


def test_marks_are_drawn_the_same_however_they_were_written() -> None:
    written = "Chuyển đổi số"
    apart = unicodedata.normalize("NFD", written)
    assert len(apart) > len(written)
    assert drawable(apart) == written
    frame = uncaptioned(png(), "tall", COLOUR)
    together = captioned(frame, (written,), "tall")
    plain = captioned(frame, ("Chuyen doi so",), "tall")
    assert ImageChops.difference(together, plain).getbbox() is not None


def test_signs_that_the_font_lacks_are_left_out() -> None:
    assert drawable("An toàn 🎉 số 数字") == "An toàn số"
    frame = uncaptioned(png(), "tall", COLOUR)
    assert captioned(frame, ("🎉",), "tall") == frame


def test_what_is_transparent_stands_on_white() -> None:
    glass = Image.new("RGBA", (400, 500), (0, 0, 0, 0))
    into = io.BytesIO()
    glass.save(into, "PNG")
    assert uncaptioned(into.getvalue(), "wide", COLOUR).getpixel((960, 400)) == (255, 255, 255)


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\nbroken", png()[:60]])
def test_a_broken_picture_is_told(content: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 -- Pillow's own words
        uncaptioned(content, "tall", COLOUR)
