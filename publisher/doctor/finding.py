"""A finding of the doctor's."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do where it isn't ``well``."""

    what: str
    well: bool
    detail: str
    instead: str = ""
