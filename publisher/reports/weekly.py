"""The weekly mail: a summary in words, a table and a trend; HTML with a plain twin.

It is laid out in MJML, so that it holds together on a telephone and in Outlook, and refers to
nothing outside itself. ``compose`` is pure; what it gives becomes a message of a delivery.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from babel.numbers import format_decimal, format_percent
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from mjml import mjml2html

from channels.base import Media, Message, Text
from publisher.delivery.lifecycle import State
from publisher.i18n import _, language, ngettext, speaking
from publisher.reach.summary import Compared, WeekSummary
from publisher.reports.chart import bars
from publisher.reports.channel import picture_id
from publisher.settings import Office
from publisher.states import state_words


@dataclass(frozen=True, slots=True)
class ReportMail:
    """A mail ready to go: ``html`` shows the trend as ``cid:``, ``alt`` says it in words."""

    subject: str
    html: str
    text: str
    picture: bytes
    alt: str
    language: str

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.picture).hexdigest()

    def to_message(self, key: str, due_at: datetime, folder: Path) -> Message:
        """The mail as the message of a delivery; its picture is written into ``folder``."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.digest}.png"
        path.write_bytes(self.picture)
        chart = Media(path, self.digest, "image/png", len(self.picture), self.alt)
        return Message(
            key=key,
            body=Text(self.html, self.text),
            due_at=due_at,
            title=self.subject,
            media=(chart,),
            language=self.language,
        )

    def write_page(self, path: Path) -> None:
        """The mail as a page of its own, the picture inside it."""
        path.write_text(_inlined(self.html, {picture_id(self.digest): self.picture}), "utf-8")


def compose(
    summary: WeekSummary,
    office: Office,
    tongue: str,
    *,
    names: Mapping[str, str] | None = None,
    rehearsal: bool = False,
) -> ReportMail:
    """The mail of ``summary`` in ``tongue`` (``vi`` or ``en``).

    ``names`` gives campaigns and channels the names that leaders know them by.
    """
    with speaking(tongue):
        subject = _("Reach, week %(week)s: %(posts)s") % {
            "week": _span(summary.monday),
            "posts": _posts(summary.total.now.posts),
        }
        if rehearsal:
            subject = f"[{_('REHEARSAL')}] {subject}"
        labels = [f"{day:%d/%m}" for day, _sum in summary.trend]
        values = [total.figures.shown for _day, total in summary.trend]
        words = [number(value) for value in values]
        picture = bars(labels, values, words, _("Times shown, by week of publishing"))
        alt = _("Times shown in the last weeks: %(list)s") % {
            "list": "; ".join(
                f"{label}: {word}" for label, word in zip(labels, words, strict=True)
            )
        }
        facts: dict[str, Any] = {
            "subject": subject,
            "summary": summary,
            "office": office,
            "span": _span(summary.monday),
            "headline": _headline(summary.total),
            "rehearsal": rehearsal,
            "alt": alt,
            "picture": f"cid:{picture_id(hashlib.sha256(picture).hexdigest())}",
            "language": tongue,
        }
        environment = _environment(names or {})
        markup = environment.get_template("weekly.mjml").render(facts)
        html = str(mjml2html(markup))
        text = environment.get_template("weekly.txt").render(facts).strip() + "\n"
        return ReportMail(subject, html, text, picture, alt, tongue)


def self_contained(message: EmailMessage) -> str:
    """The HTML of a received mail with its pictures inside it."""
    page = message.get_body(("html",))
    pictures = {
        str(part["Content-ID"]).strip("<>"): part.get_content()
        for part in message.walk()
        if part["Content-ID"]
    }
    return _inlined(page.get_content() if page is not None else "", pictures)


def number(value: int | None) -> str:
    """A count as the reader writes it; a dash where it is absent."""
    return "–" if value is None else str(format_decimal(value, locale=language()))


def change(now: int | None, before: int | None) -> str:
    """The change against the week before as "+12%", or a dash where there is nothing to compare."""
    if now is None or not before:
        return "–"
    share = (now - before) / before
    return ("+" if share > 0 else "") + str(format_percent(share, "#,##0%", locale=language()))


def what_to_do(state: State) -> str:
    """The one thing to do about a delivery in trouble."""
    return {
        State.FAILED: _("mend the post, then have it tried again"),
        State.MISSED: _("give it a new time if it should still go out"),
        State.UNCONFIRMED: _("look at the channel and say whether it is there"),
    }[state]


def _headline(total: Compared) -> str:
    now, before = total.now, total.before
    if not now.posts:
        return _("Nothing was published this week.")
    words = _("%(posts)s went out.") % {"posts": _posts(now.posts)}
    if now.figures.shown is None:
        return f"{words} {_('No figures yet.')}"
    words += " " + _("They were shown %(shown)s times") % {"shown": number(now.figures.shown)}
    if before.figures.shown:
        against = change(now.figures.shown, before.figures.shown)
        words += " " + _("(%(change)s against the week before)") % {"change": against}
    return words + "."


def _posts(count: int) -> str:
    return ngettext("%(n)d post", "%(n)d posts", count) % {"n": count}


def _span(monday: date) -> str:
    return f"{monday:%d/%m} – {monday + timedelta(days=6):%d/%m/%Y}"


def _environment(names: Mapping[str, str]) -> Environment:
    def named(name: str) -> str:
        return names.get(name, name)

    environment = Environment(
        loader=PackageLoader("publisher.reports"),
        autoescape=select_autoescape(("mjml", "html")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["named"] = named
    environment.globals.update(
        _=_,
        named=named,
        number=number,
        change=change,
        what_to_do=what_to_do,
        state_words=state_words,
    )
    return environment


def _inlined(html: str, pictures: Mapping[str, bytes]) -> str:
    for cid, content in pictures.items():
        inside = f"data:image/png;base64,{base64.b64encode(content).decode()}"
        html = html.replace(f"cid:{cid}", inside)
    return html
