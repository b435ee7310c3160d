"""The form by which a medium is described: what stands in it, what is wrong, what it says."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from fastapi.responses import Response

from publisher.desk.description import Words
from publisher.desk.media_refusals import CollectionError, refusal
from publisher.i18n import _
from publisher.media.licences import BOUGHT, OWN, PERMITTED
from publisher.media.record import Consent, Record
from publisher.web.visit import Visit


def form(
    visit: Visit, record: Record | None, faults: Mapping[str, str], most_bytes: int
) -> Response:
    """The form of ``record``, or of a file to be added (up to ``most_bytes``), with what is wrong
    in it by field; what was written in it stays."""
    written = (
        {
            "alt": record.alt,
            "alt_en": record.alt_en,
            "credit": record.credit,
            "licence": record.licence,
            "consent": "" if record.consent is Consent.WITHDRAWN else record.consent.value,
            "consent_at": record.consent_at if record.consent is Consent.GIVEN else "",
            "expires_on": f"{record.expires_on}" if record.expires_on else "",
            "topics": ", ".join(record.topics),
        }
        if record is not None
        else {}
    )
    fields = ("alt", "alt_en", "credit", "licence", "consent", "consent_at", "expires_on", "topics")
    sent = visit.request.method == "POST"
    consents = [
        (Consent.NOT_NEEDED.value, _("nobody in it can be recognised: not needed")),
        (Consent.GIVEN.value, _("they agreed, and the paper is kept")),
        (Consent.MISSING.value, _("not yet: no post can show it")),
    ]
    if record is not None and record.consent is Consent.WITHDRAWN:
        consents.insert(0, ("", _("withdrawn, as it is")))
    elif record is None:
        consents.insert(0, ("", _("Choose…")))
    return visit.page(
        "media_form.html",
        422 if faults else 200,
        record=record,
        faults=faults,
        written={name: visit.asked(name) if sent else written.get(name, "") for name in fields},
        consents=consents,
        licences=[OWN, BOUGHT, PERMITTED, "CC BY 4.0", "CC BY-SA 4.0", "CC0"],
        most_mb=most_bytes // 1024 // 1024,
    )


def words_of(visit: Visit) -> tuple[Words, dict[str, str]]:
    """What the form says of a medium, and by field what is wrong with it."""
    faults: dict[str, str] = {}
    consent_at, ends = visit.asked("consent_at"), visit.asked("expires_on")
    is_new = visit.request.url.path == "/media/add"
    given = visit.asked("consent")
    consent = None
    if given in (Consent.NOT_NEEDED, Consent.GIVEN, Consent.MISSING):
        consent = Consent(given)
    elif is_new or given:
        faults["consent"] = _("Say whether the people in it agreed to be shown.")
    if consent is Consent.GIVEN and not consent_at:
        faults["consent_at"] = _(
            "Say where the paper is kept, for instance “cabinet A, file 12/2027”."
        )
    expires_on = None
    if ends:
        try:
            expires_on = date.fromisoformat(ends)
        except ValueError:
            faults["expires_on"] = _("This is no day: write it like 2027-12-31.")
    if is_new and not visit.asked("licence"):
        faults["licence"] = _("Say under which licence it may be used.")
    if is_new and not visit.asked("alt"):
        faults["alt"] = _("Say what it shows: who can't see it reads that.")
    words = Words(
        alt=visit.asked("alt"),
        alt_en=visit.asked("alt_en"),
        credit=visit.asked("credit"),
        licence=visit.asked("licence"),
        consent=consent,
        consent_at=consent_at if consent is Consent.GIVEN else "",
        expires_on=expires_on,
        topics=tuple(filter(None, (one.strip() for one in visit.asked("topics").split(",")))),
    )
    return words, faults


def faults_of(error: CollectionError, usual: str) -> dict[str, str]:
    """What a refusal says, at the field that it is about."""
    fields = ("alt", "alt_en", "credit", "licence", "consent_at", "topics")
    field = error.detail if error.code == "too_long" and error.detail in fields else usual
    field = "topics" if error.code == "too_many_topics" else field
    return {field: refusal(error)}
