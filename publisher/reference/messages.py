"""The page of messages: everything that can go wrong for an officer, as they read it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from publisher.i18n import _, speaking
from publisher.reference.chapters import CHAPTERS, Row
from publisher.reference.sheet import sheet
from publisher.reference.terms import TERMS

INTRO = """\
# Messages

Everything that officers and administrators are told when something is wrong, by where they meet
it: in Vietnamese, as it is said to them, and in English. What stands in braces is filled in; behind
an arrow stands what to do. Codes are stable and for programs: one code, one sentence."""

TERMS_INTRO = """\
## One word for one thing

What the messages, the console, the mails and the reports call the things of the program. A test
holds every translation against it."""

_AS_WRITTEN = re.compile(r"%\((\w+)\)[.\d]*[sdf]")
_MARKUP = re.compile(r"[\\*_<`]")


def messages_page(made: str) -> str:
    """docs/reference/messages.md; ``made`` is the line that says who made it."""
    parts = [made, INTRO]
    for chapter in CHAPTERS:
        rows = chapter.rows()
        parts += [f"## {chapter.title}", chapter.intro, _table(rows)]
    parts += [TERMS_INTRO, sheet(["in English", "in Vietnamese"], _terms())]
    return "\n\n".join(parts) + "\n"


def _terms() -> Iterator[Sequence[str]]:
    return ([term.english, term.vietnamese] for term in TERMS)


def _table(rows: Sequence[Row]) -> str:
    """The columns that any of ``rows`` has something in."""
    with speaking("vi"):
        vietnamese = [_whole(row) for row in rows]
    with speaking("en"):
        english = [_whole(row) for row in rows]
    columns = {
        "code": [f"`{row.code}`" if row.code else "" for row in rows],
        "becomes": [row.becomes for row in rows],
        "in Vietnamese": vietnamese,
        "in English": english,
        "said by": [", ".join(f"`{_short(name)}`" for name in row.said_by) for row in rows],
    }
    told = {head: cells for head, cells in columns.items() if any(cells)}
    return sheet(list(told), zip(*told.values(), strict=True))


def _whole(row: Row) -> str:
    what = " / ".join(map(_told, row.what))
    instead = " / ".join(map(_told, row.instead))
    return f"{what} → {instead}" if instead else what


def _told(text: str) -> str:
    """A text in the present language, its placeholders in braces, fit for a cell."""
    line = " ".join(_AS_WRITTEN.sub(r"{\1}", _(text)).replace("%%", "%").split())
    return _MARKUP.sub(r"\\\g<0>", line)


def _short(name: str) -> str:
    return name.removeprefix("publisher/").removesuffix(".py")
