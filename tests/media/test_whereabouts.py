"""Nothing that goes out tells where it was taken, and nothing else of it changes by that."""

from __future__ import annotations

import json
import struct
import subprocess
import zlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from channels.base import Limits
from publisher.media.library import MediaError, measure
from publisher.media.renditions import fitted, without_place
from publisher.media.whereabouts import patches
from tests.media.builders import XMP, box, film, mvhd, needs_ffmpeg, picture, taken_somewhere

GPS = 0x8825
ANY = Limits(
    images_max=1,
    image_formats=frozenset({"image/jpeg", "image/png", "image/webp", "image/avif", "image/tiff"}),
    videos_max=1,
    video_formats=frozenset({"video/mp4", "video/quicktime", "video/webm", "video/x-matroska"}),
)


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "avif"])
def test_a_photo_tells_its_place_no_more_and_is_else_the_same(
    tmp_path: Path, folder: Path, ending: str
) -> None:
    xmp = {"xmp": XMP} if ending in ("jpg", "webp") else {}
    photo = measure(taken_somewhere(tmp_path / f"anh.{ending}", **xmp), "Ảnh", "Lan")
    made = fitted(photo, ANY, folder)
    with Image.open(photo.path) as before, Image.open(made.path) as after:
        assert before.getexif().get_ifd(GPS)
        assert not after.getexif().get_ifd(GPS)
        assert after.getexif()[0x010F] == "Canon"
        assert after.getexif().get(0x0112) == before.getexif().get(0x0112)
        assert after.tobytes() == before.tobytes()
    assert (made.alt, made.credit, made.original) == ("Ảnh", "Lan", photo.sha256)
    assert (made.width, made.height) == (photo.width, photo.height)
    assert made.size_bytes == photo.size_bytes
    content = made.path.read_bytes().lower()
    assert b":gps" not in content
    if xmp:
        assert b'dc:creator="lan"' in content
        assert b"photoshop:city" in content
    assert photo.path.read_bytes() != made.path.read_bytes()


@pytest.mark.parametrize("ending", ["jpg", "png", "webp", "gif", "avif", "bmp", "tiff"])
def test_a_picture_that_tells_no_place_stays_as_it_is(
    tmp_path: Path, folder: Path, ending: str
) -> None:
    exif = Image.Exif()
    exif[0x0112] = 3
    path = picture(tmp_path / f"anh.{ending}", 200, 100)
    if ending in ("jpg", "png", "webp"):
        with Image.open(path) as plain:
            plain.load()
        plain.save(path, exif=exif)
    photo = measure(path, "")
    assert without_place(photo, folder) is photo
    assert not folder.exists()


def test_a_photo_taken_in_the_other_byte_order_is_read_too(tmp_path: Path, folder: Path) -> None:
    exif = Image.Exif()
    exif.endian = ">"
    exif.get_ifd(GPS).update({1: "N", 2: (10.0, 27.0, 33.5)})
    Image.new("RGB", (30, 20)).save(tmp_path / "a.jpg", exif=exif)
    made = without_place(measure(tmp_path / "a.jpg", ""), folder)
    with Image.open(made.path) as after:
        assert not after.getexif().get_ifd(GPS)


@pytest.mark.parametrize("way", ["xmp, packed", "xmp, plain", "raw profile"])
def test_what_a_png_says_in_its_texts_is_looked_into(
    tmp_path: Path, folder: Path, way: str
) -> None:
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Author", "Lan")
    if way == "raw profile":
        taken = taken_somewhere(tmp_path / "a.jpg").read_bytes()
        numbers = taken[taken.index(b"Exif") : 600].hex()
        texts.add_text("Raw profile type exif", f"\nexif\n{len(numbers) // 2:8}\n{numbers}\n", True)
    else:
        texts.add_itxt("XML:com.adobe.xmp", XMP.decode(), zip=way == "xmp, packed")
    photo = Image.linear_gradient("L").resize((40, 30))
    photo.save(tmp_path / "a.png", pnginfo=texts)
    made = without_place(measure(tmp_path / "a.png", ""), folder)
    assert made.original
    with Image.open(made.path) as after:
        after.load()
        # Which side is up stood in the profile: the picture itself is turned instead.
        seen = photo.rotate(-90, expand=True) if way == "raw profile" else photo
        assert (after.size, after.tobytes()) == (seen.size, seen.tobytes())
        told = json.dumps({str(key): str(value) for key, value in after.info.items()}).lower()
    assert ":gps" not in told
    assert "raw profile" not in told
    assert way == "raw profile" or after.info["Author"] == "Lan"


def test_what_hangs_behind_a_photo_is_looked_into(tmp_path: Path, folder: Path) -> None:
    first, second = taken_somewhere(tmp_path / "a.jpg"), taken_somewhere(tmp_path / "b.jpg")
    first.write_bytes(first.read_bytes() + second.read_bytes())
    made = without_place(measure(first, ""), folder)
    assert patches(made.path, made.mime) == []
    assert made.path.read_bytes().count(b"Exif\0\0") == 2


@needs_ffmpeg
@pytest.mark.parametrize(
    ("ending", "way"),
    [
        *((ending, way) for ending in ("mp4", "mov") for way in ("by its box", "by its keys")),
        *((ending, "by its tags") for ending in ("mkv", "webm")),
    ],
)
def test_a_film_tells_its_place_no_more_and_is_else_the_same(
    tmp_path: Path, folder: Path, ending: str, way: str
) -> None:
    here = "+10.4593+105.6338/"
    more = ["-movflags", "use_metadata_tags"] if way == "by its keys" else []
    path = film(
        tmp_path / f"phim.{ending}",
        *("-metadata", f"location={here}", "-metadata", "title=Hội"),
        *("-metadata", f"com.apple.quicktime.location.ISO6709={here}", *more),
    )
    assert patches(path, measure(path, "").mime)
    made = fitted(measure(path, ""), ANY, folder)
    assert here.encode() not in made.path.read_bytes()
    assert made.duration_s == measure(path, "").duration_s
    told = subprocess.run(
        ["ffprobe", "-v", "error", "-show_entries", "format_tags", "-of", "json", made.path],
        capture_output=True,
        check=True,
    ).stdout.decode()
    assert "location" not in told.lower()
    assert "Hội" in told
    before, after = (
        subprocess.run(
            ["ffmpeg", "-v", "error", "-i", one, "-f", "framemd5", "-"],
            capture_output=True,
            check=True,
        ).stdout
        for one in (path, made.path)
    )
    assert before == after


def element(number: str, content: bytes, *, says_how_long: bool = True) -> bytes:
    """An element of EBML."""
    length = b"\x08" + len(content).to_bytes(4, "big") if says_how_long else b"\x01" + b"\xff" * 7
    return bytes.fromhex(number) + length + content


def matroska(*tags: bytes, cluster: bytes = b"") -> bytes:
    """A film with these tags behind its pictures, as browsers record one: how long it is and its
    cluster are isn't said."""
    simple = b"".join(element("67c8", tag) for tag in tags)
    checked = element("bf", b"\x01\x02\x03\x04") + element("7373", simple)
    inner = element("1f43b675", cluster, says_how_long=False) + element("1254c367", checked)
    return element("1a45dfa3", b"webm") + element("18538067", inner, says_how_long=False)


def tag(name: bytes, *inner: bytes) -> bytes:
    return element("45a3", name) + element("4487", b"+10.4593/") + b"".join(inner)


def test_a_recording_of_a_browser_keeps_its_length_and_all_tags_but_the_place(
    tmp_path: Path, folder: Path
) -> None:
    nested = element("67c8", tag(b"gps_track"))
    whole = matroska(
        tag(b"TITLE"),
        tag(b"LOCATION-eng"),
        tag(b"COMMENT", nested),
        cluster=element("a3", b"\x45\xa3 LOCATION pictures") * 3,
    )
    (tmp_path / "a.webm").write_bytes(whole)
    made = without_place(measure(tmp_path / "a.webm", ""), folder)
    left = made.path.read_bytes()
    assert len(left) == len(whole)
    assert left.count(b"+10.4593") == 1
    assert left.count(b"TITLE") == 1
    assert left.count(b"LOCATION pictures") == 3, "what is seen stays"
    assert b"\x01\x02\x03\x04" not in left, "the check sum would not hold"
    assert whole.startswith(left[: whole.index(b"\xbf\x08")])


@needs_ffmpeg
@pytest.mark.parametrize("kind", ["exif", "xmp"])
def test_what_stands_beside_the_pictures_of_an_avi_film_is_looked_into(
    tmp_path: Path, folder: Path, kind: str
) -> None:
    path = film(tmp_path / "a.avi")
    taken = taken_somewhere(tmp_path / "a.jpg").read_bytes()
    beside = taken[taken.index(b"Exif") + 6 :][:400] if kind == "exif" else XMP
    name = b"strd" if kind == "exif" else b"_PMX"
    chunk = name + struct.pack("<I", len(beside)) + beside + bytes(len(beside) % 2)
    path.write_bytes(path.read_bytes() + chunk)
    made = without_place(measure(path, ""), folder)
    assert made.original
    assert patches(made.path, made.mime) == []
    assert made.path.read_bytes()[: -len(chunk)] == path.read_bytes()[: -len(chunk)]


def test_a_document_stays_as_it_is_for_it_may_be_signed(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(b"%PDF-1.7\n" + XMP)
    document = measure(tmp_path / "a.pdf", "")
    assert without_place(document, folder) is document


def test_the_boxes_of_telephones_and_cameras_are_known(tmp_path: Path, folder: Path) -> None:
    handler = box(b"hdlr", bytes(8) + b"meta" + bytes(12))
    measured = box(b"trak", box(b"mdia", handler + box(b"minf", b"+10.4593")))
    seen = box(b"trak", box(b"mdia", box(b"hdlr", bytes(8) + b"vide" + bytes(12))))
    user = box(b"udta", box(b"\xa9xyz", b"\0\x0a\x15\xc7+10.4593") + box(b"loci", b"Lanh +10.4593"))
    content = box(b"ftyp", b"isom" + bytes(4)) + box(b"moov", mvhd(1, 2) + measured + seen + user)
    (tmp_path / "a.mp4").write_bytes(content + box(b"mdat", b"pictures"))
    made = without_place(measure(tmp_path / "a.mp4", ""), folder)
    left = made.path.read_bytes()
    assert b"10.4593" not in left
    assert (left.count(b"free"), left.count(b"trak"), len(left)) == (3, 1, len(content) + 16)
    assert left.endswith(b"pictures")


@pytest.mark.parametrize(
    "way", ["directories", "one for all", "properties", "boxes", "keys", "tags", "blocks", "chunks"]
)
def test_a_file_made_to_be_looked_at_for_ever_is_refused(
    tmp_path: Path, folder: Path, way: str
) -> None:
    picture(path := tmp_path / "a.jpg")
    directory = struct.pack("<H", 900) + struct.pack("<HHII", 1, 4, 1, 0) * 900
    whole = path.read_bytes()
    if way == "directories":
        whole += b"II*\0\x08\0\0\0" * 250_000
    elif way == "one for all":
        whole += (b"II*\0" + struct.pack("<I", 8) + directory + struct.pack("<I", 8)) * 30
    elif way == "properties":
        whole += b"exif:GPS" * 200_000
    elif way == "tags":
        path, nest = path.with_suffix(".mkv"), b""
        for _number in range(2500):
            nest = element("67c8", nest)
        whole = matroska(nest)
    elif way == "blocks":
        path = path.with_suffix(".mkv")
        whole = matroska(cluster=b"\xa3\x80" * 700_000)
    elif way == "chunks":
        path = path.with_suffix(".avi")
        whole = b"RIFF" + struct.pack("<I", 2_000_004) + b"AVI " + b"JUNK\0\0\0\0" * 250_000
    else:
        inner = box(b"meta", bytes(4) + box(b"keys", bytes(8) + b"\0\0\0\x08mdta" * 250_000))
        nest = b"" if way == "boxes" else inner
        for _number in range(2500 if way == "boxes" else 0):
            nest = box(b"udta", nest)
        path = path.with_suffix(".mp4")
        whole = box(b"ftyp", b"isom") + box(b"moov", mvhd(1, 1) + nest)
    path.write_bytes(whole)
    with pytest.raises(MediaError, match="place"):
        without_place(measure(path, ""), folder)


def test_the_same_picture_without_its_place_is_made_once(tmp_path: Path, folder: Path) -> None:
    photo = measure(taken_somewhere(tmp_path / "a.jpg"), "")
    first = without_place(photo, folder)
    stamp = first.path.stat().st_mtime_ns
    assert without_place(photo, folder).path.stat().st_mtime_ns == stamp


@given(st.binary(max_size=300), st.integers(0, 400), st.integers(0, 255))
def test_no_bytes_make_it_stumble_or_write_beyond_the_file(
    tmp_path_factory: pytest.TempPathFactory, noise: bytes, at: int, byte: int
) -> None:
    directory = struct.pack("<HHHIII", 1, GPS, 4, 1, 26, 0) + struct.pack(
        "<HHHIII", 1, 2, 5, 3, 200, 0
    )
    tiff = b"II*\0" + struct.pack("<I", 8) + directory + bytes(200)
    spoilt = bytearray(tiff + noise)
    spoilt[at % len(spoilt)] = byte
    chunk = b"eXIf" + bytes(spoilt)
    crc = struct.pack(">I", zlib.crc32(chunk))
    png = b"\x89PNG\r\n\x1a\n" + struct.pack(">I", len(spoilt)) + chunk + crc
    moov = box(b"moov", box(b"meta", bytes(4) + box(b"keys", noise) + box(b"ilst", bytes(spoilt))))
    path = tmp_path_factory.mktemp("spoilt") / "a"
    tags = matroska(tag(b"GPS"), bytes(spoilt), noise, cluster=noise)
    riff = b"RIFF" + struct.pack("<I", len(spoilt)) + b"AVI " + noise + b"JUNK" + bytes(spoilt)
    for content, mime in (
        (bytes(spoilt), "image/jpeg"),
        (png, "image/png"),
        (moov, "video/mp4"),
        (tags, "video/webm"),
        (riff, "video/x-msvideo"),
    ):
        path.write_bytes(content)
        for place, blank in patches(path, mime):
            assert place >= 0
            assert place + len(blank) <= len(content)
