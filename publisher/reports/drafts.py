"""A report's files.

The document to sign in Word and as a PDF, and the annex to it. An office edits what it was given. A
file that was changed since it was written is never written over: the new one then stands beside it,
with a number. What was written, and how, is kept in the folder itself (``RECORD``), so that it
needs no store to tell.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Literal, get_args

from channels.durable import written
from publisher.reports.periodic import PeriodicReport
from publisher.reports.span_words import file_stem

Form = Literal["docx", "pdf", "xlsx"]
FORMS: tuple[Form, ...] = get_args(Form)

RECORD = ".publisher.json"
"""By file name, the SHA-256 of what the program wrote there."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A file that was written; ``kept`` is the one that somebody had changed, and that therefore
    stayed as it is."""

    form: Form
    path: Path
    kept: Path | None = None


def write_drafts(
    report: PeriodicReport,
    folder: Path,
    forms: Sequence[Form] = FORMS,
    template: Path | None = None,
) -> tuple[Draft, ...]:
    """Write ``report`` into ``folder`` in these forms; ``template`` is the office's own for Word.

    Raises ``documents.TemplateError`` where that can't be used, before anything is written, and
    ``OSError``.
    """
    folder.mkdir(parents=True, exist_ok=True)
    # The one that can fail by what an office made comes first.
    in_order = [form for form in FORMS if form in forms]
    return tuple(_write(report, folder, form, template) for form in in_order)


def write_form(report: PeriodicReport, form: Form, path: Path, template: Path | None) -> None:
    """Write ``report`` to ``path`` in one form, over whatever stands there."""
    # The libraries of all three are loaded by who writes documents, nobody else.
    from publisher.reports import documents
    from publisher.reports.annex import write_annex

    match form:
        case "docx":
            documents.write_docx(report, path, template)
        case "pdf":
            documents.write_pdf(report, path)
        case "xlsx":
            write_annex(report, path)


def _write(report: PeriodicReport, folder: Path, form: Form, template: Path | None) -> Draft:
    stem = file_stem(report.summary.span)
    known = _record(folder)
    part = folder / f".{stem}.part.{form}"
    try:
        write_form(report, form, part, template)
        first = folder / f"{stem}.{form}"
        place = next(place for place in _places(folder, stem, form) if _is_free(place, known))
        digest = _digest(part)
        # Noted first: a file of ours that nobody notes would count as somebody's own for ever.
        _note(folder, known | {place.name: digest})
        part.replace(place)
    finally:
        part.unlink(missing_ok=True)
    return Draft(form, place, first if place != first else None)


def _places(folder: Path, stem: str, form: Form) -> Iterator[Path]:
    yield folder / f"{stem}.{form}"
    for number in count(2):
        yield folder / f"{stem}-{number}.{form}"


def _is_free(place: Path, known: dict[str, str]) -> bool:
    """Whether nothing stands there but what the program itself wrote."""
    return not place.exists() or known.get(place.name) == _digest(place)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _record(folder: Path) -> dict[str, str]:
    try:
        found = json.loads((folder / RECORD).read_text("utf-8"))
    except (FileNotFoundError, ValueError):
        # Without it everything there counts as somebody's own.
        return {}
    return found if isinstance(found, dict) else {}


def _note(folder: Path, known: dict[str, str]) -> None:
    with written(folder / RECORD, 0o644) as record:
        record.write(json.dumps(known, indent=1, sort_keys=True).encode())
