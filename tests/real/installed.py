"""What a test needs of the machine: skipped where it is missing, a failure where CI installs it."""

from __future__ import annotations

import os

import pytest


def require(lacking: str, told: str) -> None:
    """Go on where nothing is ``lacking``; ``told`` says what to install."""
    if not lacking:
        return
    if os.environ.get("CI") == "true":
        pytest.fail(told)
    pytest.skip(told)
