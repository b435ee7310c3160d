"""Keeps an account's records at its Bluesky server. Used by ``channels.bluesky``.

Source: the lexicons com.atproto.repo.* and com.atproto.identity.resolveHandle.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from channels.base import (
    N_,
    ForbiddenError,
    InvalidContentError,
    Receipt,
    TransientError,
)
from channels.bluesky.errors import RecordAbsentError
from channels.bluesky.line import Line
from channels.bluesky.records import COLLECTION, Blob
from channels.bluesky.session import Heads, Sessions, Who

_INACTIVE = N_("the account is not active: log in to it in the browser and see why")


class Repository:
    """One account's. ``handle`` is its name, once anything was asked; empty where it has none."""

    def __init__(self, line: Line, sessions: Sessions) -> None:
        self._line = line
        self._sessions = sessions
        self.handle = ""

    # -- records ----------------------------------------------------------------------------------

    def put(self, rkey: str, record: dict[str, Any]) -> dict[str, Any]:
        """Put ``record`` under ``rkey``, which publishes it. Gives its ``uri`` and ``cid``."""

        def act(who: Who, heads: Heads) -> dict[str, Any]:
            asked = {"repo": who.did, "collection": COLLECTION, "rkey": rkey, "record": record}
            return self._line.call(
                who.pds, lambda api: api.com.atproto.repo.put_record(asked, headers=heads)
            )

        return self._within(act)

    def there(self, rkey: str) -> dict[str, Any] | None:
        """The post under ``rkey``: its ``uri``, ``cid`` and ``value``; ``None`` where the server
        says that there is none."""
        try:
            told = self.asked(lambda api, who, heads: _getting(api, who.did, rkey, heads))
        except RecordAbsentError:
            return None
        if not is_named(told):
            raise TransientError("Bluesky: it shows a post without its name")
        return told

    def is_gone(self, uri: str) -> bool:
        """Whether the server says that there is no post at ``uri``. Of another account than its own
        it says nothing."""
        did, rkey = parts(uri)
        try:
            self.asked(lambda api, who, heads: _getting(api, did, rkey, heads))
        except RecordAbsentError:
            return True
        except InvalidContentError:
            pass
        return False

    def delete(self, uri: str) -> None:
        """The server says yes of what is gone already, too."""
        did, rkey = parts(uri)
        asked = {"repo": did, "collection": COLLECTION, "rkey": rkey}
        self.asked(lambda api, who, heads: api.com.atproto.repo.delete_record(asked, headers=heads))

    def upload(self, content: bytes, mime: str) -> Blob:
        """What the server calls ``content``; a record may refer to it for a while."""
        told = self.asked(
            lambda api, who, heads: api.com.atproto.repo.upload_blob(
                content, headers=heads | {"Content-Type": mime}
            )
        )
        blob = told.get("blob")
        if not isinstance(blob, dict):
            raise TransientError("Bluesky: the upload was given no name")
        return blob

    # -- people -----------------------------------------------------------------------------------

    def account(self) -> tuple[str, str]:
        """Its DID and its handle; raises ``ForbiddenError`` where it may not publish now."""
        try:
            told = self.asked(
                lambda api, who, heads: api.com.atproto.server.get_session(headers=heads)
            )
        except InvalidContentError as error:
            refused = str(error)  # so it speaks of an account that was taken down
        else:
            did, handle = told.get("did"), told.get("handle")
            if not isinstance(did, str) or not isinstance(handle, str):
                raise TransientError("Bluesky: it doesn't say whose the session is")
            if told.get("active") is not False:
                return did, handle
            refused = f"Bluesky: {_INACTIVE}: {told.get('status', '')}"
        raise ForbiddenError(refused)

    def did_of(self, handle: str) -> str | None:
        """Whose ``handle`` is; ``None`` where it is nobody's."""
        try:
            told = self.asked(
                lambda api, who, heads: api.com.atproto.identity.resolve_handle(
                    {"handle": handle}, headers=heads
                )
            )
        except InvalidContentError:
            return None
        did = told.get("did")
        return did if isinstance(did, str) else None

    # -- asking -----------------------------------------------------------------------------------

    def asked(self, verb: Callable[[Any, Who, Heads], Any]) -> dict[str, Any]:
        """What the account's server says to what publishes nothing."""
        return self._within(
            lambda who, heads: self._line.ask(who.pds, lambda api: verb(api, who, heads))
        )

    def _within(self, act: Callable[[Who, Heads], dict[str, Any]]) -> dict[str, Any]:
        def known(who: Who, heads: Heads) -> dict[str, Any]:
            self.handle = who.handle
            return act(who, heads)

        return self._sessions.within(known)


def is_named(told: Mapping[str, Any]) -> bool:
    """Whether an answer names a record: where it is, and what it is."""
    uri, cid = told.get("uri"), told.get("cid")
    return isinstance(uri, str) and all(parts(uri)) and isinstance(cid, str) and bool(cid)


def named(told: Mapping[str, Any]) -> tuple[str, str]:
    """The address (``at://…``) and the content's id (CID) in such an answer."""
    return told["uri"], told["cid"]


def _getting(api: Any, did: str, rkey: str, heads: Heads) -> Any:
    asked = {"repo": did, "collection": COLLECTION, "rkey": rkey}
    return api.com.atproto.repo.get_record(asked, headers=heads)


def parts(uri: str) -> tuple[str, str]:
    """Whose record is at ``uri``, and under which key."""
    return uri.removeprefix("at://").partition("/")[0], uri.rpartition("/")[2]


def uris_of(receipt: Receipt) -> list[str]:
    """The addresses of the posts that a receipt is for."""
    first, *keys = receipt.remote_id.split(",")
    return [first, *(f"{first.rpartition('/')[0]}/{key}" for key in keys)]
