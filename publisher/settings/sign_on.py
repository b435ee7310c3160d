"""The keys of console.oidc: the province's own log-in (OpenID Connect), by which people come in."""

from __future__ import annotations

from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from channels.base import SecretRef
from channels.web.hosts import is_loopback
from publisher.files.keys import Keys

GivenRole = Literal["viewer", "writer", "approver"]
"""What the provider's word may make of somebody; administrators are made in the console alone."""


def _issuer(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        fit = parts.scheme == "https" or (parts.scheme == "http" and is_loopback(host))
        fit = (
            fit and bool(host) and not parts.query and not parts.fragment and parts.username is None
        )
    except ValueError:
        fit = False
    if not fit or any(sign.isspace() for sign in url):
        raise PydanticCustomError("oidc_issuer", "no address of a provider")
    return url


Issuer = Annotated[str, AfterValidator(_issuer)]


class SignOn(Keys):
    """The province's log-in. Without ``role_claim`` whoever comes by it must have been taken in
    before, with the mail address that it knows them by."""

    issuer: Issuer = Field(
        description=(
            "The provider's address, letter by letter as its own document says it "
            "(ISSUER/.well-known/openid-configuration): https://dangnhap.tinh.gov.vn."
        )
    )
    client_id: str = Field(
        min_length=1, max_length=200, description="As what the provider knows Publisher."
    )
    client_secret: SecretRef = Field(description="Where the secret stands that it gave with it.")
    title: str = Field(
        "", max_length=80, description="What people call it, on the log-in page's button."
    )
    scope: str = Field(
        "openid email profile",
        max_length=200,
        pattern=r"^openid( [\x21-\x7e]+)*$",
        description="What is asked for.",
    )
    role_claim: str = Field(
        "",
        max_length=200,
        description=(
            "The claim that names people's groups, with dots where it lies deeper "
            "(realm_access.roles). With it people are taken in at their first log-in, and have the "
            "role that roles gives for it; without it they must have been taken in before."
        ),
    )
    roles: dict[GivenRole, tuple[str, ...]] = Field(
        {},
        description=(
            "For each role the groups that have it: viewer, writer, approver. Whoever is in none "
            "isn't let in; administrators are made in the console alone."
        ),
    )
