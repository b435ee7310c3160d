"""Subtitles stand in files as players read them, whatever the words are."""

from __future__ import annotations

from publisher.media.library import measure
from publisher.video import Script, Slide, Studio
from publisher.video.subtitles import as_srt, as_vtt
from publisher.video.timing import Caption

TWO = (
    Caption(("Khóa kỹ", "cửa nhà số."), 12, 72),
    Caption(("Xong.",), 3 * 3600 * 30 + 1, 3 * 3600 * 30 + 31),
)


def test_subrip_numbers_its_cues_and_writes_times_with_a_comma() -> None:
    assert as_srt(TWO) == (
        "1\n00:00:00,400 --> 00:00:02,400\nKhóa kỹ\ncửa nhà số.\n\n"
        "2\n03:00:00,033 --> 03:00:01,033\nXong.\n"
    )


def test_webvtt_begins_with_its_name_and_writes_times_with_a_point() -> None:
    assert as_vtt(TWO[:1]) == "WEBVTT\n\n00:00:00.400 --> 00:00:02.400\nKhóa kỹ\ncửa nhà số.\n"


def test_words_can_t_become_a_style_or_a_time() -> None:
    caption = Caption(("<b>a</b> & {\\an8}", "00:00:01,000 --> 9"), 0, 30)
    srt = as_srt([caption])
    assert srt.count("-->") == 1
    assert not set("<{}") & set(srt)
    vtt = as_vtt([caption])
    assert vtt.count("-->") == 1
    assert "&lt;b&gt;a&lt;/b&gt; &amp; {" in vtt


def test_a_video_has_subtitles_in_every_language_that_all_its_slides_have(studio: Studio) -> None:
    slides = (
        Slide(b"1", "Một.", {"en": "One.", "fr": "Un."}),
        Slide(b"2", "Hai.", {"en": "Two."}),
    )
    video = studio.video(Script(slides))
    assert video.languages == ("vi", "en")
    told = studio.subtitles(video, "en")
    assert "One." in told.read_text("utf-8")
    assert "Two." in told.read_text("utf-8")


def test_the_media_library_knows_both_kinds(studio: Studio) -> None:
    video = studio.video(Script((Slide(b"1", "Một."),)))
    srt, vtt = (
        measure(studio.subtitles(video, "vi", kind), "Tiếng Việt") for kind in ("srt", "vtt")
    )
    assert (srt.mime, vtt.mime) == ("application/x-subrip", "text/vtt")
    assert {srt.kind, vtt.kind} == {"subtitles"}
