"""A film is made to fit a channel where ffmpeg is, and never cut; else the check tells."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path

import pytest

from channels.base import Limits, Media, Message, Text
from channels.limits import violations
from publisher.media import ffmpeg, films
from publisher.media.library import measure
from publisher.media.renditions import fitted
from tests.media.builders import box, film, mvhd, needs_ffmpeg, video

SOUND = ("-f", "lavfi", "-i", "sine=d=0.4")
ANY = Limits(videos_max=1)


def codes(media: Media, limits: Limits) -> list[str]:
    message = Message("k", Text("a", "a"), datetime(2027, 1, 1, tzinfo=UTC), media=(media,))
    return [one.code for one in violations(message, limits) if one.code != "alt_missing"]


def heavy(path: Path) -> Media:
    """A film that wastes its bytes."""
    wasteful = ("-vf", "noise=alls=30:allf=t", "-c:v", "libx264", "-qp", "0")
    return measure(film(path, *wasteful, seconds=1, side=200), "")


@needs_ffmpeg
def test_a_film_in_another_format_becomes_an_mp4(tmp_path: Path, folder: Path) -> None:
    given = measure(film(tmp_path / "a.webm", *SOUND), "Phim", "Lan")
    assert codes(given, ANY) == ["video_format"]
    made = fitted(given, ANY, folder)
    assert codes(made, ANY) == []
    streams = ffmpeg.streams_of(made.path)
    assert (streams.video, streams.audio) == ("h264", "aac")
    assert (made.alt, made.credit, made.original) == ("Phim", "Lan", given.sha256)
    assert streams.duration_s == pytest.approx(0.4, abs=0.1)


@needs_ffmpeg
def test_a_telephones_film_is_only_wrapped_anew(tmp_path: Path, folder: Path) -> None:
    given = measure(film(tmp_path / "a.mov", "-c:v", "libx264"), "")
    made = fitted(given, ANY, folder)
    assert made.mime == "video/mp4"
    assert abs(made.size_bytes - given.size_bytes) < 400


@needs_ffmpeg
def test_a_heavy_film_is_made_lighter(tmp_path: Path, folder: Path) -> None:
    given = heavy(tmp_path / "a.mp4")
    limits = dataclasses.replace(ANY, video_max_bytes=75_000)
    made = fitted(given, limits, folder)
    assert codes(given, limits) == ["video_bytes"]
    assert codes(made, limits) == []
    assert made.duration_s == pytest.approx(given.duration_s, abs=0.05)


@needs_ffmpeg
def test_the_same_film_gives_the_same_bytes_and_is_made_once(tmp_path: Path, folder: Path) -> None:
    given = measure(film(tmp_path / "a.webm"), "")
    first = fitted(given, ANY, folder)
    content, stamp = first.path.read_bytes(), first.path.stat().st_mtime_ns
    assert fitted(given, ANY, folder).path.stat().st_mtime_ns == stamp
    first.path.unlink()
    assert fitted(given, ANY, folder).path.read_bytes() == content


@needs_ffmpeg
@pytest.mark.parametrize("why", ["too heavy to look well", "too long a film", "no MP4 is taken"])
def test_what_would_look_bad_or_take_too_long_is_left_for_the_check_to_tell(
    tmp_path: Path, folder: Path, why: str
) -> None:
    given = heavy(tmp_path / "a.mp4")
    limits = dataclasses.replace(ANY, video_max_bytes=20_000)
    if why == "too long a film":
        given = measure(video(tmp_path / "b.mp4", mvhd(1, int(films.LONGEST_S) + 1)), "")
        limits = dataclasses.replace(ANY, video_max_bytes=given.size_bytes - 1)
    elif why == "no MP4 is taken":
        limits = dataclasses.replace(limits, video_formats=frozenset({"video/webm"}))
    assert fitted(given, limits, folder) is given
    assert "video_bytes" in codes(given, limits)
    assert not folder.exists() or [*folder.iterdir()] == []


@needs_ffmpeg
def test_a_film_that_is_none_is_left_alone_and_not_tried_again(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = measure(video(tmp_path / "a.mov", mvhd(1, 3), brand=b"qt  "), "")
    assert fitted(given, ANY, folder) is given
    monkeypatch.setenv("PATH", "")
    assert fitted(given, ANY, folder) is given


def test_without_ffmpeg_a_film_goes_out_as_it_is_or_is_told(
    tmp_path: Path, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    fits = measure(video(tmp_path / "a.mp4", mvhd(1, 3)), "")
    wrong = measure(video(tmp_path / "b.mov", mvhd(1, 3), brand=b"qt  "), "")
    assert not ffmpeg.is_here()
    assert fitted(fits, ANY, folder) is fits
    assert fitted(wrong, ANY, folder) is wrong
    assert codes(wrong, ANY) == ["video_format"]


@needs_ffmpeg
def test_what_names_other_files_is_not_followed(tmp_path: Path) -> None:
    secret = film(tmp_path / "secret.mp4")
    for name, text in (
        ("a.mp4", f"ffconcat version 1.0\nfile '{secret}'\n"),
        ("b.mp4", f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{secret}\n#EXT-X-ENDLIST\n"),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        assert not ffmpeg.can_be_played(tmp_path / name, "video")
    assert ffmpeg.can_be_played(secret, "video")


@needs_ffmpeg
def test_a_film_of_empty_boxes_cant_be_played(tmp_path: Path) -> None:
    assert not ffmpeg.can_be_played(video(tmp_path / "a.mp4", mvhd(1, 3)), "video")
    (tmp_path / "b.mp4").write_bytes(box(b"ftyp", b"isom"))
    assert not ffmpeg.can_be_played(tmp_path / "b.mp4", "video")
