"""Where that stands which the wheel brings along and which a checkout has elsewhere.

The campaigns of the plan and the versions that were tested together stand once, at the top of the
repository. pyproject.toml lays them into the wheel beside this module (``force-include``).
"""

from __future__ import annotations

from pathlib import Path

CAMPAIGNS = ("README.md", "chuyen-doi-so-10-10", "khoa-hoc-cong-nghe-18-5")
"""The guide and the plan's two campaigns. The others need an office's own feeds and figures first:
a feed that nobody serves would call for a person on the first day."""

_HERE = Path(__file__).parent
_CHECKOUT = _HERE.parents[1]


def campaigns() -> Path:
    """The folder that ``CAMPAIGNS`` lie in."""
    return _place("campaigns")


def constraints() -> Path:
    """The file that pins every dependency to what was tested."""
    return _place("constraints.txt")


def containerfile() -> Path:
    """What a container is built by."""
    return _HERE / "Containerfile"


def _place(name: str) -> Path:
    inside = _HERE / name
    return inside if inside.exists() else _CHECKOUT / name
