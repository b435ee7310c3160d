"""What breaks a platform's limits, and what just keeps them."""

from __future__ import annotations

import dataclasses
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Limits, Media, Message, Text
from channels.limits import CODES, violations

WIDE = Limits(
    images_max=4,
    videos_max=1,
    documents_max=1,
    mixes_media=True,
    threads=True,
    image_formats=frozenset({"image/png"}),
)
PICTURE = Media(Path("a.png"), "0" * 64, "image/png", 100, "Ảnh", width=100, height=50)
CLIP = dataclasses.replace(PICTURE, mime="video/mp4", duration_s=10.0)
SUBTITLES = dataclasses.replace(PICTURE, mime="text/vtt")
PAPER = dataclasses.replace(PICTURE, mime="application/pdf")


def message(text: str = "Chào", **parts: Any) -> Message:
    return Message("k", Text(f"<b>{text}</b>", text), datetime(2027, 10, 3, tzinfo=UTC), **parts)


def replies(*texts: str) -> dict[str, Any]:
    return {"replies": tuple(Text(text, text) for text in texts)}


def without(media: Media, **changes: Any) -> tuple[Media, ...]:
    return (dataclasses.replace(media, **changes),)


@pytest.mark.parametrize(
    ("code", "limits", "kept", "broken"),
    [
        ("title_missing", {"title_required": True}, {"title": "Tin"}, {}),
        ("title_long", {"title_max": 3}, {"title": "Tin"}, {"title": "Tin mới"}),
        ("summary_long", {"summary_max": 3}, {"summary": "Tin"}, {"summary": "Tin mới"}),
        ("hashtags_many", {"hashtags_max": 1}, {"hashtags": ("a",)}, {"hashtags": ("a", "b")}),
        ("text_missing", {}, {"text": "", "media": (PICTURE,)}, {"text": " \n"}),
        ("text_long", {"text_max": 4}, {"text": "Chào"}, {"text": "Chào!"}),
        ("reply_long", {"text_max": 4}, replies("Chào"), replies("Chào", "Chào!")),
        ("replies_many", {"threads": False}, {}, replies("Hai")),
        ("media_missing", {"media_required": True}, {"media": (PICTURE,)}, {}),
        ("images_many", {}, {"media": (PICTURE,) * 4}, {"media": (PICTURE,) * 5}),
        ("videos_many", {}, {"media": (CLIP,)}, {"media": (CLIP, CLIP)}),
        ("documents_many", {}, {"media": (PAPER,)}, {"media": (PAPER, PAPER)}),
        (
            "covers_many",
            {"covers_max": 1, "images_max": 0, "mixes_media": False},
            {"media": (CLIP, PICTURE)},
            {"media": (CLIP, PICTURE, PICTURE)},
        ),
        (
            "images_many",
            {"covers_max": 1, "images_max": 0},
            {"media": (CLIP, PICTURE)},
            {"media": (PICTURE,)},
        ),
        (
            "subtitles_many",
            {"subtitles_max": 1},
            {"media": (CLIP, SUBTITLES)},
            {"media": (CLIP, SUBTITLES, SUBTITLES)},
        ),
        (
            "subtitles_many",
            {"subtitles_max": 1},
            {"media": (CLIP, SUBTITLES)},
            {"media": (PICTURE, SUBTITLES)},
        ),
        ("summary_missing", {"summary_required": True}, {"summary": "Tin"}, {}),
        (
            "video_short",
            {"video_min_s": 3},
            {"media": without(CLIP, duration_s=3.0)},
            {"media": without(CLIP, duration_s=2.9)},
        ),
        ("media_many", {}, {"media": (CLIP, *[PICTURE] * 3)}, {"media": (CLIP, *[PICTURE] * 4)}),
        ("media_mixed", {"mixes_media": False}, {"media": (CLIP,)}, {"media": (CLIP, PICTURE)}),
        ("media_mixed", {}, {"media": (PICTURE,)}, {"media": (PAPER, PICTURE)}),
        ("media_kind", {"documents_max": 0}, {"media": (PICTURE,)}, {"media": (PAPER,)}),
        ("alt_missing", {}, {"media": (PICTURE,)}, {"media": without(PICTURE, alt=" ")}),
        (
            "alt_long",
            {"alt_max": 3},
            {"media": (PICTURE,)},
            {"media": without(PICTURE, alt="Ảnh!")},
        ),
        (
            "image_format",
            {},
            {"media": (PICTURE,)},
            {"media": without(PICTURE, mime="image/gif")},
        ),
        (
            "image_bytes",
            {"image_max_bytes": 100},
            {"media": (PICTURE,)},
            {"media": without(PICTURE, size_bytes=101)},
        ),
        (
            "image_sides",
            {"image_max_sides": 150},
            {"media": (PICTURE,)},
            {"media": without(PICTURE, width=101)},
        ),
        (
            "image_ratio",
            {"image_ratio": (0.5, 2)},
            {"media": (PICTURE,)},
            {"media": without(PICTURE, width=101)},
        ),
        ("video_format", {}, {"media": (CLIP,)}, {"media": without(CLIP, mime="video/ogg")}),
        (
            "video_bytes",
            {"video_max_bytes": 100},
            {"media": (CLIP,)},
            {"media": without(CLIP, size_bytes=101)},
        ),
        (
            "video_seconds",
            {"video_max_s": 10},
            {"media": (CLIP,)},
            {"media": without(CLIP, duration_s=10.5)},
        ),
        (
            "document_bytes",
            {"document_max_bytes": 100},
            {"media": (PAPER,)},
            {"media": without(PAPER, size_bytes=101)},
        ),
    ],
)
def test_a_limit_is_kept_up_to_its_edge_and_broken_beyond(
    code: str, limits: dict[str, Any], kept: dict[str, Any], broken: dict[str, Any]
) -> None:
    bounded = dataclasses.replace(WIDE, **limits)
    assert violations(message(**kept), bounded) == ()
    assert [each.code for each in violations(message(**broken), bounded)] == [code]
    assert code in CODES


def test_with_media_the_caption_s_limit_holds_instead_of_the_text_s() -> None:
    bounded = dataclasses.replace(WIDE, text_max=10, caption_max=4)
    assert violations(message("Xin chào"), bounded) == ()
    (broken,) = violations(message("Xin chào", media=(PICTURE,)), bounded)
    assert (broken.code, broken.actual, broken.allowed) == ("caption_long", 8, 4)


def test_a_violation_names_its_picture() -> None:
    wrong = dataclasses.replace(PICTURE, alt="")
    (broken,) = violations(message(media=(PICTURE, wrong)), WIDE)
    assert broken.media is wrong


def test_a_picture_of_unknown_size_is_given_the_benefit_of_the_doubt() -> None:
    bounded = dataclasses.replace(WIDE, image_max_sides=10, image_ratio=(1, 1))
    unknown = dataclasses.replace(PICTURE, width=None, height=None)
    assert violations(message(media=(unknown,)), bounded) == ()


@given(st.text(max_size=30))
def test_texts_are_measured_as_the_platform_counts_what_a_reader_sees(text: str) -> None:
    bounded = Limits(text_max=10, text_required=False, measure=lambda each: 2 * len(each))
    codes = [each.code for each in violations(message(text), bounded)]
    assert codes == (["text_long"] if 2 * len(text) > 10 else [])
