"""Keeps the categories and tags of the stand-in portal."""

from __future__ import annotations

from html import escape

from werkzeug.wrappers import Request, Response

from channels.simulated.server import as_json
from channels.simulated.wordpress.answers import body_of, listing, no, refusal_of
from channels.wordpress.text import ascii_name


class Terms:
    """The terms of one portal, by taxonomy and number."""

    def __init__(self) -> None:
        self.all: dict[str, dict[int, tuple[str, str]]] = {"categories": {}, "tags": {}}

    def add(self, taxonomy: str, name: str, slug: str = "") -> int:
        """Make one; gives its number."""
        terms = self.all[taxonomy]
        number = len(terms) + 1
        terms[number] = (name, slug or ascii_name(name))
        return number

    def names(self, taxonomy: str) -> tuple[str, ...]:
        """What they are called."""
        return tuple(name for name, _ in self.all[taxonomy].values())

    def listed(self, request: Request, taxonomy: str) -> Response:
        """Those that are looked for."""
        wanted = request.args.get("search", "").lower()
        rows = [
            {"id": number, "name": escape(name, quote=False), "slug": slug}
            for number, (name, slug) in self.all[taxonomy].items()
            if wanted in name.lower() or wanted in slug
        ]
        return listing(rows, request)

    def new(self, request: Request, taxonomy: str) -> Response:
        """One that is asked for; refused where there is one of that name."""
        name = body_of(request).get("name")
        if not isinstance(name, str) or not name:
            return no(400, "rest_missing_callback_param", "Missing parameter(s): name")
        for number, (known, _) in self.all[taxonomy].items():
            if known.casefold() == name.casefold():
                said = "A term with the name provided already exists in this taxonomy."
                refusal = refusal_of(400, "term_exists", said)
                refusal["data"]["term_id"] = number
                return as_json(400, refusal)
        number = self.add(taxonomy, name)
        return as_json(201, {"id": number, "name": name, "slug": ascii_name(name)})
