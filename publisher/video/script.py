"""What a short video is made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Literal

Shape = Literal["tall", "wide"]

SHAPES: Mapping[Shape, tuple[int, int]] = MappingProxyType(
    {"tall": (1080, 1920), "wide": (1920, 1080)}
)
"""Width and height in pixels: 9:16 for telephones held upright, 16:9 for all else."""

LONGEST_S = 180.0
"""A longer video is no short one: whoever wants it has it made by people."""

A_MINUTE = 160.0
"""Syllables that are read a minute, as by the announcer of ``channels.bulletin``."""


class VideoError(Exception):
    """A video can't be made; ``code`` says why.

    Codes: ``ffmpeg`` (there is none on this machine), ``slow`` (not done in time), ``failed``
    (``detail`` is ffmpeg's own last line), ``voice_broken`` (no recording that can be read),
    ``voice_pace`` (``detail`` is its length in seconds: the words can't be those of the recording),
    ``picture`` (a slide's picture can't be drawn; ``detail`` is the slide's number, from 0).
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Slide:
    """A picture (PNG or JPEG bytes) and the words that are read aloud while it is seen.

    ``told`` are the same words in other languages, for their subtitles.
    """

    picture: bytes
    words: str
    told: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Voice:
    """A recording of all the words, one after another, and how long it lasts."""

    path: Path
    sha256: str
    duration_s: float


@dataclass(frozen=True, slots=True)
class Script:
    """A whole video. ``language`` is that of the slides' ``words``; ``a_minute`` how many syllables
    are read a minute where there is no ``voice``; ``colour`` what the slides stand on."""

    slides: tuple[Slide, ...]
    shape: Shape = "tall"
    language: str = "vi"
    voice: Voice | None = None
    a_minute: float = A_MINUTE
    colour: str = "#0b2a5b"
