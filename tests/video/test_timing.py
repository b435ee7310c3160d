"""What is read aloud is seen for as long as that takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from publisher.video import Script, Slide, VideoError, Voice
from publisher.video.timing import FADE, FPS, LEAST, TAIL, timing_of, told_in
from tests.video.builders import script

SENTENCES = st.lists(
    st.lists(
        st.sampled_from(["Khóa kỹ cửa nhà số.", "Dừng lại!", "Gọi 1022, hỏi người mình tin."]),
        min_size=1,
        max_size=4,
    ).map(" ".join),
    min_size=1,
    max_size=5,
)


def recording(seconds: float) -> Voice:
    return Voice(Path("loi-doc.mp3"), "0" * 64, seconds)


@settings(max_examples=50)
@given(SENTENCES)
def test_slides_follow_one_another_and_captions_stand_within_them(words: list[str]) -> None:
    timing = timing_of(script(*words))
    ends = [0, *(slide.end for slide in timing.slides)]
    assert [slide.start for slide in timing.slides] == ends[:-1]
    for slide in timing.slides:
        seen = [(one.start, one.end) for one in slide.captions]
        assert seen[0][0] == slide.start + FADE
        assert [start for start, _end in seen[1:]] == [end for _start, end in seen[:-1]]
        assert seen[-1][1] == slide.end - (TAIL if slide is timing.slides[-1] else 0)


@settings(max_examples=50)
@given(SENTENCES)
def test_no_caption_is_seen_for_less_than_it_takes_to_notice_it(words: list[str]) -> None:
    assert min(one.end - one.start for one in timing_of(script(*words)).captions) >= LEAST


def test_a_caption_lasts_as_its_syllables_do() -> None:
    [caption] = timing_of(script("một hai ba bốn năm sáu bảy tám", a_minute=160)).captions
    assert (caption.end - caption.start) / FPS == pytest.approx(8 / 160 * 60, abs=1 / FPS)


def test_numbers_are_counted_as_they_are_said() -> None:
    [written] = timing_of(script("Gọi 1022 ngày 10/10/2027")).captions
    [spoken] = timing_of(
        script("Gọi một không hai hai ngày mười tháng mười", language="vi", a_minute=160)
    ).captions
    assert written.end - written.start > spoken.end - spoken.start


def test_who_reads_faster_makes_a_shorter_video() -> None:
    words = "Cập nhật đều đặn, chỉ tải ứng dụng từ kho chính thức."
    slow, fast = (timing_of(script(words, a_minute=rate)).frames for rate in (120, 240))
    assert (fast - FADE - TAIL) * 2 == pytest.approx(slow - FADE - TAIL, abs=3)


@settings(max_examples=50)
@given(SENTENCES, st.floats(0.85, 1.8))
def test_a_recording_is_as_long_as_its_captions(words: list[str], pace: float) -> None:
    silent = timing_of(script(*words))
    seconds = pace * (silent.frames - FADE - TAIL) / FPS
    try:
        timing = timing_of(script(*words, voice=recording(seconds)))
    except VideoError:
        # So short a recording that not every caption would be seen.
        assert seconds * FPS < (LEAST + FADE) * len(silent.captions)
        return
    captions = timing.captions
    assert captions[-1].end - captions[0].start == pytest.approx(seconds * FPS, abs=1)
    assert min(one.end - one.start for one in captions) >= LEAST


@pytest.mark.parametrize(("seconds", "said"), [(1.0, "1"), (120.4, "120,4")])
def test_a_recording_that_can_t_be_of_these_words_is_told(seconds: float, said: str) -> None:
    words = "Cập nhật đều đặn, chỉ tải ứng dụng từ kho chính thức của hãng."
    with pytest.raises(VideoError) as told:
        timing_of(script(words, voice=recording(seconds)))
    assert (told.value.code, told.value.detail) == ("voice_pace", said)


def test_another_language_is_told_while_the_slide_is_seen() -> None:
    slides = (
        Slide(b"", "Khóa kỹ cửa nhà số.", {"en": "Lock your house. Use long passwords."}),
        Slide(b"", "Cập nhật đều đặn.", {"en": "Update."}),
    )
    timing = timing_of(Script(slides))
    first, second, third = told_in("en", timing, slides)
    assert first.lines == ("Lock your house.",)
    assert (first.start, second.end) == (
        timing.slides[0].captions[0].start,
        timing.slides[0].captions[-1].end,
    )
    assert first.end == second.start
    assert third.lines == ("Update.",)
    assert third.start == timing.slides[1].captions[0].start
