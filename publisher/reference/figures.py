"""The page of figures: what each means, who gives it, what has to be said with it, and the files
they are written to."""

from __future__ import annotations

import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import BaseModel

import channels
from publisher.i18n import _, speaking
from publisher.reach.definitions import FIGURES, NOTES, WORDS, Definition
from publisher.reach.export.json_schema import AccountsJson, AnswerJson, DefinitionsJson, DoubtsJson
from publisher.reach.givers import Givers, givers
from publisher.reference.sheet import sheet

INTRO = """\
# Figures

What the ledger (`publisher reach`), the weekly mail and the periodic reports count, in one place.
`publisher reach --definitions` says the same in Vietnamese; every workbook has it on a sheet of its
own. Figures are cumulative and stand as the platforms gave them: none is corrected or guessed."""

GIVEN_BY = """\
Which adapters give a figure is what their platforms tell; each [channel's page](../channels) says
from where. Adapters that aren't named here give nothing: of a mail, a feed or a bulletin nobody
counts the readers."""

FILES = """\
## Files

`publisher reach --out FILE.xlsx` (or `.csv`, `.json`) writes any answer to a file.

**XLSX** is for people: numbers and dates are typed, absent figures are empty cells, beside each
figure stands of how many deliveries it is known, and a second sheet holds the definitions. Figures
that nothing gave are left out. No cell is a formula, whatever a post begins with.

**CSV** has every figure, and no line but the head and the rows: no total, no notes. As it is it is
for an Excel set to Vietnamese, where the comma is the decimal sign: columns are separated by
semicolons, and a byte order mark keeps the accents whole. An Excel set otherwise shows one column:
take XLSX. With `--comma` it is for programs: commas, no byte order mark (RFC 4180). Days and
moments are ISO 8601. A text that begins like a formula (`=`, `+`, `-`, `@`) has an apostrophe
before it.

**JSON** has the same names in every language; moments are ISO 8601 with the office's offset, and an
absent figure is `null`."""


def figures_page(made: str) -> str:
    """docs/reference/figures.md; ``made`` is the line that says who made it."""
    sections = [
        made,
        INTRO,
        "## What is counted",
        _definitions(FIGURES, givers(channels.known())),
        GIVEN_BY,
    ]
    sections += ["## Words", _definitions(WORDS, {}), "## What is said with the figures", _notes()]
    sections += [FILES, "## The JSON", *_json()]
    return "\n\n".join(sections) + "\n"


def _definitions(definitions: Sequence[Definition], given: Givers) -> str:
    rows = []
    for one in definitions:
        with speaking("vi"):
            vietnamese = _(one.label)
        given_by = ", ".join(f"[{name}](../channels/{name}.md)" for name in given.get(one.name, ()))
        rows.append([f"`{one.name}`", one.label, vietnamese, one.meaning, given_by])
    head = ["name", "in English", "in Vietnamese", "meaning", "given by"]
    if not any(one.name in given for one in definitions):
        head, rows = head[:-1], [row[:-1] for row in rows]
    return sheet(head, rows)


def _notes() -> str:
    return sheet(["code", "said"], [[f"`{name}`", text] for name, text in NOTES.items()])


def _json() -> Iterator[str]:
    """The tables of every document, and of what stands inside them, each once."""
    told: set[str] = set()
    commands: dict[type[BaseModel], str] = {
        AnswerJson: "publisher reach --as json",
        AccountsJson: "publisher reach --accounts --as json",
        DoubtsJson: "publisher reach --doubts --as json",
        DefinitionsJson: "publisher reach --definitions --as json",
    }
    for document, command in commands.items():
        yield f"### `{command}`\n\n{inspect.getdoc(document)}"
        yield from _model(document, told)


def _model(document: type[BaseModel], told: set[str]) -> Iterator[str]:
    schema = document.model_json_schema(mode="serialization")
    yield _keys(schema)
    for name, inside in schema.get("$defs", {}).items():
        if name not in told:
            told.add(name)
            yield f"#### {_short(name)}\n\n{inside['description']}"
            yield _keys(inside)


def _keys(schema: Mapping[str, Any]) -> str:
    rows = [
        [f"`{name}`", _type(facts), facts.get("description", "")]
        for name, facts in schema["properties"].items()
    ]
    return sheet(["key", "type", "meaning"], rows)


def _type(facts: Mapping[str, Any]) -> str:
    if "$ref" in facts:
        return _short(facts["$ref"].rpartition("/")[2])
    if "anyOf" in facts:
        return " or ".join(_type(one) for one in facts["anyOf"])
    match facts.get("type"):
        case "array":
            return f"list of {_type(facts['items'])}"
        case "object":
            return f"{_type(facts['additionalProperties'])} by name"
        case "string":
            return {"date-time": "moment", "date": "day"}.get(facts.get("format", ""), "text")
        case "integer":
            return "number"
        case kind:
            return str(kind)


def _short(name: str) -> str:
    return name.removesuffix("Json").lower()
