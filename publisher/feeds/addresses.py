"""The form in which the address of an entry is known again, however a portal writes it.

Two addresses that lead to one page, by all that can be told without asking, have one form: without
scheme, "www.", default port, fragment, trailing slash, and whatever only says where a reader came
from. The rest of the query stands in order.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from w3lib.url import canonicalize_url, url_query_cleaner

_TRACKING = re.compile(
    r"(utm|hsa|mtm|pk|piwik|matomo|oly|vero|at|mc|ns)_\w+"
    r"|(fb|g|d|y|tw|ms|tt|wicked|_k)clid|msclkid|gbraid|wbraid|gclsrc|fbc?_\w+|igsh(id)?|li_fat_id"
    r"|_ga|_gl|_hs\w+|mkt_tok|s_cid|cmpid|spm|zarsrc|gidzl|zalo_?\w*"
    r"|(php|j|asp)?_?sess?(ion)?_?id",
    re.I,
)
"""Names of the query that change nothing on the page: of campaigns, clicks and sessions."""

LONGEST = 2_500
"""No index of PostgreSQL's takes a longer one."""

_DEFAULT_PORTS = {"http": 80, "https": 443}


def known_as(link: str) -> str:
    """The form of ``link``; "" where it names no page of its own (none, a
    site's first page, or one that is longer than ``LONGEST``)."""
    try:
        parts = urlsplit(canonicalize_url(_bare(link)))
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except (ValueError, UnicodeError):
        return ""
    path = re.sub(r";jsessionid=[^/]*", "", parts.path, flags=re.I).rstrip("/")
    if not host or not (path or parts.query):
        return ""
    own_port = f":{port}" if port not in (None, _DEFAULT_PORTS.get(parts.scheme)) else ""
    query = f"?{parts.query}" if parts.query else ""
    known = f"{host.removeprefix('www.')}{own_port}{path}{query}"
    return known if len(known) <= LONGEST else ""


def _bare(link: str) -> str:
    names = [pair.partition("=")[0] for pair in urlsplit(link).query.split("&")]
    unneeded = [name for name in names if _TRACKING.fullmatch(name)]
    if not unneeded:
        return link
    cleaned: str = url_query_cleaner(link, unneeded, remove=True, unique=False)
    return cleaned
