"""Makes a film of frames: H.264 and AAC in an MP4 that begins to play before it is all there.

The same frames give the same bytes: one thread, no dates, no names of programs in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from PIL import Image

from publisher.media import ffmpeg
from publisher.media.ffmpeg import FfmpegError, TooSlowError
from publisher.video.frames import captioned, uncaptioned
from publisher.video.script import Script, VideoError
from publisher.video.timing import FADE, FPS, Timed, Timing

_START_S, _PER_SECOND = 60.0, 6.0
"""How long encoding may take: more than ten times what it took on two cores, beside other work."""

_COLOURS = (
    *("-color_range", "tv", "-colorspace", "bt709"),
    *("-color_primaries", "bt709", "-color_trc", "bt709"),
)
_FILM = (
    *("-c:v", "libx264", "-preset", "veryfast", "-tune", "stillimage", "-crf", "20"),
    *("-profile:v", "high", "-level:v", "4.1", "-g", str(2 * FPS), "-pix_fmt", "yuv420p"),
    *("-threads:v", "1", *_COLOURS),
    *("-c:a", "aac", "-b:a", "128k", "-ar", "48000", "-ac", "2", "-threads:a", "1"),
)
_SAME_BYTES = (
    *("-map_metadata", "-1", "-fflags", "+bitexact"),
    *("-flags:v", "+bitexact", "-flags:a", "+bitexact"),
)
_AS_FILM = (
    "scale=out_color_matrix=bt709:out_range=tv:flags=bicubic+accurate_rnd+full_chroma_int+bitexact,"
    "format=yuv420p"
)

Shot = tuple[Path, int]
"""A picture, and for how many frames it is seen."""


def encode(script: Script, timing: Timing, folder: Path) -> Path:
    """The film of ``script``, in ``folder``, where its frames are drawn too.

    Raises ``VideoError`` and ``OSError``.
    """
    if not ffmpeg.is_here():
        raise VideoError("ffmpeg")
    slides = [_shots(script, number, timed, folder) for number, timed in enumerate(timing.slides)]
    film = folder / "film.mp4"
    sound = _sound(script)
    _run(
        [
            *(part for shots in slides for path, _n in shots for part in ("-i", f"file:{path}")),
            *sound,
            *("-filter_threads", "1", "-filter_complex_threads", "1"),
            *("-filter_complex", ";".join(_graph(slides, timing, script))),
            *("-map", "[film]", "-map", "[sound]", "-t", f"{timing.duration_s:.6f}"),
            *(*_FILM, *_SAME_BYTES, "-movflags", "+faststart", "-f", "mp4", f"file:{film}"),
        ],
        _START_S + _PER_SECOND * timing.duration_s,
    )
    return film


def _run(arguments: Sequence[str], timeout_s: float) -> None:
    try:
        ffmpeg.run(arguments, timeout_s)
    except TooSlowError as error:
        raise VideoError("slow", str(error)) from None
    except FfmpegError as error:
        raise VideoError("failed", str(error)) from None


def _shots(script: Script, number: int, timed: Timed, folder: Path) -> list[Shot]:
    """The pictures of one slide: without a caption while it comes in, with each of its captions,
    and without one while it goes over into the next."""
    try:
        plain = uncaptioned(script.slides[number].picture, script.shape, script.colour)
    except ValueError:
        raise VideoError("picture", str(number)) from None
    bare = _kept(plain, folder / f"{number:03}.png")
    shots = [(bare, FADE)]
    for place, caption in enumerate(timed.captions):
        frame = captioned(plain, caption.lines, script.shape)
        path = _kept(frame, folder / f"{number:03}-{place:03}.png")
        shots.append((path, caption.end - caption.start))
    shown = timed.start + sum(frames for _path, frames in shots)
    is_last = number == len(script.slides) - 1
    return [*shots, (bare, timed.end - shown + (0 if is_last else FADE))]


def _kept(frame: Image.Image, path: Path) -> Path:
    frame.save(path, "PNG", compress_level=1)
    return path


def _sound(script: Script) -> list[str]:
    if script.voice is None:
        return ["-f", "lavfi", "-i", "anullsrc=r=48000:cl=stereo"]
    return ffmpeg.reading(script.voice.path)


def _graph(slides: Sequence[Sequence[Shot]], timing: Timing, script: Script) -> Iterable[str]:
    number = 0
    for slide, shots in enumerate(slides):
        for _path, frames in shots:
            yield (
                f"[{number}:v]{_AS_FILM},loop={frames - 1}:1:0,trim=end_frame={frames},"
                f"settb=1/{FPS},setpts=N,fps={FPS}[shot{number}]"
            )
            number += 1
        these = "".join(f"[shot{one}]" for one in range(number - len(shots), number))
        yield f"{these}concat=n={len(shots)}:v=1:a=0,settb=1/{FPS},fps={FPS}[slide{slide}]"
    before = "slide0"
    for slide, timed in enumerate(timing.slides[1:], start=1):
        at, lasts = timed.start / FPS, FADE / FPS
        yield (
            f"[{before}][slide{slide}]xfade=transition=fade:duration={lasts:.6f}"
            f":offset={at:.6f}[over{slide}]"
        )
        before = f"over{slide}"
    yield f"[{before}]trim=end_frame={timing.frames},setpts=PTS-STARTPTS[film]"
    # The recording begins with the first caption; silence goes on until the last frame.
    delay = f"adelay=delays={round(1000 * FADE / FPS)}:all=1," if script.voice else ""
    yield (
        f"[{number}:a]{delay}aresample=48000,aformat=sample_fmts=fltp:channel_layouts=stereo,"
        f"apad,atrim=end={timing.duration_s:.6f}[sound]"
    )
