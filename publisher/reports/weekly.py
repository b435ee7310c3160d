"""The weekly mail: the week in a sentence, figures, a trend, what needs a person, what comes next.

It is laid out in MJML, so that it holds together on a telephone and in Outlook, with a plain twin
that has a template of its own; it refers to nothing outside itself. ``compose`` is pure; what it
gives becomes the message of a delivery (``to_message``, for ``reports.schedule``) or a page
(``write_page``, for the command ``report``).
"""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from mjml import mjml2html

from channels.base import Media, Message, Text
from publisher.i18n import _, speaking
from publisher.reach.summary import Compared, Upcoming, WeekSummary
from publisher.reports import wording
from publisher.reports.chart import bars
from publisher.reports.letter import picture_id, with_pictures
from publisher.settings import Office
from publisher.states import state_words
from publisher.switchboard import REPORTS_CHANNEL

__all__ = ["Picture", "ReportMail", "compose"]

LIST_LONGEST = 15
"""So many lines of a list; a mail that Gmail finds too long (102 kB) it cuts off."""

_TEXT_WIDTH = 72


@dataclass(frozen=True, slots=True)
class Picture:
    """A PNG that stands in the mail; ``alt`` says in words all that it shows."""

    content: bytes
    alt: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.content).hexdigest()

    @property
    def cid(self) -> str:
        """The Content-ID by which ``html`` names it."""
        return picture_id(self.digest)


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
        subject = _("Reach, week %(week)s: %(posts)s") % {
            "week": wording.week(summary.monday),
            "posts": wording.posts(len(summary.posts)),
        }
        if rehearsal:
            subject = _("[REHEARSAL] %(subject)s") % {"subject": subject}
        trend = _trend(summary)
        facts: dict[str, Any] = {
            "subject": subject,
            "summary": summary,
            "office": office,
            "headline": _headline(summary),
            "rehearsal": rehearsal,
            "trend": trend,
            "days_ahead": _by_day(summary.upcoming[:LIST_LONGEST]),
            "language": tongue,
            "most": LIST_LONGEST,
        }
        environment = _environment(names or {})
        html = str(mjml2html(environment.get_template("weekly.mjml").render(facts)))
        text = environment.get_template("weekly.txt").render(facts).strip() + "\n"
        return ReportMail(subject, html, text, (trend,) if trend else (), tongue)


def _trend(summary: WeekSummary) -> Picture | None:
    """Times shown by week; ``None`` while no week has a figure."""
    values = [total.figures.shown for _day, total in summary.trend]
    if all(value is None for value in values):
        return None
    labels = [wording.day(monday) for monday, _total in summary.trend]
    told = "; ".join(
        f"{label}: {wording.number(value)}" for label, value in zip(labels, values, strict=True)
    )
    alt = _("Times shown, by week of publishing (its Monday): %(list)s") % {"list": told}
    return Picture(bars(labels, values, [wording.short_number(value) for value in values]), alt)


def _headline(summary: WeekSummary) -> str:
    now, before = summary.total.now.figures.shown, summary.total.before.figures.shown
    if not summary.posts:
        return _("Nothing was published this week.")
    out = _("%(posts)s went out in %(deliveries)s.") % {
        "posts": wording.posts(len(summary.posts)),
        "deliveries": wording.deliveries(summary.total.now.posts),
    }
    against = wording.change(now, before)
    if now is None:
        shown = _("No figures yet.")
    elif against:
        shown = _("They were shown %(shown)s times (%(change)s against the week before).")
    else:
        shown = _("They were shown %(shown)s times.")
    facts = {"shown": wording.number(now), "change": against}
    return " ".join((out, shown % facts))


def _by_day(upcoming: Sequence[Upcoming]) -> list[tuple[str, list[Upcoming]]]:
    days = groupby(upcoming, key=lambda post: post.at.date())
    return [(wording.day(date, "weekday"), list(posts)) for date, posts in days]


def _kept(picture: Picture, folder: Path) -> Media:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{picture.digest}.png"
    path.write_bytes(picture.content)
    return Media(path, picture.digest, "image/png", len(picture.content), picture.alt)


def _environment(names: Mapping[str, str]) -> Environment:
    def named(name: str) -> str:
        known = {REPORTS_CHANNEL: _("Weekly mail")}
        return names.get(name) or known.get(name, name)

    environment = Environment(
        loader=PackageLoader("publisher.reports"),
        autoescape=select_autoescape(("mjml",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"named": named, "wrapped": _wrapped, "web": _web_address}
    environment.globals |= {
        "_": _,
        "w": wording,
        "state_words": state_words,
        "metrics": _metrics,
    }
    return environment


def _metrics(row: Compared) -> list[tuple[str, int | None, int | None, int]]:
    """The metrics of a row: label, this week, the week before, how many deliveries it covers."""
    now, before = row.now.figures, row.before.figures
    return [
        (_("Times shown"), now.shown, before.shown, row.now.of["shown"]),
        (_("Reach"), now.reach, before.reach, row.now.of["reach"]),
        (_("Engagement"), now.engagement, before.engagement, row.now.of["engagement"]),
    ]


def _wrapped(text: str, indent: str = "") -> str:
    """Lines that every mail reader shows whole; ``indent`` begins all but the first."""
    return textwrap.fill(
        text,
        _TEXT_WIDTH,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _web_address(address: str) -> str:
    """The address if a browser may follow it from a mail, else nothing."""
    return address if address.startswith(("https://", "http://")) else ""
