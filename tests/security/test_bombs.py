"""Pictures and films that are bombs, or lead elsewhere: refused with the officer's own message.

Archives, office files and SVG aren't read at all: to ``measure`` they are no picture or video.
"""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from functools import cache
from pathlib import Path

import pytest
from PIL import Image

from channels.thumbnails import thumbnail
from publisher.assemble.media import measured
from publisher.campaign.model import Campaign, CampaignFile, FrontMatter, Post
from publisher.files.faults import Fault
from publisher.media.library import MediaError, measure
from tests.media.builders import box, mvhd, picture
from tests.security.within import bounded

MEGABYTE = 1024 * 1024


@cache
def zeros(megabytes: int) -> bytes:
    """So many megabytes of nothing, packed."""
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(megabytes)) + packer.flush()


def chunk(kind: bytes, content: bytes) -> bytes:
    crc = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", crc)


def png(width: int, height: int, pixels: bytes, more: bytes = b"", interlaced: int = 0) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, interlaced)
    whole = chunk(b"IHDR", head) + more + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + whole


def gif(width: int, height: int, frames: int, side: int = 1) -> bytes:
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, side, side, 0) + b"\x02\x02\x44\x01\x00"
    colours = b"\x80\0\0\0\0\0\xff\xff\xff"
    return b"GIF89a" + struct.pack("<HH", width, height) + colours + frame * frames + b";"


def jpeg(width: int, height: int, *, progressive: bool = False) -> bytes:
    """A small JPEG that says it is of these sides."""
    into = io.BytesIO()
    Image.new("RGB", (64, 64)).save(into, "JPEG", progressive=progressive)
    made = into.getvalue()
    sides = made.index(b"\xff\xc2" if progressive else b"\xff\xc0") + 5
    return made[:sides] + struct.pack(">HH", height, width) + made[sides + 4 :]


def drawn_over(times: int) -> bytes:
    """A progressive JPEG whose last scan comes again and again."""
    made = jpeg(8000, 8000, progressive=True)
    scan = made[made.rindex(b"\xff\xda") : -2]
    return made[:-2] + scan * times + b"\xff\xd9"


def tiff(*entries: tuple[int, int, int, int], after: int = 0) -> bytes:
    rows = b"".join(struct.pack("<HHII", *entry) for entry in entries)
    folder = struct.pack("<H", len(entries)) + rows + struct.pack("<I", after)
    return b"II*\0" + struct.pack("<I", 8) + folder + bytes(4096)


def bmp(width: int, height: int) -> bytes:
    head = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 24, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54, 0, 0, 54) + head


def strips(width: int, height: int, size: int) -> tuple[tuple[int, int, int, int], ...]:
    sides = (256, 4, 1, width), (257, 4, 1, height)
    kind = (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1)
    return (*sides, *kind, (273, 4, 1, 200), (277, 3, 1, 1), (278, 4, 1, height), (279, 4, 1, size))


GOOD = zlib.compress(bytes(101 * 100))
REFUSED = {
    "50,000 pixels square": png(50_000, 50_000, zeros(20)),
    "a text of megabytes": png(100, 100, GOOD, chunk(b"zTXt", b"a\0\0" + zeros(100))),
    "a text in any language": png(100, 100, GOOD, chunk(b"iTXt", b"a\0\1\0\0\0" + zeros(100))),
    "a colour profile of megabytes": png(100, 100, GOOD, chunk(b"iCCP", b"a\0\0" + zeros(100))),
    "many texts": png(100, 100, GOOD, chunk(b"zTXt", b"a\0\0" + zeros(1)) * 300),
    "no pixels at all": png(100, 100, b"", chunk(b"IDAT", b"") * 50_000),
    "a GIF of 65,535 pixels": gif(65_535, 65_535, 1),
    "a GIF whose frame is larger than it": gif(1, 1, 1, side=65_535),
    "a JPEG that lies": jpeg(65_500, 65_500),
    "a JPEG drawn over": drawn_over(20_000),
    "a JPEG of nothing but marks": jpeg(64, 64)[:20] + b"\xff" * 200_000,
    "a huge TIFF": tiff(*strips(60_000, 60_000, 1000)),
    "a TIFF with a strip beyond its end": tiff(*strips(8000, 8000, 2**31)),
    "a TIFF that leads back to itself": tiff((256, 4, 1, 5), after=8),
    "a TIFF with a billion values": tiff(*strips(100, 100, 8)[:-1], (279, 4, 2**30, 8)),
    "a huge BMP": bmp(60_000, 60_000),
    "a BMP without pixels": bmp(8000, 8000),
    "an icon": b"\0\0\1\0\1\0" + bytes(16),
    "a vector drawing": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "a film that ends within a box": box(b"ftyp", b"isom" + bytes(4)) + b"\0\0\xff\xffmoov",
    "a film with a box of endless size": box(b"ftyp", b"isom" + bytes(4))
    + struct.pack(">I4sQ", 1, b"moov", 2**63),
    "a film of empty boxes": box(b"ftyp", b"isom" + bytes(4)) + box(b"free", b"") * 100_000,
}
TAKEN = {
    "a GIF of 100,000 frames": gif(8, 8, 100_000),
    "a PNG of many remarks": png(100, 100, GOOD, chunk(b"tEXt", b"a\0b") * 100_000),
    "a JPEG of many remarks": jpeg(64, 64)[:2] + b"\xff\xfe\0\2" * 500_000 + jpeg(64, 64)[2:],
    "a film with boxes in itself": box(b"ftyp", b"isom" + bytes(4))
    + box(b"moov", box(b"moov", box(b"moov", b"")) * 2000 + mvhd(1, 9)),
}


@pytest.mark.parametrize("content", REFUSED.values(), ids=REFUSED)
def test_a_bomb_is_refused_soon(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "bom.png"
    path.write_bytes(content)
    with bounded(), pytest.raises(MediaError) as refused:
        measure(path, "Bom")
    assert refused.value.code in ("huge", "broken", "unknown")
    with bounded():
        assert thumbnail(path) is None


@pytest.mark.parametrize("content", TAKEN.values(), ids=TAKEN)
def test_what_is_odd_but_small_is_measured_soon(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "la.png"
    path.write_bytes(content)
    with bounded():
        assert measure(path, "Lạ").size_bytes == len(content)


def test_an_archive_is_no_picture_whatever_its_name(tmp_path: Path) -> None:
    path = tmp_path / "anh.png"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(50 * MEGABYTE))
    with bounded(1), pytest.raises(MediaError, match="unknown"):
        measure(path, "Ảnh")


# -- files that lead elsewhere --------------------------------------------------------------------


def faults_of(folder: Path, name: str) -> list[Fault]:
    """What is said of a post in ``folder`` that shows the file ``name``."""
    campaign = Campaign(
        "thu",
        folder,
        CampaignFile.model_validate({"title": "T", "owner": "O", "channels": ["x"]}),
        (),
    )
    front = {"when": "2027-10-10 08:00", "media": [{"file": name, "alt": "Ảnh"}]}
    post = Post("mot", folder / "posts/mot.md", FrontMatter.model_validate(front), "Tin", 5)
    post.path.parent.mkdir(parents=True, exist_ok=True)
    post.path.write_text("+++\n+++\nTin\n", encoding="utf-8")
    return measured(campaign, post)[1]


@pytest.mark.parametrize(
    "name", ["../bi-mat/anh.png", "/etc/passwd", "media/../../bi-mat/anh.png", "//etc/passwd"]
)
def test_a_post_shows_no_file_outside_its_campaign(tmp_path: Path, name: str) -> None:
    (tmp_path / "bi-mat").mkdir()
    picture(tmp_path / "bi-mat/anh.png")
    (tmp_path / "thu/media").mkdir(parents=True)
    [fault] = faults_of(tmp_path / "thu", name)
    assert fault.code == "file_leads_out"


@pytest.mark.parametrize("link", ["media/anh.png", "media"])
def test_nor_one_that_a_link_leads_to(tmp_path: Path, link: str) -> None:
    (tmp_path / "bi-mat").mkdir()
    picture(tmp_path / "bi-mat/anh.png")
    place = tmp_path / "thu" / link
    place.parent.mkdir(parents=True)
    place.symlink_to(tmp_path / ("bi-mat/anh.png" if link.endswith("png") else "bi-mat"))
    [fault] = faults_of(tmp_path / "thu", "media/anh.png")
    assert fault.code == "file_leads_out"


def test_a_pipe_or_a_device_is_no_file_and_is_never_opened(tmp_path: Path) -> None:
    (tmp_path / "thu/media").mkdir(parents=True)
    os.mkfifo(tmp_path / "thu/media/anh.png")
    [fault] = faults_of(tmp_path / "thu", "media/anh.png")
    assert fault.code == "file_not_a_file"
    with pytest.raises(MediaError, match="not_a_file"):
        measure(Path("/dev/zero"), "Thiết bị")


def test_a_link_that_leads_to_itself_is_told_and_no_traceback(tmp_path: Path) -> None:
    place = tmp_path / "thu/media/anh.png"
    place.parent.mkdir(parents=True)
    place.symlink_to(place)
    [fault] = faults_of(tmp_path / "thu", "media/anh.png")
    assert fault.code in ("file_unreadable", "file_missing")


@pytest.mark.parametrize("name", ["a" * 5000, "a\0b", "media/" * 1000 + "a.png"])
def test_a_name_that_is_none_is_told_and_no_traceback(tmp_path: Path, name: str) -> None:
    (tmp_path / "thu").mkdir()
    [fault] = faults_of(tmp_path / "thu", name)
    assert fault.code.startswith("file_")
