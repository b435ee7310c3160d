"""Writes captions as a file of subtitles: SubRip or WebVTT. Pure.

Sources: https://www.w3.org/TR/webvtt1/ (cue text, timestamps); SubRip has no standard, and players
take < and { for the beginning of a style.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from publisher.video.timing import FPS, Caption

LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}
"""A language as its own readers call it: the name of a track."""

_PLAIN = str.maketrans({"<": "‹", ">": "›", "{": "(", "}": ")"})


def as_srt(captions: Sequence[Caption]) -> str:
    """``captions`` as SubRip."""
    cues = (
        f"{number}\n{_at(one.start, ',')} --> {_at(one.end, ',')}\n{_joined(one).translate(_PLAIN)}"
        for number, one in enumerate(captions, start=1)
    )
    return "\n\n".join(cues) + "\n"


def as_vtt(captions: Sequence[Caption]) -> str:
    """``captions`` as WebVTT."""
    cues = (
        f"{_at(one.start, '.')} --> {_at(one.end, '.')}\n{escape(_joined(one), quote=False)}"
        for one in captions
    )
    return "\n\n".join(("WEBVTT", *cues)) + "\n"


def _joined(caption: Caption) -> str:
    return "\n".join(caption.lines)


def _at(frame: int, point: str) -> str:
    seconds, milliseconds = divmod(round(frame * 1000 / FPS), 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}{point}{milliseconds:03}"
