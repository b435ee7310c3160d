"""What the media library says of a medium: who made it, who may use it, what it shows, until when.

A record is data; the store keeps it (``publisher.store.library``), and planning is handed the
records of an office as a ``Library``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Literal

from channels.base import Media

Unfit = Literal["consent_missing", "consent_withdrawn", "expired"]
"""Why a medium may not go out."""


class Consent(StrEnum):
    """Whether the people in a picture have agreed that it is shown."""

    MISSING = "missing"
    NOT_NEEDED = "not-needed"
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Record:
    """A medium of the library; ``path`` is its original, unchanged.

    ``look`` is how a picture looks (``publisher.media.appearance``), ``consent_at`` where the paper
    is kept (or why it was withdrawn), ``expires_on`` the last day of use. ``alt`` is Vietnamese.
    """

    name: str
    path: Path
    sha256: str
    mime: str
    size_bytes: int
    file_name: str = ""
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None
    look: str = ""
    alt: str = ""
    alt_en: str = ""
    credit: str = ""
    licence: str = ""
    consent: Consent = Consent.MISSING
    consent_at: str = ""
    expires_on: date | None = None
    topics: tuple[str, ...] = ()
    added_at: datetime | None = None
    added_by: str = ""

    def alt_in(self, language: str) -> str:
        """What it shows, in ``vi`` or ``en``; empty where the library has no words in that."""
        return self.alt_en if language == "en" else self.alt

    def unfit_on(self, day: date) -> Unfit | None:
        """Why it may not go out on ``day``, a day of the office's; ``None`` where it may."""
        if self.consent is Consent.WITHDRAWN:
            return "consent_withdrawn"
        if self.consent is Consent.MISSING:
            return "consent_missing"
        return "expired" if self.expires_on is not None and day > self.expires_on else None

    def medium(self, language: str) -> Media:
        """It as posts show it, described in ``language``."""
        return Media(
            path=self.path,
            sha256=self.sha256,
            mime=self.mime,
            size_bytes=self.size_bytes,
            alt=self.alt_in(language),
            credit=self.credit,
            width=self.width,
            height=self.height,
            duration_s=self.duration_s,
        )


Library = Mapping[str, Record]
"""An office's library by the names of its media, read only."""

NOTHING: Library = MappingProxyType({})
"""A library with nothing in it."""
