"""What a person says of a medium of the library: bounded, and put over what was said before."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from publisher.desk.media_refusals import CollectionError
from publisher.media.licences import normalised
from publisher.media.record import Consent, Record

LONGEST_WORDS = 2000
MOST_TOPICS = 30
LONGEST_TOPIC = 80


@dataclass(frozen=True, slots=True)
class Words:
    """What a person says of a medium; ``None``: nothing about that."""

    alt: str | None = None
    alt_en: str | None = None
    credit: str | None = None
    licence: str | None = None
    consent: Consent | None = None
    consent_at: str | None = None
    expires_on: date | None = None
    never_expires: bool = False
    topics: tuple[str, ...] | None = None

    def over(self, record: Record) -> Record:
        """``record`` with these words. Raises ``CollectionError``."""
        said: dict[str, Any] = {
            name: _one_line(text, name)
            for name in ("alt", "alt_en", "credit", "licence", "consent_at")
            if (text := getattr(self, name)) is not None
        }
        if "licence" in said:
            said["licence"] = normalised(said["licence"])
        if self.consent is not None:
            said["consent"] = self.consent
            said.setdefault("consent_at", "")
        if self.expires_on is not None or self.never_expires:
            said["expires_on"] = self.expires_on
        if self.topics is not None:
            said["topics"] = _topics(self.topics)
        return dataclasses.replace(record, **said)


def _one_line(text: str, what: str) -> str:
    line = " ".join(text.split())
    if len(line) > LONGEST_WORDS:
        raise CollectionError("too_long", what)
    if not line.isprintable():
        line = "".join(sign for sign in line if sign.isprintable())
    return line


def _topics(given: Sequence[str]) -> tuple[str, ...]:
    lines = [_one_line(topic, "topics") for topic in given]
    found = tuple({line.casefold(): line for line in reversed(lines) if line}.values())[::-1]
    if any(len(topic) > LONGEST_TOPIC for topic in found):
        raise CollectionError("too_long", "topics")
    if len(found) > MOST_TOPICS:
        raise CollectionError("too_many_topics")
    return found
