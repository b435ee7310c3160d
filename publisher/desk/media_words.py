"""What people read of a medium of the library, and of what can't be done with it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from publisher import notation
from publisher.desk.collection import CollectionError
from publisher.i18n import _, ngettext
from publisher.media.licences import BOUGHT, OWN, PERMITTED
from publisher.media.record import Consent, Record
from publisher.store.library import Used


def facts(record: Record) -> str:
    """What kind of file it is."""
    size = notation.size(record.size_bytes)
    sides = f"{record.width}×{record.height}" if record.width and record.height else ""
    seconds = notation.seconds(round(record.duration_s)) if record.duration_s else ""
    return ", ".join(filter(None, (record.mime.partition("/")[2].upper(), sides, seconds, size)))


def licence_words(record: Record) -> str:
    """Under which licence it may be used."""
    ours = {OWN: _("own work"), BOUGHT: _("bought"), PERMITTED: _("by permission")}
    return ours.get(record.licence, record.licence)


def consent_words(record: Record) -> str:
    """Whether its people agreed to be shown, and where that is written."""
    if record.consent is Consent.GIVEN:
        return _("people agreed: %(where)s") % {"where": record.consent_at or "?"}
    if record.consent is Consent.WITHDRAWN:
        return _("consent withdrawn: %(why)s") % {"why": record.consent_at or "?"}
    if record.consent is Consent.NOT_NEEDED:
        return _("no consent needed")
    return _("consent missing")


def used_words(used: Used, zone: ZoneInfo) -> str:
    """How often it went out, when last, and in how many posts to come it is."""
    if not used.out and not used.planned:
        return _("not used yet")
    words = []
    if used.out:
        words.append(
            ngettext("out %(n)s time", "out %(n)s times", used.out)
            % {"n": notation.number(used.out)}
        )
    if used.last:
        words.append(
            _("the last on %(day)s") % {"day": notation.day(used.last.astimezone(zone), "full")}
        )
    if used.planned:
        words.append(
            ngettext("%(n)s planned", "%(n)s planned", used.planned)
            % {"n": notation.number(used.planned)}
        )
    return ", ".join(words)


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
