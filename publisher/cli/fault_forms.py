"""Faults as a repository's checks take them: annotations of GitHub's, and SARIF for all others.

Both put a fault beside the line that it is about, in the page on which a change is reviewed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from publisher import __version__
from publisher.files.faults import Fault, Severity

SARIF_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def github(faults: Sequence[Fault], root: Path) -> str:
    """A workflow command a line (GitHub Actions, "Workflow commands"); paths from ``root``."""
    return "".join(f"{_command(fault, root)}\n" for fault in faults)


def sarif(faults: Sequence[Fault], root: Path) -> str:
    """One run in the Static Analysis Results Interchange Format 2.1.0 (OASIS); paths from
    ``root``."""
    rules = sorted({fault.code for fault in faults})
    run = {
        "tool": {
            "driver": {
                "name": "Publisher",
                "version": __version__,
                "rules": [{"id": rule} for rule in rules],
            }
        },
        "columnKind": "unicodeCodePoints",
        "results": [_result(fault, rules.index(fault.code), root) for fault in faults],
    }
    whole = {"$schema": SARIF_SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


FORMS: Mapping[str, Callable[[Sequence[Fault], Path], str]] = {"github": github, "sarif": sarif}


def _command(fault: Fault, root: Path) -> str:
    told = {"file": _from(fault.path, root), "line": fault.line or 1, "title": fault.code}
    where = ",".join(f"{key}={_property(str(value))}" for key, value in told.items())
    return f"::{fault.severity.value} {where}::{_data(_said(fault))}"


def _result(fault: Fault, rule: int, root: Path) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": {"uri": _uri(fault.path, root)}}
    if fault.line:
        place["region"] = {"startLine": fault.line}
    return {
        "ruleId": fault.code,
        "ruleIndex": rule,
        "level": "warning" if fault.severity is Severity.WARNING else "error",
        "message": {"text": _said(fault)},
        "locations": [{"physicalLocation": place}],
    }


def _said(fault: Fault) -> str:
    return f"{fault.what} {fault.instead}".rstrip()


def _from(path: Path, root: Path) -> str:
    whole = path.absolute()
    near = whole.relative_to(root) if whole.is_relative_to(root) else whole
    return near.as_posix()


def _uri(path: Path, root: Path) -> str:
    from urllib.parse import quote

    return quote(_from(path, root))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
