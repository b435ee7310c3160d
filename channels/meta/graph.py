"""A Graph host of Meta's (Facebook, Instagram, Threads) over one bounded session.

    line = Line(clock, 15, "https://graph.facebook.com", "v25.0", token, "Facebook", [secret])
    line.get("123/published_posts", fields="id,message", limit=100)
    line.post("123/feed", message="…")

What the three have in common is here: how a token goes with a request (in a header, so that it is
in no address), what their error codes mean (one table), how full their rate headers say that the
allowance is, and how lists are paged. An error's code decides, never its HTTP status alone: Graph
answers 400 to nearly everything.

Sources: developers.facebook.com/docs/graph-api/guides/error-handling, …/overview/rate-limiting,
…/guides/secure-requests; the subcodes also from public clients. UNVERIFIED: codes 613, 341 and
80001 ff. as limits; that ``Authorization: Bearer`` is taken by every endpoint (Meta's own examples
for Pages show the field ``access_token``; ``token_as_field`` sends that).
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
    ForbiddenError,
    InvalidContentError,
    RateLimitedError,
    TransientError,
)
from channels.web.http import LONGEST_WAIT, HttpSession, parsed, retry_after
from channels.web.pace import Pace
from channels.web.values import held, looked_through, whole


class DuplicateError(InvalidContentError):
    """The platform says that it has just had this very post."""


class MissingError(ForbiddenError):
    """There is no such object, or it isn't shown to this token."""


class ToldError(TransientError):
    """A refusal with which the platform tells more: ``data`` is its ``error_data``."""

    data: Mapping[str, Any] = {}


Key = tuple[int | None, int | None]
"""An error's ``code`` and ``error_subcode``; ``None`` stands for any."""

Meaning = type[ChannelError] | timedelta
"""What an error means; a ``timedelta`` is a limit, and how long to rest where nothing is told.
``AmbiguousError`` stands for "it may have been taken": inside ``harmless()``, transient."""

Errors = Mapping[Key, Meaning]

ERRORS: Errors = {
    # -- it may come right by itself; whether a post was taken before it isn't told
    (1, None): AmbiguousError,
    (2, None): AmbiguousError,
    (None, 1363047): AmbiguousError,
    (None, 1609010): AmbiguousError,
    # -- limits
    (4, None): timedelta(minutes=30),  # the app's calls
    (9, None): timedelta(minutes=30),  # the person does too much
    (17, None): timedelta(minutes=30),  # the person's calls
    (32, None): timedelta(minutes=30),  # the Page's calls
    (341, None): timedelta(hours=1),
    (613, None): timedelta(minutes=30),
    (368, None): timedelta(hours=6),  # blocked for a while, over its policies
    (None, 1390008): timedelta(hours=1),  # posted too fast
    # -- the token: 458 app removed, 459 and 464 a check of the person, 460 password changed, 463
    # expired, 467 and 490 invalid, 492 no role on the Page any more: all come with 190 or 102
    (102, None): CredentialsExpiredError,
    (190, None): CredentialsExpiredError,
    # -- permission
    (3, None): ForbiddenError,
    (5, None): ForbiddenError,
    (10, None): ForbiddenError,
    (12, None): ForbiddenError,  # this version of the API is no more
    (21, None): ForbiddenError,  # the Page has moved to another id
    (None, 1404078): ForbiddenError,  # a person must authorise publishing on the Page first
    (None, 4854002): ForbiddenError,
    # -- the object
    (100, 33): MissingError,
    (803, None): MissingError,
    # -- the content
    (506, None): DuplicateError,
    (None, 1366051): DuplicateError,  # these pictures are posted already
    (100, None): InvalidContentError,
    (1609005, None): InvalidContentError,  # the link can't be looked at
    (None, 1346003): InvalidContentError,
    (None, 1349125): InvalidContentError,
    (None, 1366046): InvalidContentError,
    (None, 1404102): InvalidContentError,
    (None, 1609008): InvalidContentError,
    (None, 2061006): InvalidContentError,
    (None, 2069019): InvalidContentError,
}
_PERMISSIONS = range(200, 300)
_BUSINESS_LIMITS = range(80_000, 80_015)
_BUSINESS_REST = timedelta(minutes=30)

_PERCENTAGES = ("call_count", "total_time", "total_cputime")
_WINDOW_SLIDES = timedelta(minutes=15)
"""Calls are counted over the last hour: after a quarter of it some are free again."""

_MOST_MINUTES = 100_000

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
        meaning = self._meaning(code, subcode)
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
            return meaning(text, self._free_at(answer, _BUSINESS_REST))
        refused = meaning(text)
        if isinstance(refused, ToldError):
            told = error.get("error_data")
            refused.data = held(_read(told) if isinstance(told, str) else told)
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
        rests = [
            rest or _WINDOW_SLIDES for percent, rest in _usages(answer) if rest or percent >= 100
        ]
        if rests:
            self.pace.rest(self._clock() + max(rests))

    def _free_at(self, answer: requests.Response, otherwise: timedelta) -> datetime:
        told = [rest for _, rest in _usages(answer) if rest]
        now = self._clock()
        if told:
            return now + min(max(told), LONGEST_WAIT)
        return retry_after(answer, now, otherwise)

    def _meaning(self, code: int | None, subcode: int | None) -> Meaning | None:
        for key in ((code, subcode), (None, subcode), (code, None)):
            if key != (None, None) and key in self._errors:
                return self._errors[key]
        if code in _PERMISSIONS:
            return ForbiddenError
        return _BUSINESS_REST if code in _BUSINESS_LIMITS else None


def _usages(answer: requests.Response) -> Iterator[tuple[float, timedelta]]:
    """How full each allowance is, in percent, and how long it takes to be free again (0: untold).

    ``X-App-Usage`` is one allowance; ``X-Business-Use-Case-Usage`` has lists of them by account,
    with minutes.
    """
    app = held(_read(answer.headers.get("X-App-Usage")))
    business = held(_read(answer.headers.get("X-Business-Use-Case-Usage")))
    listed = [each for group in business.values() if isinstance(group, list) for each in group]
    for usage in (app, *map(held, listed)):
        percents = [usage.get(name) for name in _PERCENTAGES]
        minutes = usage.get("estimated_time_to_regain_access")
        yield (
            max((each for each in percents if isinstance(each, int | float)), default=0),
            timedelta(minutes=max(0, min(whole(minutes) or 0, _MOST_MINUTES))),
        )


def _query_of(address: str) -> str:
    try:
        return urlsplit(address).query
    except ValueError:
        return ""


def _read(text: str | None) -> Any:
    try:
        return json.loads(text or "{}")
    except (ValueError, RecursionError):
        return {}


def _written(value: Any) -> str:
    if isinstance(value, bool | list | tuple | dict):
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    return str(value)
