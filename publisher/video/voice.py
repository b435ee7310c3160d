"""Listens to a recorded voice: whether it can be played, and for how long."""

from __future__ import annotations

import hashlib
import tempfile
from functools import lru_cache
from pathlib import Path

from publisher.media import ffmpeg
from publisher.media.ffmpeg import FfmpegError
from publisher.video.script import LONGEST_S, VideoError, Voice

_TIMEOUT_S = 60.0
_RATE, _BYTES = 8000, 2
_LEAST_S = 0.5


def recorded(path: Path) -> Voice:
    """The recording at ``path``; heard again only if it changed.

    Raises ``VideoError`` (``ffmpeg``, ``voice_broken``) and ``OSError``.
    """
    there = path.stat()
    return _heard(path, there.st_mtime_ns, there.st_size)


@lru_cache(maxsize=256)
def _heard(path: Path, _mtime_ns: int, _size_bytes: int) -> Voice:
    if not ffmpeg.is_here():
        raise VideoError("ffmpeg")
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    with tempfile.TemporaryDirectory(prefix="publisher-voice-") as folder:
        # What its header says of its length is often a guess: it is decoded and measured.
        sound = Path(folder) / "voice.s16"
        raw = ("-map", "0:a:0", "-ac", "1", "-ar", str(_RATE), "-f", "s16le")
        try:
            ffmpeg.run(
                [*ffmpeg.reading(path), *raw, "-t", str(2 * LONGEST_S), f"file:{sound}"],
                _TIMEOUT_S,
            )
            seconds = sound.stat().st_size / (_RATE * _BYTES)
        except (FfmpegError, OSError):
            raise VideoError("voice_broken") from None
    if seconds < _LEAST_S:
        raise VideoError("voice_broken")
    return Voice(path, sha256, seconds)
