"""Keeps Instagram and Threads supplied with tokens of 60 days, from a person's consent on.

Both give a short token for the code, a long one for that, and a fresh one for a long one that is a
day old and hasn't ended. A long one is therefore renewed when fewer than 30 of its days are left;
of one that was put in by hand the age isn't known, so it is renewed a day after it was first seen.
Used by ``channels.instagram`` and ``channels.threads``.

Sources: developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/
business-login, …/reference/access_token, …/reference/refresh_access_token, and
/docs/threads/get-started/long-lived-tokens. Only a field is documented for the token there, so it
is one, in the address; no error and no log shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from channels.base import (
    N_,
    Context,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    Person,
    TransientError,
)
from channels.meta.app import App
from channels.meta.errors import Errors
from channels.meta.graph import Line
from channels.state import SealedState
from channels.tokens import TokenKeeper, Tokens
from channels.web.http import parsed
from channels.web.values import lasting

RENEWED_AHEAD = timedelta(days=30)
RENEWABLE_AFTER = timedelta(days=1)
LASTS = timedelta(days=60)

_FIRST_SEEN = "first-seen"
_NO_TOKEN = N_("it answered without a token")


@dataclass(frozen=True, slots=True)
class Grants:
    """How a platform gives tokens: ``base_url`` and the two grant types."""

    platform: str
    base_url: str
    exchange: str
    refresh: str


def line_of(
    given: str,
    grants: Grants,
    context: Context,
    *,
    timeout_s: float,
    version: str,
    errors: Errors,
    token_as_field: bool,
) -> Line:
    """A line that keeps the long token ``given`` good; "": one without a token, for log-in."""
    kept: list[TokenKeeper] = []

    def access() -> str:
        return _got(kept[0].access) if kept else ""

    def another(refused: str) -> str:
        return _got(lambda: kept[0].renewed(refused))

    line = Line(
        context.clock,
        timeout_s,
        grants.base_url,
        version,
        access,
        grants.platform,
        [given],
        renewed=another if given else None,
        errors=errors,
        token_as_field=token_as_field,
    )
    if given:
        state = SealedState.of(context)
        kept.append(
            keeper(
                state,
                context.clock,
                given,
                lambda token: renewed(line, grants, token, context.clock()),
            )
        )
    return line


def keeper(
    state: SealedState, clock: Callable[[], datetime], given: str, exchange: Callable[[str], Tokens]
) -> TokenKeeper:
    """What keeps the long token ``given``, and what comes of it, good."""
    with state.alone():
        noted = state.get(_FIRST_SEEN, given)
        if noted is None:
            noted = clock().isoformat()
            state.put(_FIRST_SEEN, noted, given)
    due = datetime.fromisoformat(noted) + RENEWABLE_AFTER
    first = Tokens(given, given, due + RENEWED_AHEAD)
    return TokenKeeper(state, clock, given, exchange, ahead=RENEWED_AHEAD, first=first)


def renewed(line: Line, grants: Grants, token: str, now: datetime) -> Tokens:
    """The successor of the long ``token``; raises ``CredentialsExpiredError`` where it has ended,
    ``ForbiddenError`` where the platform doesn't renew it for another reason."""
    line.http.hide(token)
    query = {"grant_type": grants.refresh, "access_token": token}
    try:
        told = _asked(line, "GET", f"{_base(grants)}/refresh_access_token", params=query)
    except InvalidContentError as refused:
        why = str(refused)
    else:
        access, lasts = _token(line, grants, told), lasting(told.get("expires_in"))
        return Tokens(access, access, now + (LASTS if lasts is None else lasts))
    raise ForbiddenError(why)


def long_token(person: Person, line: Line, grants: Grants, app: App, needed: str = "") -> str:
    """The long token that ``person``'s consent gives; ``needed`` is the permission without which
    there is nothing to be done, where the platform says what was granted."""
    line.http.hide(app.secret)
    consent = app.consented(person)
    # Meta ends the address with "#_", which a person may copy as part of the code.
    code = consent.code.removesuffix("#_")
    line.http.hide(code)
    form = {
        "client_id": app.id,
        "client_secret": app.secret,
        "grant_type": "authorization_code",
        "redirect_uri": consent.redirect_uri,
        "code": code,
    }
    try:
        told = _asked(line, "POST", app.token_url, data=form)
        # Instagram answers with a list of one, Threads with the thing itself.
        listed = told.get("data")
        told = listed[0] if isinstance(listed, list) and listed else told
        granted = told.get("permissions")
        if needed and granted and needed not in granted:
            raise ForbiddenError(N_("publishing was not allowed: begin again and allow everything"))
        query = {
            "grant_type": grants.exchange,
            "client_secret": app.secret,
            "access_token": _token(line, grants, told),
        }
        told = _asked(line, "GET", f"{_base(grants)}/access_token", params=query)
        return _token(line, grants, told)
    except InvalidContentError as refused:
        why = str(refused)
    # No post is invalid by it: what was refused is the code, or the app's secret.
    raise CredentialsExpiredError(why)


def _got(token: Callable[[], str]) -> str:
    """``token``; one that is no longer good and isn't renewed has ended, whatever the reason."""
    try:
        return token()
    except ForbiddenError as refused:
        why = str(refused)
    raise CredentialsExpiredError(why)


def _asked(line: Line, method: str, url: str, **more: Any) -> dict[str, Any]:
    with line.http.harmless():
        answer = line.http.request(method, url, **more)
        told = parsed(answer) or {}
        if 200 <= answer.status_code < 300 and "error" not in told:
            return line.http.json(answer)
        if "error" not in told:
            raise line.http.refusal(answer, str(told.get("error_message") or ""))
        raise line.error_of(answer)


def _token(line: Line, grants: Grants, told: Mapping[str, Any]) -> str:
    token = told.get("access_token")
    if not isinstance(token, str) or not token:
        raise TransientError(f"{grants.platform}: {_NO_TOKEN}")
    line.http.hide(token)
    return token


def _base(grants: Grants) -> str:
    return grants.base_url.rstrip("/")
