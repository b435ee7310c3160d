"""What every answer of the console carries, and what is turned away before any page sees it.

Only the host that schedule.toml names is answered, so that no other name can be lent to it. Where a
web server of ours stands in front, it alone is believed when it says who asks, and nobody else is
let in past it. Pages run no script and no style that isn't a file of ours.
"""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from channels.web.hosts import is_loopback
from publisher.i18n import LANGUAGES, speaking
from publisher.settings.console import Console

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "media-src 'self'",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
    )
)

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

_A_YEAR_S = 365 * 24 * 3600
FORWARDED = ("x-forwarded-for", "x-forwarded-host", "forwarded", "via")

TALKED_THROUGH = "publisher.through_a_proxy"
"""Set in a request's scope where a web server passed it on, whether or not it is one of ours."""


def guarded(app: ASGIApp, console: Console, speaks: str) -> ASGIApp:
    """``app`` with all of it around; ``speaks`` is the office's own language."""
    app = Speaking(app, speaks)
    app = OwnHost(app, console)
    app = Carrying(app, console)
    if console.trusted_proxy:
        # The server hands over what the proxy says as it came.
        app = ProxyHeadersMiddleware(app, list(console.trusted_proxy))  # type: ignore[arg-type, assignment]
    return PastNoProxy(app, console)


class PastNoProxy:
    """Turns away who comes past the web server that does TLS for us."""

    def __init__(self, app: ASGIApp, console: Console) -> None:
        self._app = app
        self._console = console

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            client = scope["client"][0] if scope.get("client") else ""
            if not self._is_let_in(client):
                await PlainTextResponse("Forbidden", 403)(scope, receive, send)
                return
            headers = Headers(scope=scope)
            scope[TALKED_THROUGH] = any(name in headers for name in FORWARDED)
        await self._app(scope, receive, send)

    def _is_let_in(self, client: str) -> bool:
        console = self._console
        if console.is_local or console.certificate:
            return True
        return is_loopback(client) or console.trusts(client)


class OwnHost:
    """Answers under the console's own name alone."""

    def __init__(self, app: ASGIApp, console: Console) -> None:
        self._app = app
        scheme, _sign, place = console.address.partition("://")
        port = {"http": ":80", "https": ":443"}[scheme]
        bare = place.lower().removesuffix(port)
        # Browsers leave the scheme's own port out; some programs don't.
        has_port = bare.rpartition("]")[2].count(":") == 1
        self._names = {bare} if has_port else {bare, bare + port}
        if console.is_local:
            own = console.place[1]
            self._names |= {f"{host}:{own}" for host in ("localhost", "127.0.0.1", "[::1]")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            host = Headers(scope=scope).get("host", "").lower()
            if host not in self._names:
                await PlainTextResponse("Misdirected Request", 421)(scope, receive, send)
                return
        await self._app(scope, receive, send)


class Carrying:
    """Puts the headers on whatever is answered, errors too."""

    def __init__(self, app: ASGIApp, console: Console) -> None:
        self._app = app
        self._carried = dict(HEADERS)
        if console.is_secure:
            self._carried["Strict-Transport-Security"] = f"max-age={_A_YEAR_S}"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def carry(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._carried.items():
                    headers.setdefault(name, value)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self._app(scope, receive, carry)


class Speaking:
    """Speaks the language that the reader chose, else the office's; to a program that which it asks
    for."""

    def __init__(self, app: ASGIApp, speaks: str) -> None:
        self._app = app
        self._speaks = speaks

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        chosen = chosen_language(headers.get("cookie", ""))
        if not chosen and scope["path"].startswith("/api/"):
            chosen = asked_language(headers.get("accept-language", ""))
        with speaking(chosen or self._speaks):
            await self._app(scope, receive, send)


def chosen_language(cookies: str) -> str:
    """The language that a browser's cookies name; empty where they name none."""
    for part in cookies.split(";"):
        name, _sign, value = part.strip().partition("=")
        if name == "language" and value in LANGUAGES:
            return value
    return ""


def asked_language(accepted: str) -> str:
    """The first language of ours that ``Accept-Language`` names; empty where it names none."""
    for part in accepted.split(","):
        name = part.partition(";")[0].strip().lower().partition("-")[0]
        if name in LANGUAGES:
            return name
    return ""
