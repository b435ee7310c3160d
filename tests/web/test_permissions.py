"""Who may do what: every route of the console, tried as every role and as nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
import requests
from fastapi import APIRouter, FastAPI
from starlette.routing import Route

from publisher.settings.console import Role
from publisher.web import access
from publisher.web import app as building
from publisher.web.permissions import LEAST, Action, may
from publisher.web.routes import Routes
from tests.web.office import ConsoleOffice, Visitor

EVERYBODY: tuple[Role | None, ...] = (None, *Role)

ENDS_THE_SESSION = {"/log-out", "/account/log-out-everywhere"}
"""Whoever may do it is at the door then; tests/web/test_logging_in.py tries these."""


def filled(path: str) -> str:
    """``path`` with something in the place of each of its parameters."""
    return re.sub(r"\{\w+(?::(\w+))?\}", lambda m: "1" if m[1] == "int" else "x", path)


def is_let_in(answer: requests.Response) -> bool:
    """Whether the route itself answered: it did, sent on, or found something amiss."""
    assert answer.status_code < 500, answer.url
    to_the_door = answer.headers.get("location", "").startswith("/log-in")
    return answer.status_code not in (401, 403) and not to_the_door


@pytest.mark.parametrize("role", EVERYBODY, ids=str)
def test_every_route_lets_in_whom_the_table_says_and_nobody_else(
    own_office: ConsoleOffice, role: Role | None
) -> None:
    app = building.application(own_office.site)
    wrong = []
    for method, path, action in building.actions(app):
        visitor = own_office.visitor(role)
        if role is None:
            visitor.open_door()
        if path in ENDS_THE_SESSION:
            # Its answer leads to the door; whom it ended isn't told by that.
            continue
        answer = asked(visitor, method, filled(path))
        if is_let_in(answer) != may(role, action):
            wrong.append((method, path, answer.status_code))
    assert wrong == []


def asked(visitor: Visitor, method: str, path: str) -> requests.Response:
    """The answer as it begins: some go on for as long as one listens."""
    answer = visitor.http.request(
        method,
        visitor.address + path,
        data={access.FORM_FIELD: visitor.form_token} if method == "POST" else None,
        headers={} if method == "GET" else {access.FORM_HEADER: visitor.form_token},
        allow_redirects=False,
        stream=True,
    )
    answer.close()
    return answer


def test_nobody_is_shown_the_door_where_they_asked_for_a_page(office: ConsoleOffice) -> None:
    answer = office.visitor().get("/account?x=1&y=2")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/log-in?next=/account%3Fx%3D1%26y%3D2"


def test_each_role_may_all_that_the_one_before_it_may() -> None:
    for action in Action:
        granted = [may(role, action) for role in EVERYBODY]
        assert granted == sorted(granted), action


def test_a_viewer_changes_nothing_but_their_own_account() -> None:
    changes_something = set(Action) - {Action.ENTER, Action.OWN_ACCOUNT, Action.SEE}
    assert not any(may(Role.VIEWER, action) for action in changes_something)


def test_every_action_is_in_the_table() -> None:
    assert set(LEAST) == set(Action)


def strays() -> Iterator[object]:
    plain = Route("/stray", lambda request: None)
    stray = APIRouter()
    stray.get("/api/stray")(lambda: None)
    mounted = FastAPI()
    yield plain
    yield stray.routes[0]
    yield from mounted.routes


@pytest.mark.parametrize("stray", list(strays()), ids=str)
def test_a_console_with_a_route_that_names_no_action_is_not_built(
    office: ConsoleOffice, monkeypatch: pytest.MonkeyPatch, stray: Route
) -> None:
    page = Routes()
    page.routes.append(stray)
    module = type("stray", (), {"routes": page})
    monkeypatch.setattr(building, "_modules", lambda package: iter([module]))
    with pytest.raises(LookupError, match="names no action"):
        building.application(office.site)


def test_the_menu_shows_what_one_may_see_and_nothing_else(office: ConsoleOffice) -> None:
    app = building.application(office.site)
    for role in Role:
        page = office.visitor(role).get("/").text
        menu = page.partition('class="menu"')[2].partition("</nav>")[0]
        for entry in app.state.menu:
            assert (f'href="{entry.path}"' in menu) == may(role, entry.action), (role, entry)
