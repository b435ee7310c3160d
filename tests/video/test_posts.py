"""A post's video goes out where one is taken, as it was approved, or it is told why not."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.base import Message
from publisher.assemble.plan import assemble
from publisher.campaign.reader import read_campaigns
from publisher.check.look import look
from publisher.files.faults import Fault
from tests.cli.office import Office, days_ahead, just_now
from tests.video.builders import png, voice

SCHEDULE = """\
[channels.fanpage]
adapter = "outbox"
like = "facebook"

[channels.tube]
adapter = "outbox"
like = "youtube"

[channels.tin]
adapter = "rss"
file = "tin.xml"
url = "https://tin.example.vn/tin.xml"
site = "https://tin.example.vn"

[channels.loa]
adapter = "bulletin"
folder = "loa"
"""
ONE_SLIDE = 'video = { slides = [{ file = "media/anh.png", read = "Một." }] }'
PICTURE = 'media = [{ file = "media/anh.png", alt = "Tấm ảnh" }]'


@pytest.fixture
def office(office: Office) -> Office:
    """An office with a Page, a video channel, a feed and a loudspeaker; a picture lies ready."""
    office.schedule(SCHEDULE)
    folder = office.campaign(keys='approvals = 1\nchannels = ["fanpage", "tube", "tin", "loa"]')
    (folder / "media").mkdir()
    (folder / "media/anh.png").write_bytes(png())
    return office


def post(office: Office, keys: str, when: str = "") -> Path:
    return office.post("bai", when or days_ahead(3), keys=f'title = "Năm bước"\n{keys}')


def videos(office: Office) -> list[Path]:
    return sorted((office.root / "var/videos").glob("*.mp4"))


def planned(office: Office) -> tuple[dict[str, Message], list[Fault]]:
    """The messages of the plan by their channels, and what is wrong."""
    with office.site() as site:
        campaigns, faults = read_campaigns(site.settings)
        now = site.clock()
        found, wrong = assemble(site.settings, campaigns, now, now + site.settings.horizon)
    return {one.identity.channel: one.message for one in found}, [*faults, *wrong]


def reckoned(office: Office) -> dict[str, Message]:
    """The messages by their channels as a check has them, with no film made."""
    with office.site() as site:
        found = look(site.settings, site.clock(), lambda: None).planned
    return {one.identity.channel: one.message for one in found}


def kinds(message: Message) -> list[str]:
    return [one.kind for one in message.media]


@pytest.mark.usefixtures("ffmpeg")
def test_a_video_is_made_by_the_plan_once_and_stands_in_place_of_the_pictures(
    office: Office,
) -> None:
    post(office, f"{PICTURE}\n{ONE_SLIDE}")
    assert office.run("check").code == 0
    assert "Video: Năm bước" in office.run("preview").out
    assert videos(office) == [], "who only looks has no film made"

    messages, faults = planned(office)

    assert faults == []
    assert kinds(messages["fanpage"]) == ["video"]
    assert messages["fanpage"].media[0].alt == "Năm bước"
    assert kinds(messages["tube"]) == ["video", "image", "subtitles"]
    assert kinds(messages["tin"]) == ["image"]
    assert "video" not in kinds(messages["loa"]), "nobody films for a loudspeaker"
    told = messages["tube"].media[2]
    assert (told.alt, told.mime) == ("Tiếng Việt", "application/x-subrip")
    assert "Một." in told.path.read_text("utf-8")

    made = {path: path.stat().st_mtime_ns for path in videos(office)}
    assert len(made) == 2, "one for telephones, one for the rest"
    for command in ("plan", "apply", "check"):
        assert office.run(command).code == 0
    assert {path: path.stat().st_mtime_ns for path in videos(office)} == made


@pytest.mark.usefixtures("ffmpeg")
def test_the_video_that_was_approved_is_the_one_that_is_sent(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    post(office, f'channels = ["fanpage"]\n{ONE_SLIDE}', just_now())
    assert office.run("apply").code == 0
    assert office.run("approve", "thu", "--by", "Nguyễn An").code == 0
    [approved] = (path.read_bytes() for path in videos(office))
    # An administrator takes ffmpeg away, and the office's work goes on.
    monkeypatch.setenv("PATH", "/nowhere")
    assert "0 to change" in office.run("plan").out

    office.send_due()

    assert office.states()["bai"] == "sent"
    sent = next((office.root / "var").rglob("fanpage/**/*.mp4"))
    assert sent.read_bytes() == approved


@pytest.mark.usefixtures("ffmpeg")
def test_a_channel_may_have_a_video_of_its_own_or_none(office: Office) -> None:
    post(
        office,
        f"{PICTURE}\n{ONE_SLIDE}\n[for.fanpage]\nvideo = false\n[for.tube.video]\n"
        'slides = [{ file = "media/anh.png", read = "Chỉ ở đây." }]\nalt = "Riêng"',
    )
    messages = reckoned(office)
    assert kinds(messages["fanpage"]) == ["image"]
    assert messages["tube"].media[0].alt == "Riêng"
    assert messages["tube"].media[0].duration_s == pytest.approx(0.4 + 1.2 + 0.8)


@pytest.mark.usefixtures("ffmpeg")
def test_words_are_templates_and_a_channel_in_another_language_hears_its_own(
    office: Office,
) -> None:
    post(
        office,
        'channels = ["tube"]\n[translation.en]\ntext = "Five steps."\ntitle = "Five steps"\n'
        "[video]\n"
        '[[video.slides]]\nfile = "media/anh.png"\n'
        'read = "Năm {{ edition }}."\ntold = { en = "The year {{ edition }}." }\n'
        '[for.tube]\nlanguages = ["en"]',
    )
    messages, faults = planned(office)
    assert faults == []
    told = next(one for one in messages["tube"].media if one.kind == "subtitles")
    assert told.alt == "English"
    assert "The year 20" in told.path.read_text("utf-8")


@pytest.mark.usefixtures("bare_machine")
def test_without_ffmpeg_the_pictures_go_out_and_a_warning_says_so(office: Office) -> None:
    post(office, f"{PICTURE}\n{ONE_SLIDE}\n[for.tube]\nvideo = false\nmedia = []")
    messages, faults = planned(office)
    assert kinds(messages["fanpage"]) == ["image"]
    [warning] = [one for one in faults if one.code == "video_left_out"]
    assert "kèm ảnh" in warning.what
    assert "apt install ffmpeg" in warning.instead
    checked = office.run("check")
    assert "warning" in checked.out
    assert "No video can be made on this machine" in checked.out


@pytest.mark.usefixtures("bare_machine")
def test_without_ffmpeg_a_post_that_has_nothing_else_to_show_stays_where_it_is(
    office: Office,
) -> None:
    post(office, ONE_SLIDE)
    messages, faults = planned(office)
    assert "fanpage" not in messages
    assert office.run("check").code == 1
    assert {one.code for one in faults} == {"video_ffmpeg"}


@pytest.mark.parametrize(
    ("slide", "line", "told"),
    [
        ('file = "media/anh.png"\nread = ""', 8, "empty"),
        ('file = "media/anh.png"', 6, "read"),
        ('file = "media/anh.png"\nread = "…"', 8, "Nothing is read"),
        ('file = "media/anh.png"\nread = "{{ days_leftt }}"', 8, "days_leftt"),
        ('file = "media/an.png"\nread = "Một."', 7, "media/anh.png"),
        ('file = "../../x.png"\nread = "Một."', 7, "leads out"),
        ('file = "media/loi.pdf"\nread = "Một."', 7, "no picture"),
        ('read = "Một."', 6, "card"),
        ('card = "quote"\nfile = "media/anh.png"\nread = "Một."', 7, "text"),
        ('file = "media/anh.png"\nread = "Một."\nshape = "tall"', 9, "shape"),
        ('file = "media/anh.png"\nread = "{% for n in range(9) %}{{ n }}{% endfor %}"', 8, "loop"),
    ],
)
def test_a_slip_in_a_slide_is_told_at_its_line(
    office: Office, slide: str, line: int, told: str
) -> None:
    (office.root / "campaigns/thu/media/loi.pdf").write_bytes(b"%PDF-1.7")
    post(office, f"[video]\na_minute = 160\n[[video.slides]]\n{slide}")
    shown = office.run("check")
    assert shown.code == 1
    [fault] = shown.lines(": error: ")
    assert f"bai.md:{line}: " in fault, shown.out
    assert told in shown.out


@pytest.mark.usefixtures("ffmpeg")
@pytest.mark.parametrize(
    ("seconds", "content", "told"),
    [
        (60.0, None, "lasts 60 seconds: that can't be these words"),
        (0.0, b"no sound", "no recording that can be played"),
        (0.0, None, "There is no file"),
    ],
)
def test_a_recording_that_won_t_do_is_told_at_its_line(
    office: Office, seconds: float, content: bytes | None, told: str
) -> None:
    place = office.root / "campaigns/thu/media/loi.wav"
    if seconds:
        voice(place, seconds)
    elif content is not None:
        place.write_bytes(content)
    post(office, f'{ONE_SLIDE[:-2]}, voice = "media/loi.wav" }}')
    shown = office.run("check")
    assert shown.code == 1
    assert told in shown.out
    assert shown.lines("bai.md:4")


def test_a_video_too_long_for_its_channel_is_told_with_its_seconds(office: Office) -> None:
    office.schedule(SCHEDULE.replace("facebook", "x"))
    words = " ".join(["Khóa kỹ cửa nhà số."] * 20)
    slide = f'{{ file = "media/anh.png", read = "{words}" }}'
    post(office, f"video = {{ slides = [{slide}, {slide}, {slide}, {slide}, {slide}] }}")
    shown = office.run("check")
    assert "The video would last 189.5 seconds; a short video lasts at most 180." in shown.out

    post(office, f"video = {{ slides = [{slide}, {slide}, {slide}, {slide}] }}")
    shown = office.run("check")
    assert "lasts 151" in shown.out
    assert "at most 140" in shown.out
