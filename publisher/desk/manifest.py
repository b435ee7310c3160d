"""The list of a media library, by which two libraries become one without anything twice.

JSON for programs, CSV for Excel; both say of each medium its hash, its file and all that the
library knows of it. Written beside the files themselves, it is how media come from another office.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from publisher.desk.description import Words
from publisher.files.keys import Keys
from publisher.media.record import Consent, Record

MAX_BYTES = 20_000_000
FORM = 1
"""Counted up when the list is written otherwise."""

_FORMULA = ("=", "+", "-", "@", "\t", "'")
"""What Excel would take for a formula is written behind an apostrophe, and read without it."""


class ManifestError(ValueError):
    """The list can't be read: ``where`` in it, ``why`` in pydantic's or the reader's words."""

    def __init__(self, where: str, why: str = "") -> None:
        super().__init__(where, why)
        self.where = where
        self.why = why


def _listed(value: Any) -> Any:
    return tuple(part for part in value.split("; ") if part) if isinstance(value, str) else value


def _day_or_none(value: Any) -> Any:
    return None if value == "" else value


class Entry(Keys):
    """One medium of a list; ``file`` stands where the list does, or below."""

    name: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    file: str = Field("", max_length=500)
    mime: str = Field("", max_length=100)
    alt: str = Field("", max_length=2000)
    alt_en: str = Field("", max_length=2000)
    credit: str = Field("", max_length=2000)
    licence: str = Field("", max_length=2000)
    consent: Consent = Consent.MISSING
    consent_at: str = Field("", max_length=2000)
    expires_on: Annotated[date | None, BeforeValidator(_day_or_none)] = None
    topics: Annotated[tuple[str, ...], BeforeValidator(_listed)] = ()

    def words(self) -> Words:
        """What it says, as a person would have."""
        return Words(
            alt=self.alt,
            alt_en=self.alt_en,
            credit=self.credit,
            licence=self.licence,
            consent=self.consent,
            consent_at=self.consent_at,
            expires_on=self.expires_on,
            topics=self.topics,
        )


class _List(Keys):
    media_library: int = Field(le=FORM)
    media: tuple[Entry, ...] = Field(max_length=100_000)


@dataclass(frozen=True, slots=True)
class Manifest:
    """A list and the folder that its files' names start from."""

    folder: Path
    entries: tuple[Entry, ...]

    def path_of(self, entry: Entry) -> Path | None:
        """Where the file of ``entry`` stands; ``None`` where it isn't there, or leads out."""
        name = PurePosixPath(entry.file)
        if not entry.file or name.is_absolute() or ".." in name.parts or "\\" in entry.file:
            return None
        path = self.folder / name
        try:
            inside = path.resolve().is_relative_to(self.folder.resolve())
            return path if inside and path.is_file() else None
        except (OSError, ValueError):
            return None


def entries_of(records: Iterable[Record]) -> tuple[Entry, ...]:
    """``records`` as a list has them."""
    return tuple(
        Entry(
            name=one.name,
            sha256=one.sha256,
            file=f"{one.name}{one.path.suffix}",
            mime=one.mime,
            alt=one.alt,
            alt_en=one.alt_en,
            credit=one.credit,
            licence=one.licence,
            consent=one.consent,
            consent_at=one.consent_at,
            expires_on=one.expires_on,
            topics=one.topics,
        )
        for one in records
    )


def as_json(entries: Sequence[Entry]) -> bytes:
    """The list for programs."""
    data = {"media_library": FORM, "media": [one.model_dump(mode="json") for one in entries]}
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()


def as_csv(entries: Sequence[Entry]) -> bytes:
    """The list for Excel, with the mark by which it knows UTF-8."""
    into = io.StringIO()
    table = csv.DictWriter(into, list(Entry.model_fields), lineterminator="\r\n")
    table.writeheader()
    for one in entries:
        row = one.model_dump(mode="json") | {"topics": "; ".join(one.topics)}
        table.writerow({name: _harmless(value) for name, value in row.items()})
    return ("\ufeff" + into.getvalue()).encode()


def read(path: Path) -> Manifest:
    """The list at ``path``, a file or a folder that has one.

    Raises ``ManifestError`` and ``OSError``.
    """
    if path.is_dir():
        there = [one for one in (path / "manifest.json", path / "manifest.csv") if one.is_file()]
        if not there:
            raise ManifestError(str(path), "manifest.json")
        path = there[0]
    with path.open("rb") as file:
        raw = file.read(MAX_BYTES + 1)
    if len(raw) > MAX_BYTES:
        raise ManifestError(path.name, f"> {MAX_BYTES}")
    try:
        text = raw.decode("utf-8-sig")
        entries = _of_csv(text) if path.suffix.lower() == ".csv" else _of_json(text)
    except UnicodeDecodeError as error:
        raise ManifestError(path.name, f"UTF-8: {error.start}") from None
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise ManifestError(f"{path.name}: {where}", first["msg"]) from None
    except (ValueError, RecursionError, csv.Error) as error:
        raise ManifestError(path.name, str(error)[:200]) from None
    return Manifest(path.parent, entries)


def _of_json(text: str) -> tuple[Entry, ...]:
    return _List.model_validate_json(text).media


def _of_csv(text: str) -> tuple[Entry, ...]:
    head = text.partition("\n")[0]
    delimiter = max(",;\t", key=head.count)
    rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter)
    known = [_known(row) for row in rows]
    return TypeAdapter(tuple[Entry, ...]).validate_python(known)


def _known(row: Mapping[Any, Any]) -> dict[str, str]:
    """A row without the columns that an office added, and without cells that are empty."""
    cells = {name: row.get(name) or "" for name in Entry.model_fields}
    return {name: _as_meant(cell.strip()) for name, cell in cells.items() if cell.strip()}


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _as_meant(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
