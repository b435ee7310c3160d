"""Reports: when the next are owed, their drafts to take along, and the mails that were sent."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import get_args

from fastapi import HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from channels.base import Media, Message
from publisher import notation
from publisher.delivery.lifecycle import State
from publisher.i18n import N_, _
from publisher.reach import spans
from publisher.reach.spans import Span
from publisher.reports import deadlines as owed
from publisher.reports.deadlines import Deadline, Reminder
from publisher.reports.drafts import FORMS, Form, write_form
from publisher.reports.gaps import gaps
from publisher.reports.letter import picture_id, with_pictures
from publisher.reports.periodic import report_of
from publisher.reports.reminders import identity_of
from publisher.reports.schedule import REPORTS_CAMPAIGN, names, summary_of
from publisher.reports.span_words import file_stem, report_name, span_days, span_name
from publisher.reports.weekly import compose
from publisher.settings.channels import REPORTS_CHANNEL
from publisher.states import state_words
from publisher.store import contents, deliveries
from publisher.store.models import Delivery
from publisher.web.permissions import Action
from publisher.web.report_spans import of_label, so_far
from publisher.web.routes import Entry, Routes
from publisher.web.visit import Visit

routes = Routes(Entry(N_("Reports"), "/files", Action.SEE, 70))

_AHEAD = timedelta(days=186)
_MAILS = 20
_WEEKS = 8
_LONGEST = 400
"""Days that a report may count: a year with room at its ends."""

_MIMES = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_MAIL_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
"""A mail brings its own style and its pictures; it runs nothing and reaches nothing."""


@dataclass(frozen=True, slots=True)
class Owed:
    """A report that is owed, and what became of the mails that remind of it."""

    deadline: Deadline
    name: str
    days: str
    reminders: tuple[str, ...]
    has_begun: bool


@dataclass(frozen=True, slots=True)
class Mailed:
    """A report's mail as it was composed, and the names of the documents with it that are still
    kept."""

    number: int
    title: str
    at: datetime
    state: str
    is_out: bool
    documents: tuple[tuple[int, str], ...]


@routes.get("/files", Action.SEE, name="files")
def show(visit: Visit) -> Response:
    return _page(visit)


@routes.get("/files/report", Action.SEE, name="report-of-days")
def of_days(visit: Visit) -> Response:
    """On to the report of the days that a form names."""
    label = visit.asked("span")
    if label:
        return RedirectResponse(visit.link("report", label=_span(visit, label).label), 303)
    try:
        first, last = (date.fromisoformat(visit.asked(name)) for name in ("from", "to"))
    except ValueError:
        return _page(visit, {"from": _("Choose the first day and the last.")})
    if last < first:
        return _page(visit, {"to": _("This day is before the first one: exchange the two.")})
    if first > visit.now.date():
        return _page(
            visit, {"from": _("This day is still to come: nothing can be told of it yet.")}
        )
    if (last - first).days >= _LONGEST:
        return _page(visit, {"to": _("A year at most can be reported at once.")})
    return RedirectResponse(visit.link("report", label=spans.any_span(first, last).label), 303)


@routes.get("/files/reports/{label}", Action.SEE, name="report")
def report(visit: Visit, label: str) -> Response:
    """What a report still lacks, and its drafts."""
    span = _span(visit, label)
    made = report_of(visit.site, span)
    return visit.page(
        "report.html",
        span=span,
        title=report_name(span),
        days=span_days(span),
        is_draft=made.draft,
        deadline=made.deadline,
        gaps=gaps(made),
        forms=FORMS,
        words={"docx": "Word (.docx)", "pdf": "PDF", "xlsx": _("Annex in Excel (.xlsx)")},
    )


@routes.get("/files/reports/{label}/{form}", Action.SEE, name="report-file")
def report_file(visit: Visit, label: str, form: str) -> Response:
    """The draft of a report as the commands write it: docx, pdf or xlsx."""
    from publisher.reports.documents import TemplateError

    span = _span(visit, label)
    if form not in FORMS:
        raise HTTPException(404)
    wanted: Form = next(one for one in get_args(Form) if one == form)
    name = f"{file_stem(span)}.{form}"
    with tempfile.TemporaryDirectory(prefix="publisher-") as folder:
        path = Path(folder) / name
        try:
            made = report_of(visit.site, span)
            write_form(made, wanted, path, visit.settings.report_template)
        except TemplateError as error:
            told = _("The office's Word template can't be used: %(why)s") % {"why": error}
            return _page(visit, fault=told)
        return visit.data(path.read_bytes(), name, _MIMES[form])


@routes.get("/files/weekly/{week}", Action.SEE, name="weekly")
def weekly(visit: Visit, week: str) -> Response:
    """The summary of a week as its mail would be now."""
    monday = _monday(week)
    if monday is None or monday > visit.now.date():
        raise HTTPException(404)
    site = visit.site
    mail = compose(
        summary_of(site, monday, site.clock()),
        visit.settings.office,
        visit.settings.reports.weekly.language,
        names=names(site),
        rehearsal=site.rehearsal,
    )
    shown = {picture.cid: picture.content for picture in mail.pictures}
    return _mail_page(with_pictures(mail.html, shown))


@routes.get("/files/mails/{number:int}", Action.SEE, name="report-mail")
def mail(visit: Visit, number: int) -> Response:
    """A mail as it was composed."""
    message = _message(visit, number)
    shown = {
        picture_id(one.sha256): one.path.read_bytes()
        for one in message.media
        if one.kind == "image" and one.path.is_file()
    }
    return _mail_page(with_pictures(message.body.written, shown))


@routes.get("/files/mails/{number:int}/{place:int}", Action.SEE, name="report-document")
def document(visit: Visit, number: int, place: int) -> Response:
    """A document that went with a mail, while it is kept."""
    media = _message(visit, number).media
    if not 0 <= place < len(media) or not _is_document(media[place]):
        raise HTTPException(404)
    found = media[place]
    return visit.data(found.path.read_bytes(), found.path.name, found.mime)


def _page(visit: Visit, faults: dict[str, str] | None = None, fault: str = "") -> Response:
    now = visit.now
    today = now.date()
    deadlines = owed.deadlines(visit.settings, today, today + _AHEAD)
    is_mailed = visit.settings.mail is not None
    return visit.page(
        "files.html",
        422 if faults or fault else 200,
        owed=[_owed(visit, one) for one in deadlines],
        is_reminded=is_mailed and bool(visit.settings.reports.periodic.to),
        is_weekly=is_mailed and bool(visit.settings.reports.weekly.to),
        weeks=[(_week(monday), notation.week(monday)) for monday in _mondays(today)],
        mails=_mails(visit),
        spans=[(one.label, span_name(one)) for one in so_far(visit)],
        faults=faults or {},
        fault=fault,
        asked={name: visit.asked(name) for name in ("from", "to")},
        today=f"{today}",
    )


def _span(visit: Visit, label: str) -> Span:
    """The span of ``label``. Raises ``HTTPException`` (404) for none, or what can't be told yet."""
    span = of_label(label, visit.settings.reports.periodic.closes_on)
    if span is None or span.days > _LONGEST or span.first > visit.now.date():
        raise HTTPException(404)
    return span


def _owed(visit: Visit, deadline: Deadline) -> Owed:
    return Owed(
        deadline,
        report_name(deadline.span),
        span_days(deadline.span),
        tuple(_reminder_words(visit, deadline, one) for one in deadline.reminders),
        deadline.span.first <= visit.now.date(),
    )


def _reminder_words(visit: Visit, deadline: Deadline, reminder: Reminder) -> str:
    """When the draft was or will be mailed, and what became of it."""
    at = notation.moment(reminder.at, visit.zone)
    with visit.site.database.reading() as session:
        row = deliveries.of_identity(session, identity_of(deadline, reminder))
    if row is not None:
        return f"{at}: {state_words(State(row.state))}"
    return at if reminder.at > visit.now else f"{at}: {_('not mailed')}"


def _mails(visit: Visit) -> list[Mailed]:
    """The last mails, the newest first."""
    with visit.site.database.reading() as session:
        rows = _rows(deliveries.matching(session, campaign=REPORTS_CAMPAIGN))
        return [
            Mailed(
                number=deliveries.number_of(row),
                title=row.first_line,
                at=(row.sent_at or row.due_at).astimezone(visit.zone),
                state=state_words(State(row.state)),
                is_out=row.state == State.SENT.value,
                documents=tuple(
                    (place, one.path.name)
                    for place, one in enumerate(
                        contents.load(session, row.fingerprint, "", row.due_at).media
                    )
                    if _is_document(one)
                ),
            )
            for row in rows[: -_MAILS - 1 : -1]
        ]


def _rows(found: Sequence[Delivery]) -> list[Delivery]:
    """Those that are reports: what an officer calls a campaign is another thing."""
    return [row for row in found if row.channel == REPORTS_CHANNEL and not row.holdable]


def _message(visit: Visit, number: int) -> Message:
    """The mail of that delivery. Raises ``HTTPException`` (404) where it is no report."""
    with visit.site.database.reading() as session:
        try:
            row = deliveries.by_number(session, number)
            [row] = _rows([row])
            return contents.load(session, row.fingerprint, "", row.due_at)
        except (KeyError, ValueError, OverflowError):
            raise HTTPException(404) from None


def _is_document(medium: Media) -> bool:
    return medium.kind != "image" and medium.path.is_file()


def _mail_page(html: str) -> Response:
    return HTMLResponse(html, headers={"Content-Security-Policy": _MAIL_POLICY})


def _mondays(today: date) -> list[date]:
    monday = today - timedelta(days=today.weekday())
    return [monday - timedelta(weeks=back) for back in range(1, _WEEKS + 1)]


def _week(monday: date) -> str:
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02d}"


def _monday(week: str) -> date | None:
    try:
        found = date.fromisoformat(f"{week}-1")
    except ValueError:
        return None
    return found if _week(found) == week and 2000 <= found.year < 3000 else None
