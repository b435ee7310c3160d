"""Gets access to a YouTube channel by Google's flow for installed programs.

(https://developers.google.com/identity/protocols/oauth2/native-app: a code with PKCE, sent back to
this machine.) Used by ``channels.youtube``.
"""

from __future__ import annotations

from channels.base import N_, CredentialsExpiredError, Person
from channels.oauth import consented
from channels.web.http import HttpSession
from channels.youtube.line import Client, exchanged

SCOPE = "https://www.googleapis.com/auth/youtube.force-ssl"
"""The one scope that uploads, sets captions and thumbnails, reads and deletes."""

ACCESS = (
    N_("At https://console.cloud.google.com make a project and enable YouTube Data API v3."),
    N_(
        "On the OAuth consent screen choose External and publish the app to production: "
        "a test app's access ends after a week."
    ),
    N_(
        "Under Credentials make an OAuth client ID of type Desktop app. Its client ID is client_id "
        "in schedule.toml; keep its client secret at hand."
    ),
    N_(
        "Have Google audit the project (the YouTube API Services form): until then every video "
        "that it uploads stays private."
    ),
    N_("Your browser opens now: log in as the account that owns the YouTube channel."),
)

_NO_REFRESH = N_("Google gave no token that lasts: remove the access at Google, and begin again")


def refresh_token(
    person: Person, http: HttpSession, client: Client, authorize_url: str, redirect_uri: str
) -> str:
    """The refresh token that Google gives once ``person`` has consented.

    Raises ``ForbiddenError`` where they declined, ``CredentialsExpiredError`` where Google gives
    none for their consent.
    """
    asked = {
        "client_id": client.id,
        "scope": SCOPE,
        "access_type": "offline",
        "prompt": "consent",  # without it Google gives a refresh token the first time alone
    }
    consent = consented(person, authorize_url, asked, redirect_uri=redirect_uri)
    for secret in (consent.code, consent.verifier):
        http.hide(secret)
    form = {
        "grant_type": "authorization_code",
        "code": consent.code,
        "code_verifier": consent.verifier,
        "redirect_uri": consent.redirect_uri,
    }
    tokens = exchanged(http, client, form)
    if not tokens.refresh:
        raise CredentialsExpiredError(_NO_REFRESH)
    return tokens.refresh
