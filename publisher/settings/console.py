"""The keys of console: where its pages stand, who may come in, and for how long."""

from __future__ import annotations

import re
from datetime import timedelta
from enum import StrEnum
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from channels.base import SecretRef
from channels.web.hosts import is_loopback
from publisher.files.durations import Duration
from publisher.files.keys import Keys
from publisher.settings.links import Listen
from publisher.settings.sign_on import SignOn

_ADDRESS = re.compile(r"https?://[^/?#@\s]+/?")


class Role(StrEnum):
    """What a person of the office may do; each may also do what those before it may."""

    VIEWER = "viewer"
    WRITER = "writer"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"

    @property
    def rank(self) -> int:
        """How many roles stand below it."""
        return list(Role).index(self)


def _address(url: str) -> str:
    """``url`` without a slash at its end; the console has a host of its own."""
    try:
        fit = not url or (bool(_ADDRESS.fullmatch(url)) and bool(urlsplit(url).hostname))
    except ValueError:
        fit = False
    if not fit:
        raise PydanticCustomError("console_url", "no address for the console")
    return url.rstrip("/")


def _proxy(address: str) -> str:
    try:
        found = ip_network(address, strict=False)
    except ValueError:
        raise PydanticCustomError("console_proxy", "no address of a machine") from None
    return str(found) if "/" in address else address


def _span(span: timedelta) -> timedelta:
    if not timedelta(minutes=5) <= span <= timedelta(days=30):
        raise PydanticCustomError("console_span", "too short or too long")
    return span


Address = Annotated[str, AfterValidator(_address)]
Proxy = Annotated[str, AfterValidator(_proxy)]
"""An IP address, or a network: 10.0.3.0/24."""
Span = Annotated[Duration, AfterValidator(_span)]


class Console(Keys):
    """The console: pages for the officers, in a browser."""

    daemon: bool = Field(
        False, description="Whether the daemon serves it too; else publisher console does."
    )
    listen: Listen = Field(
        "127.0.0.1:8082",
        description=(
            "Where it listens, HOST:PORT. On more than this machine only with a certificate or "
            "with trusted_proxy."
        ),
    )
    url: Address = Field(
        "",
        description=(
            "The address by which people open it: https://publisher.tinh.gov.vn. What is asked "
            "for under another name isn't answered. http:// and listen when left out."
        ),
    )
    certificate: Path | None = Field(
        None, description="The TLS certificate with its chain (PEM), where it serves TLS itself."
    )
    key: Path | None = Field(None, description="The certificate's private key (PEM).")
    trusted_proxy: tuple[Proxy, ...] = Field(
        (),
        description=(
            "The addresses of the web servers in front of it that do TLS: they alone are believed "
            "when they say who asks (X-Forwarded-For, X-Forwarded-Proto)."
        ),
    )
    idle: Span = Field(
        timedelta(hours=2), description="Who does nothing for so long has to log in again."
    )
    longest: Span = Field(
        timedelta(hours=12), description="After so long everybody has to log in again."
    )
    totp: tuple[Literal["viewer", "writer", "approver", "administrator"], ...] = Field(
        (), description="The roles that must also give a code from their telephone (TOTP)."
    )
    mails: bool = Field(
        True,
        description=(
            "Whether approvers who have an address are mailed what waits for them, and writers "
            "what was said of their posts; through the server of [mail], with links to url."
        ),
    )
    mail_every: Span = Field(
        timedelta(hours=1), description="An approver is mailed at most once in so long."
    )
    mails_ahead: Span = Field(
        timedelta(days=7), description="They are asked for what falls due within so long."
    )
    link_lasts: Span = Field(
        timedelta(days=2),
        description=(
            "For so long the link in such a mail approves a post, once; it is worth nothing as "
            "soon as the text is another."
        ),
    )
    metrics_token: SecretRef | None = Field(
        None,
        description=(
            "Where the token stands by which Prometheus may read /metrics from another machine; "
            "only this machine may when left out."
        ),
    )

    oidc: SignOn | None = Field(
        None, description="The province's own log-in (OpenID Connect), where it has one."
    )

    @property
    def place(self) -> tuple[str, int]:
        """Host and port of ``listen``."""
        host, _sign, port = (self.listen or "127.0.0.1:8082").rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def is_local(self) -> bool:
        """Whether only this machine can reach it."""
        return is_loopback(self.place[0])

    @property
    def address(self) -> str:
        """Where people open it, without a slash at its end."""
        if self.url:
            return self.url
        return f"{'https' if self.certificate else 'http'}://{self.listen or '127.0.0.1:8082'}"

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach it by TLS."""
        return self.address.startswith("https://")

    def trusts(self, address: str) -> bool:
        """Whether ``address`` is that of a web server of ours."""
        try:
            asked = ip_address(address)
        except ValueError:
            return False
        return any(asked in ip_network(one, strict=False) for one in self.trusted_proxy)
