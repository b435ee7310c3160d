"""Gets a refresh token by the consent of a TikTok account's owner.

An app for computers (a redirect to this machine) proves itself by PKCE, whose challenge TikTok
wants in hexadecimal; one for the web doesn't: https://developers.tiktok.com/doc/login-kit-desktop
and .../login-kit-web. Used by ``channels.tiktok``.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from channels.base import N_, CredentialsExpiredError, ForbiddenError, Person
from channels.oauth import consented
from channels.tiktok.line import Line
from channels.web.hosts import is_loopback

_SCOPES = ("user.info.basic", "user.info.stats", "video.publish", "video.list")
_NEEDED = "video.publish"


def granted(person: Person, line: Line, address: str, redirect_uri: str) -> str:
    """The refresh token that ``person``'s consent at ``address`` gives; raises ``ForbiddenError``
    where publishing wasn't allowed."""
    on_this_machine = is_loopback(urlsplit(redirect_uri).hostname or "")
    consent = consented(
        person,
        address,
        {"client_key": line.app.key, "scope": ",".join(_SCOPES)},
        redirect_uri=redirect_uri,
        pkce="S256-hex" if on_this_machine else "",
    )
    told = line.exchanged(consent.code, consent.verifier, consent.redirect_uri)
    if _NEEDED not in str(told.get("scope", "")).split(","):
        raise ForbiddenError(
            N_("the TikTok account didn't allow publishing: begin again and allow it")
        )
    if not told.get("refresh_token"):
        raise CredentialsExpiredError(N_("TikTok gave no token that can be renewed: begin again"))
    return str(told["refresh_token"])
