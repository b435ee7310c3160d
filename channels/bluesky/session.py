"""Keeps a session at a Bluesky server, made once with an app password.

Making sessions is the scarcest thing a server gives (30 in five minutes, 300 a day at most), so
one is kept on the disk and shared by all who work for the channel. Its access token lasts two
hours; the token that renews it lasts ninety days, and for two hours after its use the server gives
the same successor again. Should all of that be lost, the app password makes another. Source:
https://atproto.com/specs/xrpc#authentication and the lexicons com.atproto.server.*. Used by
``channels.bluesky``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar
from urllib.parse import urlsplit

from channels.base import TransientError
from channels.bluesky.errors import StaleTokenError
from channels.bluesky.line import Line
from channels.state import SealedState
from channels.tokens import TokenKeeper, Tokens
from channels.web.hosts import is_loopback

_ACCOUNT = "account"
_NO_HANDLE = "handle.invalid"

Heads = dict[str, str]
Got = TypeVar("Got")


@dataclass(frozen=True, slots=True)
class Who:
    """Whose session it is: the account's DID for ever, its handle for now (empty where it has none
    that is good), and the server its records are on."""

    did: str
    handle: str
    pds: str


class Sessions:
    """The session of one account; raises a ``ChannelError`` where there can be none."""

    def __init__(
        self, line: Line, state: SealedState, server: str, handle: str, password: str
    ) -> None:
        self._line = line
        self._state = state
        self._server = server
        self._handle = handle
        self._password = password
        # A session belongs to all three: once one is another, it is void.
        self._given = "\n".join((server, handle, password))
        self._keeper = TokenKeeper(state, line.clock, self._given, self._exchanged)
        line.hide(password)

    def within(self, act: Callable[[Who, Heads], Got]) -> Got:
        """``act`` with whose session it is and what a request of it bears; once more with a renewed
        one where the server says that the token is stale: then it took nothing."""
        token = self._keeper.access()
        try:
            return act(self._who(), self._heads(token))
        except StaleTokenError:
            pass
        token = self._keeper.renewed(token)
        return act(self._who(), self._heads(token))

    def proven(self) -> Who:
        """Whose the app password is; makes a session, and keeps it nowhere."""
        return _who(self._created(), self._server)

    def _who(self) -> Who:
        kept = self._state.get(_ACCOUNT, self._given)
        if kept is None:
            raise TransientError("Bluesky: it isn't noted whose session it is")
        return Who(**json.loads(kept))

    def _heads(self, token: str) -> Heads:
        self._line.hide(token)
        return {"Authorization": f"Bearer {token}"}

    # -- tokens -----------------------------------------------------------------------------------

    def _exchanged(self, refresh: str) -> Tokens:
        told = self._renewed(refresh) if refresh != self._given else None
        told = told or self._created()
        who = _who(told, self._server)
        noted = {"did": who.did, "handle": who.handle, "pds": who.pds}
        # Before the tokens, which mean nothing without it.
        self._state.put(_ACCOUNT, json.dumps(noted), self._given)
        access = str(told["accessJwt"])
        return Tokens(access, str(told["refreshJwt"]), _end_of(access))

    def _renewed(self, refresh: str) -> dict[str, Any] | None:
        """The session's next tokens; ``None`` where the server won't renew it."""
        kept = self._state.get(_ACCOUNT, self._given)
        base = Who(**json.loads(kept)).pds if kept else self._server
        heads = self._heads(refresh)
        try:
            told = self._line.ask(
                base, lambda api: api.com.atproto.server.refresh_session(headers=heads)
            )
        except StaleTokenError:
            return None
        return self._whole(told)

    def _created(self) -> dict[str, Any]:
        asked = {"identifier": self._handle, "password": self._password}
        told = self._line.ask(
            self._server, lambda api: api.com.atproto.server.create_session(asked)
        )
        return self._whole(told)

    def _whole(self, told: dict[str, Any]) -> dict[str, Any]:
        for name in ("accessJwt", "refreshJwt", "did", "handle"):
            if not isinstance(told.get(name), str) or not told[name]:
                raise TransientError("Bluesky: the server answered without what it was asked for")
        self._line.hide(told["accessJwt"])
        self._line.hide(told["refreshJwt"])
        return told


def _who(told: dict[str, Any], server: str) -> Who:
    handle = "" if told["handle"] == _NO_HANDLE else told["handle"]
    return Who(told["did"], handle, _pds_in(told.get("didDoc"), server) or server)


def _pds_in(document: Any, server: str) -> str:
    """The server that the account's records are on, by its DID document; empty where that doesn't
    say one that our tokens may go to."""
    from atproto_core.did_doc import DidDocument, is_valid_did_doc
    from atproto_core.exceptions import AtProtocolError

    try:
        found = is_valid_did_doc(document) and DidDocument.from_dict(document).get_pds_endpoint()
        parts = urlsplit(found or "")
        host = parts.hostname or ""
    except (AtProtocolError, AttributeError, LookupError, TypeError, ValueError):
        return ""
    ours = is_loopback(host) and is_loopback(urlsplit(server).hostname or "")
    secure = parts.scheme == "https" or (parts.scheme == "http" and ours)
    return f"{parts.scheme}://{parts.netloc}" if host and secure and "@" not in parts.netloc else ""


def _end_of(access: str) -> datetime | None:
    """When the token ends, where it says so; else it is used until the server refuses it."""
    from atproto_client.client.session import Session
    from atproto_core.exceptions import AtProtocolError

    try:
        ends = Session("", "", access, "").access_jwt_payload.exp
        return datetime.fromtimestamp(ends, UTC) if ends else None
    except (AtProtocolError, OSError, OverflowError, ValueError):
        return None
