"""Finds media of the library by words, with or without their Vietnamese accents, and by facts.

A word typed with accents is meant with them: «hồ» doesn't find «hổ», and «ho» finds both.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from publisher.campaign.names import without_accents
from publisher.media.licences import normalised
from publisher.media.record import Consent, Record
from publisher.store.library import Used

SOON = timedelta(days=30)
"""What ends within these days expires soon."""

_NEVER = Used()


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for; whatever is empty is left open. ``expires_by``: its last day of use is
    that day or before."""

    words: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    kind: str = ""
    licence: str = ""
    consent: Consent | None = None
    is_unused: bool = False
    expires_by: date | None = None

    def among(self, records: Iterable[Record], used: Mapping[str, Used]) -> list[Record]:
        """Those of ``records`` that it finds; ``used`` says by hashes how often each was."""
        return [one for one in records if self._finds(one, used.get(one.sha256, _NEVER))]

    def _finds(self, record: Record, used: Used) -> bool:
        topics = {_plain(topic) for topic in record.topics}
        return (
            all(is_in(word, _text_of(record)) for word in self.words)
            and all(_plain(topic) in topics for topic in self.topics)
            and (not self.kind or record.medium("vi").kind == self.kind)
            and (not self.licence or _is_of(record.licence, self.licence))
            and (self.consent is None or record.consent is self.consent)
            and not (self.is_unused and (used.out or used.planned))
            and (
                self.expires_by is None
                or (record.expires_on is not None and record.expires_on <= self.expires_by)
            )
        )


def is_in(word: str, text: str) -> bool:
    """Whether ``word`` stands in ``text``: by its accents where it has any, else without."""
    small = _small(word)
    if without_accents(small) == small:
        return small in without_accents(text)
    return small in _small(text)


def _text_of(record: Record) -> str:
    words = (
        *(record.name, record.name.replace("-", " "), record.file_name),
        *(record.alt, record.alt_en, record.credit, record.licence, *record.topics),
    )
    return "\n".join(words)


def _is_of(licence: str, wanted: str) -> bool:
    """Whether a licence is ``wanted``, or one of its kind: «CC-BY» finds every version of it."""
    return licence.casefold().startswith(normalised(wanted).casefold()) or (
        licence.casefold().startswith(wanted.casefold().replace(" ", "-"))
    )


def _plain(text: str) -> str:
    return without_accents(" ".join(text.split()))


def _small(text: str) -> str:
    return unicodedata.normalize("NFC", text).casefold()
