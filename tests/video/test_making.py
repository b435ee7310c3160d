"""A film is what its script says, the same every time, and nothing is left where it fails."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from publisher.video import Script, Slide, Studio, VideoError, encode, recorded
from tests.video.builders import frame, loudest, png, script, streams, voice

pytestmark = pytest.mark.usefixtures("ffmpeg")


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_tall_film_plays_everywhere_and_shows_its_slides_in_turn(
    studio: Studio, tmp_path: Path
) -> None:
    made = studio.video(script("Một.", "Hai.", shape="tall"))
    film = studio.make(made)
    found = streams(film)
    picture, sound = found["video"], found["audio"]
    assert (picture["codec_name"], picture["pix_fmt"]) == ("h264", "yuv420p")
    assert (picture["width"], picture["height"]) == (1080, 1920)
    assert (sound["codec_name"], sound["sample_rate"]) == ("aac", "48000")
    assert int(picture["nb_frames"]) == made.timing.frames
    assert float(found["format"]["duration"]) == pytest.approx(made.duration_s, abs=0.03)
    content = film.read_bytes()
    assert content.index(b"moov") < content.index(b"mdat"), "it plays before it is all there"
    assert loudest(film, 0, made.duration_s) == 0
    first, second = (
        frame(film, (slide.captions[0].start + 20) / 30, tmp_path) for slide in made.timing.slides
    )
    between = frame(film, (made.timing.slides[1].start + 6) / 30, tmp_path)
    middle = (540, 700)
    assert min(first.getpixel(middle)) > 245
    red = second.getpixel(middle)
    assert red[0] > 190
    assert max(red[1:]) < 50
    assert 60 < between.getpixel(middle)[1] < 220, "one goes over into the other"
    # The caption is there while its slide stands, and not while it comes in.
    band = (200, 1380, 880, 1520)
    assert first.crop(band).convert("L").getextrema()[1] > 240
    assert between.crop(band).convert("L").getextrema()[1] < 120


def test_a_recorded_voice_is_heard_from_the_first_caption_on(
    studio: Studio, tmp_path: Path
) -> None:
    spoken = recorded(voice(tmp_path / "lời đọc.wav", 2.0))
    made = studio.video(script("Khóa kỹ cửa nhà số.", shape="wide", voice=spoken))
    film = studio.make(made)
    picture = streams(film)["video"]
    assert (picture["width"], picture["height"]) == (1920, 1080)
    assert made.duration_s == pytest.approx(0.4 + 2.0 + 0.8, abs=0.05)
    assert loudest(film, 0.0, 0.3) < 100
    assert loudest(film, 0.6, 2.2) > 5000
    assert loudest(film, 2.7, 3.2) < 100


def test_of_two_that_want_the_same_film_one_waits_for_the_other(tmp_path: Path) -> None:
    wanted = script("Một.", shape="wide")

    def made(_number: int) -> tuple[Path, int]:
        one = Studio(tmp_path / "videos")
        film = one.make(one.video(wanted))
        return film, film.stat().st_ino

    with ThreadPoolExecutor(2) as both:
        first, second = both.map(made, range(2))
    assert first == second

    # The same on another machine, byte for byte; and made no more where it is.
    elsewhere = Studio(tmp_path / "elsewhere")
    assert sha256(elsewhere.make(elsewhere.video(wanted))) == sha256(first[0])
    assert made(3) == first


def test_a_film_that_is_there_needs_no_ffmpeg(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = studio.video(script("Một."))
    made.path.write_bytes(b"a film")
    monkeypatch.setenv("PATH", "/nowhere")
    assert studio.make(made).read_bytes() == b"a film"


def test_any_difference_to_be_seen_or_heard_makes_another_film(
    studio: Studio, tmp_path: Path
) -> None:
    base = script("Một.", "Hai.")
    others = [
        script("Một.", "Ba."),
        script("Một.", "Hai.", shape="wide"),
        script("Một.", "Hai.", colour="#303030"),
        script("Một. Hai."),
        Script((base.slides[1], base.slides[0])),
        script("Khóa kỹ cửa nhà số ngay.", a_minute=100),
        script("Khóa kỹ cửa nhà số ngay.", a_minute=200),
        script("Một.", "Hai.", voice=recorded(voice(tmp_path / "a.wav", 4.0))),
        script("Một.", "Hai.", voice=recorded(voice(tmp_path / "b.wav", 4.1))),
    ]
    names = [studio.video(one).name for one in (base, *others)]
    assert len(set(names)) == len(names)
    assert studio.video(script("Một.", "Hai.")).name == names[0]


def test_what_takes_too_long_is_stopped_and_leaves_nothing(
    studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encode, "_START_S", 0.3)
    monkeypatch.setattr(encode, "_PER_SECOND", 0.0)
    made = studio.video(script("Một.", "Hai.", "Ba."))
    with pytest.raises(VideoError) as told:
        studio.make(made)
    assert told.value.code == "slow"
    assert [path.name for path in made.path.parent.iterdir()] == [".lock"]
    assert running(made.path.parent) == []


def test_what_a_killed_process_left_is_swept_away(studio: Studio) -> None:
    made = studio.video(Script((Slide(b"no picture", "Một."),)))
    folder = made.path.parent
    killed = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert killed.stdout is not None
    assert killed.stdout.readline() == "making\n"
    killed.kill()
    killed.wait()
    assert list(folder.glob(".making-*"))
    with pytest.raises(VideoError):
        studio.make(made)
    assert [path.name for path in folder.iterdir()] == [".lock"]


KILLED = textwrap.dedent(
    """
    import sys, tempfile, time
    from pathlib import Path
    from publisher.video.studio import _MAKING, _alone
    folder = Path(sys.argv[1])
    with _alone(folder), tempfile.TemporaryDirectory(dir=folder, prefix=_MAKING) as making:
        (Path(making) / "film.mp4").write_bytes(b"half")
        print("making", flush=True)
        time.sleep(60)
    """
)


@pytest.mark.parametrize(
    "content", [b"", b"ID3 no recording", png(), b"ffconcat version 1.0\nfile other.wav\n"]
)
def test_a_broken_recording_is_told(content: bytes, tmp_path: Path) -> None:
    voice(tmp_path / "other.wav", 1.0)
    path = tmp_path / "loi-doc.mp3"
    path.write_bytes(content)
    with pytest.raises(VideoError) as told:
        recorded(path)
    assert told.value.code == "voice_broken"


def test_a_recording_of_nothing_is_told(tmp_path: Path) -> None:
    with pytest.raises(VideoError) as told:
        recorded(voice(tmp_path / "loi-doc.wav", 0.1))
    assert told.value.code == "voice_broken"


def test_a_picture_that_can_t_be_drawn_names_its_slide(studio: Studio) -> None:
    broken = Script((*script("Một.").slides, Slide(b"no picture", "Hai.")))
    with pytest.raises(VideoError) as told:
        studio.make(studio.video(broken))
    assert (told.value.code, told.value.detail) == ("picture", "1")


def running(folder: Path) -> list[str]:
    """The processes that work in ``folder``."""
    found = []
    for process in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            told = process.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if str(folder) in told:
            found.append(told)
    return found
