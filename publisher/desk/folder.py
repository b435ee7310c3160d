"""The campaigns' folder, under the eyes of a running program."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from publisher.files.faults import Fault, Severity

Signature = tuple[tuple[str, int, int], ...]
"""Names, sizes and times of every campaign file: enough to notice any change."""


def signature_of(folder: Path) -> Signature:
    """The folder as it lies there now."""
    return tuple(sorted(_files(str(folder))))


def _files(folder: str) -> Iterator[tuple[str, int, int]]:
    """What lies in ``folder``, however deep. Not by way of Path: a daemon looks at thousands of
    files time and again."""
    try:
        with os.scandir(folder) as entries:
            found = list(entries)
    except OSError:
        return
    for entry in found:
        try:
            facts = entry.stat()
        except OSError:
            continue
        yield entry.path, facts.st_mtime_ns, facts.st_size
        if entry.is_dir(follow_symlinks=False):
            yield from _files(entry.path)


def last_saved(signature: Signature, folder: Path) -> datetime | None:
    """When a file in ``folder`` was last saved; ``None`` where there is none."""
    saved = [ns for path, ns, _size in signature if Path(path).is_relative_to(folder)]
    return datetime.fromtimestamp(max(saved) / 1e9, UTC) if saved else None


def campaigns_of(faults: Sequence[Fault], folder: Path) -> set[str]:
    """The slugs of campaigns with an error; a folder that can't be read concerns them all."""
    slugs: set[str] = set()
    for fault in faults:
        if fault.severity is not Severity.ERROR:
            continue
        path = fault.path.absolute()
        if path.is_relative_to(folder.absolute()) and path != folder.absolute():
            slugs.add(path.relative_to(folder.absolute()).parts[0])
        else:
            slugs.add("*")
    return slugs
