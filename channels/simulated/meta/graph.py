"""Answers as Meta's Graph hosts do, for all of their stand-ins. The version in the address, the
token, the form of errors and lists, the headers that tell how full an allowance is.

A stand-in derives from ``GraphStandIn`` and gives ``routes`` and ``permits``.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NoReturn
from urllib.parse import urlencode

from werkzeug.wrappers import Request, Response

from channels.simulated import FaultName
from channels.simulated.server import HttpStandIn, RefusedError, as_json

VERSIONS = frozenset(f"v{number}.0" for number in range(22, 28))
_ALWAYS_ALLOWED = frozenset({"access_token", "appsecret_proof"})


@dataclass(frozen=True, slots=True)
class Route:
    """One request that is answered: ``verb`` gets the request and what ``pattern`` (of the path
    after the version) holds. Other ``fields`` and ``files`` than these are refused. ``open``
    requests need no token."""

    method: str
    pattern: str
    verb: Callable[..., Any]
    fields: frozenset[str] = frozenset()
    files: frozenset[str] = frozenset()
    open: bool = False


class GraphStandIn(HttpStandIn):
    """A Graph host. ``app_usage`` (percent) and ``regain_minutes`` are told in the rate headers;
    ``page_size`` is the most that one page of a list holds, ``tells_next`` whether it gives the
    address of the next beside the cursors. Where ``app_secret`` is set, each request must prove
    that it knows it. ``versions`` are those of the API that there are."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.app_usage = 1
        self.regain_minutes = 0
        self.page_size = 100
        self.tells_next = True
        self.app_secret = ""
        self.versions = VERSIONS

    @property
    @abstractmethod
    def routes(self) -> Sequence[Route]:
        """What is answered; the first that fits."""

    @abstractmethod
    def permits(self, token: str) -> Response | None:
        """``None`` where ``token`` is good, else the refusal."""

    def refusal(self, fault: FaultName) -> Response:
        match fault:
            case "429":
                said = "(#4) Application request limit reached"
                regain = usage(100, 30, "stand-in")
                return no(4, said, status=403, transient=True, headers=regain)
            case "expired":
                said = "Error validating access token: The session has been invalidated."
                return no(190, said, subcode=460, status=401)
            case "forbidden":
                said = "(#200) The permission(s) pages_manage_posts are not available."
                return no(200, said, status=403)
            case "invalid":
                return invalid("(#100) Invalid parameter")
        return no(2, "An unexpected error has occurred.", status=500, transient=True)

    def answer(self, request: Request) -> Response:
        version, _, path = request.path.removeprefix("/").partition("/")
        if version not in self.versions:
            refuse(no(2500, f"Unknown path components: {request.path}"))
        matches = [
            (route, match)
            for route in self.routes
            if (match := re.fullmatch(route.pattern, path)) is not None
        ]
        found = next((each for each in matches if each[0].method == request.method), None)
        if found is None:
            said = "Unsupported request" if matches else f"Unknown path components: /{path}"
            refuse(no(100 if matches else 2500, said))
        route, match = found
        if not route.open:
            self._check_token(request)
        self._check_names(request, route)
        told = route.verb(request, *match.groups())
        response = told if isinstance(told, Response) else yes(told)
        response.headers.update(usage(self.app_usage, self.regain_minutes, match.group(0)))
        return response

    def listed(
        self, request: Request, items: Sequence[Mapping[str, Any]], token: str = ""
    ) -> dict[str, Any]:
        """A page of ``items``, as ``limit`` and ``after`` ask; the address of the next page holds
        a token, as Graph's do."""
        limit = min(int(request.values.get("limit", "25")), self.page_size)
        start = int(request.values.get("after", "0"))
        told: dict[str, Any] = {"data": list(items[start : start + limit])}
        if start + limit < len(items):
            query = request.args.to_dict() | {"after": str(start + limit), "access_token": token}
            following = f"{request.base_url}?{urlencode(query)}"
            cursors = {"before": str(start), "after": str(start + limit)}
            told["paging"] = {"cursors": cursors} | ({"next": following} if self.tells_next else {})
        return told

    def _check_token(self, request: Request) -> None:
        token = token_of(request)
        if not token:
            said = "An active access token must be used to query information about the current user"
            refuse(no(2500, said, status=400))
        refused = self.permits(token)
        if refused is not None:
            refuse(refused)
        if self.app_secret and "|" not in token:  # an app's own token holds the secret itself
            digest = hmac.new(self.app_secret.encode(), token.encode(), hashlib.sha256)
            if request.values.get("appsecret_proof") != digest.hexdigest():
                refuse(invalid("API calls from the server require an appsecret_proof argument"))

    def _check_names(self, request: Request, route: Route) -> None:
        strange = {*request.values} - route.fields - _ALWAYS_ALLOWED
        strange |= {*request.files} - route.files
        if strange:
            refuse(invalid(f"(#100) Unknown parameter: {', '.join(sorted(strange))}"))


def token_of(request: Request) -> str:
    """The token of ``request``: of its header, or of its field."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind in ("Bearer", "OAuth"):
        return token
    return request.values.get("access_token", "")


def wanted(request: Request, known: Iterable[str]) -> list[str]:
    """The ``fields`` that are asked for, each without its modifiers; one that isn't ``known`` is
    refused, as Graph does with all of the request."""
    named = re.sub(r"\.\w+\([^)]*\)|\{[^}]*\}", "", request.values.get("fields", "id"))
    names = [name for name in named.split(",") if name]
    strange = [name for name in names if name not in known]
    if strange:
        refuse(no(100, f"(#100) Tried accessing nonexisting field ({strange[0]})"))
    return names


def yes(told: object) -> Response:
    return as_json(200, told)


def no(
    code: int,
    said: str,
    *,
    subcode: int | None = None,
    status: int = 400,
    transient: bool = False,
    headers: Mapping[str, str] | None = None,
    data: Mapping[str, Any] | None = None,
) -> Response:
    """A refusal of Graph's form; ``data`` is what it adds."""
    error: dict[str, Any] = {"message": said, "type": "OAuthException", "code": code}
    if subcode is not None:
        error["error_subcode"] = subcode
    error |= {"is_transient": transient, "fbtrace_id": "AStandInsTrace"}
    error |= {"error_data": dict(data)} if data is not None else {}
    return as_json(status, {"error": error}, headers)


def invalid(said: str, subcode: int | None = None) -> Response:
    return no(100, said, subcode=subcode)


def missing(name: str) -> Response:
    said = f"Unsupported get request. Object with ID '{name}' does not exist"
    return no(100, f"{said} or cannot be loaded due to missing permissions", subcode=33)


def expired(subcode: int = 463) -> Response:
    said = "Error validating access token: Session has expired"
    return no(190, said, subcode=subcode, status=401)


def usage(percent: int, regain_minutes: int, whose: str) -> dict[str, str]:
    """The two headers that tell how full the allowances are."""
    counts = {"call_count": percent, "total_time": 1, "total_cputime": 1}
    one = {"type": "pages", **counts, "estimated_time_to_regain_access": regain_minutes}
    return {
        "X-App-Usage": json.dumps(counts),
        "X-Business-Use-Case-Usage": json.dumps({whose.partition("/")[0]: [one]}),
    }


def written(at: datetime) -> str:
    """A time as Graph writes it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def refuse(response: Response) -> NoReturn:
    raise RefusedError(response)
