"""A limit of a channel's that a post breaks, in words at its line."""

from __future__ import annotations

from collections.abc import Mapping

from channels.base import Limits, Media
from channels.limits import Violation
from publisher import notation
from publisher.assemble.places import field_of, line_of
from publisher.campaign.card import CARD
from publisher.campaign.model import Post
from publisher.campaign.video import SUBTITLES, VIDEO
from publisher.files.faults import Fault
from publisher.files.text import shown
from publisher.i18n import _
from publisher.media import ffmpeg
from publisher.rendering.shape import ChannelShape

_FIELDS = {
    "title_missing": "title",
    "title_long": "title",
    "summary_missing": "summary",
    "summary_long": "summary",
    "hashtags_many": "hashtags",
    "text_missing": "text",
    "text_long": "text",
    "caption_long": "text",
    "reply_long": "text",
    "replies_many": "text",
}
"""The key that a broken limit is about; the others are about ``media``."""


def of_violation(
    post: Post, shape: ChannelShape, violation: Violation, theirs: Mapping[str, tuple[str, Media]]
) -> Fault:
    """A broken limit of ``shape``'s channel as a fault of ``post``; ``theirs`` are the keys of its
    media and the media themselves, by the hash of what was made of them for the channel."""
    key, medium = "", violation.media
    if medium is not None:
        key, medium = theirs.get(medium.sha256, (key, medium))
    words = {
        "channel": shape.title,
        "name": shape.name,
        "actual": _kind(_amount(violation.code, violation.actual)),
        "allowed": _amount(violation.code, violation.allowed),
        "file": _name_of(key, medium),
    }
    told = _limits(shape.limits)
    none_at_all = f"{violation.code}_none"
    code = none_at_all if violation.allowed == 0 and none_at_all in told else violation.code
    what, instead = told[code]
    line = line_of(post, _field(post, shape, violation, key))
    return Fault(shown(post.path), line, code, what % words, instead % words)


def _name_of(key: str, medium: Media | None) -> str:
    """A medium as its officer calls it."""
    kind, colon, name = key.partition(":")
    if colon:
        return name or {CARD: _("the card"), VIDEO: _("the video")}.get(key, kind)
    return medium.path.name if medium else ""


def _field(post: Post, shape: ChannelShape, violation: Violation, key: str) -> str:
    name = _FIELDS.get(violation.code, "media")
    field = field_of(post, shape.name, name)
    if violation.media is None or name != "media":
        return field
    if key == CARD:
        return post.card_on(shape.name)[0]
    if key in (VIDEO, SUBTITLES):
        return post.video_on(shape.name)[0]
    files = post.media_on(shape.name)
    return f"{field}.{next((n for n, one in enumerate(files) if one.key == key), 0)}"


def _limits(limits: Limits) -> Mapping[str, tuple[str, str]]:
    """What is wrong and what to do, by the code of the violation."""
    own_text = _('Shorten it, or write a shorter one for this channel: [for.%(name)s] text = "…"')
    if limits.threads:
        thread = _("Shorten it, or let it become a thread: thread = true")
    else:
        thread = own_text
    if limits.unit == "bytes":
        too_long = _("The text is %(actual)s bytes long; %(channel)s takes at most %(allowed)s.")
    elif limits.unit == "syllables":
        too_long = _(
            "Read aloud the text has %(actual)s syllables; %(channel)s takes at most %(allowed)s."
        )
    else:
        too_long = _(
            "The text is %(actual)s characters long; %(channel)s takes at most %(allowed)s."
        )
    fewer = _("Leave some out for this channel: [for.%(name)s] media = [ … ]")
    by_itself = (
        "" if ffmpeg.is_here() else " " + _("Where ffmpeg is installed, that is done by itself.")
    )
    smaller = _("Save it smaller, for instance 1200 pixels wide as JPEG.")
    return {
        "title_missing": (
            _("%(channel)s needs a title, and this post has none."),
            _('Add a line: title = "…"'),
        ),
        "title_long": (
            _("The title is %(actual)s characters long; %(channel)s takes at most %(allowed)s."),
            _('Shorten it, or write a shorter one for this channel: [for.%(name)s] title = "…"'),
        ),
        "summary_missing": (
            _("%(channel)s needs a summary, and this post has none."),
            _('Add a line: summary = "…"'),
        ),
        "summary_long": (
            _("The summary is %(actual)s characters long; %(channel)s takes at most %(allowed)s."),
            _('Shorten it, or write a shorter one for this channel: [for.%(name)s] summary = "…"'),
        ),
        "hashtags_many": (
            _("There are %(actual)s hashtags; %(channel)s takes at most %(allowed)s."),
            _('Keep the most important ones: [for.%(name)s] hashtags = ["…"]'),
        ),
        "text_missing": (
            _("%(channel)s needs a text, and this post has none."),
            _("Write the text below the second line of “+++”."),
        ),
        "text_long": (too_long, thread),
        "caption_long": (
            _(
                "With a picture %(channel)s takes at most %(allowed)s characters; "
                "the text has %(actual)s."
            ),
            own_text,
        ),
        "reply_long": (
            _(
                "A part of the thread is %(actual)s characters long; "
                "%(channel)s takes at most %(allowed)s."
            ),
            _("There is a word or an address too long to be split: shorten it."),
        ),
        "replies_many": (
            _("%(channel)s takes no threads."),
            own_text,
        ),
        "media_missing": (
            _("%(channel)s takes no post without a picture or a video."),
            _('Add a line: media = [{ file = "media/anh.png", alt = "…" }]'),
        ),
        "images_many": (
            _("There are %(actual)s pictures; %(channel)s takes at most %(allowed)s."),
            fewer,
        ),
        "images_many_none": (
            _("%(channel)s takes no pictures; the post has %(actual)s."),
            fewer,
        ),
        "videos_many": (
            _("There are %(actual)s videos; %(channel)s takes at most %(allowed)s."),
            fewer,
        ),
        "videos_many_none": (
            _("%(channel)s takes no videos; the post has %(actual)s."),
            fewer,
        ),
        "covers_many": (
            _("There are %(actual)s pictures beside the video; %(channel)s takes %(allowed)s."),
            fewer,
        ),
        "subtitles_many": (
            _("There are %(actual)s subtitle files; %(channel)s takes at most %(allowed)s."),
            fewer,
        ),
        "subtitles_many_none": (
            _("%(channel)s takes no subtitles here; they go with a video, on YouTube."),
            fewer,
        ),
        "documents_many": (
            _("There are %(actual)s documents; %(channel)s takes at most %(allowed)s."),
            fewer,
        ),
        "media_many": (
            _("There are %(actual)s pictures and videos; %(channel)s takes at most %(allowed)s."),
            fewer,
        ),
        "media_mixed": (
            _("%(channel)s takes pictures or a video in a post, not both."),
            fewer,
        ),
        "media_kind": (
            _("“%(file)s” is in truth a file of the kind %(actual)s; %(channel)s takes none."),
            _("Put a picture (PNG or JPEG) or a video (MP4) in its place, or leave it out."),
        ),
        "alt_missing": (
            _("“%(file)s” has no words for people who can't see it."),
            _('Say what it shows: alt = "…"'),
        ),
        "alt_long": (
            _(
                "The words for “%(file)s” are %(actual)s characters long; "
                "%(channel)s takes at most %(allowed)s."
            ),
            _("Shorten alt to one or two sentences."),
        ),
        "image_format": (
            _("%(channel)s doesn't take the format of “%(file)s” (%(actual)s)."),
            _("Save it as one of: %(allowed)s."),
        ),
        "image_bytes": (
            _("“%(file)s” has %(actual)s; %(channel)s takes at most %(allowed)s."),
            smaller,
        ),
        "image_sides": (
            _(
                "“%(file)s” is too large for %(channel)s: width and height together are %(actual)s "
                "pixels, at most %(allowed)s."
            ),
            smaller,
        ),
        "image_ratio": (
            _("“%(file)s” is too wide or too tall for %(channel)s (%(actual)s)."),
            _("Cut it: its width is to be %(allowed)s times its height."),
        ),
        "video_format": (
            _("%(channel)s doesn't take the format of “%(file)s” (%(actual)s)."),
            _("Save it as one of: %(allowed)s.") + by_itself,
        ),
        "video_bytes": (
            _("“%(file)s” has %(actual)s; %(channel)s takes at most %(allowed)s."),
            _("Save the video smaller or shorter.") + by_itself,
        ),
        "video_seconds": (
            _("“%(file)s” lasts %(actual)s seconds; %(channel)s takes at most %(allowed)s."),
            _("Cut the video shorter."),
        ),
        "video_short": (
            _("“%(file)s” lasts %(actual)s seconds; %(channel)s takes none under %(allowed)s."),
            _("Put a longer video in its place, or leave it out for this channel."),
        ),
        "document_bytes": (
            _("“%(file)s” has %(actual)s; %(channel)s takes at most %(allowed)s."),
            _("Save the document smaller."),
        ),
    }


def _kind(told: str) -> str:
    """A MIME type by the name that people know: PDF, HEIC."""
    return told.rpartition("/")[2].upper() if "/" in told else told


def _amount(code: str, value: float | str | None) -> str:
    """A number as the reader writes it; bytes as megabytes."""
    if value is None or isinstance(value, str):
        return value or ""
    if code.endswith("_bytes"):
        return notation.size(round(value))
    return notation.decimal(value, 2)
