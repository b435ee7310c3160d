"""``publisher video`` makes a film to look at, and what it made is what the plan finds."""

from __future__ import annotations

import pytest

from tests.cli.office import Office, days_ahead
from tests.video.builders import png, streams

SCHEDULE = """\
[channels.tiktok]
adapter = "outbox"
like = "tiktok"

[channels.tin]
adapter = "rss"
file = "tin.xml"
url = "https://tin.example.vn/tin.xml"
site = "https://tin.example.vn"
"""


@pytest.fixture
def office(office: Office) -> Office:
    """An office whose post has a slide in two languages."""
    office.schedule(SCHEDULE)
    folder = office.campaign(keys='approvals = 0\nchannels = ["tin", "tiktok"]')
    (folder / "media").mkdir()
    (folder / "media/anh.png").write_bytes(png())
    office.post(
        "bai",
        days_ahead(3),
        keys='title = "Một bước"\n[video]\n[[video.slides]]\nfile = "media/anh.png"\n'
        'read = "Một."\ntold = { en = "One." }',
    )
    office.post("khong", days_ahead(3), keys='channels = ["tin"]\ntitle = "Không"')
    return office


@pytest.mark.usefixtures("ffmpeg")
def test_it_says_where_the_film_and_its_subtitles_are(office: Office) -> None:
    told = office.run("video", "thu/bai")

    assert told.code == 0
    film = office.root / "preview/videos/thu-bai-tall.mp4"
    assert "preview/videos/thu-bai-tall.mp4: 2.4 seconds, as tiktok gets it" in told.out
    assert streams(film)["video"]["height"] == 1920
    texts = {path.name: path.read_text("utf-8") for path in film.parent.glob("*.[sv][rt]t")}
    assert sorted(texts) == [
        f"thu-bai-tall.{end}" for end in ("en.srt", "en.vtt", "vi.srt", "vi.vtt")
    ]
    assert "Một." in texts["thu-bai-tall.vi.srt"]
    assert "One." in texts["thu-bai-tall.en.vtt"]

    [made] = (office.root / "var/videos").glob("*.mp4")
    before = made.stat().st_mtime_ns
    assert office.run("apply").code == 0
    assert made.stat().st_mtime_ns == before
    assert made.read_bytes() == film.read_bytes()


def test_what_has_no_video_is_told(office: Office) -> None:
    for asked in (["thu/khong"], ["thu/bai", "--channel", "tin"], ["thu/bai", "--edition", "2001"]):
        told = office.run("video", *asked)
        assert told.code == 1
        assert "There is no such video" in told.out


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["thu"], "Name the campaign and the post"),
        (["thi/bai"], "There is no campaign"),
        (["thu/ba"], "Did you mean “bai”?"),
        (["thu/bai", "--channel", "zalo"], "There is no channel"),
        (["thu/bai", "--shape", "square"], "square"),
    ],
)
def test_a_slip_at_the_keyboard_is_told(office: Office, asked: list[str], told: str) -> None:
    answer = office.run("video", *asked)
    assert answer.code == 2
    assert told in answer.out


@pytest.mark.usefixtures("bare_machine")
def test_without_ffmpeg_the_administrator_is_told_what_to_install(office: Office) -> None:
    told = office.run("video", "thu/bai")
    assert told.code == 1
    assert "apt install ffmpeg" in told.out


@pytest.mark.usefixtures("ffmpeg")
def test_a_place_that_can_t_be_written_is_told(office: Office) -> None:
    told = office.run("video", "thu/bai", "--out", "/proc/none")
    assert told.code == 1
    assert "can't be written" in told.out
