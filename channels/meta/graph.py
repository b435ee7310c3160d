"""Speaks to a Graph host of Meta's (Facebook, Instagram, Threads) over one bounded session.

    line = Line(clock, 15, "https://graph.facebook.com", "v25.0", token, "Facebook", [secret])
    line.get("123/published_posts", fields="id,message", limit=100)
    line.post("123/feed", message="…")

What the three have in common is here: how a token goes with a request (in a header, so that it is
in no address), how their errors are read (``channels.meta.errors``), when an allowance is used up
(``channels.meta.usage``), and how lists are paged.

Source: developers.facebook.com/docs/graph-api/guides/secure-requests. UNVERIFIED: that
``Authorization: Bearer`` is taken by every endpoint (Meta's own examples for Pages show the field
``access_token``; ``token_as_field`` sends that).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import requests

from channels.base import (
    N_,
    AmbiguousError,
    CannotTellError,
    ChannelError,
    CredentialsExpiredError,
    RateLimitedError,
    TransientError,
)
from channels.meta.errors import BUSINESS_REST, ERRORS, Errors, ToldError, meaning_of
from channels.meta.usage import json_in, rest_after, rest_told
from channels.web.http import LONGEST_WAIT, HttpSession, parsed, retry_after
from channels.web.pace import Pace
from channels.web.values import held, looked_through, whole

PAGES_OF_A_LIST = 10
_PROOFS = frozenset({"access_token", "appsecret_proof"})

Token = Callable[[], str]


class Line:
    """One token's line to one Graph host.

    ``token`` is asked before each request ("" sends none); ``renewed`` gets a token that was
    refused and gives another, with which the request is repeated once. ``platform`` begins every
    error's text. ``errors`` are looked up before ``ERRORS``. ``app_secret``, where given, proves
    with each request that the app itself asks (``appsecret_proof``), as an app may be set to
    require. ``token_as_field`` sends the token as a field instead of in a header.

    ``get`` and ``delete`` publish nothing: their failures are never ambiguous. ``post`` may; wrap
    it in ``line.http.harmless()`` where it doesn't. All raise a ``ChannelError``.
    """

    def __init__(
        self,
        clock: Callable[[], datetime],
        timeout_s: float,
        base_url: str,
        version: str,
        token: Token,
        platform: str,
        secrets: Iterable[str] = (),
        *,
        renewed: Callable[[str], str] | None = None,
        errors: Errors | None = None,
        app_secret: str = "",
        token_as_field: bool = False,
    ) -> None:
        self.http = HttpSession(clock, timeout_s, [*secrets, app_secret])
        self.pace = Pace(clock, platform)
        self._clock = clock
        self._base_url = base_url
        self._version = version
        self._token = token
        self._platform = platform
        self._renewed = renewed
        self._errors = {**ERRORS, **(errors or {})}
        self._app_secret = app_secret
        self._token_as_field = token_as_field

    def get(self, path: str, /, **fields: Any) -> dict[str, Any]:
        """What is at ``path`` (``"123/photos"``)."""
        return self._ask("GET", path, fields)

    def post(
        self,
        path: str,
        /,
        *,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        host: str = "",
        **fields: Any,
    ) -> dict[str, Any]:
        """What came of ``fields`` (lists and objects go as JSON) and ``files`` (name, bytes, MIME
        type), as a form; ``host`` is another base address than the line's, for uploads."""
        return self._ask("POST", path, fields, files, host)

    def delete(self, path: str, /, **fields: Any) -> dict[str, Any]:
        """Take away what is at ``path``."""
        return self._ask("DELETE", path, fields)

    def listed(
        self, path: str, /, *, pages: int = PAGES_OF_A_LIST, **fields: Any
    ) -> Iterator[dict[str, Any]]:
        """The objects of the list at ``path``, page by page; raises ``CannotTellError`` where
        there are more than ``pages`` of them."""
        asked = fields
        for _ in range(pages):
            told = self.get(path, **asked)
            data = looked_through(told.get("data"), self._platform)
            yield from data
            paging = held(told.get("paging"))
            following, after = paging.get("next"), held(paging.get("cursors")).get("after")
            if following:
                # The address of the next page holds the token: only what it asks for is taken.
                query = parse_qsl(_query_of(str(following)))
                asked = fields | {name: value for name, value in query if name not in _PROOFS}
            elif after and len(data) >= int(fields.get("limit", len(data) + 1)):
                # Threads' lists are documented with cursors alone: a full page may have a next one.
                asked = fields | {"after": str(after)}
            else:
                return
        raise CannotTellError(N_("Graph: the list is too long to be looked through"))

    def error_of(self, answer: requests.Response) -> ChannelError:
        """The error that ``answer``, which isn't a success, means."""
        error = held((parsed(answer) or {}).get("error"))
        code, subcode = whole(error.get("code")), whole(error.get("error_subcode"))
        parts = (error.get("message"), error.get("error_user_title"), error.get("error_user_msg"))
        said = ". ".join(dict.fromkeys(str(part).rstrip(".") for part in parts if part))
        meaning = meaning_of(self._errors, code, subcode)
        if error.get("is_transient") is True and not isinstance(meaning, timedelta):
            meaning = AmbiguousError
        if meaning is None:
            return self.http.refusal(answer, said)
        number = f"{code}/{subcode}" if subcode else f"{code}"
        text = self.http.clean(f"{self._platform}: {number} {said or answer.reason or ''}")
        if isinstance(meaning, timedelta):
            return RateLimitedError(text, self._free_at(answer, meaning))
        if meaning is AmbiguousError:
            is_read = answer.request.method in ("GET", "DELETE")
            return TransientError(text) if is_read else self.http.doubt(text)
        if issubclass(meaning, RateLimitedError):
            return meaning(text, self._free_at(answer, BUSINESS_REST))
        refused = meaning(text)
        if isinstance(refused, ToldError):
            told = error.get("error_data")
            refused.data = held(json_in(told) if isinstance(told, str) else told)
        return refused

    def close(self) -> None:
        self.http.close()

    # -- one exchange -----------------------------------------------------------------------------

    def _ask(
        self,
        method: str,
        path: str,
        fields: Mapping[str, Any],
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        host: str = "",
    ) -> dict[str, Any]:
        url = f"{(host or self._base_url).rstrip('/')}/{self._version}/{path}"
        sent = {name: _written(value) for name, value in fields.items() if value is not None}
        token = self._token()
        try:
            return self._exchange(method, url, sent, files, token)
        except CredentialsExpiredError:
            if self._renewed is None:
                raise
        return self._exchange(method, url, sent, files, self._renewed(token))

    def _exchange(
        self,
        method: str,
        url: str,
        fields: Mapping[str, str],
        files: Mapping[str, tuple[str, bytes, str]] | None,
        token: str,
    ) -> dict[str, Any]:
        self.pace.mind()
        headers, proved = self._proofs(token)
        form = {**fields, **proved}
        where = {"data": form} if method == "POST" else {"params": form}
        with self.http.harmless() if method != "POST" else nullcontext():
            answer = self.http.request(method, url, headers=headers, files=files, **where)
            told = parsed(answer)
            if not 200 <= answer.status_code < 300 or (told and "error" in told):
                raise self.error_of(answer)  # a limit that is hit says until when by itself
            self._mind_usage(answer)
            return self.http.json(answer)

    def _proofs(self, token: str) -> tuple[dict[str, str], dict[str, str]]:
        """The headers and the fields that say who asks."""
        if not token:
            return {}, {}
        self.http.hide(token)
        proof: dict[str, str] = {}
        if self._app_secret:
            digest = hmac.new(self._app_secret.encode(), token.encode(), hashlib.sha256)
            proof = {"appsecret_proof": digest.hexdigest()}
            self.http.hide(proof["appsecret_proof"])
        if self._token_as_field:
            return {}, {**proof, "access_token": token}
        return {"Authorization": f"Bearer {token}"}, proof

    # -- limits -----------------------------------------------------------------------------------

    def _mind_usage(self, answer: requests.Response) -> None:
        rest = rest_after(answer)
        if rest is not None:
            self.pace.rest(self._clock() + rest)

    def _free_at(self, answer: requests.Response, otherwise: timedelta) -> datetime:
        told, now = rest_told(answer), self._clock()
        if told is not None:
            return now + min(told, LONGEST_WAIT)
        return retry_after(answer, now, otherwise)


def _query_of(address: str) -> str:
    try:
        return urlsplit(address).query
    except ValueError:
        return ""


def _written(value: Any) -> str:
    if isinstance(value, bool | list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)
