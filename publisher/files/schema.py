"""Finds what may stand at a key, in the pydantic model of a file.

The model is the only description of what files hold; error messages and the reference read it here.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from channels.base import SecretRef
from publisher.files.positions import KeyPath


def keys_at(model: type[BaseModel], key: KeyPath) -> list[str]:
    """The keys that the table at ``key`` may have; none where it is no table of known keys."""
    found = bare(annotation_at(model, key))
    if not is_model(found):
        return []
    return [key_of(name, field) for name, field in found.model_fields.items() if not field.exclude]


def key_of(name: str, field: FieldInfo) -> str:
    """A field's name as it stands in files."""
    return field.alias or name


def is_model(annotation: Any) -> bool:
    return isinstance(annotation, type) and issubclass(annotation, BaseModel)


def annotation_at(model: type[BaseModel], key: KeyPath) -> Any:
    """The type, with its notes, of what stands at ``key``; ``None`` where nothing may."""
    here: Any = model
    for part in key:
        here = bare(here)
        if is_model(here):
            here = _of_field(here, str(part))
        elif get_origin(here) is tuple:
            here = get_args(here)[0]
        elif get_origin(here) is dict:
            here = get_args(here)[1]
        else:
            return None
    return here


def annotated(field: FieldInfo) -> Any:
    """A field's type with the notes that pydantic keeps beside it."""
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def bare(annotation: Any) -> Any:
    """``annotation`` without its notes and without ``| None``."""
    while True:
        if get_origin(annotation) is Annotated:
            annotation = get_args(annotation)[0]
        elif get_origin(annotation) in (Union, UnionType):
            members = [member for member in get_args(annotation) if member is not type(None)]
            if len(members) != 1:
                return annotation
            annotation = members[0]
        else:
            return annotation


def pattern(annotation: Any) -> str:
    """The regular expression that a text must match; empty where there is none."""
    return next((str(note.pattern) for note in _notes(annotation) if _has(note, "pattern")), "")


def pattern_at(model: type[BaseModel], key: KeyPath) -> str:
    return pattern(annotation_at(model, key))


def bounds(model: type[BaseModel], key: KeyPath) -> tuple[Any, Any]:
    """The least and the most that a number may be; ``None`` where there is no bound."""
    notes = list(_notes(annotation_at(model, key)))
    least = next((note.ge for note in notes if _has(note, "ge")), None)
    most = next((note.le for note in notes if _has(note, "le")), None)
    return least, most


def is_secret(model: type[BaseModel], key: KeyPath) -> bool:
    """Whether the place of a secret is due at ``key``, and so a secret may have been put there."""
    return pattern_at(model, key) == pattern(SecretRef)


def _of_field(model: type[BaseModel], key: str) -> Any:
    for name, field in model.model_fields.items():
        if key == key_of(name, field):
            return annotated(field)
    return None


def _notes(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Annotated:
        inner, *notes = get_args(annotation)
        for note in notes:
            yield from note.metadata if isinstance(note, FieldInfo) else (note,)
        yield from _notes(inner)
    elif get_origin(annotation) in (Union, UnionType):
        for member in get_args(annotation):
            yield from _notes(member)


def _has(note: Any, name: str) -> bool:
    return getattr(note, name, None) is not None
