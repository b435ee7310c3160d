"""The mails about posts that wait for approval, and about what was said of a post.

A page and a plain twin, which refer to nothing outside themselves but the console. Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from textwrap import shorten
from typing import Any

from jinja2 import Environment
from mjml import mjml2html

from publisher import notation
from publisher.i18n import _, language, ngettext
from publisher.reports.mail_templates import environment
from publisher.settings.office import Office

MOST = 12
"""So many posts stand in one mail; the others are counted."""

_WORDS_SHOWN = 420
"""So many characters of a text stand in the mail; all of it is behind its link."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail before it has a sender and a recipient."""

    subject: str
    text: str
    page: str
    language: str


@dataclass(frozen=True, slots=True)
class ToApprove:
    """A post that waits: ``due`` in the office's zone, ``text`` on the first of its ``channels``.

    ``differs``: other channels read otherwise. ``is_changed``: an earlier text was approved.
    ``signers`` have given their word, of as many people as are ``asked``. ``drafted`` says what of
    it programs wrote.
    """

    due: datetime
    campaign: str
    channels: tuple[str, ...]
    text: str
    differs: bool
    is_changed: bool
    signers: tuple[str, ...]
    asked: int
    link: str
    drafted: tuple[str, ...] = ()

    @property
    def shown(self) -> str:
        """The beginning of the text, in lines as they are."""
        if len(self.text) <= _WORDS_SHOWN:
            return self.text.strip()
        return self.text[:_WORDS_SHOWN].rsplit(" ", 1)[0].rstrip() + " …"


@dataclass(frozen=True, slots=True)
class Said:
    """A comment: who said it when (in the office's zone), of which post, and where that is seen."""

    author: str
    at: datetime
    campaign: str
    post: str
    text: str
    sends_back: bool
    link: str


def to_approve(
    office: Office,
    name: str,
    posts: Sequence[ToApprove],
    *,
    more: int,
    queue: str,
    until: datetime | None,
) -> Letter:
    """The mail to ``name``; ``more`` posts aren't in it, ``queue`` is where all of them are.

    Its links approve ``until`` then; where there is no such end they lead to the log-in.
    """
    count = len(posts) + more
    subject = ngettext(
        "Waits for your approval: %(n)s post", "Wait for your approval: %(n)s posts", count
    ) % {"n": notation.number(count)}
    if count == 1:
        begins = shorten(posts[0].text, 60, placeholder="…")
        subject = _("Waits for your approval: %(text)s") % {"text": begins}
    return _letter(
        "asking", subject, office=office, name=name, posts=posts, more=more, queue=queue,
        until=until,
    )  # fmt: skip


def what_was_said(office: Office, name: str, said: Sequence[Said]) -> Letter:
    """The mail to ``name``, who writes these posts."""
    first = said[0]
    if len(said) > 1:
        subject = _("What was said of your posts (%(n)s)") % {"n": notation.number(len(said))}
    elif first.sends_back:
        subject = _("To be changed: %(post)s") % {"post": first.post}
    else:
        subject = _("Said of %(post)s") % {"post": first.post}
    return _letter("said", subject, office=office, name=name, said=said)


def _letter(template: str, subject: str, **facts: Any) -> Letter:
    facts |= {"subject": subject, "language": language()}
    page = str(mjml2html(_templates().get_template(f"{template}.mjml").render(facts)))
    text = _templates().get_template(f"{template}.txt").render(facts).strip() + "\n"
    return Letter(subject, text, page, language())


@cache
def _templates() -> Environment:
    made = environment()
    made.filters["moment"] = _moment
    return made


def _moment(at: datetime) -> str:
    """08:00, Thứ Hai, 11/10."""
    return f"{notation.hour(at)} · {notation.day(at.date(), 'weekday')}"
