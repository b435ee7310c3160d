"""Stands in for LinkedIn: one page, its posts, what is counted of them.

It wants a version it still takes and Rest.li 2.0, refuses unknown fields, foreign uploads and
repeats (and names what they repeat), cuts a text at the first reserved character that isn't
escaped, as LinkedIn does, and tells what a page's posts are. One app, one member, one page.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import unquote

from werkzeug.wrappers import Request, Response

from channels.simulated import FaultName, Published
from channels.simulated.linkedin.access import CLIENT_ID, CLIENT_SECRET, REFRESH, Access
from channels.simulated.linkedin.answers import body_of, listed, no, refuse
from channels.simulated.linkedin.little import read
from channels.simulated.linkedin.posts import Posts, Shows
from channels.simulated.linkedin.readers import COUNTS, metadata, statistics
from channels.simulated.linkedin.uploads import Uploads
from channels.simulated.server import HttpStandIn, as_json

ORGANIZATION, NAME, VANITY = "5515715", "Sở Khoa học và Công nghệ", "sokhcn-vidu"
FOLLOWERS = 1_024
URN = f"urn:li:organization:{ORGANIZATION}"
TEXT_MAX = 3_000

_POST_FIELDS = {
    *("author", "commentary", "visibility", "distribution", "lifecycleState"),
    *("isReshareDisabledByAuthor", "content"),
}
_FAULTS = {
    "429": (429, "Resource level throttle APPLICATION DAY limit is reached.", 101),
    "expired": (401, "The token used in the request has been revoked by the user", 65601),
    "forbidden": (403, "Not enough permissions to access: POST /posts", 100),
    "invalid": (400, "com.linkedin.publishing.errors.FIELD_LENGTH_TOO_LONG", 0),
}


class Platform(HttpStandIn):
    """One page. ``role`` is the member's; ``may_list`` whether its posts, ``dead`` which of
    "statistics", "metadata", "posts", "acls" and "network" may not be asked for; ``sunset`` the
    versions no longer taken; ``gives_refresh`` whether the app is approved for refresh tokens;
    ``list_lags`` whether the list lacks what is new; ``names_repeats`` whether a repeat's post is
    named; ``as_ugc`` whether posts are ``ugcPost``; ``looks_until_available`` how often an upload
    must be asked for; ``fails_processing``: the next uploads can't be shown."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        super().__init__(clock)
        self.role = "ADMINISTRATOR"
        self.may_list = True
        self.dead: set[str] = set()
        self.sunset: set[str] = set()
        self.gives_refresh = True
        self.list_lags = False
        self.names_repeats = True
        self.as_ugc = False
        self.looks_until_available = 1
        self.fails_processing = False
        self.asked: list[str] = []
        self.contents: list[dict[str, Any]] = []
        self.access = Access(clock)
        self._uploads = Uploads(URN)
        self.posts = Posts(clock, URN)

    # -- for those who use it ---------------------------------------------------------------------

    def config(self) -> dict[str, Any]:
        return {
            "account": ORGANIZATION,
            "organization": ORGANIZATION,
            "refresh_token": "env:STAND_IN_LINKEDIN_REFRESH_TOKEN",
            "client_id": "env:STAND_IN_LINKEDIN_CLIENT_ID",
            "client_secret": "env:STAND_IN_LINKEDIN_CLIENT_SECRET",
            "poll_s": 0,
            "base_url": f"{self.url}/rest",
            "oauth_url": f"{self.url}/oauth/v2",
            "web_url": self.url,
        }

    def secrets(self) -> dict[str, str]:
        return {
            "env:STAND_IN_LINKEDIN_REFRESH_TOKEN": REFRESH,
            "env:STAND_IN_LINKEDIN_CLIENT_ID": CLIENT_ID,
            "env:STAND_IN_LINKEDIN_CLIENT_SECRET": CLIENT_SECRET,
        }

    def published(self) -> tuple[Published, ...]:
        with self.guard:
            return tuple(post.published for post in self.posts.all.values())

    def readers(self, remote_id: str, **counts: int) -> None:
        with self.guard:
            if remote_id in self.posts.all:
                known = {COUNTS[name]: n for name, n in counts.items() if name in COUNTS}
                self.posts.all[remote_id].counts = known

    def consent(self, address: str) -> dict[str, str]:
        """What the member is sent back with, who opened ``address`` and agreed."""
        with self.guard:
            return self.access.consent(address)

    def access_token(self) -> str:
        """A token as a person gets it who has no refresh token."""
        with self.guard:
            return self.access.access_token()

    def expire_tokens(self) -> None:
        """Take no access token that was given so far; new ones can be had."""
        with self.guard:
            self.access.good.clear()

    def forget_media(self) -> None:
        """Have no uploads any more."""
        with self.guard:
            self._uploads.clear()

    # -- the platform -----------------------------------------------------------------------------

    def publishes(self, request: Request) -> bool:
        return (request.method, request.path) == ("POST", "/rest/posts")

    def refusal(self, fault: FaultName) -> Response:
        return no(*_FAULTS.get(fault, (500, "Internal Server Error", 0)))

    def answer(self, request: Request) -> Response:
        self.asked.append(f"{request.method} {request.path}")
        if request.path == "/oauth/v2/accessToken":
            return self.access.give(request, refresh=self.gives_refresh)
        if request.path == "/oauth/v2/introspectToken":
            return self.access.introspected(request)
        if request.path.startswith("/dms-uploads/"):
            return self._uploads.take(request, lambda: self.access.check(request))
        self._check(request)
        for method, pattern, verb in _ROUTES:
            found = re.fullmatch(pattern, request.path)
            if found and request.method == method:
                return verb(self, request, *(unquote(each) for each in found.groups()))
        return no(404, "No virtual resource found", 0)

    def _check(self, request: Request) -> None:
        self.access.check(request)
        version = request.headers.get("Linkedin-Version", "")
        if not version:
            refuse(400, "A version must be present. Please specify a version", 0)
        if version in self.sunset or not re.fullmatch(r"20\d{4}", version):
            refuse(426, f"Requested version {version} is not active", 0)
        if request.headers.get("X-Restli-Protocol-Version") != "2.0.0":
            refuse(400, "Rest.li protocol 2.0.0 is wanted", 0)

    # -- the page ---------------------------------------------------------------------------------

    def _organization(self, _request: Request, number: str) -> Response:
        if number != ORGANIZATION or self.role != "ADMINISTRATOR":
            refuse(403, "Viewer is not authorized", 100)
        told = {"id": int(ORGANIZATION), "localizedName": NAME, "vanityName": VANITY}
        return as_json(200, told)

    def _look_up(self, request: Request) -> Response:
        """What everybody may know of a page."""
        results = {
            number: {"id": int(number), "localizedName": NAME, "vanityName": VANITY}
            for number in listed(request, "ids")
        }
        return as_json(200, {"results": results, "errors": {}, "statuses": {}})

    def _roles(self, request: Request) -> Response:
        self._may("acls")
        if request.args.get("q") != "roleAssignee":
            refuse(400, "q", 0)
        start, count = int(request.args["start"]), int(request.args["count"])
        # Other pages of the same member come first.
        others = [
            {"role": "ADMINISTRATOR", "organization": f"urn:li:organization:{n}"}
            for n in range(count)
        ]
        roles = [*others, {"role": self.role, "organization": URN, "state": "APPROVED"}]
        return as_json(200, {"elements": roles[start : start + count]})

    def _network(self, request: Request, urn: str) -> Response:
        self._may("network")
        if urn != URN or request.args.get("edgeType") != "COMPANY_FOLLOWED_BY_MEMBER":
            refuse(400, "edgeType", 0)
        return as_json(200, {"firstDegreeSize": FOLLOWERS})

    # -- posts ------------------------------------------------------------------------------------

    def _create(self, request: Request) -> Response:
        body = body_of(request, _POST_FIELDS)
        if body.get("author") != URN:
            refuse(403, "Organization permissions must be used", 100)
        distribution = body.get("distribution", {})
        if (body.get("visibility"), body.get("lifecycleState")) != ("PUBLIC", "PUBLISHED"):
            refuse(422, "visibility and lifecycleState", 0)
        if distribution.get("feedDistribution") != "MAIN_FEED":
            refuse(422, "distribution", 0)
        text, content = read(str(body.get("commentary", ""))), body.get("content", {})
        if len(text) > TEXT_MAX:
            refuse(400, "com.linkedin.publishing.errors.FIELD_LENGTH_TOO_LONG", 0)
        self.contents.append(content)
        shows = self._shown_media(content)
        if repeated := self.posts.of_text(text):
            what = f" of {repeated}" if self.names_repeats else ""
            refuse(422, f"Content is a duplicate{what}", 0)
        urn = self.posts.add("ugcPost" if self.as_ugc else "share", body, text, self.url, shows)
        return Response(status=201, headers={"x-restli-id": urn})

    def _shown_media(self, content: dict[str, Any]) -> Shows:
        match content:
            case {"multiImage": {"images": images}} if 2 <= len(images) <= 20:
                for each in images:
                    self._check_media(each, {"id", "altText"})
                return len(images), tuple(each.get("altText", "") for each in images)
            case {"media": one}:
                self._check_media(one, {"id", "altText", "title"})
                return 1, (one.get("altText", ""),) if ":image:" in one["id"] else ()
            case {"article": article} if {"source", "title"} <= set(article):
                return 0, ()
        if content:
            refuse(422, "content", 0)
        return 0, ()

    def _check_media(self, one: dict[str, Any], known: set[str]) -> None:
        if not set(one) <= known or not self._uploads.can_be_shown(str(one.get("id"))):
            refuse(422, "The media asset doesn't exist or isn't AVAILABLE", 0)

    def _delete(self, _request: Request, urn: str) -> Response:
        self.posts.all.pop(urn, None)
        return Response(status=204)

    def _get(self, _request: Request, urn: str) -> Response:
        self._may("posts")
        if urn not in self.posts.all:
            refuse(404, "Could not find the post", 0)
        return as_json(200, self.posts.told(urn))

    def _find(self, request: Request) -> Response:
        if "ids" in request.args:
            return self._get_many(request)
        if not self.may_list:
            refuse(403, "Not enough permissions to access: GET /posts", 100)
        if request.args.get("q") != "author" or request.args.get("author") != URN:
            refuse(400, "q and author", 0)
        start, count = int(request.args.get("start", 0)), int(request.args.get("count", 10))
        if not 1 <= count <= 100 or request.headers.get("X-RestLi-Method") != "FINDER":
            refuse(400, "count", 0)
        urns = [] if self.list_lags else list(self.posts.all)[::-1]
        page = urns[start : start + count]
        links = [{"rel": "next", "href": "…"}] if start + count < len(urns) else []
        paging = {"start": start, "count": count, "links": links}
        return as_json(200, {"paging": paging, "elements": [self.posts.told(urn) for urn in page]})

    def _get_many(self, request: Request) -> Response:
        self._may("posts")
        urns = listed(request, "ids")
        missing = {urn: {"status": 404} for urn in urns if urn not in self.posts.all}
        results = {urn: self.posts.told(urn) for urn in urns if urn in self.posts.all}
        return as_json(200, {"results": results, "statuses": {}, "errors": missing})

    # -- readers ----------------------------------------------------------------------------------

    def _statistics(self, request: Request) -> Response:
        self._may("statistics")
        return statistics(self.posts.all, URN, request)

    def _metadata(self, request: Request) -> Response:
        self._may("metadata")
        return metadata(self.posts.all, request)

    def _may(self, what: str) -> None:
        if what in self.dead:
            refuse(403, f"Not enough permissions to access: {what}", 100)

    # -- media ------------------------------------------------------------------------------------

    def _announce(self, request: Request, place: str) -> Response:
        action = request.args.get("action")
        body = body_of(request, {f"{action}Request"}).get(f"{action}Request", {})
        looks, fails = self.looks_until_available, self.fails_processing
        match action, place:
            case "finalizeUpload", "videos":
                self._uploads.finish(body)
                return Response(status=200)
            case "initializeUpload", _:
                address = f"{self.url}/dms-uploads"
                value = self._uploads.announce(place, body, address, looks=looks, fails=fails)
                return as_json(200, {"value": value})
        return no(400, "action", 0)

    def _state(self, _request: Request, _place: str, urn: str) -> Response:
        return as_json(200, {"id": urn, "owner": URN, "status": self._uploads.state(urn)})


_Verb = Callable[..., Response]
_ROUTES: tuple[tuple[str, str, _Verb], ...] = (
    ("GET", r"/rest/organizations/(\d+)", Platform._organization),
    ("GET", r"/rest/organizationsLookup", Platform._look_up),
    ("GET", r"/rest/organizationAcls", Platform._roles),
    ("GET", r"/rest/networkSizes/([^/]+)", Platform._network),
    ("POST", r"/rest/posts", Platform._create),
    ("GET", r"/rest/posts", Platform._find),
    ("GET", r"/rest/posts/([^/]+)", Platform._get),
    ("DELETE", r"/rest/posts/([^/]+)", Platform._delete),
    ("GET", r"/rest/organizationalEntityShareStatistics", Platform._statistics),
    ("GET", r"/rest/socialMetadata", Platform._metadata),
    ("POST", r"/rest/(images|videos)", Platform._announce),
    ("GET", r"/rest/(images|videos)/([^/]+)", Platform._state),
)
