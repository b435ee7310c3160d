"""Pictures are made to fit a channel where nothing is lost by it, and else left alone."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from channels.base import Limits, Media, Message, Text
from channels.limits import violations
from publisher.media.library import measure
from publisher.media.renditions import LEAST_LONGER_SIDE, fitted

JPEG_ONLY = Limits(images_max=1, image_formats=frozenset({"image/jpeg"}))


def drawn(
    path: Path, size: tuple[int, int] = (300, 200), mode: str = "RGB", **save: object
) -> Media:
    """A picture of one colour, measured."""
    colour: tuple[int, ...] = (10, 60, 140, 255)[: len(mode)]
    Image.new(mode, size, colour).save(path, **save)
    return measure(path, "Ảnh")


def noisy(path: Path, size: tuple[int, int]) -> Media:
    """A picture that hardly compresses."""
    sample = random.Random(57)
    Image.frombytes("RGB", size, sample.randbytes(size[0] * size[1] * 3)).save(path, quality=95)
    return measure(path, "Ảnh")


def codes(media: Media, limits: Limits) -> list[str]:
    message = Message("k", Text("a", "a"), datetime(2027, 1, 1, tzinfo=UTC), media=(media,))
    return [one.code for one in violations(message, limits)]


def test_what_fits_is_left_as_it_is(tmp_path: Path, folder: Path) -> None:
    picture = drawn(tmp_path / "anh.jpg")
    assert fitted(picture, JPEG_ONLY, folder) is picture
    assert not folder.exists()


def test_a_png_becomes_a_jpeg_where_only_that_is_taken(tmp_path: Path, folder: Path) -> None:
    made = fitted(drawn(tmp_path / "anh.png"), JPEG_ONLY, folder)
    assert (made.mime, made.width, made.height, made.alt) == ("image/jpeg", 300, 200, "Ảnh")
    assert codes(made, JPEG_ONLY) == []


def test_the_same_picture_is_made_once_and_stays_the_same(tmp_path: Path, folder: Path) -> None:
    first = fitted(drawn(tmp_path / "anh.png"), JPEG_ONLY, folder)
    first.path.touch()
    stamp = first.path.stat().st_mtime_ns
    again = fitted(drawn(tmp_path / "anh.png"), JPEG_ONLY, folder)
    assert again == first
    assert again.path.stat().st_mtime_ns == stamp


def test_a_large_photo_is_made_lighter(tmp_path: Path, folder: Path) -> None:
    photo = noisy(tmp_path / "anh.jpg", (2400, 1600))
    limits = Limits(images_max=1, image_max_bytes=1_500_000)
    assert codes(photo, limits) == ["image_bytes"]
    made = fitted(photo, limits, folder)
    assert codes(made, limits) == []
    assert max(made.width or 0, made.height or 0) >= LEAST_LONGER_SIDE
    assert (made.width or 0) / (made.height or 1) == pytest.approx(1.5, abs=0.01)


def test_too_many_pixels_become_fewer(tmp_path: Path, folder: Path) -> None:
    limits = Limits(images_max=1, image_max_sides=2000)
    made = fitted(drawn(tmp_path / "anh.png", (3000, 1500)), limits, folder)
    assert codes(made, limits) == []
    assert made.mime == "image/png"


def test_a_photo_held_upright_stays_upright_and_tells_no_place(
    tmp_path: Path, folder: Path
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x8825] = {1: "N", 2: (10.0, 27.0, 0.0)}
    photo = drawn(tmp_path / "anh.webp", (300, 200), exif=exif)
    made = fitted(photo, JPEG_ONLY, folder)
    assert (made.width, made.height) == (200, 300)
    with Image.open(made.path) as picture:
        assert not picture.getexif()


@pytest.mark.parametrize("what", ["transparent", "moving", "far too heavy", "wide"])
def test_what_would_lose_something_is_left_for_the_check_to_tell(
    tmp_path: Path, folder: Path, what: str
) -> None:
    limits = JPEG_ONLY
    if what == "transparent":
        path = tmp_path / "anh.png"
        Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(path)
        picture = measure(path, "Ảnh")
    elif what == "moving":
        path = tmp_path / "anh.gif"
        frames = [Image.new("RGB", (64, 64), colour) for colour in ("red", "blue")]
        frames[0].save(path, save_all=True, append_images=frames[1:])
        picture = measure(path, "Ảnh")
    elif what == "far too heavy":
        picture = noisy(tmp_path / "anh.jpg", (1200, 1200))
        limits = Limits(images_max=1, image_max_bytes=50_000)
    else:
        picture = drawn(tmp_path / "anh.jpg", (1000, 100))
        limits = Limits(images_max=1, image_ratio=(0.8, 1.91))
    assert fitted(picture, limits, folder) is picture
    assert codes(picture, limits) != []


def test_an_opaque_picture_with_an_alpha_channel_loses_nothing(
    tmp_path: Path, folder: Path
) -> None:
    made = fitted(drawn(tmp_path / "anh.png", mode="RGBA"), JPEG_ONLY, folder)
    assert made.mime == "image/jpeg"


def test_who_may_not_write_there_has_a_place_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "var").write_text("not a folder", encoding="utf-8")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    made = fitted(drawn(tmp_path / "anh.png"), JPEG_ONLY, tmp_path / "var/renditions")
    assert made.mime == "image/jpeg"
    assert made.path.is_relative_to(tmp_path)
