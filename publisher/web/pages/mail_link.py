"""A link from a mail to an approver: shows what would go out, and needs one more click.

It is one person's, for one post's texts as they were when it was mailed, works once and not for
long, and is worth nothing once any of them is another. Looking changes nothing: whatever reads
mails before people do follows links, and must not approve by it.
"""

from __future__ import annotations

from dataclasses import dataclass

from fastapi.responses import Response

from publisher.delivery.verdicts import Why
from publisher.desk import drafted, queue
from publisher.desk.queue import Waiting
from publisher.i18n import _
from publisher.reports.asking import texts_of
from publisher.settings.console import Role
from publisher.store import audit, deliveries, one_time_links
from publisher.store.console_tables import OneTimeLink, Person
from publisher.store.models import Delivery
from publisher.web.outgoing import outgoing
from publisher.web.pages.approvals import say
from publisher.web.permissions import Action, may
from publisher.web.routes import Routes
from publisher.web.visit import Visit

routes = Routes()


@dataclass(frozen=True, slots=True)
class Found:
    """A link that may still be used, whose it is, and the post that it is about."""

    link: OneTimeLink
    person: Person
    post: Waiting


@routes.get("/approve/{token}", Action.ENTER)
def look(visit: Visit, token: str) -> Response:
    found = _find(visit, token)
    return _page(visit, found) if isinstance(found, Found) else _void(visit, found)


@routes.post("/approve/{token}", Action.ENTER)
def approve(visit: Visit, token: str) -> Response:
    found = _find(visit, token)
    if not isinstance(found, Found):
        return _void(visit, found)
    if not _use(visit, found, "approve by mail"):
        return _void(visit, "")
    outcome = visit.site.verdicts.approve(found.post.seen, found.person.full_name, found.post.seen)
    if outcome.done:
        more = found.post.asked > 1
        return visit.page("mail_link_done.html", approved=True, more=more, told="", found=found)
    return _void(visit, outcome.refused[0].why.words if outcome.refused else "")


@routes.post("/approve/{token}/back", Action.ENTER)
def send_back(visit: Visit, token: str) -> Response:
    found = _find(visit, token)
    if not isinstance(found, Found):
        return _void(visit, found)
    text = visit.asked("words")
    if not text:
        fault = _("Write what should be changed: whoever writes it can't guess it.")
        return _page(visit, found, 422, fault)
    if not _use(visit, found, ""):
        return _void(visit, "")
    told, _kind = say(visit, found.person.full_name, text, found.post.seen, sends_back=True)
    return visit.page("mail_link_done.html", approved=False, more=False, told=told, found=found)


def _find(visit: Visit, token: str) -> Found | str:
    """What ``token`` leads to, or why it leads nowhere ("": it was used, or is too old)."""
    with visit.site.database.reading() as session:
        known = one_time_links.look_at(session, visit.now, token, one_time_links.APPROVE)
        if known is None:
            return ""
        link, person = known
        if not may(Role(person.role), Action.APPROVE):
            return ""
        texts = texts_of(link.subject)
        rows = [row for row in (session.get(Delivery, number) for number in texts) if row]
        if len(rows) != len(texts):
            return Why.NOT_THERE.words
        if any(row.fingerprint != texts[deliveries.number_of(row)] for row in rows):
            return Why.CHANGED.words
        posts = queue.grouped(session, rows)
    if len(posts) != 1:
        return Why.NOT_THERE.words
    return Found(link, person, posts[0])


def _use(visit: Visit, found: Found, action: str) -> bool:
    """Use the link up, and note by whom from where; false where it was used a moment ago."""
    with visit.site.database.writing() as session:
        used = one_time_links.use(session, visit.now, found.link)
        if used and action:
            about = deliveries.short(found.post.first)
            name = found.person.full_name
            audit.record(session, visit.now, name, action, about, address=visit.address)
    return used


def _page(visit: Visit, found: Found, status: int = 200, fault: str = "") -> Response:
    with visit.site.database.reading() as session:
        out = outgoing(session, visit.settings, found.post)
        by_programs = drafted.of_rows(session, visit.settings, found.post.rows)
    return visit.page(
        "mail_link.html",
        status,
        found=found,
        out=out,
        drafted=[one for told in by_programs.values() for one in told],
        titles=visit.settings.channel_titles,
        fault=fault,
    )


def _void(visit: Visit, why: str) -> Response:
    return visit.page("mail_link_void.html", 410 if why else 404, why=why)
