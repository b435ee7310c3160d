"""Marks every secret of a stand-in, wherever the platform's form for it allows. So a test can look
for the mark in all that the program wrote, and finds what leaked.
"""

from __future__ import annotations

import secrets

MARK = "pl4nted"


def planted(size_bytes: int) -> str:
    """A secret that nobody has had before, of ``size_bytes`` besides its mark; a-z and 0-9."""
    return f"{MARK}{secrets.token_hex(size_bytes)}"
