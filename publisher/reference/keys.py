"""The keys of the officers' files as tables: each with its type, its default and its meaning."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from publisher.campaign.when import When
from publisher.files.schema import annotated, bare, bounds, is_model, is_secret, key_of
from publisher.reference.sheet import sheet

_WORDS: dict[Any, str] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "`true` or `false`",
    date: "date",
    time: "time",
    timedelta: "duration",
    Path: "path",
    Any: "anything",
}


def tables(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """The table of ``model``'s keys, and below it those of the tables inside."""
    yield keys_of(model)
    inside = above.count(".") > 1
    for name, field in model.model_fields.items():
        inner, many = _inner(field.annotation)
        if inner is None or field.exclude or (inside and many == "list"):
            continue
        key = f"{above}{key_of(name, field)}"
        heading = {"": f"[{key}]", "list": f"[[{key}]]", "table": f"[{key}.NAME]"}[many]
        yield f"### {heading}\n\n{inspect.cleandoc(inner.__doc__ or '')}"
        yield from tables(inner, f"{key}.NAME." if many == "table" else f"{key}.")


def keys_of(model: type[BaseModel], *, meaning: bool = True) -> str:
    """The table of ``model``'s own keys, with or without what they mean."""
    rows = []
    for name, field in model.model_fields.items():
        if field.exclude:
            continue
        row = [f"`{key_of(name, field)}`", _type(model, name, field), _default(field)]
        rows.append([*row, field.description or ""] if meaning else row)
    head = ["key", "type", "default", *(["meaning"] if meaning else [])]
    return sheet(head, rows)


def _inner(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """The model inside, and whether it stands alone (empty), in a ``list`` or in a ``table``."""
    plain = bare(annotation)
    if is_model(plain):
        return plain, ""
    if get_origin(plain) is tuple and is_model(bare(get_args(plain)[0])):
        return bare(get_args(plain)[0]), "list"
    if get_origin(plain) is dict and is_model(bare(get_args(plain)[1])):
        return bare(get_args(plain)[1]), "table"
    return None, ""


def _type(model: type[BaseModel], name: str, field: FieldInfo) -> str:
    key = key_of(name, field)
    if is_secret(model, (key,)):
        return "place of a secret"
    least, most = bounds(model, (key,))
    words = _words(annotated(field))
    if least is not None and most is not None:
        return f"{words}, {least} to {most}"
    return f"{words}, at least {least}" if least is not None else words


def _words(annotation: Any) -> str:
    plain = bare(annotation)
    origin, inside = get_origin(plain), get_args(plain)
    if plain == When:
        return "when"
    if is_model(plain):
        return "table"
    if origin is Literal:
        return ", ".join(f'`"{choice}"`' for choice in inside)
    if origin is tuple:
        return f"list of {_plural(inside[0])}".replace("list of `", "list of: `")
    if origin is dict:
        return f"table of {_plural(inside[1])}"
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(_words(member) for member in inside))
    return _WORDS.get(plain, "text")


def _plural(annotation: Any) -> str:
    words = _words(annotation)
    return {"text": "texts", "table": "tables", "table of anything": "tables"}.get(words, words)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None or value is PydanticUndefined or isinstance(value, BaseModel):
        return ""
    match value:
        case bool():
            return f"`{str(value).lower()}`"
        case timedelta():
            return f'`"{_span(value)}"`'
        case time():
            return f'`"{value:%H:%M}"`'
        case "" | () | {}:
            return ""
        case str() | Path():
            return f'`"{value}"`'
        case tuple():
            return "`[" + ", ".join(f'"{one}"' for one in value) + "]`"
        case _:
            return f"`{value}`" if value else ""


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"
