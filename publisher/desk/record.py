"""What the audit trail says of an event, in a reader's words and local time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from publisher import notation
from publisher.i18n import _
from publisher.states import note_words
from publisher.store import holds


def subject_words(subject: str) -> str:
    """What an event is about."""
    return _("everything") if subject == holds.EVERYTHING else subject


def detail_words(detail: Mapping[str, Any], zone: ZoneInfo) -> str:
    """What else the record holds, in words and local time; fingerprints are for programs."""
    labels = {
        "due": _("due %(value)s"),
        "until": _("until %(value)s"),
        "reason": _("reason: %(value)s"),
        "error": _("reason: %(value)s"),
        "note": _("reason: %(value)s"),
        "why": _("reason: %(value)s"),
        "to": _("to %(value)s"),
        "address": _("from %(value)s"),
        "label": "“%(value)s”",
        "said": "“%(value)s”",
        "process": _("process %(value)s"),
        "suspects": _("%(value)s unconfirmed"),
        "entries": _("entries: %(value)s"),
        "edited": _("%(value)s worded anew"),
        "withdrawn": _("%(value)s taken out"),
        "no_room": _("%(value)s without room"),
        "url": "%(value)s",
        "audiences": _("for %(value)s"),
        "covers": _("covers %(value)s"),
        "media": _("for it shows %(value)s"),
        "name": _("new name: %(value)s"),
        "alt": _("shows: %(value)s"),
        "alt_en": _("shows, in English: %(value)s"),
        "credit": _("made by: %(value)s"),
        "licence": _("licence: %(value)s"),
        "consent": _("consent: %(value)s"),
        "consent_at": _("consent: %(value)s"),
        "expires_on": _("last day of use: %(value)s"),
        "topics": _("topics: %(value)s"),
        "program": _("by the program %(value)s"),
        "asked_by": _("asked for by %(value)s"),
        "file": "%(value)s",
        "keys": "%(value)s",
    }
    words = []
    for name, value in detail.items():
        if name in _FOR_PROGRAMS or not value:
            continue
        label = labels.get(name, f"{name}: %(value)s")
        words.append(label % {"value": _value(value, zone)})
    return ", ".join(words)


_FOR_PROGRAMS = frozenset(
    {"fingerprint", "how", "holds", "mode", "sha256", "before", "diff", "wrote"}
)


def _value(value: object, zone: ZoneInfo) -> str:
    text = str(value)
    try:
        return notation.moment(datetime.fromisoformat(text), zone) if "T" in text else text
    except ValueError:
        return note_words(text)
