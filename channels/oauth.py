"""Walks an administrator at a terminal through OAuth 2.0's authorization code flow, with PKCE.

(RFC 6749, 4.1; RFC 7636; RFC 8252 for the redirect to this machine.) ``consented`` walks the
person through the platform's page and gives the code; exchanging it is each adapter's own, for no
two platforms word that alike.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from channels.base import N_, CredentialsExpiredError, ForbiddenError, Person

LOOPBACK = "http://127.0.0.1:8738/"
"""Where a browser on this machine is sent back to, unless the platform wants another address."""

Challenge = Literal["", "S256", "S256-hex"]


@dataclass(frozen=True, slots=True)
class Consent:
    """What the person's consent gave, to be exchanged for tokens at once."""

    code: str
    verifier: str
    redirect_uri: str


def consented(
    person: Person,
    authorize_url: str,
    query: Mapping[str, str],
    *,
    redirect_uri: str = LOOPBACK,
    pkce: Challenge = "S256",
) -> Consent:
    """Send ``person`` to ``authorize_url`` with ``query`` and give the code they come back with.

    ``redirect_uri``, ``state`` and, by ``pkce``, the challenge are added; ``S256-hex`` is the form
    that TikTok wants of desktop programs. Raises ``ForbiddenError`` where they declined, and
    ``CredentialsExpiredError`` where what came back isn't an answer to this question.
    """
    # 43 signs, the least that RFC 7636 allows: Zalo takes no other number.
    state, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(32)
    asked = {"response_type": "code", **query, "redirect_uri": redirect_uri, "state": state}
    if pkce:
        asked |= {"code_challenge": _challenge(verifier, pkce), "code_challenge_method": "S256"}
    back = person.consent(f"{authorize_url}?{urlencode(asked)}", redirect_uri)
    if not hmac.compare_digest(back.get("state", "").encode(), state.encode()):
        raise CredentialsExpiredError(N_("the answer is not to this question: begin again"))
    if "error" in back or not back.get("code"):
        raise ForbiddenError(
            N_("the platform says that access was not granted: begin again and agree")
        )
    return Consent(back["code"], verifier if pkce else "", redirect_uri)


def _challenge(verifier: str, pkce: Challenge) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    if pkce == "S256-hex":
        return digest.hex()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
