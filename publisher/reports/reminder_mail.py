"""The mail that goes ahead of a deadline.

What is owed, by when, what it says, what it lacks. The drafts are attached. It has a page and a
plain twin, like the weekly mail, and refers to nothing outside itself. ``compose`` is pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache

from jinja2 import Environment
from mjml import mjml2html

from channels.base import Media, Message, Text
from publisher import notation
from publisher.i18n import _, ngettext, speaking
from publisher.reach.figures import comparable
from publisher.reports import span_words
from publisher.reports.channel import PERIODIC
from publisher.reports.gaps import gaps
from publisher.reports.mail_templates import environment
from publisher.reports.periodic import LANGUAGE, PeriodicReport


@dataclass(frozen=True, slots=True)
class Figure:
    """A headline figure: its name, what it is (``None`` is absent), its change against the span
    before (empty where the two can't be compared), and how many deliveries it covers."""

    label: str
    now: int | None
    change: str
    of: int


def compose(
    report: PeriodicReport,
    attached: Sequence[Media],
    *,
    send_on: date | None = None,
    notes: Sequence[str] = (),
) -> Message:
    """The message of ``report`` with its drafts; it has no key and falls due when it was made.

    ``send_on`` is the working day by which the report has to be on its way; ``notes`` are what else
    its reader has to know (an annex too large to mail).
    """
    with speaking(LANGUAGE):
        facts = {
            "subject": _subject(report),
            "report": report,
            "name": span_words.report_name(report.summary.span),
            "days": span_words.span_days(report.summary.span),
            "deadline": _deadline_words(report, send_on),
            "urgent": report.deadline is not None and _days_left(report, report.deadline) <= 1,
            "figures": _figures(report),
            "met": _met(report),
            "gaps": gaps(report),
            "attached": attached,
            "notes": notes,
            "command": command_of(report),
            "made_at": notation.moment(report.made_at),
            "language": LANGUAGE,
        }
        templates = _templates()
        page = str(mjml2html(templates.get_template("reminder.mjml").render(facts)))
        text = templates.get_template("reminder.txt").render(facts).strip() + "\n"
        return Message(
            key="",
            body=Text(page, text),
            due_at=report.made_at,
            title=str(facts["subject"]),
            media=tuple(attached),
            language=LANGUAGE,
            options={"report": PERIODIC},
        )


def addressed(message: Message, key: str, due_at: datetime) -> Message:
    """``message`` as that of the delivery ``key``, due at ``due_at``."""
    return replace(message, key=key, due_at=due_at)


def command_of(report: PeriodicReport) -> str:
    """What an administrator types to make the report anew."""
    span = report.summary.span
    return {
        "monthly": f"publisher report monthly --month {span.number}/{span.year}",
        "half-year": f"publisher report half-year --half {span.number} --year {span.year}",
        "yearly": f"publisher report yearly --year {span.year}",
        "span": f"publisher report span --from {span.first:%d/%m/%Y} --to {span.last:%d/%m/%Y}",
    }[span.kind]


@cache
def _templates() -> Environment:
    return environment()


def _subject(report: PeriodicReport) -> str:
    name = span_words.report_name(report.summary.span)
    if report.deadline is None:
        subject = _("Draft: %(report)s") % {"report": name}
    else:
        subject = _("Due %(day)s: %(report)s") % {
            "day": notation.day(report.deadline, "full"),
            "report": name,
        }
    return _("[REHEARSAL] %(subject)s") % {"subject": subject} if report.rehearsal else subject


def _deadline_words(report: PeriodicReport, send_on: date | None) -> tuple[str, ...]:
    """By when, and to whom, a sentence each."""
    if report.deadline is None:
        return ()
    said = [
        _("It is due by %(day)s (%(left)s).")
        % {"day": _weekday(report.deadline), "left": _left(_days_left(report, report.deadline))}
    ]
    if send_on is not None and send_on < report.deadline:
        said.append(
            _("That is a day off: the last working day to send it on is %(day)s.")
            % {"day": _weekday(send_on)}
        )
    if report.letterhead.to:
        said.append(_("It goes to: %(to)s.") % {"to": report.letterhead.to})
    return tuple(said)


def _days_left(report: PeriodicReport, deadline: date) -> int:
    return (deadline - report.made_at.date()).days


def _left(days: int) -> str:
    if days == 0:
        return _("today")
    if days < 0:
        return ngettext("%(n)s day ago", "%(n)s days ago", -days) % {"n": notation.number(-days)}
    return ngettext("%(n)s day left", "%(n)s days left", days) % {"n": notation.number(days)}


def _weekday(day: date) -> str:
    return f"{notation.day(day, 'weekday')}/{day.year}"


def _figures(report: PeriodicReport) -> tuple[Figure, ...]:
    now, before = report.summary.total.now, report.summary.total.before
    found = [
        Figure(_("Deliveries"), now.posts, notation.change(now.posts, before.posts), now.posts)
    ]
    for label, name in (
        (_("Times shown"), "shown"),
        (_("Reach"), "reach"),
        (_("Engagement"), "engagement"),
    ):
        value, earlier = getattr(now.figures, name), getattr(before.figures, name)
        # Half the posts with a figure aren't fewer people than all of them.
        change = notation.change(value, earlier) if comparable(now, before, name) else ""
        found.append(Figure(label, value, change, now.of[name]))
    return tuple(found)


def _met(report: PeriodicReport) -> str:
    """How many indicators reached their targets; empty where none has both."""
    judged = [result for result in report.summary.results if result.met is not None]
    if not judged:
        return ""
    return _("%(n)s of %(all)s indicators with a target have reached it.") % {
        "n": notation.number(sum(bool(result.met) for result in judged)),
        "all": notation.number(len(judged)),
    }
