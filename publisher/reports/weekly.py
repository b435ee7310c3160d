"""The weekly mail.

The week in a sentence, figures, a trend, what needs a person, what comes next. It is laid out in
MJML, so that it holds together on a telephone and in Outlook, with a plain twin that has a template
of its own; it refers to nothing outside itself. ``compose`` is pure; what it gives becomes the
message of a delivery (``to_message``, for ``reports.schedule``) or a page (``write_page``, for the
command ``report``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from mjml import mjml2html

from channels.base import Media, Message, Text
from channels.durable import written
from channels.web.hosts import is_web
from publisher import notation
from publisher.i18n import _, ngettext, speaking
from publisher.reach.editions import AgainstEdition
from publisher.reach.week import Compared, Upcoming, WeekSummary
from publisher.reports import lessons, pictures, wording
from publisher.reports.letter import with_pictures
from publisher.reports.mail_templates import environment
from publisher.reports.pictures import Picture
from publisher.settings.channels import REPORTS_CHANNEL
from publisher.settings.office import Office
from publisher.states import state_words

__all__ = ["Picture", "ReportMail", "compose"]

LIST_LONGEST = 15
"""So many lines of a list at most; fewer where the page grows too long."""

PAGE_LONGEST = 98_000
"""Bytes. A page of more than 102 kB Gmail cuts off (seen by many senders; Google names no figure);
the rest is for what a transfer adds."""


@dataclass(frozen=True, slots=True)
class ReportMail:
    """A mail ready to go; ``html`` shows its pictures as ``cid:``."""

    subject: str
    html: str
    text: str
    pictures: tuple[Picture, ...]
    language: str

    def to_message(self, key: str, due_at: datetime, folder: Path) -> Message:
        """The mail as the message of a delivery; its pictures are written into ``folder``."""
        return Message(
            key=key,
            body=Text(self.html, self.text),
            due_at=due_at,
            title=self.subject,
            media=tuple(_kept(picture, folder) for picture in self.pictures),
            language=self.language,
        )

    def write_page(self, path: Path) -> None:
        """The mail as a page of its own, the pictures inside it."""
        pictures = {picture.cid: picture.content for picture in self.pictures}
        path.write_text(with_pictures(self.html, pictures), "utf-8")


def compose(
    summary: WeekSummary,
    office: Office,
    tongue: str,
    *,
    names: Mapping[str, str] | None = None,
    rehearsal: bool = False,
) -> ReportMail:
    """The mail of ``summary`` in ``tongue`` (``vi`` or ``en``).

    ``names`` gives campaigns and channels the names that leaders know them by. A rehearsal says
    so in the subject and at the top.
    """
    with speaking(tongue):
        subject = _subject(summary)
        if rehearsal:
            subject = _("[REHEARSAL] %(subject)s") % {"subject": subject}
        given = dict(names or {})
        drawn = _pictures(summary, partial(_name, given))
        facts: dict[str, Any] = {
            "subject": subject,
            "summary": summary,
            "office": office,
            "headline": _headline(summary),
            "attention": _attention(summary),
            "notes": _notes(summary.total),
            "lessons": lessons.lines(summary.insight),
            "caution": lessons.caution(),
            "followers": {one.channel: one for one in summary.followers},
            "rehearsal": rehearsal,
            "pictures": drawn,
            "language": tongue,
            "names": given,
        }
        html, text = _short_enough(facts, summary)
        return ReportMail(subject, html, text, tuple(filter(None, drawn.values())), tongue)


def _short_enough(facts: Mapping[str, Any], summary: WeekSummary) -> tuple[str, str]:
    """The page and its twin, their lists as long as the page may have them."""
    templates = _templates()
    for most in range(LIST_LONGEST, 0, -3):
        all_facts = {
            **facts,
            "most": most,
            "days_ahead": _by_day(summary.upcoming[:most]),
        }
        html = str(mjml2html(templates.get_template("weekly.mjml").render(all_facts)))
        if len(html.encode()) < PAGE_LONGEST:
            break
    return html, templates.get_template("weekly.txt").render(all_facts).strip() + "\n"


def _pictures(summary: WeekSummary, named: Callable[[str], str]) -> dict[str, Picture | None]:
    """By their place in the mail; ``None`` where there is nothing to show."""
    first = summary.editions[0] if summary.editions else None
    return {
        "trend": pictures.of_trend(summary),
        "edition": pictures.of_edition(first, named(first.campaign)) if first else None,
        "channels": pictures.of_channels(summary, named),
    }


def _subject(summary: WeekSummary) -> str:
    shown = summary.total.now.figures.shown
    facts = {
        "week": notation.week(summary.monday),
        "posts": wording.posts(len(summary.posts)),
        "shown": notation.number(shown),
    }
    if shown is None:
        return _("Week %(week)s: %(posts)s") % facts
    return _("Week %(week)s: %(posts)s, %(shown)s times shown") % facts


def _headline(summary: WeekSummary) -> str:
    """The week in one sentence: a telephone shows little more at first."""
    now, before = summary.total.now.figures.shown, summary.total.before.figures.shown
    if not summary.posts:
        return _("Nothing was published this week.")
    facts = {
        "posts": wording.posts(len(summary.posts)),
        "channels": wording.channels(sum(row.now.posts > 0 for row in summary.channels)),
        "shown": notation.number(now),
        "share": notation.share_of_change(now, before),
    }
    against = notation.change(now, before)
    if now is None:
        told = _("%(posts)s went out on %(channels)s; there are no figures yet.")
    elif not against:
        told = _("%(posts)s went out on %(channels)s, shown %(shown)s times in all.")
    elif against.startswith("+"):
        told = _(
            "%(posts)s went out on %(channels)s, shown %(shown)s times in all: %(share)s more than "
            "the week before."
        )
    elif against.startswith("-"):
        told = _(
            "%(posts)s went out on %(channels)s, shown %(shown)s times in all: %(share)s less than "
            "the week before."
        )
    else:
        told = _(
            "%(posts)s went out on %(channels)s, shown %(shown)s times in all: about as often as "
            "the week before."
        )
    return told % facts


def _attention(summary: WeekSummary) -> str:
    """What waits for a person, in one sentence."""
    count = len(summary.troubles) + len(summary.stops)
    if not count:
        return _("Nothing needs a person.")
    return ngettext(
        "%(n)s matter needs a person: it stands below.",
        "%(n)s matters need a person: they stand below.",
        count,
    ) % {"n": notation.number(count)}


def _notes(total: Compared) -> list[str]:
    """What has to be known of the week's figures, one plain line each."""
    now, before = total.now, total.before
    told = []
    partly = [
        f"{label} {notation.number(covers)}/{notation.number(now.posts)}"
        for label, value, _former, covers in _metrics(total)
        if value is not None and covers < now.posts
    ]
    if partly:
        told.append(
            _("Figures known for so many deliveries: %(list)s.") % {"list": "; ".join(partly)}
        )
    clicks = now.figures.link_clicks
    if clicks is not None:
        against = notation.change(clicks, before.figures.link_clicks)
        told.append(
            _("Clicks on our short links: %(clicks)s.")
            % {"clicks": notation.number(clicks) + (f" ({against})" if against else "")}
        )
    if now.doubtful:
        told.append(
            ngettext(
                "The figures of %(n)s delivery are in doubt; they stand as they were given.",
                "The figures of %(n)s deliveries are in doubt; they stand as they were given.",
                now.doubtful,
            )
            % {"n": notation.number(now.doubtful)}
        )
    if now.gone:
        told.append(
            ngettext(
                "%(n)s delivery is no longer on its platform; what it had reached is counted.",
                "%(n)s deliveries are no longer on their platforms; what they had reached is "
                "counted.",
                now.gone,
            )
            % {"n": notation.number(now.gone)}
        )
    return told


def _by_day(upcoming: Sequence[Upcoming]) -> list[tuple[str, list[Upcoming]]]:
    days = groupby(upcoming, key=lambda post: post.at.date())
    return [(notation.day(date, "weekday"), list(posts)) for date, posts in days]


def _kept(picture: Picture, folder: Path) -> Media:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{picture.digest}.png"
    with written(path, 0o644) as file:
        file.write(picture.content)
    return Media(path, picture.digest, "image/png", len(picture.content), picture.alt)


@cache
def _templates() -> Environment:
    made = environment()
    made.filters |= {"named": _named, "web": _web_address}
    made.globals |= {"state_words": state_words, "metrics": _metrics}
    return made


@pass_context
def _named(context: Context, name: str) -> str:
    return _name(context["names"], name)


def _name(names: Mapping[str, str], name: str) -> str:
    """What leaders know a campaign or a channel by."""
    known = {REPORTS_CHANNEL: _("Weekly mail")}
    return names.get(name) or known.get(name, name)


def _metrics(row: Compared | AgainstEdition) -> list[tuple[str, int | None, int | None, int]]:
    """The metrics of a row: label, now, before, how many deliveries it covers now."""
    now, before = row.now.figures, row.before.figures
    return [
        (_("Times shown"), now.shown, before.shown, row.now.of["shown"]),
        (_("Reach"), now.reach, before.reach, row.now.of["reach"]),
        (_("Engagement"), now.engagement, before.engagement, row.now.of["engagement"]),
    ]


def _web_address(address: str) -> str:
    """The address if a browser may follow it from a mail, else nothing."""
    return address if is_web(address) else ""
