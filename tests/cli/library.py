"""What an office's library of media is tried with: photos that are made here, and what is said of
them."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from tests.cli.office import Office

DESCRIBED = ("--licence", "tự làm", "--consent", "not-needed", "--alt", "Hồ sen", "--credit", "Lan")


def photo(path: Path, seed: int = 1) -> Path:
    """Something like a photo; each seed another one."""
    image = Image.new("L", (12, 8))
    for place in range(96):
        image.putpixel((place % 12, place // 12), (place * place * (7 + seed) + 31 * seed) % 256)
    image.resize((120, 80), Image.Resampling.BICUBIC).convert("RGB").save(path)
    return path


def with_photo(office: Office) -> Office:
    """``office``, whose library has one photo, well described."""
    ran = office.run("media", "add", str(photo(office.root / "Hồ sen.png")), *DESCRIBED)
    assert ran.code == 0, ran.out
    return office
