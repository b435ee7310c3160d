"""Keeps videos by what they were made of, so that each is made once and stays what was approved.

One is made at a time on a machine, whichever process asks: the second waits, and finds it there.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from channels.durable import written
from publisher.media.places import asked_for, room_for
from publisher.video.encode import encode
from publisher.video.script import Script
from publisher.video.subtitles import as_srt, as_vtt
from publisher.video.timing import Timing, timing_of, told_in

_VERSION = 1
"""Counted up when the same script would come out otherwise: look and timing are ours.

Not ffmpeg's version, which the administrator's updates change: an approved video would no longer be
the one that is sent, and everybody would have to approve anew what looks the same.
"""

_MAKING = ".making-"


@dataclass(frozen=True, slots=True)
class Video:
    """A script with its timing; ``path`` is where its film is, once it ``is_made``."""

    script: Script
    timing: Timing
    name: str
    path: Path

    @property
    def is_made(self) -> bool:
        return self.path.exists()

    @property
    def duration_s(self) -> float:
        return self.timing.duration_s

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages there are subtitles in, the spoken one first."""
        slides = self.script.slides
        others = {language for slide in slides for language in slide.told}
        whole = [one for one in sorted(others) if all(one in slide.told for slide in slides)]
        return (self.script.language, *(one for one in whole if one != self.script.language))


class Studio:
    """Makes videos in ``folder``, or in a place of this user's own where that can't be written."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def video(self, script: Script) -> Video:
        """What ``script`` would be, or is: nothing is made. Raises ``VideoError``."""
        timing = timing_of(script)
        name = _name_of(script, timing)
        return Video(script, timing, name, room_for(self._folder, f"{name}.mp4", "videos"))

    def make(self, video: Video) -> Path:
        """The film of ``video``, made where it isn't there. Raises ``VideoError``, ``OSError``."""
        if video.is_made:
            return video.path
        with _alone(video.path.parent):
            if not video.is_made:  # by another process, while this one waited
                _make(video)
        return video.path

    def subtitles(self, video: Video, language: str, kind: str = "srt") -> Path:
        """The file of subtitles of ``video``, as ``srt`` or ``vtt``. Raises ``OSError``."""
        spoken = language == video.script.language
        captions = (
            video.timing.captions
            if spoken
            else told_in(language, video.timing, video.script.slides)
        )
        text = (as_srt if kind == "srt" else as_vtt)(captions)
        digest = hashlib.sha256(text.encode()).hexdigest()
        place = video.path.with_name(f"{digest}.{language}.{kind}")
        if place.exists():
            asked_for(place)
        else:
            with written(place, 0o644) as file:
                file.write(text.encode())
        return place


def _name_of(script: Script, timing: Timing) -> str:
    """A hash of all that is seen and heard."""
    told = {
        "version": _VERSION,
        "shape": script.shape,
        "colour": script.colour,
        "slides": [hashlib.sha256(slide.picture).hexdigest() for slide in script.slides],
        "captions": [
            [slide.start, slide.end, [[one.lines, one.start, one.end] for one in slide.captions]]
            for slide in timing.slides
        ],
        "voice": script.voice.sha256 if script.voice else "",
    }
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _make(video: Video) -> None:
    folder = video.path.parent
    for left in folder.glob(f"{_MAKING}*"):
        # Nobody else is at work here: it was left by a process that was killed.
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=folder, prefix=_MAKING) as making:
        film = encode(video.script, video.timing, Path(making))
        with written(video.path, 0o644) as file, film.open("rb") as made:
            shutil.copyfileobj(made, file, 1024 * 1024)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    with (folder / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
