"""Gets the token of a Page, which doesn't expire, by a person's consent.

The code gives a short token of the person, that one a long one (about 60 days), and of a long one
come Page tokens without an end. Used by ``channels.facebook``.

Sources: developers.facebook.com/documentation/facebook-login/guides/access-tokens/get-long-lived,
/docs/facebook-login/guides/advanced/manual-flow. UNVERIFIED: that a Page token of a long token has
no end (``identify`` asks, where it may); that ``oauth/access_token`` takes a form as well as the
query that the documentation shows (a form keeps the app's secret out of addresses).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.base import (
    N_,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    Person,
    TransientError,
)
from channels.meta.app import App
from channels.meta.graph import Line
from channels.oauth import Consent
from channels.web.values import unix

CREATES = "CREATE_CONTENT"
"""The task on a Page without which nothing can be published; new Pages put words before it."""

NEEDED = "pages_manage_posts"

LineOf = Callable[[str], Line]
"""A line with this token; "" sends none."""


@dataclass(frozen=True, slots=True)
class Page:
    id: str
    name: str
    token: str
    may_publish: bool


def page_token(person: Person, app: App, line_of: LineOf, account: str) -> str:
    """The token of the Page that ``account`` names, or that ``person`` chooses; raises a
    ``ChannelError``."""
    token = _long_token(app, app.consented(person), line_of(""))
    line = line_of(token)
    page = _chosen(list(_pages(line)), person, account)
    if not page.may_publish:
        raise ForbiddenError(
            N_(
                "Facebook: this person may not create content on the Page: "
                "have the Page's owner allow it, and log in again"
            )
        )
    if page.token:
        return page.token
    return _text(line.get(page.id, fields="access_token"))


def check(line: Line, token: str) -> datetime | None:
    """Whether the Page's ``token`` is good and may publish, and when it ends (``None``: never, or
    the app may not ask); ``line`` is the app's own. Raises ``CredentialsExpiredError`` and
    ``ForbiddenError``."""
    line.http.hide(token)
    try:
        told = line.get("debug_token", input_token=token).get("data")
    except (CredentialsExpiredError, ForbiddenError, InvalidContentError):
        return None  # it is about the app; what the Page's token is good for, the Page says
    if not isinstance(told, dict):
        return None
    if told.get("is_valid") is False:
        raise CredentialsExpiredError(
            N_("Facebook: the Page's token is no longer valid: log in again")
        )
    scopes = told.get("scopes")
    if isinstance(scopes, list) and NEEDED not in scopes:
        raise ForbiddenError(
            N_("Facebook: the token lacks the permission pages_manage_posts: log in again")
        )
    ends = told.get("expires_at")
    # Nought stands for a token without an end.
    return unix(ends) if ends else None


def _long_token(app: App, consent: Consent, line: Line) -> str:
    known: dict[str, Any] = {"client_id": app.id, "client_secret": app.secret}
    for secret in (app.secret, consent.code):
        line.http.hide(secret)
    with line.http.harmless():
        code: dict[str, Any] = {"code": consent.code, "redirect_uri": consent.redirect_uri}
        try:
            short = _text(line.post("oauth/access_token", **known, **code))
        except InvalidContentError as refused:
            why = str(refused)
        else:
            line.http.hide(short)
            exchange: dict[str, Any] = {
                "grant_type": "fb_exchange_token",
                "fb_exchange_token": short,
            }
            return _text(line.post("oauth/access_token", **known, **exchange))
    # No post is invalid by it: what was refused is the code, or the app's secret.
    raise CredentialsExpiredError(why)


def _pages(line: Line) -> Iterator[Page]:
    """The Pages that the person may see: their own, and those of their businesses."""
    fields = "id,name,access_token,tasks"
    edges = ["me/accounts"]
    try:
        businesses = list(line.listed("me/businesses", fields="id", limit=100))
    except (ForbiddenError, InvalidContentError):
        businesses = []  # without ``business_management`` they can't be asked for
    for business in businesses:
        edges += [f"{business.get('id')}/owned_pages", f"{business.get('id')}/client_pages"]
    seen: set[str] = set()
    for edge in edges:
        try:
            listed = list(line.listed(edge, fields=fields, limit=100))
        except (ForbiddenError, InvalidContentError):
            if edge == "me/accounts":
                raise
            continue
        for told in listed:
            page_id = str(told.get("id", ""))
            if not page_id.isdecimal() or page_id in seen:
                continue
            seen.add(page_id)
            tasks = told.get("tasks")
            may = not isinstance(tasks, list) or any(str(task).endswith(CREATES) for task in tasks)
            token = str(told.get("access_token") or "")
            if token:
                line.http.hide(token)
            yield Page(page_id, str(told.get("name", "")), token, may)


def _chosen(pages: Sequence[Page], person: Person, account: str) -> Page:
    if not pages:
        raise ForbiddenError(
            N_("Facebook: this person consented to no Page: begin again and choose the Page")
        )
    named = [page for page in pages if account and account in (page.id, page.name)]
    if named:
        return named[0]
    if account:
        raise ForbiddenError(
            N_(
                "Facebook: the Page of schedule.toml is not among those consented to: begin "
                "again and choose it"
            )
        )
    if len(pages) == 1:
        return pages[0]
    for page in pages:
        person.tell(f"{page.id}  {page.name}")
    answer = person.ask(N_("Which of these Pages? Its number"))
    found = next((page for page in pages if answer in (page.id, page.name)), None)
    if found is None:
        raise ForbiddenError(
            N_("Facebook: none of these Pages is called that: begin again and give its number")
        )
    return found


def _text(told: dict[str, object]) -> str:
    token = told.get("access_token")
    if isinstance(token, str) and token:
        return token
    raise TransientError("Facebook: it answered without a token")
