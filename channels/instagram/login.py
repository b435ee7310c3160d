"""Gets an account's token by a person's consent, at Instagram or at Facebook.

Used by ``channels.instagram``.
"""

from __future__ import annotations

from channels.base import N_, Context, ForbiddenError, Person
from channels.instagram.config import InstagramConfig
from channels.instagram.line import grants, page_line, renewing_line, user_of
from channels.meta import login
from channels.meta.access import long_token
from channels.meta.app import App

_NEEDED = "instagram_business_content_publish"


def token_by_consent(
    person: Person, keys: InstagramConfig, context: Context, app_id: str, secret: str
) -> str:
    """What ``InstagramConfig.token`` names; raises a ``ChannelError``."""
    if keys.login_by == "facebook":
        return _by_facebook(person, keys, context, app_id, secret)
    app = App(
        app_id,
        secret,
        keys.scopes,
        f"{keys.web_url.rstrip('/')}/oauth/authorize",
        keys.redirect_uri,
        f"{keys.oauth_url.rstrip('/')}/oauth/access_token",
    )
    return long_token(person, renewing_line(keys, context, ""), grants(keys), app, _NEEDED)


def _by_facebook(
    person: Person, keys: InstagramConfig, context: Context, app_id: str, secret: str
) -> str:
    """The token of the Page that the person chooses, if the right account is linked to it."""
    dialog = f"{keys.facebook_web_url.rstrip('/')}/{keys.version}/dialog/oauth"
    app = App(app_id, secret, keys.facebook_scopes, dialog, keys.redirect_uri)
    token = login.page_token(
        person, app, lambda token: page_line(keys, context, token, secret), account=""
    )
    user = user_of(keys, page_line(keys, context, token, secret))
    if keys.account not in ("", str(user.get("id")), f"@{user.get('username')}"):
        raise ForbiddenError(
            N_(
                "another Instagram account is linked to this Page: log in as "
                "the one of schedule.toml"
            )
        )
    return token
