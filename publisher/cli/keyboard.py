"""Who is at the keyboard."""

from __future__ import annotations

import getpass


def user_name() -> str:
    """Who is at the keyboard, for the audit trail."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"
