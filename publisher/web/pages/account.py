"""One's own account: the password, the telephone's codes, the browsers one is logged in with."""

from __future__ import annotations

from fastapi.responses import Response

from channels.base import CredentialsExpiredError
from publisher.i18n import _
from publisher.settings.console import Role
from publisher.states import note_words
from publisher.store import audit, console_sessions, people
from publisher.web import access, log_in, passwords, totp
from publisher.web.permissions import Action
from publisher.web.routes import Routes
from publisher.web.visit import Visit

routes = Routes()


@routes.get("/account", Action.OWN_ACCOUNT, name="account")
def show(visit: Visit) -> Response:
    return _page(visit)


@routes.post("/account/password", Action.OWN_ACCOUNT)
def change_password(visit: Visit) -> Response:
    person = visit.asker
    tried = log_in.is_their_password(visit.site, person, visit.secret("present"), visit.address)
    if not tried.token:
        wrong = _("Too many tries. Try again later.") if tried.wait_until else ""
        return _page(visit, 422, fault=wrong or _("This is not your present password."))
    try:
        if visit.secret("password") != visit.secret("repeated"):
            raise passwords.WeakPasswordError(_("The two passwords are not the same."))
        kept = passwords.hashed(visit.secret("password"), person.name, person.full_name)
    except passwords.WeakPasswordError as weak:
        return _page(visit, 422, fault=str(weak))
    longest = visit.settings.console.longest
    with visit.site.database.writing() as session:
        people.set_password(session, visit.now, visit.actor, person, kept)
        token = console_sessions.begin(session, visit.now, person, longest)
        console_sessions.tell_token(session, token, ["done", _("The new password is set.")])
    answer = visit.go("/account")
    access.set_cookie(visit, answer, access.session_cookie(visit.settings.console), token)
    return answer


@routes.post("/account/log-out-everywhere", Action.OWN_ACCOUNT)
def leave_everywhere(visit: Visit) -> Response:
    person = visit.asker
    with visit.site.database.writing() as session:
        console_sessions.end_all(session, person)
        audit.record(session, visit.now, visit.actor, "log out everywhere", person.name)
    return visit.go("/log-in?told=out")


@routes.get("/account/totp", Action.OWN_ACCOUNT)
def telephone(visit: Visit) -> Response:
    return _telephone(visit)


@routes.post("/account/totp", Action.OWN_ACCOUNT)
def set_telephone(visit: Visit) -> Response:
    person = visit.asker
    if person.totp_since is not None or visit.session is None:
        return visit.go("/account")
    try:
        if not visit.asked("code"):
            seed = totp.new_seed(visit.site.seal)
            with visit.site.database.writing() as session:
                people.begin_totp(session, person, seed)
            return visit.go("/account/totp")
        tried = log_in.with_code(
            visit.site, visit.session, person, visit.secret("code"), visit.address
        )
    except CredentialsExpiredError as error:
        return _telephone(visit, 503, note_words(str(error)))
    if not tried.token:
        return _telephone(visit, 422, _("This code isn't right, or was used already."))
    answer = visit.go("/account")
    access.set_cookie(visit, answer, access.session_cookie(visit.settings.console), tried.token)
    return answer


def _page(visit: Visit, status: int = 200, fault: str = "") -> Response:
    person = visit.asker
    with visit.site.database.reading() as session:
        browsers = console_sessions.count_of(session, visit.now, person)
    owes = Role(person.role) in visit.settings.console.totp
    return visit.page("account.html", status, browsers=browsers, fault=fault, owes=owes)


def _telephone(visit: Visit, status: int = 200, fault: str = "") -> Response:
    person = visit.asker
    if person.totp_since is not None and status == 200:
        return visit.go("/account")
    picture = letters = None
    if person.totp:
        try:
            picture = totp.picture_of(visit.site.seal, person, visit.settings.office.name)
            letters = totp.letters_of(visit.site.seal, person)
        except CredentialsExpiredError as error:
            status, fault = 503, note_words(str(error))
    return visit.page("totp.html", status, picture=picture, letters=letters, fault=fault)
