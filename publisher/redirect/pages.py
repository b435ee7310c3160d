"""What a reader sees where a link can't be followed.

One line, and the way to the office's site.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from html import escape

from publisher.i18n import _, language
from publisher.settings.office import Office

_STYLE = "body{font:1.2em/1.6 sans-serif;max-width:32em;margin:15vh auto;padding:0 1em}"
_HASH = b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

POLICY = f"default-src 'none'; style-src 'sha256-{_HASH}'; base-uri 'none'; frame-ancestors 'none'"
"""The pages load nothing and stand in nobody's frame."""


def gone(office: Office) -> str:
    """There is no such link."""
    return _page(office, _("There is no page at this address. It may have been mistyped."))


def later(office: Office) -> str:
    """The link can't be looked up just now."""
    return _page(office, _("This link can't be opened just now. Please try again in a minute."))


def _page(office: Office, words: str) -> str:
    name, way = escape(office.name), escape(_("To our web site"))
    home = f'<p><a href="{escape(office.url)}">{way}</a></p>' if office.url else ""
    return (
        f'<!doctype html><html lang="{language()}"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{name}</title><style>{_STYLE}</style>"
        f"<h1>{name}</h1><p>{escape(words)}</p>{home}</html>"
    )
