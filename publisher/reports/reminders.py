"""Reminders on their way into the store.

The draft is in the office's mail ahead of its deadline. A reminder is the delivery
``reports/YEAR/monthly/reports/2027-10#5d``: made once its time has come, sent once whatever
restarts happen, never held back by a hold. The daemon calls ``plan_reminders``.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from channels.base import Media, Message
from publisher.i18n import _, speaking
from publisher.planning.model import Identity
from publisher.reports.attachments import attachment, sweep
from publisher.reports.deadlines import Deadline, Reminder, due_reminders, expires_at
from publisher.reports.drafts import FORMS, Form, write_form
from publisher.reports.periodic import LANGUAGE, PeriodicReport, report_of
from publisher.reports.reminder_mail import addressed, compose
from publisher.reports.schedule import REPORTS_CAMPAIGN, store
from publisher.reports.span_words import file_stem
from publisher.settings.channels import REPORTS_CHANNEL
from publisher.store import deliveries

if TYPE_CHECKING:
    from publisher.site import Site

log = structlog.get_logger("reports")

MOST_BYTES = 7_000_000
"""So much is attached at most: in a mail it becomes a third more, and servers that take no more
than 10 MB are common."""


def plan_reminders(site: Site) -> tuple[Identity, ...]:
    """Put the reminders whose time has come into the store, unless they are there; gives theirs
    that were not. Nobody is reminded where nobody is to be, or no mail server is named."""
    settings = site.settings
    if settings.mail is None or not settings.reports.periodic.to:
        return ()
    planned = []
    for deadline, reminder in due_reminders(settings, site.clock()):
        if not _is_made(site, deadline, reminder):
            identity = identity_of(deadline, reminder)
            message = addressed(draft_mail(site, deadline), identity.key, reminder.at)
            if store(site, identity, message, expires_at(deadline, reminder, settings)):
                planned.append(identity)
    if planned:
        with site.database.reading() as session:
            sweep(session, settings.var_folder, site.clock())
    return tuple(planned)


def identity_of(deadline: Deadline, reminder: Reminder) -> Identity:
    """The identity of a reminder; its edition is the year that the report is of."""
    span = deadline.span
    occurrence = f"{span.label}#{reminder.label}"
    return Identity(REPORTS_CAMPAIGN, span.year, span.kind, REPORTS_CHANNEL, occurrence)


def draft_mail(site: Site, deadline: Deadline) -> Message:
    """The mail of a report that is owed, its drafts attached, as everything stands now."""
    report = report_of(site, deadline.span)
    drafts = attached(report, site.settings.var_folder, site.settings.report_template)
    return compose(report, drafts.media, send_on=deadline.send_on, notes=drafts.notes)


@dataclass(slots=True)
class Attached:
    """What goes with a mail, and what its reader has to be told of what doesn't."""

    media: list[Media] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def attached(
    report: PeriodicReport,
    var_folder: Path,
    template: Path | None,
    forms: Sequence[Form] = FORMS,
) -> Attached:
    """The drafts of ``report`` in these forms, kept for a mail.

    An office's template that can't be used doesn't keep the reminder back: the shipped one stands
    in for it, and the mail says so. What would make the mail too large is left out, the annex
    first. Raises ``OSError``.
    """
    found = Attached()
    with tempfile.TemporaryDirectory(prefix="publisher-") as folder, speaking(LANGUAGE):
        for form in forms:
            path = Path(folder) / f"{file_stem(report.summary.span)}.{form}"
            _write(report, form, path, template, found)
            size = sum(medium.size_bytes for medium in found.media) + path.stat().st_size
            if size > MOST_BYTES:
                found.notes.append(
                    _("%(file)s is too large to be mailed; the command below writes it.")
                    % {"file": path.name}
                )
            else:
                found.media.append(attachment(path, _form_words(form), var_folder))
    return found


def _write(
    report: PeriodicReport, form: Form, path: Path, template: Path | None, found: Attached
) -> None:
    from publisher.reports.documents import TemplateError

    try:
        write_form(report, form, path, template)
    except TemplateError as error:
        log.warning("the office's template can't be used", why=str(error))
        found.notes.append(
            _("The office's Word template can't be used, so the shipped one was: %(why)s")
            % {"why": error}
        )
        write_form(report, form, path, None)


def _form_words(form: Form) -> str:
    return {
        "docx": _("The report, to edit in Word"),
        "pdf": _("The report, to read and print"),
        "xlsx": _("The annex: every post and its figures"),
    }[form]


def _is_made(site: Site, deadline: Deadline, reminder: Reminder) -> bool:
    """Whether this reminder, or one that comes after it, was made before: who changes how long
    before a deadline they are reminded isn't reminded of what they know."""
    span = deadline.span
    with site.database.reading() as session:
        rows = deliveries.matching(
            session, campaign=REPORTS_CAMPAIGN, post=span.kind, channel=REPORTS_CHANNEL
        )
    same = [row for row in rows if row.occurrence.partition("#")[0] == span.label]
    return any(
        row.occurrence == f"{span.label}#{reminder.label}" or row.due_at >= reminder.at
        for row in same
    )
