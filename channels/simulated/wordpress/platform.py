"""Stands in for a portal on WordPress: the part of its REST API that posts and counts.

It does as a real WordPress 6.1 was seen to do (``tests/real/test_wordpress.py``): a repeated slug
gets "-2", drafts are shown to those who may edit, who isn't logged in is told that the parameter
``status`` is invalid, and a repeated term is refused with the number of the one that is there. One
user (``USERNAME``), one page (``PAGE``). Both forms of its addresses are answered.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from html import escape
from typing import Any

from werkzeug.wrappers import Request, Response

from channels.simulated import FaultName, Published
from channels.simulated.server import HttpStandIn, as_json
from channels.simulated.wordpress.answers import (
    STATUSES,
    fields_of,
    listing,
    maintenance,
    no,
    only,
    refuse,
    route_of,
    yes,
)
from channels.simulated.wordpress.entries import Entries, Entry
from channels.simulated.wordpress.library import FOLDER, Shelf
from channels.simulated.wordpress.terms import Terms
from channels.simulated.wordpress.users import PASSWORD, USERNAME, User
from channels.wordpress.text import ascii_name

NAME = "Cổng thông tin Sở Khoa học & Công nghệ"
PAGE = "gioi-thieu"

_ENTRIES = {"posts": "post", "pages": "page"}


class Platform(HttpStandIn):
    """One portal.

    ``user`` is the one it has. ``pretty`` false: only ``?rest_route=`` answers; ``tells_api``: the
    home page's ``Link``, which is for ``thinks_it_is_at`` where that is set; ``has_passwords``:
    application passwords are offered. ``is_maintained``: it updates itself, and says so by a page
    where ``speaks_json`` is false. ``firewall``: what publishes is refused before WordPress sees
    it; ``refuses``: it is refused with this status and code; ``moved_to``: all is redirected
    there; ``late``: a post arrives just before the next one does, under its slug. ``is_closed``:
    files are for users only. ``commentable``, ``tells_comments``, ``has_trash``: as they say.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.user = User()
        self.pretty = self.tells_api = self.has_passwords = True
        self.commentable = self.tells_comments = self.has_trash = True
        self.is_maintained = self.firewall = self.is_closed = self.late = False
        self.speaks_json = True
        self.refuses: tuple[int, str] | None = None
        self.moved_to = self.thinks_it_is_at = ""
        self.shelf = Shelf()
        self.asked: list[tuple[str, str]] = []
        self._entries = Entries()
        self._terms = Terms()
        self._last = 0
        self.term("categories", "Chưa phân loại")
        self.add_page(PAGE, "<p>Về chúng tôi.</p>")

    # -- for those who use it ---------------------------------------------------------------------

    def config(self) -> dict[str, Any]:
        return {
            "account": self.url.partition("://")[2],
            "url": self.url,
            "username": USERNAME,
            "password": "env:STAND_IN_WORDPRESS_PASSWORD",
            "views_field": "post_views",
        }

    def furnish(self, keys: Mapping[str, Any]) -> None:
        for name in keys.get("categories", ()):
            self.term("categories", name)

    def secrets(self) -> dict[str, str]:
        return {"env:STAND_IN_WORDPRESS_PASSWORD": PASSWORD}

    def published(self) -> tuple[Published, ...]:
        """Its posts; pages are seen by ``page``."""
        with self.guard:
            return tuple(
                each.shown(self.url, self.shelf) for each in self._entries.of("post", {"publish"})
            )

    def readers(self, remote_id: str, **counts: int) -> None:
        """``comments`` and, by a plugin, ``views``."""
        with self.guard:
            entry = self._entries.all[int(remote_id.rpartition("/")[2])]
            entry.comments = counts.get("comments", entry.comments)
            entry.views = counts.get("views", entry.views)

    def add_page(self, slug: str, content: str, above: str = "") -> int:
        """A page that is there, below the page ``above``; gives its number."""
        entry = Entry.out("page", self._next(), self.clock(), slug, content, above)
        return self._entries.add(entry)

    def page(self, number: int) -> str:
        """The content of a page."""
        return self._entries.all[number].content

    def row(self, remote_id: str) -> dict[str, Any]:
        """What the portal knows of a post: its fields by WordPress's names."""
        return self._row(self._entries.all[int(remote_id)])

    def term(self, taxonomy: str, name: str, slug: str = "") -> int:
        """A category or tag that is there; gives its number."""
        return self._terms.add(taxonomy, name, slug)

    def terms(self, taxonomy: str) -> tuple[str, ...]:
        return self._terms.names(taxonomy)

    # -- the platform -----------------------------------------------------------------------------

    def publishes(self, request: Request) -> bool:
        route = route_of(request) or ""
        is_one = route == "/wp/v2/posts" or re.fullmatch(r"/wp/v2/pages/\d+", route)
        return request.method == "POST" and bool(is_one)

    def refusal(self, fault: FaultName) -> Response:
        match fault:
            case "429":
                answer = no(429, "too_many_requests", "Too many requests.")
                answer.headers["Retry-After"] = "35"
                return answer
            case "expired":
                said = "The provided password is an invalid application password."
                return no(401, "incorrect_password", said)
            case "forbidden":
                said = "Sorry, you are not allowed to create posts as this user."
                return no(403, "rest_cannot_create", said)
            case "invalid":
                return no(400, "rest_invalid_param", "Invalid parameter(s): status")
        said = "<p>There has been a critical error on this website.</p>"
        return no(500, "internal_server_error", said)

    def answer(self, request: Request) -> Response:
        route = route_of(request)
        self.asked.append((request.method, route or request.path))
        if self.is_maintained:
            return maintenance(self.speaks_json)
        if self.moved_to:
            return Response(status=301, headers={"Location": self.moved_to})
        if request.path.startswith(FOLDER):
            return self._file(request)
        if route is None:
            return self._home(request)
        if not self.pretty and request.path != "/":
            return Response("<h1>Not Found</h1>", status=404, mimetype="text/html")
        if self.firewall and self.publishes(request):
            return Response("<h1>Forbidden</h1>", status=403, mimetype="text/html")
        if self.refuses and self.publishes(request):
            return no(*self.refuses, "It refuses.")
        return self._api(request, route)

    def _home(self, request: Request) -> Response:
        if request.path != "/":
            return Response(status=404)
        answer = Response("<html></html>", mimetype="text/html")
        if self.tells_api:
            root = "wp-json/" if self.pretty else "?rest_route=/"
            address = f"{self.thinks_it_is_at or self.url}/{root}"
            answer.headers["Link"] = f'<{address}>; rel="https://api.w.org/"'
        return answer

    def _file(self, request: Request) -> Response:
        if self.is_closed:
            return Response(status=403)
        content, mime = self.shelf.files.get(request.path.removeprefix(FOLDER), (b"", ""))
        return Response(content, mimetype=mime) if mime else Response(status=404)

    def _api(self, request: Request, route: str) -> Response:
        match request.method, route.removeprefix("/wp/v2").strip("/").split("/"):
            case "GET", [""]:
                return yes(only(self._site(), request))
            case "GET", ["users", "me"]:
                return self.user.me(request)
            case "GET", ["comments"]:
                return self._comments(request)
            case "GET", ["view-counts", "of", number] if number.isdecimal():
                return yes(self._entries.all[int(number)].views)
            case "GET", ["media"]:
                return self._media(request)
            case "POST", ["media"]:
                return self._upload(request)
            case _, ["media", number] if number.isdecimal():
                return self._attachment(request, int(number))
            case "GET", ["categories" | "tags" as taxonomy]:
                return self._terms.listed(request, taxonomy)
            case "POST", ["categories" | "tags" as taxonomy]:
                return self._new_term(request, taxonomy)
            case "GET", ["posts" | "pages" as kind]:
                return self._listed(request, _ENTRIES[kind])
            case "POST", ["posts"]:
                return self._create(request)
            case _, ["posts" | "pages" as kind, number] if number.isdecimal():
                return self._one(request, _ENTRIES[kind], int(number))
        return no(404, "rest_no_route", "No route was found matching the URL and request method.")

    def _site(self) -> dict[str, Any]:
        page = f"{self.url}/wp-admin/authorize-application.php"
        offered = {"application-passwords": {"endpoints": {"authorization": page}}}
        return {
            "name": escape(NAME),
            "home": self.url,
            "authentication": offered if self.has_passwords else [],
        }

    # -- posts and pages --------------------------------------------------------------------------

    def _create(self, request: Request) -> Response:
        self.user.need(request, "edit_posts", "rest_cannot_create")
        keys = fields_of(request)
        if keys.get("status", "draft") != "draft" and "publish_posts" not in self.user.rights:
            refuse(403, "rest_cannot_publish", "Sorry, you are not allowed to publish posts.")
        if not any(keys.get(each) for each in ("title", "content", "excerpt")):
            refuse(400, "empty_content", "Content, title, and excerpt are empty.")
        if self.late:
            self.late = False
            early = Entry.out("post", self._next(), self.clock(), keys["slug"], keys["content"])
            self._entries.add(early)
        now = self.clock()
        entry = Entry(self._next(), "post", now, now)
        entry.fill(keys, self._terms, self.shelf)
        entry.slug = self._entries.free_slug(keys.get("slug") or ascii_name(entry.title))
        self._entries.add(entry)
        return as_json(201, self._row(entry))

    def _one(self, request: Request, kind: str, number: int) -> Response:
        entry = self._entries.all.get(number)
        if entry is None or entry.kind != kind:
            return no(404, "rest_post_invalid_id", "Invalid post ID.")
        right = "edit_posts" if kind == "post" else "edit_pages"
        match request.method:
            case "GET":
                self.user.need(request, right, "rest_forbidden_context")
                return yes(only(self._row(entry), request))
            case "POST":
                self.user.need(request, right, "rest_cannot_edit")
                entry.fill(fields_of(request), self._terms, self.shelf)
                entry.modified = self.clock()
                return yes(self._row(entry))
        self.user.need(request, right, "rest_cannot_delete")
        return self._deleted(request, entry)

    def _deleted(self, request: Request, entry: Entry) -> Response:
        if request.args.get("force") == "true":
            del self._entries.all[entry.number]
            return yes({"deleted": True, "previous": self._row(entry)})
        if not self.has_trash:
            return no(501, "rest_trash_not_supported", "The post does not support trashing.")
        if entry.status == "trash":
            return no(410, "rest_already_trashed", "The post has already been deleted.")
        entry.status, entry.slug = "trash", f"{entry.slug}__trashed"
        return yes(self._row(entry))

    def _listed(self, request: Request, kind: str) -> Response:
        statuses = request.args.get("status", "publish").split(",")
        self.user.may_see(request, statuses)
        if request.args.get("context") == "edit":
            right = "edit_posts" if kind == "post" else "edit_pages"
            self.user.need(request, right, "rest_forbidden_context")
        seen = set(STATUSES) if "any" in statuses else set(statuses)
        return listing([self._row(each) for each in self._entries.of(kind, seen)], request)

    def _row(self, entry: Entry) -> dict[str, Any]:
        return entry.row(self.url, commentable=self.commentable)

    # -- the library, terms, comments -------------------------------------------------------------

    def _media(self, request: Request) -> Response:
        statuses = request.args.get("status", "inherit").split(",")
        self.user.may_see(request, statuses)
        return self.shelf.listed(request, statuses, self.url)

    def _upload(self, request: Request) -> Response:
        self.user.need(request, "upload_files", "rest_cannot_create")
        return self.shelf.take(request, self._next(), self.clock(), self.url)

    def _attachment(self, request: Request, number: int) -> Response:
        self.user.need(request, "upload_files", "rest_cannot_edit")
        return self.shelf.change(request, number, self.url)

    def _new_term(self, request: Request, taxonomy: str) -> Response:
        right = "manage_categories" if taxonomy == "categories" else "edit_posts"
        self.user.need(request, right, "rest_cannot_create")
        return self._terms.new(request, taxonomy)

    def _comments(self, request: Request) -> Response:
        if not self.tells_comments:
            return no(403, "rest_cannot_read", "Sorry, you are not allowed to read comments.")
        numbers = [int(each) for each in request.args.get("post", "").split(",") if each]
        entries = [self._entries.all[each] for each in numbers if each in self._entries.all]
        rows = [
            {"id": entry.number * 10_000 + index, "post": entry.number}
            for entry in entries
            for index in range(entry.comments)
        ]
        return listing(rows, request)

    def _next(self) -> int:
        self._last += 1
        return self._last
