"""docs/huong-dan.md, followed as an officer would: its files are written, its commands given.

What a block is, the page says by its language: none for commands, ``toml`` and ``markdown`` for the
file that was named last before it, ``text`` for what the command before it printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from tests.cli.office import Ran, days_ahead
from tests.docs.pages import ROOT

PAGE = ROOT / "docs" / "huong-dan.md"

ANCHOR = "2027-11-09"
"""The campaign's day in the page; an officer who follows it today has one that is near."""

SCHEDULE = (ROOT / "publisher/install/first_files/vi/schedule.toml").read_text(encoding="utf-8")

_BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
_FILE = re.compile(r"`(campaigns/[^`]+\.(?:toml|md))`")


@dataclass(frozen=True)
class Step:
    """A command that was given: how it ended, and what it printed and was said to print."""

    command: str
    code: int
    out: str
    promised: str = ""


class Desk(Protocol):
    """A folder with schedule.toml, and somebody who gives commands in it."""

    @property
    def root(self) -> Path: ...

    def run(self, *arguments: str, lang: str) -> Ran: ...


def follow(office: Desk) -> Iterator[Step]:
    """Follow the page in ``office``, command by command."""
    text, file, last, end = PAGE.read_text(encoding="utf-8"), "", None, 0
    for block in _BLOCK.finditer(text):
        file = next(reversed(_FILE.findall(text[end : block.start()])), file)
        language, content, end = block[1], block[2], block.end()
        if language in ("toml", "markdown"):
            path = office.root / file
            path.write_text(content.replace(ANCHOR, days_ahead(10)[:10]), encoding="utf-8")
        elif language == "text":
            assert last is not None, "something was printed"
            yield Step(last.command, last.code, last.out, content)
        else:
            for line in content.splitlines():
                last = given(office, line)
                yield last


def given(office: Desk, line: str) -> Step:
    words = [word or quoted for quoted, word in re.findall(r'"([^"]*)"|(\S+)', line)]
    assert words[0] == "publisher", line
    ran = office.run(*words[1:], lang="vi")
    return Step(line, ran.code, ran.out)
