"""Says what is seen when in a video, in whole frames. Pure.

A slide comes in while the one before it goes out, without a caption; then its captions are shown
one after another, each for as long as it takes to read aloud.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from channels.bulletin.spoken import reading_s, spoken
from publisher import notation
from publisher.video.captions import captions_of
from publisher.video.script import Script, Slide, VideoError

FPS = 30
FADE = 12
"""Frames in which one slide goes over into the next; before the first one sees it for so long."""

TAIL = 24
"""Frames for which the last slide stands after the last word."""

LEAST = 36
"""Frames: a caption of one word is seen for 1.2 seconds too."""

LETTERS_A_SECOND = 15.0
"""What people read of subtitles in other languages than Vietnamese, whose syllables are counted."""

SLOWEST_PACE, FASTEST_PACE = 0.4, 2.5
"""How much slower or faster than reckoned a recording may be and still be of these words."""


@dataclass(frozen=True, slots=True)
class Caption:
    """Lines that are seen from frame ``start`` up to, and without, frame ``end``."""

    lines: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Timed:
    """A slide's captions; the slide itself is seen from ``start`` to ``end``, in frames."""

    start: int
    end: int
    captions: tuple[Caption, ...]


@dataclass(frozen=True)
class Timing:
    """All slides of a video, one right after another."""

    slides: tuple[Timed, ...]

    @property
    def frames(self) -> int:
        return self.slides[-1].end

    @property
    def duration_s(self) -> float:
        return self.frames / FPS

    @cached_property
    def captions(self) -> tuple[Caption, ...]:
        return tuple(caption for slide in self.slides for caption in slide.captions)


def timing_of(script: Script) -> Timing:
    """When each slide and caption of ``script`` is seen. Raises ``VideoError`` (``voice_pace``)."""
    parted = [captions_of(slide.words) for slide in script.slides]
    lengths = [
        [_frames(" ".join(lines), script.language, script.a_minute) for lines in captions]
        for captions in parted
    ]
    if script.voice is not None:
        lengths = _fitted(lengths, script.voice.duration_s)
    slides, at = [], 0
    for number, (captions, frames) in enumerate(zip(parted, lengths, strict=True)):
        start = at
        at += FADE
        shown = []
        for lines, length in zip(captions, frames, strict=True):
            shown.append(Caption(lines, at, at + length))
            at += length
        at += TAIL if number == len(parted) - 1 else 0
        slides.append(Timed(start, at, tuple(shown)))
    return Timing(tuple(slides))


def told_in(language: str, timing: Timing, slides: Sequence[Slide]) -> tuple[Caption, ...]:
    """The captions of another language: each slide's words while its own captions are seen."""
    return tuple(
        caption
        for timed, slide in zip(timing.slides, slides, strict=True)
        if timed.captions
        for caption in _spread(
            captions_of(slide.told.get(language, "")),
            timed.captions[0].start,
            timed.captions[-1].end,
        )
    )


def _frames(text: str, language: str, a_minute: float) -> int:
    if language == "vi":
        seconds = reading_s(spoken(text), a_minute)
    else:
        seconds = len(text) / LETTERS_A_SECOND
    return max(LEAST, round(seconds * FPS))


def _fitted(lengths: list[list[int]], voice_s: float) -> list[list[int]]:
    """``lengths`` in the same proportion, so that all of it takes as long as the recording."""
    flat = [length for slide in lengths for length in slide]
    wanted = round(voice_s * FPS) - FADE * (len(lengths) - 1)
    pace = wanted / sum(flat)
    if not SLOWEST_PACE <= pace <= FASTEST_PACE or wanted < LEAST * len(flat):
        raise VideoError("voice_pace", notation.decimal(voice_s, 1))
    shared = iter(_at_least(flat, wanted))
    return [[next(shared) for _length in slide] for slide in lengths]


def _at_least(lengths: Sequence[int], whole: int) -> list[int]:
    """``whole`` frames in the proportion of ``lengths``, none less than ``LEAST``."""
    short: set[int] = set()
    while True:
        others = [at for at in range(len(lengths)) if at not in short]
        shares = _shares([lengths[at] for at in others], whole - LEAST * len(short))
        shared = dict(zip(others, shares, strict=True))
        lacking = {at for at, share in shared.items() if share < LEAST}
        if not lacking:
            return [shared.get(at, LEAST) for at in range(len(lengths))]
        short |= lacking


def _shares(lengths: Sequence[int], whole: int) -> list[int]:
    """``whole`` frames in the proportion of ``lengths``, with none lost to rounding."""
    total, so_far, before, found = sum(lengths), 0, 0, []
    for length in lengths:
        so_far += length
        upto = round(whole * so_far / total)
        found.append(upto - before)
        before = upto
    return found


def _spread(captions: list[tuple[str, ...]], start: int, end: int) -> list[Caption]:
    shown, at = [], start
    letters = [max(1, sum(map(len, lines))) for lines in captions]
    has_room = end - start >= LEAST * len(captions)
    lengths = (_at_least if has_room else _shares)(letters, end - start)
    for lines, length in zip(captions, lengths, strict=True):
        shown.append(Caption(lines, at, at + length))
        at += length
    return shown
