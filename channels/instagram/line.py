"""Opens lines to Instagram, for whichever of the two log-ins an account is reached by.

Used by ``channels.instagram``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.base import N_, Context, CredentialsExpiredError, InvalidContentError
from channels.instagram.config import InstagramConfig
from channels.instagram.errors import ERRORS
from channels.meta.access import Grants, line_of
from channels.meta.graph import Line

_USER = "id,username,name,followers_count"


def opened(keys: InstagramConfig, context: Context) -> Line:
    """The account's own line."""
    given = context.secret(keys.token)
    if keys.login_by == "facebook":
        return page_line(keys, context, given, context.secret_or_none(keys.app_secret))
    return renewing_line(keys, context, given)


def renewing_line(keys: InstagramConfig, context: Context, given: str) -> Line:
    """A line by Instagram Login, which keeps the token ``given`` good; "": without one."""
    return line_of(
        given,
        grants(keys),
        context,
        timeout_s=keys.timeout_s,
        version=keys.version,
        errors=ERRORS,
        token_as_field=keys.token_as_field,
    )


def page_line(keys: InstagramConfig, context: Context, token: str, app_secret: str) -> Line:
    """A line by Facebook Login, with the token of a Page, which has no end."""
    return Line(
        context.clock,
        keys.timeout_s,
        keys.facebook_url,
        keys.version,
        lambda: token,
        "Instagram",
        [token],
        errors=ERRORS,
        app_secret=app_secret,
        token_as_field=keys.token_as_field,
    )


def grants(keys: InstagramConfig) -> Grants:
    """How Instagram Login gives tokens."""
    return Grants("Instagram", keys.base_url, "ig_exchange_token", "ig_refresh_token")


def user_of(keys: InstagramConfig, line: Line) -> Mapping[str, Any]:
    """The account as the platform shows it to the token of ``line``."""
    if keys.login_by == "instagram":
        told = line.get("me", fields=f"user_id,{_USER}")
        listed = told.get("data")
        first = listed[0] if isinstance(listed, list) and listed else told
        return first if isinstance(first, dict) else {}
    try:
        told = line.get("me", fields=f"instagram_business_account{{{_USER}}}")
    except InvalidContentError:
        told = {}  # a person has no such field: raised below
    user = told.get("instagram_business_account")
    if isinstance(user, dict):
        return user
    raise CredentialsExpiredError(
        N_("the token is not that of a Page with an Instagram account: log in again")
    )
