"""What can't be done with the media library, and what people are told of it."""

from __future__ import annotations

from publisher.i18n import _


class CollectionError(Exception):
    """What was asked can't be done; ``code`` says why, ``detail`` of what.

    Codes are those of ``refusal``'s table, ``MediaError``'s among them. As ``detail``, ``name`` has
    a name that would do.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(code, detail)
        self.code = code
        self.detail = detail


def refusal(error: CollectionError) -> str:
    """What a person is told of what can't be done."""
    told = {
        "unknown_name": _(
            "There is no “%(detail)s” in the media library; see what there is: publisher media list"
        ),
        "name": _(
            "A name in the library has small letters without accents, digits and hyphens only, at "
            "most 80: “%(detail)s”."
        ),
        "name_taken": _("Another medium has the name “%(detail)s”: choose another one."),
        "too_long": _("That is too long a text (%(detail)s): 2000 letters at most, 80 a topic."),
        "too_many_topics": _("A medium has at most 30 topics."),
        "still_planned": _(
            "Planned posts still show it: %(detail)s. Take it out of them first (publisher plan)."
        ),
        "missing": _("There is no file “%(detail)s”."),
        "unreadable": _("The file “%(detail)s” can't be opened."),
        "not_a_file": _("“%(detail)s” is no file."),
        "empty": _("The file “%(detail)s” is empty."),
        "huge": _("“%(detail)s” is too large: a picture may have 80 million pixels, a film 4 GB."),
        "broken": _(
            "“%(detail)s” is damaged: open it and save it again (a picture as PNG or JPEG, a video "
            "as MP4)."
        ),
        "unknown": _(
            "“%(detail)s” is no picture, video or document that we know. Pictures are PNG or JPEG, "
            "videos MP4."
        ),
        "svg": _(
            "“%(detail)s” is an SVG drawing, which no platform takes: export it as PNG, 2000 "
            "pixels wide, and add that."
        ),
        "heic": _(
            "“%(detail)s” is a HEIC photo, which can't be read here: save it as JPEG (iPhone: "
            "Settings, Camera, Formats, Most Compatible)."
        ),
        "unplayable": _(
            "“%(detail)s” can't be played: save it again as MP4 (H.264 and AAC), or as MP3."
        ),
        "changed": _("“%(detail)s” changed while it was read: add it once more."),
    }[error.code]
    return told % {"detail": error.detail}
