"""The door: logging in, the telephone's code, logging out, and a link that sets a password."""

from __future__ import annotations

from datetime import datetime

from fastapi import HTTPException
from fastapi.responses import Response

from channels.base import CredentialsExpiredError
from publisher import notation
from publisher.i18n import N_, _
from publisher.states import note_words
from publisher.store import audit, console_sessions, one_time_links, people
from publisher.web import access, log_in, passwords
from publisher.web.permissions import Action
from publisher.web.routes import Routes
from publisher.web.visit import Visit

routes = Routes()

_TOLD = {
    "out": N_("You are logged out."),
    "password": N_("The password is set. Log in with it."),
}


@routes.get("/log-in", Action.ENTER, name="log-in")
def show(visit: Visit) -> Response:
    if visit.role is not None:
        return visit.go(access.own_path(visit.asked("next")))
    told = _TOLD.get(visit.asked("told"), "")
    return _form(visit, told=_(told) if told else "")


@routes.post("/log-in", Action.ENTER)
def enter(visit: Visit) -> Response:
    tried = log_in.with_password(
        visit.site, visit.asked("name"), visit.secret("password"), visit.address
    )
    if not tried.token:
        return _refused(visit, tried, _("This name and password don't belong together."))
    if visit.session is not None:
        _end(visit)
    following = access.own_path(visit.asked("next"))
    ways = {log_in.CODE: f"/log-in/code?next={following}", log_in.TOTP: "/account/totp"}
    return _let_in(visit, tried.token, ways.get(tried.lacks, following))


@routes.get("/log-in/code", Action.OWN_ACCOUNT)
def code(visit: Visit) -> Response:
    return visit.page("code.html", following=access.own_path(visit.asked("next")), fault="")


@routes.post("/log-in/code", Action.OWN_ACCOUNT)
def give_code(visit: Visit) -> Response:
    following = access.own_path(visit.asked("next"))
    if visit.session is None or visit.person is None or visit.session.lacks != log_in.CODE:
        return visit.go("/")
    try:
        tried = log_in.with_code(
            visit.site, visit.session, visit.person, visit.secret("code"), visit.address
        )
    except CredentialsExpiredError as error:
        fault = note_words(str(error))
        return visit.page("code.html", 503, following=following, fault=fault)
    if tried.token:
        return _let_in(visit, tried.token, following)
    fault = _wait(visit, tried.wait_until) or _("This code isn't right, or was used already.")
    return visit.page(
        "code.html", 429 if tried.wait_until else 422, following=following, fault=fault
    )


@routes.post("/log-out", Action.ENTER)
def leave(visit: Visit) -> Response:
    if visit.session is not None and visit.person is not None:
        with visit.site.database.writing() as session:
            audit.record(session, visit.now, visit.actor, "log out", visit.person.name)
        _end(visit)
    answer = visit.go("/log-in?told=out")
    answer.delete_cookie(
        access.session_cookie(visit.settings.console), secure=visit.settings.console.is_secure
    )
    return answer


@routes.get("/password/{token}", Action.ENTER)
def new_password(visit: Visit, token: str) -> Response:
    with visit.site.database.reading() as session:
        found = one_time_links.look_at(session, visit.now, token, one_time_links.PASSWORD)
    if found is None:
        return visit.page("password.html", 404, person=None, fault="")
    return visit.page("password.html", person=found[1], fault="")


@routes.post("/password/{token}", Action.ENTER)
def set_password(visit: Visit, token: str) -> Response:
    with visit.site.database.reading() as session:
        found = one_time_links.look_at(session, visit.now, token, one_time_links.PASSWORD)
    if found is None:
        return visit.page("password.html", 404, person=None, fault="")
    link, person = found
    try:
        if visit.secret("password") != visit.secret("repeated"):
            raise passwords.WeakPasswordError(_("The two passwords are not the same."))
        kept = passwords.hashed(visit.secret("password"), person.name, person.full_name)
    except passwords.WeakPasswordError as weak:
        return visit.page("password.html", 422, person=person, fault=str(weak))
    with visit.site.database.writing() as session:
        if not one_time_links.use(session, visit.now, link):
            raise HTTPException(404)
        people.set_password(session, visit.now, person.full_name, person, kept)
    return visit.go("/log-in?told=password")


def _form(visit: Visit, status: int = 200, told: str = "", fault: str = "") -> Response:
    following = access.own_path(visit.asked("next"))
    return visit.page(
        "log_in.html", status, told=told, fault=fault, name=visit.asked("name"), following=following
    )


def _refused(visit: Visit, tried: log_in.Tried, wrong: str) -> Response:
    waits = _wait(visit, tried.wait_until)
    return _form(visit, 429 if waits else 422, fault=waits or wrong)


def _wait(visit: Visit, until: datetime | None) -> str:
    if until is None:
        return ""
    minutes = max(1, -(-int((until - visit.now).total_seconds()) // 60))
    return _("Too many tries. Try again in %(n)s min.") % {"n": notation.number(minutes)}


def _let_in(visit: Visit, token: str, following: str) -> Response:
    answer = visit.go(following)
    access.set_cookie(visit, answer, access.session_cookie(visit.settings.console), token)
    return answer


def _end(visit: Visit) -> None:
    if visit.session is not None:
        with visit.site.database.writing() as session:
            console_sessions.end_hashed(session, visit.session.token_hash)
