"""The keys of cards: pictures that are drawn for posts."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from publisher.cards.look import Look
from publisher.files.keys import Keys
from publisher.files.values import Colour, PictureName, Words
from publisher.settings.office import Office

_LOOK = Look()


class Cards(Keys):
    """How the cards look that posts have drawn (docs/cards.md)."""

    primary: Colour = Field(
        _LOOK.primary, description="The dark colour: the ground of dark cards, letters on light."
    )
    accent: Colour = Field(
        _LOOK.accent, description="The colour of numbers and lines upon the dark one."
    )
    signal: Colour = Field(_LOOK.signal, description="The colour that stands out on light cards.")
    paper: Colour = Field(
        _LOOK.paper, description="The light colour: the ground of light cards, letters on dark."
    )
    name: Words = Field("", description="The name at the head; the office's when left out.")
    emblem: PictureName | None = Field(
        None, description='The emblem beside it: a PNG or SVG file, "hinh/bieu-trung.svg".'
    )
    designs: Path | None = Field(
        None, description="A folder with designs of the office's own (Typst files)."
    )

    def look(self, root: Path, office: Office) -> Look:
        """The look of the cards of ``office``, whose schedule.toml stands in ``root``."""
        return Look(
            primary=self.primary,
            accent=self.accent,
            signal=self.signal,
            paper=self.paper,
            name=self.name or office.name,
            url=office.url.partition("://")[2].strip("/") or office.url,
            emblem=root / self.emblem if self.emblem is not None else None,
            designs=root / self.designs if self.designs is not None else None,
        )
