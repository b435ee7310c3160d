"""Draws a card by Typst: without a browser, with no font but the bundled one.

Words are given to Typst as JSON and never as its source, so that whatever an officer or a feed
wrote is printed and not obeyed. It may read no file but the design, its base and the emblem.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst
from PIL import Image, UnidentifiedImageError

from publisher.cards.errors import CardError
from publisher.cards.letters import FONTS, drawable
from publisher.cards.look import Look, Size
from publisher.cards.own import source_of
from publisher.cards.words import BASE, DESIGNS, checked

_PIXEL_IS_A_POINT = 72
_TOO_LONG = re.compile(r"card-too-long\W+([\w.-]+)\W+(\d+)\W+(\d+)")


def draw(
    design: str,
    words: Mapping[str, Any],
    look: Look,
    size: Size = Size.SQUARE,
    language: str = "vi",
) -> bytes:
    """The card as a PNG of ``size.pixels``; the same bytes for the same input.

    ``words`` are those that the design takes (``publisher.cards.words``), as they are to be read;
    ``language`` is theirs. Raises ``CardError``.
    """
    source = source_of(design, look)
    width, height = size.pixels
    with tempfile.TemporaryDirectory(prefix="publisher-card-") as name:
        folder = Path(name)
        shutil.copyfile(BASE, folder / BASE.name)
        (folder / "card.typ").write_text(source, "utf-8")
        card = {
            "words": drawable(checked(design, words)),
            "look": {
                "primary": look.primary,
                "accent": look.accent,
                "signal": look.signal,
                "paper": look.paper,
                "name": drawable(look.name, "name"),
                "url": drawable(look.url, "url"),
                "emblem": _put(look.emblem, folder),
            },
            "size": size.value,
            "width": width,
            "height": height,
            "language": language,
        }
        try:
            drawn = typst.compile(
                folder / "card.typ",
                root=folder,
                font_paths=[FONTS],
                ignore_system_fonts=True,
                format="png",
                ppi=_PIXEL_IS_A_POINT,
                sys_inputs={"card": json.dumps(card, ensure_ascii=False)},
            )
        except typst.TypstError as error:
            raise _told(error, design) from None
    if not isinstance(drawn, bytes):
        raise CardError("template", "design", f"{design}.typ: > 1")
    return drawn


def _put(emblem: Path | None, folder: Path) -> str:
    """The emblem's name in ``folder``, where Typst may read it; empty where there is none."""
    if emblem is None:
        return ""
    name = f"emblem{emblem.suffix.lower()}"
    try:
        shutil.copyfile(emblem, folder / name)
        if emblem.suffix.lower() == ".png":
            with Image.open(folder / name, formats=["PNG"]) as picture:
                picture.verify()
    except (OSError, UnidentifiedImageError, SyntaxError, ValueError):
        raise CardError("emblem", "emblem", emblem.name) from None
    return name


def _told(error: typst.TypstError, design: str) -> CardError:
    found = _TOO_LONG.search(error.message)
    if found:
        return CardError("too_long", found[1], letters=int(found[2]), fit=int(found[3]))
    if design in DESIGNS:
        # Ours compile with whatever they are given; what is left is the picture of the office.
        return CardError("emblem", "emblem", error.message)
    return CardError("template", "design", f"{design}.typ: {error.message}")
