"""The mark that every secret of a stand-in bears, wherever the platform's form for it allows: so
that a test can look for it in all that the program wrote, and finds what leaked.
"""

from __future__ import annotations

import secrets

MARK = "pl4nted"


def planted(size_bytes: int) -> str:
    """A secret that nobody has had before, of ``size_bytes`` besides its mark; a-z and 0-9."""
    return f"{MARK}{secrets.token_hex(size_bytes)}"
