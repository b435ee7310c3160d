"""Takes secrets out of whatever is written down: logs, errors, the store.

A secret is known by having been read here (``hide``), by the name that it stands under, or by how
addresses, headers and forms show one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, quote_plus

HIDDEN = "•••"

_NAME = (
    r"[\w-]*(?:token|secret|passw(?:or)?d|passphrase|api_?key|publisher_key|signature|authorization"
    r"|cookie|upload_id)[\w-]*"
)
_IS_SECRET = re.compile(_NAME, re.IGNORECASE)
_SECRETS = (
    # Telegram puts the token into the address; OAuth and Basic put it into headers.
    (re.compile(r"/bot\d+:[\w-]+"), f"/bot{HIDDEN}"),
    (re.compile(r"\b\d{6,}:[\w-]{30,}"), HIDDEN),
    (re.compile(r"(?i)\b(oauth)\s+(?:\w+=\"[^\"]*\"[,\s]*)+"), rf"\1 {HIDDEN}"),
    (re.compile(r"(?i)\b(bearer|basic|oauth)\s+[\w.~+/=-]{8,}"), rf"\1 {HIDDEN}"),
    # What a browser is sent back with, as good as a password for minutes.
    (re.compile(r"(?i)([?&](?:code|code_verifier|sig|ut)=)[^&\s\"'#]+"), rf"\1{HIDDEN}"),
    # As a form, an address or a shell has them; and as JSON or a printed dict does.
    (re.compile(rf"(?i)\b({_NAME})=[\"']?[^&\s\"']+"), rf"\1={HIDDEN}"),
    (re.compile(rf"(?i)([\"']{_NAME}[\"']\s*:\s*[\"'])[^\"']+"), rf"\1{HIDDEN}"),
    (re.compile(r"(?<=://)[^/\s:@]*:[^/\s?#]+(?=@)"), HIDDEN),
)

_MAY_SHOW_ONE = re.compile(r"[\s/='\"]|\d{6}:")
"""What stands in whatever any of ``_SECRETS`` finds; most that is written down has none of it."""

_known: dict[str, None] = {}
_LEAST_LENGTH = 8
"""A shorter secret would be found in words that are none."""


def hide(secret: str) -> None:
    """Take ``secret`` out of whatever is written from now on, however it stands there."""
    for form in (secret, quote(secret, safe=""), quote_plus(secret)):
        if len(form) >= _LEAST_LENGTH:
            _known[form] = None


def redact(text: str) -> str:
    """``text`` without the secrets that were read here, and without what looks like one in an
    address, a header or a form."""
    for secret in tuple(_known):
        text = text.replace(secret, HIDDEN)
    if _MAY_SHOW_ONE.search(text):
        for pattern, instead in _SECRETS:
            text = pattern.sub(instead, text)
    return text


def cleaned(details: Mapping[str, Any]) -> dict[str, Any]:
    """``details`` without secrets, however deep; whatever is no plain data becomes its text."""
    return {name: clean(name, value) for name, value in details.items()}


def clean(key: str, value: Any) -> Any:
    """``value`` without secrets, however deep; whatever is no plain data becomes its text."""
    match value:
        case None | bool() | int() | float():
            return value
        case str() if _IS_SECRET.fullmatch(key):
            return HIDDEN
        case str():
            return redact(value)
        case Mapping():
            return {str(name): clean(str(name), one) for name, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [clean(key, one) for one in value]
        case _:
            return redact(str(value))
