"""The same picture is known again by its look; another one, however like, isn't taken for it."""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageEnhance, ImageFilter, ImageFont

from publisher.media.appearance import are_alike, look_of
from tests.media.builders import picture, png_of_claimed_size

ROOT = Path(__file__).parents[2]
CAMPAIGN = ROOT / "campaigns/chuyen-doi-so-10-10/media"


def scene(seed: int = 1, size: tuple[int, int] = (480, 320)) -> Image.Image:
    """Something like a photo: light and dark with soft edges."""
    noise = Image.effect_noise((24, 16), 90) if seed == 0 else Image.new("L", (24, 16))
    for place in range(24 * 16):
        noise.putpixel((place % 24, place // 24), (place * place * (7 + seed) + 31 * seed) % 256)
    soft = noise.resize(size, Image.Resampling.BICUBIC).filter(ImageFilter.GaussianBlur(6))
    return Image.merge("RGB", (soft, soft.rotate(180), soft))


def countdown(number: int) -> Image.Image:
    """A card on which only the number differs."""
    card = Image.new("RGB", (540, 540), "#0b3d91")
    font = ImageFont.load_default(220)
    ImageDraw.Draw(card).text((270, 250), str(number), "white", font, anchor="mm")
    ImageDraw.Draw(card).text((270, 450), "ngay nua", "white", ImageFont.load_default(40), "mm")
    return card


@pytest.fixture
def original(tmp_path: Path) -> str:
    scene().save(tmp_path / "goc.png")
    return look_of(tmp_path / "goc.png")


@pytest.mark.parametrize(
    "way",
    ["smaller", "larger", "jpeg", "poor jpeg", "webp", "lighter", "darker", "grey", "turned back"],
)
def test_the_same_picture_saved_otherwise_is_known_again(
    tmp_path: Path, original: str, way: str
) -> None:
    photo, path, more = scene(), tmp_path / "khac.png", {}
    if way in ("smaller", "larger"):
        photo = photo.resize((211, 141) if way == "smaller" else (960, 640))
    elif way in ("lighter", "darker"):
        photo = ImageEnhance.Brightness(photo).enhance(1.1 if way == "lighter" else 0.88)
    elif way == "grey":
        photo = photo.convert("L")
    elif way == "turned back":
        more["exif"] = Image.Exif()
        more["exif"][0x0112] = 6
        photo, path = photo.rotate(90, expand=True), path.with_suffix(".jpg")
    else:
        path = path.with_suffix(".webp" if way == "webp" else ".jpg")
        more["quality"] = 30 if way == "poor jpeg" else 80
    photo.save(path, **more)
    assert are_alike(original, look_of(path))


@pytest.mark.parametrize("way", ["another", "mirrored", "cut", "with a face painted over"])
def test_another_picture_is_another(tmp_path: Path, original: str, way: str) -> None:
    photo = scene(2 if way == "another" else 1)
    if way == "mirrored":
        photo = photo.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    elif way == "cut":
        photo = photo.crop((0, 0, 320, 320))
    elif way != "another":
        ImageDraw.Draw(photo).ellipse((200, 100, 280, 180), fill="black")
    photo.save(tmp_path / "khac.png")
    assert not are_alike(original, look_of(tmp_path / "khac.png"))


def test_cards_that_differ_only_in_their_number_are_different_cards(tmp_path: Path) -> None:
    looks = []
    for number in (1, 3, 7, 8, 10):
        countdown(number).save(tmp_path / f"{number}.png")
        looks.append(look_of(tmp_path / f"{number}.png"))
    alike = [(a, b) for a, one in enumerate(looks) for b, other in enumerate(looks) if a < b]
    assert [pair for pair in alike if are_alike(looks[pair[0]], looks[pair[1]])] == []


def test_the_shipped_campaigns_pictures_are_told_apart_within_a_campaign() -> None:
    looks = [look_of(path) for path in sorted(CAMPAIGN.glob("*.png"))]
    assert sum(are_alike(one, other) for one in looks for other in looks) == len(looks)


def test_what_is_transparent_is_seen_on_white(tmp_path: Path) -> None:
    photo = scene()
    clear = Image.new("RGBA", photo.size, (0, 0, 0, 0))
    clear.paste(photo, (0, 0), Image.linear_gradient("L").resize(photo.size))
    clear.save(tmp_path / "trong.png")
    page = Image.new("RGBA", photo.size, "white")
    page.alpha_composite(clear)
    page.convert("RGB").save(tmp_path / "trang.png")
    assert are_alike(look_of(tmp_path / "trong.png"), look_of(tmp_path / "trang.png"))


@pytest.mark.parametrize("hostile", ["bomb", "half", "words", "nothing"])
def test_what_cant_be_decoded_has_no_look_and_is_like_nothing(tmp_path: Path, hostile: str) -> None:
    path = tmp_path / "a.png"
    if hostile == "bomb":
        png_of_claimed_size(path, 30_000, 30_000)
    elif hostile == "half":
        path.write_bytes(picture(path, 300, 300).read_bytes()[:500])
    elif hostile == "words":
        path.write_text("không phải ảnh", encoding="utf-8")
    assert look_of(path) == ""
    assert not are_alike("", "")


_LOOKS = st.builds(
    lambda shape, noise: f"{shape}:{noise}",
    st.sampled_from(["1.0000", "1.0100", "1.5000"]),
    st.binary(min_size=256, max_size=256).map(lambda fields: base64.b64encode(fields).decode()),
) | st.text(max_size=40)


@given(_LOOKS, _LOOKS)
def test_likeness_is_the_same_from_both_sides_whatever_stands_there(one: str, other: str) -> None:
    assert are_alike(one, other) == are_alike(other, one)


@given(st.integers(1, 9), st.integers(20, 90), st.integers(20, 90))
def test_a_picture_looks_the_same_each_time_and_is_like_itself(
    tmp_path_factory: pytest.TempPathFactory, seed: int, width: int, height: int
) -> None:
    path = tmp_path_factory.mktemp("anh") / "a.png"
    scene(seed, (width, height)).save(path)
    assert look_of(path) == look_of(path)
    assert are_alike(look_of(path), look_of(path))
