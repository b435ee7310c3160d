"""Keeps the one user of the stand-in portal, with their rights."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Iterable

from werkzeug.wrappers import Request, Response

from channels.simulated.server import RefusedError, as_json
from channels.simulated.wordpress.answers import no, refusal_of, refuse, yes

USERNAME = "dangbai"
PASSWORD = "pl4n ted4 1234 ijkl MNOP 5678"  # noqa: S105 -- opens nothing
RIGHTS = frozenset({"edit_posts", "publish_posts", "upload_files", "edit_pages"})


class User:
    """``USERNAME``, with an application password; ``rights`` are what WordPress calls
    capabilities."""

    def __init__(self) -> None:
        self.password = PASSWORD
        self.rights = set(RIGHTS)

    def is_known(self, request: Request) -> bool:
        """Whether the user asks, with their password."""
        password = self.password.replace(" ", "")
        told = request.headers.get("Authorization", "").removeprefix("Basic ")
        try:
            name, _, given = base64.b64decode(told, validate=True).decode().partition(":")
        except ValueError:
            return False
        is_right = hmac.compare_digest(given.replace(" ", ""), password)
        return name == USERNAME and is_right

    def need(self, request: Request, right: str, code: str) -> None:
        """Refuse whoever isn't the user, or lacks ``right``, with ``code``."""
        if not self.is_known(request):
            refuse(401, code, "Sorry, you are not allowed to do that.")
        if right not in self.rights:
            refuse(403, code, "Sorry, you are not allowed to do that.")

    def may_see(self, request: Request, statuses: Iterable[str]) -> None:
        """Whoever may not edit is told that the parameter is invalid for them."""
        if set(statuses) <= {"publish", "inherit"}:
            return
        is_known = self.is_known(request)
        if is_known and "edit_posts" in self.rights:
            return
        inner = {"code": "rest_forbidden_status", "data": {"status": 403 if is_known else 401}}
        refusal = refusal_of(400, "rest_invalid_param", "Invalid parameter(s): status")
        refusal["data"] |= {"details": {"status": inner}}
        raise RefusedError(as_json(400, refusal))

    def me(self, request: Request) -> Response:
        """Who asks, and what they may."""
        if not self.is_known(request):
            return no(401, "rest_not_logged_in", "You are not currently logged in.")
        told = {"id": 7, "name": "Đăng bài", "slug": USERNAME}
        if request.args.get("context") == "edit":
            told |= {"username": USERNAME, "capabilities": dict.fromkeys(self.rights, True)}
        return yes(told)
