"""What people read of a medium of the library."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from publisher import notation
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
