"""Gets an Official Account's refresh token, by its administrator's consent in a browser.

Used by ``channels.zalo``.
"""

from __future__ import annotations

from channels.base import N_, ForbiddenError, Person
from channels.oauth import consented
from channels.zalo.config import ZaloConfig
from channels.zalo.line import Line


def token_by_consent(person: Person, keys: ZaloConfig, line: Line) -> str:
    """The refresh token; raises a ``ChannelError``."""
    if not keys.redirect_uri:
        raise ForbiddenError(
            N_("to log in with a browser, write the app's callback address as redirect_uri")
        )
    consent = consented(
        person,
        f"{keys.oauth_url.rstrip('/')}/v4/oa/permission",
        {"app_id": line.app.app_id},
        redirect_uri=keys.redirect_uri,
        pkce="S256" if keys.pkce else "",
    )
    return line.exchanged(consent.code, consent.verifier)
