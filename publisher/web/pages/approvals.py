"""What waits for approval, post by post: shown as it would go out, approved by one click.

Who approves says by fingerprints what they saw. What was changed meanwhile is not approved: it is
shown again, with what is another than a moment ago.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from fastapi.responses import Response
from sqlmodel import Session

from publisher import notation
from publisher.delivery.verdicts import Outcome, Why
from publisher.desk import drafted, queue
from publisher.desk.drafted import Drafted
from publisher.desk.queue import Waiting
from publisher.desk.standing import Standing
from publisher.i18n import N_, _, ngettext
from publisher.store import comments, deliveries
from publisher.store.console_tables import PostComment
from publisher.store.models import Delivery
from publisher.web import access
from publisher.web.outgoing import Outgoing, outgoing
from publisher.web.permissions import Action
from publisher.web.routes import Entry, Routes
from publisher.web.visit import Kind, Visit


def _count(visit: Visit) -> int:
    if not visit.may(Action.APPROVE):
        return 0
    with visit.site.database.reading() as session:
        return queue.count(session)


routes = Routes(Entry(N_("To be approved"), "/approvals", Action.SEE, 30, _count))

AT_ONCE = 20
"""So many posts stand on one page: each is shown in full."""

SOON = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A post of the queue as the page shows it; ``again`` where it changed while somebody looked.

    ``out`` is what would go out, ``drafted`` what of it programs wrote, ``said`` what was said of
    it, ``mine`` whether who looks may still give their word.
    """

    post: Waiting
    out: Sequence[Outgoing]
    drafted: Sequence[Drafted]
    said: Sequence[PostComment]
    mine: bool
    again: bool = False


@routes.get("/approvals", Action.SEE, name="approvals")
def show(visit: Visit) -> Response:
    return _page(visit)


@routes.post("/approvals", Action.APPROVE)
def approve(visit: Visit) -> Response:
    """Approve the post of the button, or the ticked ones, as they were shown."""
    only = visit.asked("only")
    posts = {only} if only else set(visit.all_asked("post"))
    seen = seen_of(visit)
    if not posts:
        return visit.go(
            "/approvals", _("Tick what you approve, or press a post's own button."), "warn"
        )
    with visit.site.database.reading() as session:
        rows = [session.get(Delivery, number) for number in seen]
    chosen = {
        deliveries.number_of(row): row
        for row in rows
        if row is not None and queue.key_of(row) in posts
    }
    outcome = visit.site.verdicts.approve(chosen, visit.actor, seen)
    changed = [one.number for one in outcome.refused if one.why is Why.CHANGED]
    if changed:
        again = {queue.key_of(chosen[number]) for number in changed}
        return _page(visit, 409, told=_told(outcome, chosen), again=again, seen=seen)
    return visit.go("/approvals", _told(outcome, chosen), "done" if outcome.done else "warn")


@routes.post("/approvals/ask-again", Action.APPROVE)
def ask_again(visit: Visit) -> Response:
    """Put up for approval, as it is, what was sent back."""
    with visit.site.database.writing() as session:
        rows = [
            row
            for row in (session.get(Delivery, number) for number in seen_of(visit))
            if row is not None
        ]
        done = bool(rows) and comments.take_back(session, visit.now, visit.actor, rows)
    if done:
        return visit.go("/approvals", _("It waits for approval again."))
    return visit.go("/approvals", _("Somebody did that already."), "warn")


@routes.post("/comments", Action.COMMENT)
def comment(visit: Visit) -> Response:
    """Say something of a post; who may approve may also send it back by that."""
    following, text = access.own_path(visit.asked("next")), visit.asked("words")
    sends_back = bool(visit.asked("back")) and visit.may(Action.APPROVE)
    if not text:
        told = _("Write what should be changed: whoever writes it can't guess it.")
        return visit.go(following, told, "warn")
    told, kind = say(visit, visit.actor, text, seen_of(visit), sends_back=sends_back)
    return visit.go(following, told, kind)


def say(
    visit: Visit, author: str, text: str, seen: Mapping[int, str], *, sends_back: bool
) -> tuple[str, Kind]:
    """Put down what ``author`` says of the texts ``seen``; gives what to tell, and of what kind."""
    with visit.site.database.writing() as session:
        rows = [
            row
            for row in (session.get(Delivery, number) for number in seen)
            if row is not None and row.fingerprint == seen[deliveries.number_of(row)]
        ]
        if not rows or len({(row.campaign, row.post) for row in rows}) != 1:
            return Why.CHANGED.words if seen else Why.NOT_THERE.words, "warn"
        comments.add(session, visit.now, author, rows, text, sends_back=sends_back)
    if sends_back:
        return _("Sent back to the writer. It waits for approval again once it is changed."), "done"
    return _("Said. Whoever writes the post is told."), "done"


def seen_of(visit: Visit) -> dict[int, str]:
    """The fingerprints that a form says were seen, by row id."""
    found = {}
    for one in visit.all_asked("seen"):
        number, _colon, fingerprint = one.partition(":")
        if number.isdecimal() and len(number) < 10:
            found[int(number)] = fingerprint
    return found


def tries_of(visit: Visit) -> dict[int, int]:
    """How often each had been tried when a form was shown, by row id, where the form says it."""
    found = {}
    for one in visit.all_asked("tries"):
        number, _colon, tries = one.partition(":")
        if number.isdecimal() and tries.isdecimal() and len(number) < 10 and len(tries) < 10:
            found[int(number)] = int(tries)
    return found


def _page(
    visit: Visit,
    status: int = 200,
    *,
    told: str = "",
    again: set[str] | None = None,
    seen: Mapping[int, str] | None = None,
) -> Response:
    """The queue; posts ``again`` stand first, with what is another than what was ``seen``."""
    skip = visit.number("skip")
    again = again or set()
    with visit.site.database.reading() as session:
        standing = Standing.read(session, visit.zone, visit.now)
        posts = queue.waiting(session)
        posts.sort(key=lambda one: one.key not in again)
        there = posts[skip : skip + AT_ONCE]
        rows = [row for one in there for row in one.rows]
        by_programs = drafted.of_rows(session, visit.settings, rows)
        shown = [_asked(visit, session, one, by_programs, again, seen) for one in there]
        back = queue.waiting(session, sent_back=True)
    return visit.page(
        "approvals.html",
        status,
        told=told,
        asked=shown,
        standing=standing,
        back=back,
        count=len(posts),
        skip=skip,
        at_once=AT_ONCE,
        soon=visit.now + SOON,
        titles=visit.settings.channel_titles,
    )


def _asked(
    visit: Visit,
    session: Session,
    post: Waiting,
    by_programs: Mapping[drafted.Post, Sequence[Drafted]],
    again: set[str],
    seen: Mapping[int, str] | None,
) -> Asked:
    is_again = post.key in again
    out = outgoing(session, visit.settings, post, seen if is_again else None)
    name = post.first.campaign, post.first.post
    said = comments.of_post(session, *name)
    own = by_programs.get(name, ())
    return Asked(post, out, own, said, post.may_be_approved_by(visit.actor), is_again)


def _told(outcome: Outcome, rows: Mapping[int, Delivery]) -> str:
    """What became of it, in a person's words: posts, not deliveries."""
    refused = {one.number: one.why for one in outcome.refused}
    done = {queue.key_of(row) for number, row in rows.items() if number not in refused}
    needs_more = {
        queue.key_of(row)
        for number, row in rows.items()
        if number not in refused and row.approvals > 1
    }
    words = []
    if done:
        words.append(
            ngettext("Approved: %(n)s post.", "Approved: %(n)s posts.", len(done))
            % {"n": notation.number(len(done))}
        )
    if needs_more:
        words.append(_("What asks for two people's word waits until the second has given theirs."))
    if any(why is Why.CHANGED for why in refused.values()):
        words.append(_("Not approved, since it was changed while you looked: it is shown below."))
    words += dict.fromkeys(why.words for why in refused.values() if why is not Why.CHANGED)
    return " ".join(words) or Why.NOT_THERE.words
