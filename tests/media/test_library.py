"""What a file really is, and how it is kept: as it was planned, whatever becomes of it."""

from __future__ import annotations

import hashlib
import os
from contextlib import suppress
from pathlib import Path

import pytest
from PIL import Image

from publisher.media.library import MAX_PIXELS, MediaError, keep, measure
from publisher.media.places import place_of
from tests.media.builders import box, mvhd, picture, png_of_claimed_size, video


def refused(path: Path) -> str:
    """The code with which ``path`` is refused."""
    with pytest.raises(MediaError) as error:
        measure(path, "")
    return error.value.code


@pytest.mark.parametrize(
    ("name", "mime"),
    [
        ("a.png", "image/png"),
        ("a.jpg", "image/jpeg"),
        ("a.webp", "image/webp"),
        ("a.gif", "image/gif"),
        ("a.bmp", "image/bmp"),
        ("a.tiff", "image/tiff"),
    ],
)
def test_a_picture_is_measured_by_what_it_is(tmp_path: Path, name: str, mime: str) -> None:
    path = picture(tmp_path / name, 640, 480)
    found = measure(path, "Hình", "Lan")
    assert (found.mime, found.width, found.height) == (mime, 640, 480)
    assert found.size_bytes == path.stat().st_size
    assert found.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (found.alt, found.credit, found.kind) == ("Hình", "Lan", "image")


def test_a_name_that_lies_deceives_nobody(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png").rename(tmp_path / "a.jpg")
    assert measure(path, "").mime == "image/png"


def test_a_photo_taken_upright_is_upright(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (80, 60)).save(tmp_path / "a.jpg", exif=exif)
    found = measure(tmp_path / "a.jpg", "")
    assert (found.width, found.height) == (60, 80)


def test_a_moving_picture_is_one_picture(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (20, 10), colour) for colour in ("red", "blue")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:])
    assert measure(tmp_path / "a.gif", "").mime == "image/gif"


@pytest.mark.parametrize(
    ("head", "mime"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\xef\xbb\xbfWEBVTT\n\n00:00.000 --> 00:02.000\n", "text/vtt"),
        (b"1\r\n00:00:00,000 --> 00:00:02,000\r\nXin", "application/x-subrip"),
        (b"\x1a\x45\xdf\xa3....webm", "video/webm"),
        (b"RIFF....AVI LIST", "video/x-msvideo"),
        (b"ID3\x04", "audio/mpeg"),
    ],
)
def test_documents_and_other_films_are_known_by_their_first_bytes(
    tmp_path: Path, head: bytes, mime: str
) -> None:
    (tmp_path / "a").write_bytes(head)
    assert measure(tmp_path / "a", "").mime == mime


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "gif"])
def test_a_picture_that_breaks_off_is_broken(tmp_path: Path, ending: str) -> None:
    path = picture(tmp_path / f"a.{ending}", 400, 300)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert refused(path) == "broken"


@pytest.mark.parametrize("ending", ["png", "jpg", "webp", "gif", "mp4"])
def test_wherever_a_file_breaks_off_there_is_no_traceback(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a.{ending}"
    whole = (video(path, mvhd(1000, 9000)) if ending == "mp4" else picture(path)).read_bytes()
    for length in range(1, len(whole), max(1, len(whole) // 50)):
        (tmp_path / f"{length}.{ending}").write_bytes(whole[:length])
        with suppress(MediaError):
            measure(tmp_path / f"{length}.{ending}", "")


def test_what_is_no_picture_film_or_document_is_unknown(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("<svg onload='alert(1)'/>")
    assert refused(tmp_path / "a.png") == "unknown"


@pytest.mark.parametrize(("width", "height"), [(100_000, 100_000), (MAX_PIXELS // 1000 + 1, 1000)])
def test_a_picture_that_would_fill_the_memory_is_refused_unseen(
    tmp_path: Path, width: int, height: int
) -> None:
    assert refused(png_of_claimed_size(tmp_path / "a.png", width, height)) == "huge"


def test_a_file_that_cannot_be_used_says_why(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    os.mkfifo(tmp_path / "pipe")
    assert refused(tmp_path / "none.png") == "missing"
    assert refused(tmp_path / "empty") == "empty"
    assert refused(tmp_path / "pipe") == "not_a_file"
    assert refused(tmp_path) == "not_a_file"


def test_a_film_lasts_as_long_as_it_says(tmp_path: Path) -> None:
    found = measure(video(tmp_path / "a.mp4", mvhd(1000, 12_500)), "")
    assert (found.mime, found.duration_s, found.kind) == ("video/mp4", 12.5, "video")
    apple = measure(video(tmp_path / "a.mov", mvhd(1, 3), brand=b"qt  "), "")
    assert (apple.mime, apple.duration_s) == ("video/quicktime", 3.0)


@pytest.mark.parametrize("kept", [5, 40, 100])
def test_a_film_that_breaks_off_is_broken(tmp_path: Path, kept: int) -> None:
    path = video(tmp_path / "a.mp4", mvhd(1000, 1000), before=box(b"mdat", bytes(200)))
    path.write_bytes(path.read_bytes()[: 20 + kept])
    assert refused(path) == "broken"


def test_a_picture_that_changes_under_its_name_is_another(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", colour="red")
    before = measure(path, "")
    picture(path, colour="blue")
    assert measure(path, "").sha256 != before.sha256


def test_what_was_kept_stays_as_it_was_planned(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.PNG", colour="red")
    planned = measure(path, "Đỏ")
    content = path.read_bytes()
    kept = keep(planned, tmp_path / "var" / "media")
    picture(path, colour="blue")
    assert kept.path.read_bytes() == content
    assert (kept.alt, kept.path.suffix) == ("Đỏ", ".png")
    assert place_of(planned, tmp_path / "var") == kept.path


def test_one_content_is_kept_once_whatever_its_names(tmp_path: Path) -> None:
    first = picture(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes(first.read_bytes())
    folder = tmp_path / "media"
    places = {keep(measure(tmp_path / name, ""), folder).path for name in ("a.png", "b.png")}
    assert len(places) == 1
    assert [path for path in folder.rglob("*") if path.is_file()] == [*places]


def test_a_picture_that_changed_since_it_was_planned_is_not_kept(tmp_path: Path) -> None:
    path = picture(tmp_path / "a.png", colour="red")
    planned = measure(path, "")
    picture(path, colour="blue")
    with pytest.raises(MediaError, match="changed"):
        keep(planned, tmp_path / "media")
    assert [path for path in (tmp_path / "media").rglob("*") if path.is_file()] == []


def test_a_copy_that_was_cut_short_is_made_again(tmp_path: Path) -> None:
    planned = measure(picture(tmp_path / "a.png"), "")
    kept = keep(planned, tmp_path / "media")
    kept.path.write_bytes(b"half")
    assert keep(planned, tmp_path / "media").path.stat().st_size == planned.size_bytes
