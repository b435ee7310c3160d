"""Says who may do what at Facebook's stand-in: an app, a person who manages Pages, their tokens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

from channels.simulated.meta.graph import GraphStandIn, expired, invalid, no, refuse, token_of
from channels.simulated.server import query_of

APP_ID, APP_SECRET = "600000000000001", "stand-in-pl4nted-app-secret"
CODE = "AQDstandInCodeOfNoValue"
SHORT_TOKEN, LONG_TOKEN = "EAApl4ntedShortUserToken", "EAApl4ntedLongUserToken"
PAGE_ID, PAGE_NAME = "100000000000077", "Sở Khoa học và Công nghệ"
PAGE_TOKEN = "EAApl4ntedPageTokenOfNoValue"  # noqa: S105 -- opens nothing
OTHER_ID, OTHER_NAME, OTHER_TOKEN = "100000000000088", "Trang khác", "EAApl4ntedOtherPageToken"
SCOPES = ("pages_show_list", "pages_manage_posts", "pages_read_engagement")
TASKS = ("ANALYZE", "MODERATE", "PROFILE_PLUS_CREATE_CONTENT")


@dataclass
class People:
    """``tasks`` are what the person may do on the Page, ``scopes`` what the app was granted;
    ``pages_of_businesses`` puts the Pages under a business instead of the person, which the person
    sees where ``may_see_businesses``. ``is_valid`` and ``is_expired`` are of the Page's token;
    without ``lists_tokens`` the Pages' tokens are given one by one."""

    tasks: tuple[str, ...] = TASKS
    scopes: tuple[str, ...] = SCOPES
    pages: list[tuple[str, str, str]] = field(
        default_factory=lambda: [
            (OTHER_ID, OTHER_NAME, OTHER_TOKEN),
            (PAGE_ID, PAGE_NAME, PAGE_TOKEN),
        ]
    )
    pages_of_businesses: bool = False
    may_see_businesses: bool = True
    lists_tokens: bool = True
    is_valid: bool = True
    is_expired: bool = False
    ends_at: int = 0

    def permits(self, token: str) -> Response | None:
        if token == PAGE_TOKEN and self.is_expired:
            return expired()
        known = {PAGE_TOKEN, OTHER_TOKEN, SHORT_TOKEN, LONG_TOKEN, f"{APP_ID}|{APP_SECRET}"}
        if token in known:
            return None
        return no(190, "Invalid OAuth access token - Cannot parse access token", status=401)

    def consent(self, address: str, redirect_uri: str) -> dict[str, str]:
        """What a browser comes back with from ``address``, once the person agreed."""
        query = query_of(address)
        if urlsplit(address).path.partition("/dialog/")[2] != "oauth":
            return {"error": "no such dialog"}
        if query.get("client_id") != APP_ID or query.get("redirect_uri") != redirect_uri:
            return {"error": "invalid_request", "state": query.get("state", "")}
        if "pages_manage_posts" not in query.get("scope", "").split(","):
            return {"error": "access_denied", "state": query["state"]}
        return {"code": CODE, "state": query["state"]}

    # -- what is asked ----------------------------------------------------------------------------

    def exchange(self, request: Request) -> dict[str, Any]:
        form = request.form
        if (form.get("client_id"), form.get("client_secret")) != (APP_ID, APP_SECRET):
            refuse(no(1, "Error validating client secret.", subcode=None))
        if form.get("grant_type") == "fb_exchange_token":
            if form.get("fb_exchange_token") != SHORT_TOKEN:
                refuse(expired())
            return {"access_token": LONG_TOKEN, "token_type": "bearer", "expires_in": 5_183_944}
        if form.get("code") != CODE or not form.get("redirect_uri"):
            refuse(invalid("This authorization code has been used."))
        return {"access_token": SHORT_TOKEN, "token_type": "bearer", "expires_in": 5_400}

    def debug(self, request: Request) -> dict[str, Any]:
        if token_of(request) != f"{APP_ID}|{APP_SECRET}":
            refuse(no(100, "You must provide an app access token"))
        token = request.values.get("input_token")
        is_valid = token == PAGE_TOKEN and self.is_valid and not self.is_expired
        told: dict[str, Any] = {"app_id": APP_ID, "is_valid": is_valid, "type": "PAGE"}
        return {"data": told | {"expires_at": self.ends_at, "scopes": list(self.scopes)}}

    def accounts(self, platform: GraphStandIn, request: Request) -> dict[str, Any]:
        self._person(request)
        return platform.listed(
            request, [] if self.pages_of_businesses else self._shown(), LONG_TOKEN
        )

    def businesses(self, platform: GraphStandIn, request: Request) -> dict[str, Any]:
        self._person(request)
        if not self.may_see_businesses:
            refuse(no(100, "(#100) Missing Permission"))
        shown = [{"id": "555"}] if self.pages_of_businesses else []
        return platform.listed(request, shown, LONG_TOKEN)

    def owned(self, platform: GraphStandIn, request: Request) -> dict[str, Any]:
        self._person(request)
        return platform.listed(request, self._shown(), LONG_TOKEN)

    def page_token(self, request: Request, page_id: str) -> dict[str, Any]:
        self._person(request)
        found = next((token for number, _, token in self.pages if number == page_id), "")
        return {"id": page_id, "access_token": found}

    def _shown(self) -> list[dict[str, Any]]:
        return [
            {"id": number, "name": name, "tasks": list(self.tasks)}
            | ({"access_token": token} if self.lists_tokens else {})
            for number, name, token in self.pages
        ]

    def _person(self, request: Request) -> None:
        if token_of(request) != LONG_TOKEN:
            refuse(no(190, "A user access token is required", status=401))
