"""What needs a person, with the one thing to do beside each.

Nothing is done twice, whether by a double click or by two people.
"""

from __future__ import annotations

from itertools import groupby

from fastapi.responses import Response

from publisher import notation
from publisher.delivery.verdicts import Outcome, Why
from publisher.i18n import N_, _
from publisher.states import action_words
from publisher.store import audit, deliveries, feeds
from publisher.store.feed_tables import FeedState
from publisher.store.models import Delivery
from publisher.web.addresses import is_whole
from publisher.web.matters import gathered
from publisher.web.permissions import Action
from publisher.web.routes import Entry, Routes
from publisher.web.visit import Visit


def _count(visit: Visit) -> int:
    with visit.site.database.reading() as session:
        return len(gathered(session, visit.site, visit.now))


routes = Routes(Entry(N_("Needs a person"), "/matters", Action.SEE, 40, _count))

_HERE = "/matters"


@routes.get("/matters", Action.SEE, name="matters")
def show(visit: Visit) -> Response:
    return _page(visit)


@routes.post("/matters/again", Action.AGAIN)
def again(visit: Visit) -> Response:
    """A failed one is tried once more."""
    number, tries = _number(visit)
    outcome = visit.site.verdicts.again([number], visit.actor, tries)
    return _after(visit, outcome, _("It is tried again at once."))


@routes.post("/matters/cancel", Action.CANCEL)
def cancel(visit: Visit) -> Response:
    """A failed one is not tried any more."""
    number, _tries = _number(visit)
    outcome = visit.site.verdicts.cancel([number], visit.actor)
    return _after(visit, outcome, _("Taken out: it will not be sent."))


@routes.post("/matters/absent", Action.SETTLE)
def absent(visit: Visit) -> Response:
    """A doubtful one surely isn't there: it is sent again."""
    if not visit.asked("looked"):
        told = _("Look at the channel first, and say that you did: else it may go out twice.")
        return visit.go(_HERE, told, "warn")
    number, tries = _number(visit)
    outcome = visit.site.verdicts.absent([number], visit.actor, tries)
    return _after(visit, outcome, _("It is sent again at once."))


@routes.post("/matters/found", Action.SETTLE)
def found(visit: Visit) -> Response:
    """A doubtful one is there."""
    number, _tries = _number(visit)
    url = visit.asked("url")
    if url and not is_whole(url):
        told = _("This is no address: copy it whole from the browser, or leave it empty.")
        return _page(visit, 422, told=told)
    outcome = visit.site.verdicts.found([number], visit.actor, url)
    return _after(visit, outcome, _("Noted: it is out."))


@routes.post("/matters/feed", Action.AGAIN)
def resume(visit: Visit) -> Response:
    """A feed that is stopped is asked again."""
    with visit.site.database.writing() as session:
        key = (visit.asked("campaign"), visit.asked("url"))
        state = session.get(FeedState, key, with_for_update=True)
        is_stopped = state is not None and state.stopped_at is not None
        if state is not None and is_stopped:
            feeds.resume(session, state, visit.now, visit.actor)
    if is_stopped:
        return visit.go(_HERE, _("It is asked again."))
    return visit.go(_HERE, _("Somebody did that already."), "warn")


def _page(visit: Visit, status: int = 200, told: str = "") -> Response:
    with visit.site.database.reading() as session:
        matters = gathered(session, visit.site, visit.now)
    groups = [(kind, list(some)) for kind, some in groupby(matters, key=lambda one: one.kind)]
    return visit.page("matters.html", status, groups=groups, told=told)


def _number(visit: Visit) -> tuple[int, dict[int, int]]:
    """The delivery that a form is about, and how often it had been tried when it was looked at."""
    number, tries = visit.asked("number"), visit.asked("tries")
    if not number.isdecimal() or not tries.isdecimal() or len(number) > 9 or len(tries) > 9:
        return 0, {}
    return int(number), {int(number): int(tries)}


def _after(visit: Visit, outcome: Outcome, done: str) -> Response:
    if outcome.done:
        return visit.go(_HERE, done)
    refusal = outcome.refused[0]
    told = refusal.why.words
    if refusal.why in (Why.NOT_NOW, Why.TRIED):
        told = f"{_told_by_whom(visit, refusal.number)} {told}".strip()
    return visit.go(_HERE, told, "warn")


def _told_by_whom(visit: Visit, number: int) -> str:
    """Who was quicker, and what they did."""
    with visit.site.database.reading() as session:
        row = session.get(Delivery, number)
        if row is None:
            return ""
        event = audit.last_about(session, deliveries.identity_of(row).key)
    if event is None:
        return ""
    at = event.at.astimezone(visit.zone)
    return _("%(name)s was quicker (%(what)s, %(at)s).") % {
        "name": event.actor,
        "what": action_words(event.action),
        "at": notation.hour(at),
    }
