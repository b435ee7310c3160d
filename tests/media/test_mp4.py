"""How long a film lasts, read from its header and nothing else."""

from __future__ import annotations

import io
import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.media.mp4 import duration_s, is_whole
from tests.media.builders import box, mvhd

FTYP = box(b"ftyp", b"isom" + bytes(4))


def lasts(content: bytes) -> float | None:
    return duration_s(io.BytesIO(content), len(content))


def whole(content: bytes) -> bool:
    return is_whole(io.BytesIO(content), len(content))


@pytest.mark.parametrize("version", [0, 1])
def test_both_versions_of_the_header_are_read(version: int) -> None:
    assert lasts(FTYP + box(b"moov", mvhd(600, 900, version))) == 1.5


def test_the_header_may_stand_at_the_end_behind_a_box_with_a_long_size() -> None:
    pictures = struct.pack(">I4sQ", 1, b"mdat", 16 + 50) + bytes(50)
    assert lasts(FTYP + pictures + box(b"moov", mvhd(10, 25))) == 2.5


@pytest.mark.parametrize(
    "header",
    [mvhd(0, 100), mvhd(1000, 0xFFFFFFFF), mvhd(1000, 2**64 - 1, 1), box(b"free", b""), b""],
)
def test_a_film_that_does_not_say_how_long_has_no_length(header: bytes) -> None:
    assert lasts(FTYP + box(b"moov", header)) is None


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (FTYP + box(b"moov", mvhd(1, 1)) + box(b"mdat", b"x"), True),
        (FTYP + box(b"moov", mvhd(1, 1)) + struct.pack(">I4s", 0, b"mdat") + b"to the end", True),
        (FTYP + box(b"mdat", b"x"), False),
        (FTYP + box(b"moov", mvhd(1, 1)) + box(b"mdat", b"xyz")[:-1], False),
        (FTYP, False),
    ],
)
def test_a_film_is_whole_with_its_header_and_no_box_beyond_its_end(
    content: bytes, expected: bool
) -> None:
    assert whole(content) is expected


@settings(deadline=None)
@given(st.binary(max_size=200), st.integers(0, 60))
def test_no_bytes_make_the_reader_stumble_or_go_round_in_circles(noise: bytes, cut: int) -> None:
    film = FTYP + box(b"moov", mvhd(1000, 2000))
    for content in (noise, film[:cut] + noise, FTYP + noise):
        assert lasts(content) is None or lasts(content) >= 0  # type: ignore[operator]
        assert whole(content) in (True, False)
