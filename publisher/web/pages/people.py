"""Who may log in: taken in, given a role, let in no more; for administrators."""

from __future__ import annotations

import re
from datetime import timedelta

from fastapi import HTTPException
from fastapi.responses import Response
from sqlmodel import Session

from publisher.i18n import N_, _
from publisher.settings.console import Role
from publisher.states import note_words
from publisher.store import audit, console_sessions, one_time_links, people
from publisher.store.console_tables import Person
from publisher.web import invitation
from publisher.web.permissions import Action, role_words
from publisher.web.routes import Entry, Routes
from publisher.web.visit import Visit

routes = Routes(Entry(N_("People"), "/people", Action.ADMINISTER, 80))

LINK_DAYS = 3

_EMAIL = re.compile(r"[^@\s<>\"\x00-\x1f]+@[^@\s<>\"\x00-\x1f]+\.[^@\s<>\"\x00-\x1f]+")
_LONGEST = 100


@routes.get("/people", Action.ADMINISTER, name="people")
def show(visit: Visit) -> Response:
    return _list(visit)


@routes.post("/people", Action.ADMINISTER)
def add(visit: Visit) -> Response:
    name, full_name = visit.asked("name"), visit.asked("full_name")
    email, role = visit.asked("email"), _role(visit)
    faults = {}
    if not name or any(sign.isspace() for sign in name) or len(name) > _LONGEST:
        faults["name"] = _("One word, such as “lan” or “lan.tran”.")
    if not full_name or len(full_name) > _LONGEST:
        faults["full_name"] = _("Their name, as the record is to say it.")
    if email and not _is_address(email):
        faults["email"] = _("Write a mail address: lan@tinh.gov.vn")
    if role is None:
        faults["role"] = _("Choose one of those that are offered.")
    if faults or role is None:
        return _list(visit, 422, faults)
    try:
        with visit.site.database.writing() as session:
            person = people.add(session, visit.now, visit.actor, name, full_name, role, email)
    except people.NameTakenError:
        faults["name"] = _("Somebody has this name already, or this full name.")
        return _list(visit, 422, faults)
    return _with_link(visit, person)


@routes.get("/people/{number:int}", Action.ADMINISTER, name="person")
def show_person(visit: Visit, number: int) -> Response:
    return _page(visit, _named(visit, number))


@routes.post("/people/{number:int}/role", Action.ADMINISTER)
def set_role(visit: Visit, number: int) -> Response:
    role = _role(visit)
    if role is None:
        fault = _("Choose one of those that are offered.")
        return _page(visit, _named(visit, number), 422, fault)
    try:
        with visit.site.database.writing() as session:
            person = _there(session, number)
            if role != person.role:
                people.set_role(session, visit.now, visit.actor, person, role)
    except people.LastAdministratorError:
        return _page(visit, _named(visit, number), 422, _the_last())
    return visit.go(_path(person), f"{person.full_name}: {role_words(role)}")


@routes.post("/people/{number:int}/email", Action.ADMINISTER)
def set_email(visit: Visit, number: int) -> Response:
    email = visit.asked("email")
    if email and not _is_address(email):
        fault = _("Write a mail address: lan@tinh.gov.vn")
        return _page(visit, _named(visit, number), 422, fault)
    with visit.site.database.writing() as session:
        person = _there(session, number)
        people.set_email(session, visit.now, visit.actor, person, email)
    return visit.go(_path(person), _("The mail address is set."))


@routes.post("/people/{number:int}/password", Action.ADMINISTER)
def give_link(visit: Visit, number: int) -> Response:
    person = _named(visit, number)
    if person.disabled_at is not None:
        return _page(visit, person, 422, _("Who is disabled can set no password."))
    return _with_link(visit, person)


@routes.post("/people/{number:int}/totp", Action.ADMINISTER)
def drop_totp(visit: Visit, number: int) -> Response:
    with visit.site.database.writing() as session:
        person = _there(session, number)
        people.drop_totp(session, visit.now, visit.actor, person)
    words = _("%(name)s logs in without a code, and can set up another telephone.")
    return visit.go(_path(person), words % {"name": person.full_name})


@routes.post("/people/{number:int}/log-out", Action.ADMINISTER)
def log_out(visit: Visit, number: int) -> Response:
    with visit.site.database.writing() as session:
        person = _there(session, number)
        people.shut_out(session, visit.now, person)
        audit.record(session, visit.now, visit.actor, "log out everywhere", person.name)
    words = _("%(name)s is logged out everywhere; links and tokens open nothing any more.")
    return visit.go(_path(person), words % {"name": person.full_name})


@routes.post("/people/{number:int}/disable", Action.ADMINISTER)
def disable(visit: Visit, number: int) -> Response:
    try:
        with visit.site.database.writing() as session:
            person = _there(session, number)
            people.disable(session, visit.now, visit.actor, person)
    except people.LastAdministratorError:
        return _page(visit, _named(visit, number), 422, _the_last())
    return visit.go(_path(person), _("%(name)s can log in no more.") % {"name": person.full_name})


@routes.post("/people/{number:int}/enable", Action.ADMINISTER)
def enable(visit: Visit, number: int) -> Response:
    with visit.site.database.writing() as session:
        person = _there(session, number)
        people.enable(session, visit.now, visit.actor, person)
    return visit.go(_path(person), _("%(name)s may log in again.") % {"name": person.full_name})


def _with_link(visit: Visit, person: Person) -> Response:
    """The person's page with a link that sets their password: mailed, or shown this once."""
    now, purpose = visit.now, one_time_links.PASSWORD
    with visit.site.database.writing() as session:
        token = one_time_links.make(session, now, person, purpose, timedelta(days=LINK_DAYS))
        audit.record(session, now, visit.actor, "password link", person.name)
    address = f"{visit.settings.console.address}/password/{token}"
    if not (visit.asked("mail") and person.email):
        return _page(visit, person, link=address)
    trouble = invitation.send(visit.site, person, address, LINK_DAYS)
    if trouble is None:
        told = _("The link is on its way to %(email)s.") % {"email": person.email}
        return visit.go(_path(person), told)
    fault = _("The mail could not be sent: %(why)s") % {"why": note_words(str(trouble))}
    return _page(visit, person, link=address, fault=fault)


def _list(visit: Visit, status: int = 200, faults: dict[str, str] | None = None) -> Response:
    with visit.site.database.reading() as session:
        everybody = people.everybody(session)
    return visit.page(
        "people.html",
        status,
        everybody=everybody,
        roles=_roles(),
        faults=faults or {},
        has_mail=visit.settings.mail is not None,
    )


def _page(
    visit: Visit, person: Person, status: int = 200, fault: str = "", link: str = ""
) -> Response:
    with visit.site.database.reading() as session:
        browsers = console_sessions.count_of(session, visit.now, person)
    return visit.page(
        "person.html",
        status,
        person=person,
        browsers=browsers,
        roles=_roles(),
        fault=fault,
        password_link=link,
        days=LINK_DAYS,
        has_mail=visit.settings.mail is not None,
        owes=Role(person.role) in visit.settings.console.totp,
    )


def _named(visit: Visit, number: int) -> Person:
    with visit.site.database.reading() as session:
        return _there(session, number)


def _there(session: Session, number: int) -> Person:
    person = people.of_number(session, number)
    if person is None:
        raise HTTPException(404)
    return person


def _path(person: Person) -> str:
    return f"/people/{person.id}"


def _roles() -> list[tuple[str, str]]:
    return [(role.value, role_words(role)) for role in Role]


def _role(visit: Visit) -> Role | None:
    asked = visit.asked("role")
    return Role(asked) if asked in list(Role) else None


def _is_address(email: str) -> bool:
    return bool(_EMAIL.fullmatch(email)) and len(email) <= 254


def _the_last() -> str:
    return _("This is the last administrator: nobody could let others in any more.")
