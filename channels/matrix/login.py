"""An account's password becomes an access token."""

from __future__ import annotations

from channels.base import N_, CredentialsExpiredError
from channels.matrix.line import API, Line


def token_for(line: Line, user: str, password: str, device: str) -> str:
    """A token of ``user`` on ``device``; the one that the device had before may end. It lasts until
    the session is ended: no refresh token is asked for, so that homeservers give none that expires
    by itself, unless they are set to.

    Raises ``ForbiddenError`` where the password is wrong, or the homeserver takes none.
    """
    asked = {
        "type": "m.login.password",
        "identifier": {"type": "m.id.user", "user": user},
        "password": password,
        "device_id": device,
        "initial_device_display_name": "Publisher",
    }
    with line.harmless():
        told = line.ask("POST", f"{API}/v3/login", json=asked)
    token = told.get("access_token")
    if told.get("user_id") != user or not isinstance(token, str) or not token:
        raise CredentialsExpiredError(N_("the homeserver gave no token of this account"))
    return token
