"""The content calendar as a spreadsheet: out, and back in as posts, shown before it is written."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from fastapi import HTTPException
from fastapi.responses import Response

from publisher import notation
from publisher.calendar.entries import Wanted
from publisher.calendar.importing import Import, read_calendar
from publisher.calendar.marked import write_marked
from publisher.calendar.table import export
from publisher.campaign.model import Campaign
from publisher.campaign.reader import read_campaign
from publisher.editing.refusals import RefusedError
from publisher.files.faults import Fault
from publisher.files.rows import MAX_BYTES
from publisher.i18n import N_, _, ngettext
from publisher.store.people import number_of
from publisher.web import uploads
from publisher.web.known import known
from publisher.web.permissions import Action
from publisher.web.routes import MOST_BYTES, Entry, Routes
from publisher.web.saving import into_force
from publisher.web.visit import Visit

routes = Routes(Entry(N_("Spreadsheet"), "/spreadsheet", Action.WRITE, 25))

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

_AHEAD = timedelta(days=90)
_MOST_DAYS = 800


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A workbook that somebody uploaded, and for which campaign."""

    token: str
    path: Path
    campaign: Campaign


@routes.get("/spreadsheet", Action.WRITE, name="spreadsheet")
def show(visit: Visit) -> Response:
    return _page(visit)


@routes.get("/spreadsheet/calendar.xlsx", Action.WRITE, name="spreadsheet-file")
def give(visit: Visit) -> Response:
    first = _day(visit.asked("first")) or visit.now.date()
    last = _day(visit.asked("last")) or first + _AHEAD
    if not timedelta() <= last - first <= timedelta(days=_MOST_DAYS):
        return _page(
            visit, 422, out=_("Choose two days, the earlier one first, at most two years.")
        )
    campaign = visit.asked("campaign")
    wanted = Wanted(first, last, (campaign,) if campaign else ())
    with tempfile.TemporaryDirectory(prefix="publisher-") as folder:
        target = Path(folder) / "calendar.xlsx"
        export(target, visit.site.desk, wanted)
        content = target.read_bytes()
    return visit.data(content, _named(f"{first:%Y%m%d}-{last:%Y%m%d}"), XLSX)


@routes.post("/spreadsheet", Action.WRITE, most_bytes=MAX_BYTES + MOST_BYTES)
def take(visit: Visit) -> Response:
    file, slug = visit.file("file"), visit.asked("campaign")
    if file is None:
        return _page(visit, 422, fault=_("Choose the workbook (.xlsx)."))
    if slug not in known(visit).campaigns:
        return _page(visit, 422, fault=_("Choose the campaign whose posts they are."))
    try:
        token = uploads.keep(visit.settings, number_of(visit.asker), file.file, visit.site.clock())
    except OSError as error:
        why = error.strerror or type(error).__name__
        return _page(visit, 503, fault=_("The file can't be kept: %(why)s") % {"why": why})
    return visit.go(f"/spreadsheet/{token}?campaign={slug}")


@routes.get("/spreadsheet/{token}", Action.WRITE)
def report(visit: Visit, token: str) -> Response:
    found = _uploaded(visit, token)
    return _gone(visit) if found is None else _report(visit, found)


@routes.get("/spreadsheet/{token}/marked.xlsx", Action.WRITE)
def give_marked(visit: Visit, token: str) -> Response:
    found = _uploaded(visit, token)
    if found is None:
        raise HTTPException(404)
    read = _read(visit, found)
    with tempfile.TemporaryDirectory(prefix="publisher-") as folder:
        target = Path(folder) / "marked.xlsx"
        if read.faults or write_marked(found.path, target, read) is not None:
            raise HTTPException(404)
        content = target.read_bytes()
    return visit.data(content, _named(found.campaign.slug), XLSX)


@routes.post("/spreadsheet/{token}/write", Action.WRITE)
def write(visit: Visit, token: str) -> Response:
    found = _uploaded(visit, token)
    if found is None:
        return _gone(visit)
    read = _read(visit, found)
    if not read.written or visit.asked("shown") != _mark(read):
        fault = _("A file was changed meanwhile: look at it once more.")
        return _report(visit, found, 409, read, fault)
    done, refused = 0, list[Fault]()
    for one in read.written:
        try:
            one.proposal.write(visit.actor)
            done += 1
        except RefusedError as error:
            refused += error.faults
    not_kept = into_force(visit) if done else {}
    if refused:
        return _report(visit, found, 409, faults=refused)
    uploads.drop(found.path)
    told = ngettext("%(n)s file written.", "%(n)s files written.", done) % {
        "n": notation.number(done)
    }
    if not_kept is None:
        told += " " + _("The plan follows when the store is free.")
    elif found.campaign.slug in not_kept:
        why = not_kept[found.campaign.slug]
        told += " " + _("Its media couldn't be kept: %(why)s") % {"why": why}
    return visit.go("/spreadsheet", told, "done" if not_kept == {} else "warn")


def _page(visit: Visit, status: int = 200, *, fault: str = "", out: str = "") -> Response:
    there, today = known(visit), visit.now.date()
    return visit.page(
        "spreadsheet.html",
        status,
        campaigns=[(slug, there.titles.get(slug, slug)) for slug in there.campaigns],
        first=_day(visit.asked("first")) or today,
        last=_day(visit.asked("last")) or today + _AHEAD,
        fault=fault,
        out=out,
    )


def _report(
    visit: Visit,
    found: Uploaded,
    status: int = 200,
    read: Import | None = None,
    fault: str = "",
    faults: Sequence[Fault] = (),
) -> Response:
    read = read or _read(visit, found)
    return visit.page(
        "spreadsheet_report.html",
        status,
        read=read,
        faults=[*faults, *read.faults],
        new=sum(one.proposal.before is None for one in read.written),
        mark_of=_mark(read),
        token=found.token,
        campaign=found.campaign,
        fault=fault,
    )


def _gone(visit: Visit) -> Response:
    words = _(
        "This spreadsheet is no longer here, or its campaign has errors: upload it once more."
    )
    return _page(visit, 404, fault=words)


def _uploaded(visit: Visit, token: str) -> Uploaded | None:
    """What was uploaded; the campaign must be right before anything is put into it."""
    path = uploads.find(visit.settings, number_of(visit.asker), token)
    slug = visit.asked("campaign")
    if path is None or slug not in known(visit).campaigns:
        return None
    campaign = read_campaign(visit.settings.campaigns_folder / slug, visit.settings)[0]
    return Uploaded(token, path, campaign) if campaign is not None else None


def _read(visit: Visit, found: Uploaded) -> Import:
    site = visit.site
    return read_calendar(found.path, site.settings, site.editor, site.clock, found.campaign)


def _mark(read: Import) -> str:
    """What tells one set of changes from another: so what was shown is what is written."""
    parts = hashlib.sha256()
    for one in read.written:
        proposal = one.proposal
        for text in (str(proposal.path), proposal.fingerprint, proposal.after):
            parts.update(hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest())
    return parts.hexdigest()


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1970 <= found.year <= 9990 else None


def _named(of: str) -> str:
    """The name that a workbook is saved by."""
    calendar = _("calendar")
    return f"{calendar}-{of}.xlsx"
