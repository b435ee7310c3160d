"""Tokens that let somebody in: made at random, and stored as their hash alone.

A fast hash will do: 256 random bits can't be tried out, unlike a password.
"""

from __future__ import annotations

import hashlib
import secrets


def fresh() -> str:
    """A token that nobody can guess, fit for an address or a cookie."""
    return secrets.token_urlsafe(32)


def hashed(token: str) -> str:
    """What is stored of ``token``."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
