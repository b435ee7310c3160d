"""A film made to fit a channel: as MP4 with H.264 and AAC, of no more bytes than it takes.

Where ffmpeg is installed. A film is never cut: what is too long is told instead; so is what would
look worse than people bear. The same film gives the same bytes (one thread, no dates).
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from channels.base import Limits, Media
from publisher.media import ffmpeg
from publisher.media.ffmpeg import FfmpegError, Streams

MP4 = "video/mp4"
LONGEST_S = 600.0
"""A longer film isn't made anew: planning would wait for it too long."""

_START_S, _PER_SECOND = 60.0, 3.0
_SOUND_KBIT = 96
_OF_ALLOWED = (0.94, 0.80)
"""So much of the bytes is aimed at: first, and once more where that came out too large."""

_LADDER = ((1920, 2500), (1280, 1000), (854, 450))
"""The longer side that a film may have from so many kbit a second on."""

_MOST_KBIT = 6000

_SAME_BYTES = (
    *("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact"),
    *("-flags:v", "+bitexact", "-flags:a", "+bitexact", "-threads", "1"),
)
_AS_MP4 = ("-movflags", "+faststart", "-f", "mp4")


class CannotBeMadeError(Exception):
    """It would lose too much, or ffmpeg isn't here or can't."""


@dataclass(frozen=True, slots=True)
class FilmWish:
    """What a channel takes of a film."""

    max_bytes: int | None
    is_only_rewrapped: bool

    @property
    def told(self) -> str:
        """The wish as a part of a name."""
        return f"{MP4}/{self.max_bytes}/{self.is_only_rewrapped}"


def wish_for(media: Media, limits: Limits) -> FilmWish | None:
    """What is to be made of ``media`` so that ``limits`` take it; ``None`` where it fits.

    Raises ``CannotBeMadeError``.
    """
    if not limits.videos_max:
        return None
    is_heavy = limits.video_max_bytes is not None and media.size_bytes > limits.video_max_bytes
    if media.mime in limits.video_formats and not is_heavy:
        return None
    if MP4 not in limits.video_formats or (media.duration_s or 0) > LONGEST_S:
        raise CannotBeMadeError
    return FilmWish(limits.video_max_bytes, is_only_rewrapped=not is_heavy)


def made(path: Path, wish: FilmWish) -> Iterator[bytes]:
    """The film at ``path`` as ``wish`` has it, piece by piece. Raises ``CannotBeMadeError``."""
    try:
        streams = ffmpeg.streams_of(path)
        if not streams.video or not 0 < streams.duration_s <= LONGEST_S:
            raise CannotBeMadeError
        with tempfile.TemporaryDirectory(prefix="publisher-film-") as folder:
            film = Path(folder) / "film.mp4"
            _make(path, film, streams, wish)
            with film.open("rb") as file:
                yield from iter(lambda: file.read(1024 * 1024), b"")
    except (FfmpegError, OSError) as error:
        raise CannotBeMadeError from error


def _make(path: Path, film: Path, streams: Streams, wish: FilmWish) -> None:
    is_plain = streams.video == "h264" and streams.audio in ("aac", "")
    if wish.is_only_rewrapped:
        well = [*_picture(_LADDER[0][0]), "-crf", "21", *_SOUND]
        _run(path, film, streams, ["-c", "copy"] if is_plain else well)
        if wish.max_bytes is None or film.stat().st_size <= wish.max_bytes:
            return
    if wish.max_bytes is None:
        raise CannotBeMadeError
    for share in _OF_ALLOWED:
        kbit = wish.max_bytes * share * 8 / 1000 / streams.duration_s
        kbit = min(_MOST_KBIT, kbit - (_SOUND_KBIT if streams.audio else 0))
        side = next((side for side, least in _LADDER if kbit >= least), None)
        if side is None:
            break
        _in_two_passes(path, film, streams, side, kbit)
        if film.stat().st_size <= wish.max_bytes:
            return
    raise CannotBeMadeError


def _in_two_passes(path: Path, film: Path, streams: Streams, side: int, kbit: float) -> None:
    held = ("-b:v", f"{kbit:.0f}k", "-maxrate", f"{kbit:.0f}k", "-bufsize", f"{kbit:.0f}k")
    rate = [*_picture(side), *held, "-passlogfile", str(film.with_name("pass"))]
    _run(path, Path("/dev/null"), streams, [*rate, "-pass", "1", "-an"])
    _run(path, film, streams, [*rate, "-pass", "2", *_SOUND])


_SOUND = ("-c:a", "aac", "-b:a", f"{_SOUND_KBIT}k", "-ac", "2", "-ar", "48000")


def _picture(side: int) -> list[str]:
    """H.264 of no longer side than that, upright, in even numbers of pixels."""
    within = (
        f"scale=w='min({side},iw)':h='min({side},ih)':force_original_aspect_ratio=decrease:"
        "force_divisible_by=2:flags=bicubic+accurate_rnd+bitexact,format=yuv420p"
    )
    return ["-vf", within, "-c:v", "libx264", "-preset", "veryfast", "-profile:v", "high"]


def _run(path: Path, film: Path, streams: Streams, how: list[str]) -> None:
    ffmpeg.run(
        [
            *ffmpeg.reading(path),
            *("-map", "0:v:0", "-map", "0:a:0?", "-sn", "-dn"),
            *how,
            *_SAME_BYTES,
            *_AS_MP4,
            f"file:{film}",
        ],
        _START_S + _PER_SECOND * streams.duration_s,
    )
