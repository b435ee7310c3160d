"""The media library: look for pictures and films, see who may use them and where they were, add."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import replace
from datetime import date
from pathlib import Path

from fastapi import HTTPException
from fastapi.responses import FileResponse, Response
from starlette.datastructures import UploadFile

from publisher import notation
from publisher.desk.collection import Added, Changed, Collection
from publisher.desk.description import Words
from publisher.desk.media_refusals import CollectionError, refusal
from publisher.desk.media_words import (
    consent_words,
    facts,
    licence_words,
    used_words,
)
from publisher.desk.searching import SOON, Search
from publisher.desk.standing import Standing
from publisher.i18n import N_, _, ngettext
from publisher.media.licences import asks_for_credit
from publisher.media.record import Consent, Record
from publisher.media.thumbnails import SIDES, thumbnail
from publisher.store.library import Used
from publisher.web.media_form import faults_of, form, words_of
from publisher.web.permissions import Action
from publisher.web.routes import Entry, Routes
from publisher.web.visit import Visit

routes = Routes(Entry(N_("Media library"), "/media", Action.SEE, 72))

MOST_BYTES = 200 * 1024 * 1024
"""What a file sent here may have; a longer film is added by the command."""

_A_PAGE = 48
_KINDS = {
    "image": N_("Pictures"),
    "video": N_("Films"),
    "audio": N_("Sound"),
    "application": N_("Documents"),
}
_NARROWED = {
    "unused": N_("not used yet"),
    "no-consent": N_("consent missing"),
    "expiring": N_("expired, or soon"),
}
_LONGEST_NAME = 120


@routes.get("/media", Action.SEE, name="media")
def show(visit: Visit) -> Response:
    shelf = _shelf(visit)
    used = shelf.used()
    found = _search(visit).among(shelf.records().values(), used)
    found.sort(key=lambda one: one.added_at.timestamp() if one.added_at else 0, reverse=True)
    pages = max(1, -(-len(found) // _A_PAGE))
    page = min(max(1, visit.number("page")), pages)
    return visit.page(
        "media.html",
        found=found[(page - 1) * _A_PAGE : page * _A_PAGE],
        count=len(found),
        page=page,
        pages=pages,
        used=lambda one: used_words(used.get(one.sha256, Used()), visit.zone),
        asked={name: visit.asked(name) for name in ("words", "kind", "only")},
        kinds=[("", _("All kinds")), *((name, _(label)) for name, label in _KINDS.items())],
        narrowed=[("", _("All of it")), *((name, _(label)) for name, label in _NARROWED.items())],
        lacks=lambda one: _lacks(one, visit.now.date()),
        facts=facts,
        alt=_alt,
    )


@routes.get("/media/add", Action.WRITE, name="media-add")
def ask(visit: Visit) -> Response:
    return form(visit, None, {}, MOST_BYTES)


@routes.post("/media/add", Action.WRITE, most_bytes=MOST_BYTES)
def add(visit: Visit) -> Response:
    words, faults = words_of(visit)
    file = visit.file("file")
    if file is None:
        faults["file"] = _("Choose a file.")
    if faults or file is None:
        return form(visit, None, faults, MOST_BYTES)
    try:
        added = _taken_in(visit, file, words)
    except CollectionError as error:
        return form(visit, None, faults_of(error, "file"), MOST_BYTES)
    name = added.record.name
    if added.was_there:
        told = _("It is in the library already, as “%(name)s”; nothing was changed.")
        return visit.go(f"/media/{name}", told % {"name": name}, "warn")
    told = _("Added: %(name)s.") % {"name": name}
    if added.alike:
        names = ", ".join(one.name for one in added.alike)
        told += " " + _("It looks just like: %(names)s. Is it the same picture?") % {"names": names}
    return visit.go(f"/media/{name}", told)


@routes.get("/media/{called}", Action.SEE, name="medium")
def medium(visit: Visit, called: str) -> Response:
    record = _named(visit, called)
    with visit.site.database.reading() as session:
        standing = Standing.read(session, visit.zone, visit.now)
    return visit.page(
        "medium.html",
        record=record,
        kind=record.mime.partition("/")[0],
        facts=facts(record),
        licence=licence_words(record),
        consent=consent_words(record),
        lacks=_lacks(record, visit.now.date()),
        uses=_shelf(visit).uses(record),
        standing=standing,
        withdrawn=record.consent is Consent.WITHDRAWN,
    )


@routes.get("/media/{called}/edit", Action.WRITE, name="media-edit")
def ask_again(visit: Visit, called: str) -> Response:
    return form(visit, _named(visit, called), {}, MOST_BYTES)


@routes.post("/media/{called}/edit", Action.WRITE)
def change(visit: Visit, called: str) -> Response:
    record = _named(visit, called)
    words, faults = words_of(visit)
    if faults:
        return form(visit, record, faults, MOST_BYTES)
    words = replace(words, never_expires=words.expires_on is None)
    if record.consent is Consent.WITHDRAWN and not visit.asked("consent"):
        words = replace(words, consent=None, consent_at=None)
    try:
        changed = _shelf(visit).change(called, words, visit.actor, "")
    except CollectionError as error:
        return form(visit, record, faults_of(error, ""), MOST_BYTES)
    if changed.record == record:
        return visit.go(f"/media/{called}", _("Nothing was changed."))
    return visit.go(f"/media/{called}", _("Changed.") + _taken_out(changed))


@routes.post("/media/{called}/withdraw", Action.HOLD)
def withdraw(visit: Visit, called: str) -> Response:
    """Consent was withdrawn: it is shown no more, from now on."""
    _named(visit, called)
    reason = visit.asked("reason")
    if not reason:
        return visit.go(f"/media/{called}", _("Say why: it stands in the record."), "warn")
    try:
        changed = _shelf(visit).withdraw(called, reason, visit.actor)
    except CollectionError as error:
        return visit.go(f"/media/{called}", refusal(error), "warn")
    told = _("“%(name)s” is shown no more.") % {"name": called}
    return visit.go(f"/media/{called}", told + _taken_out(changed))


@routes.get("/media/{called}/seen-{side:int}.jpg", Action.SEE, name="media-seen")
def seen(visit: Visit, called: str, side: int) -> Response:
    """A small picture of it."""
    if side not in SIDES:
        raise HTTPException(404)
    found = thumbnail(_named(visit, called), side, visit.settings.var_folder / "thumbnails")
    if found is None:
        raise HTTPException(404)
    return Response(found.read_bytes(), media_type="image/jpeg")


@routes.get("/media/{called}/original", Action.SEE, name="media-original")
def original(visit: Visit, called: str) -> Response:
    """The file as it was brought."""
    record = _named(visit, called)
    if not record.path.is_file():
        raise HTTPException(404)
    return FileResponse(
        record.path, media_type=record.mime, filename=record.file_name or record.path.name
    )


# -- the library ----------------------------------------------------------------------------------


def _shelf(visit: Visit) -> Collection:
    return Collection(visit.site.database, visit.settings.var_folder, visit.site.clock)


def _named(visit: Visit, name: str) -> Record:
    try:
        return _shelf(visit).record(name)
    except CollectionError:
        raise HTTPException(404) from None


def _search(visit: Visit) -> Search:
    only = visit.asked("only")
    return Search(
        words=tuple(visit.asked("words").split()),
        kind=visit.asked("kind"),
        consent=Consent.MISSING if only == "no-consent" else None,
        is_unused=only == "unused",
        expires_by=visit.now.date() + SOON if only == "expiring" else None,
    )


def _taken_in(visit: Visit, file: UploadFile, words: Words) -> Added:
    """The file, by way of a folder of its own, under the name that it had."""
    with tempfile.TemporaryDirectory(prefix="publisher-") as folder:
        path = Path(folder) / _file_name(file.filename or "")
        with path.open("wb") as kept:
            shutil.copyfileobj(file.file, kept, 1024 * 1024)
        return _shelf(visit).add(path, words, visit.actor)


def _file_name(given: str) -> str:
    """What somebody's machine called it, fit for ours."""
    name = given.replace("\\", "/").rpartition("/")[2]
    name = "".join(sign for sign in name if sign.isprintable()).strip(". ")
    stem, dot, suffix = name.rpartition(".")
    if not dot:
        stem, suffix = name, ""
    return f"{stem[:_LONGEST_NAME] or 'tep'}{dot}{suffix[:8]}"


def _alt(record: Record) -> str:
    return record.alt or record.alt_en or record.name


def _lacks(record: Record, today: date) -> list[str]:
    """What keeps posts from showing it, or is still to be said."""
    unfit = record.unfit_on(today)
    told = {
        "consent_missing": _("consent missing"),
        "consent_withdrawn": _("consent withdrawn"),
        "expired": _("its last day of use is over"),
    }
    found = [told[unfit]] if unfit is not None else []
    if unfit is None and record.expires_on is not None and record.expires_on <= today + SOON:
        found.append(_("expires soon"))
    if not record.licence:
        found.append(_("licence not written down"))
    if not record.alt:
        found.append(_("no description in Vietnamese"))
    if asks_for_credit(record.licence) and not record.credit:
        found.append(_("the maker's name is lacking"))
    return found


def _taken_out(changed: Changed) -> str:
    count = len(changed.taken_out)
    if not count:
        return ""
    return " " + ngettext(
        "%(n)s post to come was taken out of the plan: it may not be shown there any more.",
        "%(n)s posts to come were taken out of the plan: it may not be shown there any more.",
        count,
    ) % {"n": notation.number(count)}
