"""Runs ffmpeg and ffprobe on films that people bring: niced, for a bounded time, on files alone.

Not a dependency of Python's: the administrator installs it (``apt install ffmpeg``), and without it
films go out as they are, or not at all where a channel doesn't take them so. Options are those of
ffmpeg 5.1, in Debian 12, and of all later ones.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from publisher import notation

_PROBE_S = 30.0
_NICENESS = "10"
_FORMATS = "mov,matroska,webm,avi,mp3,wav,ogg,flac,aac"
"""Demuxers of single files. Not those of play lists, which name other files."""


class FfmpegError(Exception):
    """It isn't here, took too long, or can't do it."""


class TooSlowError(FfmpegError):
    """It took longer than it was given, and was stopped."""


@dataclass(frozen=True, slots=True)
class Streams:
    """What a film is made of: codecs by ffmpeg's names, empty where there is no such stream."""

    video: str
    audio: str
    width: int
    height: int
    duration_s: float


def is_here() -> bool:
    """Whether films can be looked into and made anew on this machine."""
    return shutil.which("ffmpeg") is not None and shutil.which("ffprobe") is not None


def reading(path: Path) -> list[str]:
    """The arguments by which ffmpeg reads the film at ``path``, and nothing that it names."""
    return ["-protocol_whitelist", "file", "-format_whitelist", _FORMATS, "-i", f"file:{path}"]


def run(arguments: Sequence[str], timeout_s: float) -> None:
    """Have ffmpeg do ``arguments``. Raises ``FfmpegError``."""
    _niced(["ffmpeg", "-hide_banner", "-nostdin", "-y", "-v", "error", *arguments], timeout_s)


def streams_of(path: Path) -> Streams:
    """What the film at ``path`` is made of. Raises ``FfmpegError``."""
    told = _niced(
        [
            *("ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_format"),
            *reading(path),
        ],
        _PROBE_S,
    )
    try:
        found = json.loads(told)
        first = {one["codec_type"]: one for one in reversed(found["streams"])}
        film, sound = first.get("video", {}), first.get("audio", {})
        return Streams(
            film.get("codec_name", ""),
            sound.get("codec_name", ""),
            int(film.get("width", 0)),
            int(film.get("height", 0)),
            float(found["format"].get("duration", 0)),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise FfmpegError(str(error)) from None


def can_be_played(path: Path, kind: str) -> bool:
    """Whether the beginning of the film or recording at ``path`` can be decoded; ``kind`` is
    ``video`` or ``audio``."""
    stream = "0:v:0" if kind == "video" else "0:a:0"
    try:
        run(["-xerror", *reading(path), "-map", stream, "-t", "2", "-f", "null", "-"], _PROBE_S)
    except FfmpegError:
        return False
    return True


def _niced(command: Sequence[str], timeout_s: float) -> str:
    if shutil.which(command[0]) is None:
        raise FfmpegError("not here")
    nice = ["nice", "-n", _NICENESS] if shutil.which("nice") else []
    try:
        done = subprocess.run(  # noqa: S603 -- our own arguments; files by "file:" and their names
            [*nice, *command],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise TooSlowError(notation.seconds(round(timeout_s))) from None
    except OSError as error:
        raise FfmpegError(type(error).__name__) from None
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise FfmpegError((lines or [""])[-1][:200])
    return done.stdout.decode("utf-8", "replace")
