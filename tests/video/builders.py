"""Slides, voices and looks into films."""

from __future__ import annotations

import io
import json
import math
import struct
import subprocess
import wave
from pathlib import Path
from typing import Any

from PIL import Image

from publisher.video import Script, Slide


def png(width: int = 400, height: int = 500, colour: str = "#ffffff") -> bytes:
    """A picture of one colour."""
    into = io.BytesIO()
    Image.new("RGB", (width, height), colour).save(into, "PNG")
    return into.getvalue()


def script(*words: str, **keys: Any) -> Script:
    """A video with a slide for each of ``words``, in turn white and red."""
    colours = ("#ffffff", "#d02020")
    slides = (Slide(png(colour=colours[n % 2]), said) for n, said in enumerate(words))
    return Script(tuple(slides), **keys)


def voice(path: Path, seconds: float) -> Path:
    """A recording of a single tone, as WAV."""
    rate = 8000
    tone = (round(9000 * math.sin(at / 4)) for at in range(round(rate * seconds)))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(b"".join(struct.pack("<h", level) for level in tone))
    return path


def streams(film: Path) -> dict[str, dict[str, Any]]:
    """What ffprobe finds in ``film``: its streams by their kind, and ``format``."""
    told = subprocess.run(
        ["ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_format", film],
        capture_output=True,
        check=True,
    )
    found = json.loads(told.stdout)
    return {one["codec_type"]: one for one in found["streams"]} | {"format": found["format"]}


def frame(film: Path, second: float, folder: Path) -> Image.Image:
    """What is seen at ``second``."""
    path = folder / f"frame-{second}.png"
    subprocess.run(
        [*("ffmpeg", "-v", "error", "-y", "-ss", str(second)), "-i", film, "-frames:v", "1", path],
        check=True,
    )
    return Image.open(path).convert("RGB")


def loudest(film: Path, start: float, end: float) -> int:
    """The greatest level of the sound between two seconds."""
    told = subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-ss", str(start), "-t", str(end - start), "-i", film),
            *("-map", "0:a:0", "-ac", "1", "-f", "s16le", "-"),
        ],
        capture_output=True,
        check=True,
    )
    return max((abs(one) for (one,) in struct.iter_unpack("<h", told.stdout)), default=0)
