"""From pydantic's own JSON Schema to the one that an editor of TOML can show."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel

Schema = dict[str, Any]

DRAFT = "http://json-schema.org/draft-07/schema#"
"""The draft that editors of TOML know."""

_SPAN = re.compile(r"^P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$")
_UNITS = ("d", "h", "m", "s")
_MINUTES = re.compile(r"^\d{2}:\d{2}(?=:00$)")


def schema_of(model: type[BaseModel]) -> tuple[Schema, dict[str, Schema]]:
    """The schema of ``model`` and, by name, of the tables inside, which it refers to below
    ``#/definitions``.

    TOML has no null, so that no key may be one. Defaults stand as they are written in a file.
    """
    made = _plain(model.model_json_schema(ref_template="#/definitions/{model}"))
    for name, field in model.model_fields.items():
        if field.exclude:  # what the program adds is no key of the file's
            del made["properties"][name]
    inside: dict[str, Schema] = made.pop("$defs", {})
    return made, inside


def _plain(part: Any) -> Any:
    if isinstance(part, list):
        return [_plain(one) for one in part]
    if not isinstance(part, dict):
        return part
    plain = {key: _named(key, value) for key, value in part.items()}
    # A title only says the key's name again; of what has several forms, none is null.
    if isinstance(plain.get("title"), str):
        del plain["title"]
    if isinstance(plain.get("description"), str):
        plain["description"] = _unwrapped(plain["description"])
    if "anyOf" in plain:
        forms = [form for form in plain["anyOf"] if form != {"type": "null"}]
        plain = plain | {"anyOf": forms} if len(forms) > 1 else _joined(plain, forms)
    if "default" in plain:
        written = _written(plain["default"])
        plain = {key: value for key, value in plain.items() if key != "default"}
        if written is not None:
            plain["default"] = written
    return plain


def _unwrapped(docstring: str) -> str:
    """``docstring`` as Markdown, a paragraph to a line."""
    paragraphs = re.split(r"\n{2,}", docstring.replace("``", "`"))
    return "\n\n".join(re.sub(r"\s*\n\s*", " ", one).strip() for one in paragraphs)


def _named(key: str, value: Any) -> Any:
    """The value of ``key``; in ``properties`` a key is a name of the file's, whatever it is."""
    if key in ("properties", "patternProperties", "$defs"):
        return {name: _plain(one) for name, one in value.items()}
    return value if key == "default" else _plain(value)


def _joined(plain: Schema, forms: list[Schema]) -> Schema:
    rest = {key: value for key, value in plain.items() if key != "anyOf"}
    # Beside a reference nothing else counts in this draft: a description stands around it.
    if forms and "$ref" in forms[0]:
        return rest | {"allOf": forms}
    return (forms[0] if forms else {}) | rest


def _written(default: Any) -> Any:
    """``default`` as a file has it; ``None`` where it says nothing."""
    if isinstance(default, str):
        span, minutes = _SPAN.match(default), _MINUTES.match(default)
        if span is not None:
            parts = zip(span.groups(), _UNITS, strict=True)
            return " ".join(f"{number}{unit}" for number, unit in parts if number) or "0s"
        return minutes[0] if minutes else default
    return None if default is None or default in ({}, []) else default
