"""The catalogues: collects every message of the code and templates, and compiles translations.

    python -m publisher.catalogue            update the .po files, compile the .mo files
    python -m publisher.catalogue --missing  list what has no translation; exit 1 where any is

English is the language of the code, so only Vietnamese has a catalogue.
"""

from __future__ import annotations

import io
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from channels import base
from publisher.schemas.files import in_english
from publisher.schemas.words import told

PROGRAM = Path(__file__).parent
VIETNAMESE = PROGRAM / "locale" / "vi" / "LC_MESSAGES" / "publisher.po"
CLICKS = VIETNAMESE.with_name("click.mo")
"""What click says itself, compiled apart: it takes in a whole catalogue before its first word."""

_NO_DAY = datetime(2000, 1, 1, tzinfo=UTC)

_METHODS = [("**/templates/**.html", "jinja2"), ("**/templates/**.mjml", "jinja2"),
            ("**/templates/**.txt", "jinja2"), ("**/templates/**.j2", "jinja2"),
            ("**.py", "python")]  # fmt: skip
_KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
ADAPTERS = PROGRAM.parent / "channels"
REFUSES = (
    "ValueError",
    *(
        name
        for name, one in vars(base).items()
        if isinstance(one, type) and issubclass(one, base.ChannelError)
    ),
)
"""How an adapter, which knows of no catalogue, says what it was refused or what it can't tell; its
texts become notes of deliveries, and what alerts give as the reason."""

# What a stand-in answers is a platform's words, and nobody reads it.
_SPEAKS = [("simulated/**.py", "ignore"), ("**.py", "python")]


def messages() -> Catalog:
    """Every message that the program can say, with where it says it."""
    catalogue = Catalog(project="Publisher", charset="utf-8", fuzzy=False)
    found = extract_from_dir(
        PROGRAM,
        method_map=_METHODS,
        options_map={pattern: {"silent": "false"} for pattern, _method in _METHODS[:-1]},
        keywords=_KEYWORDS,
    )
    refusals = extract_from_dir(
        ADAPTERS, method_map=_SPEAKS, keywords=dict.fromkeys(("N_", *REFUSES))
    )
    for name, _line, message, _comments, context in (*found, *refusals):
        catalogue.add(message, locations=[(name, 0)], context=context)
    for meaning in told(in_english()):
        catalogue.add(meaning, locations=[("schemas/files.py", 0)])
    return catalogue


def vietnamese() -> Catalog:
    """The Vietnamese catalogue as it stands in its file."""
    if not VIETNAMESE.exists():
        return Catalog(locale="vi", project="Publisher", charset="utf-8", fuzzy=False)
    with VIETNAMESE.open("rb") as file:
        return read_po(file, locale="vi")


def updated() -> Catalog:
    """The Vietnamese catalogue with exactly the messages that the program says now."""
    catalogue = vietnamese()
    catalogue.update(messages(), no_fuzzy_matching=True)
    catalogue.obsolete.clear()
    return catalogue


def said_by_click(catalogue: Catalog) -> Catalog:
    """Of ``catalogue``, what stands in ``publisher/cli/click_words.py``."""
    words = Catalog(locale=catalogue.locale, charset="utf-8", fuzzy=False)
    for message in catalogue:
        places = {place for place, _line in message.locations}
        if message.id and "cli/click_words.py" in places:
            words.add(message.id, message.string)
    return words


def missing(catalogue: Catalog) -> list[str]:
    """The messages that ``catalogue`` doesn't translate."""
    lacking = []
    for message in catalogue:
        if not message.id:
            continue
        words = message.string if isinstance(message.string, tuple) else (message.string,)
        if not all(words):
            lacking.append(str(message.id[0] if isinstance(message.id, tuple) else message.id))
    return lacking


def as_po(catalogue: Catalog) -> bytes:
    """The catalogue's file: without dates and lines, so that it changes only with its words."""
    target = io.BytesIO()
    write_po(
        target, catalogue, width=100, omit_header=False, sort_output=True, include_lineno=False
    )
    lines = target.getvalue().decode().splitlines(keepends=True)
    noise = ('"POT-Creation-Date', '"PO-Revision-Date', '"Generated-By', '"Last-Translator')
    return "".join(line for line in lines if not line.startswith(noise)).encode()


def as_mo(catalogue: Catalog) -> bytes:
    """The compiled catalogue."""
    # Without its day it changes only with its words.
    catalogue.creation_date = catalogue.revision_date = _NO_DAY
    target = io.BytesIO()
    write_mo(target, catalogue)
    return target.getvalue()


def main() -> int:
    catalogue = updated()
    if "--missing" not in sys.argv:
        VIETNAMESE.parent.mkdir(parents=True, exist_ok=True)
        VIETNAMESE.write_bytes(as_po(catalogue))
        VIETNAMESE.with_suffix(".mo").write_bytes(as_mo(vietnamese()))
        CLICKS.write_bytes(as_mo(said_by_click(vietnamese())))
    lacking = missing(catalogue)
    for text in lacking:
        print(repr(text))
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
