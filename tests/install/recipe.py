"""A Containerfile read step by step: as much of the language as ours speaks."""

from __future__ import annotations

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path

CONTINUED = re.compile(r"\\\n\s*")


@dataclass(frozen=True)
class Step:
    """One instruction: its name, and what stands behind it."""

    name: str
    text: str

    def words(self) -> list[str]:
        """The text as a list: its JSON form, or by blanks."""
        if self.text.startswith("["):
            words: list[str] = json.loads(self.text)
            return words
        return shlex.split(self.text)


def stages(path: Path) -> list[list[Step]]:
    """The stages, each beginning with its FROM."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    whole = "".join(line for line in lines if not line.lstrip().startswith("#"))
    found: list[list[Step]] = []
    for line in CONTINUED.sub(" ", whole).splitlines():
        if not line.strip():
            continue
        step = Step(*line.strip().split(maxsplit=1))
        if step.name == "FROM":
            found.append([])
        found[-1].append(step)
    return found
