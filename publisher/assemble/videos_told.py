"""What is wrong with a post's short video, in words at its line."""

from __future__ import annotations

from collections.abc import Mapping

from publisher import notation
from publisher.assemble.places import line_of
from publisher.campaign.model import Post
from publisher.files.faults import Fault, Severity
from publisher.files.messages import quoted
from publisher.files.text import shown
from publisher.i18n import _
from publisher.rendering.shape import ChannelShape
from publisher.video import LONGEST_S, VideoError


def of_video_error(post: Post, field: str, error: VideoError, voice: str) -> Fault:
    """Why the video that stands under ``field`` can't be made."""
    code = f"video_{error.code}"
    words = {"file": quoted(voice), "detail": quoted(error.detail)}
    if error.code == "voice_pace":
        words["detail"] = seconds(float(error.detail))
    what, instead = _told()[code]
    at = {"video_voice_broken": f"{field}.voice", "video_voice_pace": f"{field}.voice"}
    return _fault(post, at.get(code, field), code, what % words, instead % words)


def of_no_ffmpeg(post: Post, field: str, shape: ChannelShape) -> Fault:
    """No video can be made here, and the post has pictures to go out with."""
    return Fault(
        shown(post.path),
        line_of(post, field),
        "video_left_out",
        _("No video can be made on this machine; %(channel)s gets the post with its pictures.")
        % {"channel": shape.title},
        _("Ask your administrator to install it: apt install ffmpeg"),
        severity=Severity.WARNING,
    )


def of_video_length(post: Post, field: str, duration_s: float) -> Fault:
    """Longer than any short video."""
    what = _("The video would last %(actual)s seconds; a short video lasts at most %(allowed)s.")
    words = {"actual": seconds(duration_s), "allowed": seconds(LONGEST_S)}
    instead = _("Leave slides out, or shorten what is read.")
    return _fault(post, field, "video_long", what % words, instead)


def of_no_words(post: Post, field: str) -> Fault:
    """A slide on which nothing is read."""
    what = _("Nothing is read on this slide: “%(key)s” comes to nothing.") % {"key": field}
    instead = _("Write a sentence there, or leave the slide out.")
    return _fault(post, field, "video_no_words", what, instead)


def of_no_picture(post: Post, field: str, file: str) -> Fault:
    """A slide whose file is no picture."""
    what = _("“%(file)s” is no picture; a slide shows one.") % {"file": quoted(file)}
    instead = _("Name a PNG or JPEG file of the folder media.")
    return _fault(post, field, "video_slide", what, instead)


def seconds(value: float) -> str:
    """A length of time as the reader writes it: 12,5."""
    return notation.decimal(value, 1)


def _fault(post: Post, field: str, code: str, what: str, instead: str) -> Fault:
    return Fault(shown(post.path), line_of(post, field), code, what, instead)


def _told() -> Mapping[str, tuple[str, str]]:
    """What is wrong and what to do, by the code of the fault."""
    return {
        "video_ffmpeg": (
            _("No video can be made on this machine: it has no ffmpeg."),
            _("Ask your administrator to install it: apt install ffmpeg"),
        ),
        "video_slow": (
            _("Making the video took longer than %(detail)s and was stopped."),
            _("It is tried again with the next plan. Make it shorter, or ask your administrator."),
        ),
        "video_failed": (
            _("The video couldn't be made (%(detail)s)."),
            _("Ask your administrator: ffmpeg must be able to write H.264 and AAC."),
        ),
        "video_disk": (
            _("The video can't be kept: %(detail)s."),
            _("Ask your administrator to look at the disk and the folder var."),
        ),
        "video_picture": (
            _("A picture of the video can't be drawn."),
            _("Open it, save it again as PNG or JPEG."),
        ),
        "video_voice_broken": (
            _("“%(file)s” is no recording that can be played."),
            _("Record it again, or save it as MP3 or WAV."),
        ),
        "video_voice_pace": (
            _("“%(file)s” lasts %(detail)s seconds: that can't be these words."),
            _("Record all that is read on the slides, in their order, and nothing else."),
        ),
    }
