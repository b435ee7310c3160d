"""Gets a page's token by its administrator's consent. Used by ``channels.linkedin``."""

from __future__ import annotations

from channels.base import N_, ForbiddenError, Person
from channels.linkedin.line import App, Line
from channels.oauth import consented

_SCOPES = ("w_organization_social", "r_organization_social", "rw_organization_admin")


def token_by_consent(person: Person, line: Line, app: App, redirect_uri: str, name: str) -> str:
    """The ``name`` ("access_token", "refresh_token") that LinkedIn gives; ``ForbiddenError`` where
    it gives this app none."""
    consent = consented(
        person,
        f"{app.oauth_url.rstrip('/')}/authorization",
        {"client_id": app.id, "scope": " ".join(_SCOPES)},
        redirect_uri=redirect_uri,
        pkce="",  # an app with a secret proves itself by that
    )
    told = line.exchanged(app, consent.code, consent.redirect_uri)
    if not told.get(name):
        raise ForbiddenError(
            N_(
                "LinkedIn gives this app no refresh token: write access_token in its place "
                "into schedule.toml, and log in again"
            )
        )
    return str(told[name])
