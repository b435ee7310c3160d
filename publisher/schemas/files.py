"""The schemas of the three kinds of file: schedule.toml, campaign.toml, a post's front matter."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import channels
from publisher.campaign.model import CampaignFile, FrontMatter
from publisher.schemas.plain import DRAFT, Schema, schema_of
from publisher.schemas.words import translated
from publisher.settings.schedule import Settings

_CHANNEL_NAME = "channelName"


def schemas(names: Sequence[str] = ()) -> dict[str, Schema]:
    """By the file's name: ``schedule``, ``campaign`` and ``post`` (its front matter), with what
    each key means in the present language.

    ``names`` are the office's channels; with them an editor completes those and refuses others.
    """
    return {name: translated(schema) for name, schema in in_english(names).items()}


def in_english(names: Sequence[str] = ()) -> dict[str, Schema]:
    """The same as the models have it."""
    return {
        "schedule": _with_channels(*schema_of(Settings)),
        "campaign": _naming(*schema_of(CampaignFile), names, "channels"),
        "post": _naming(*schema_of(FrontMatter), names, "channels", "for"),
    }


def _naming(schema: Schema, inside: dict[str, Schema], names: Sequence[str], *keys: str) -> Schema:
    """``schema``, in which ``keys`` name channels."""
    if names:
        inside[_CHANNEL_NAME] = {"type": "string", "enum": list(names)}
        for key in keys:
            part = schema["properties"][key]
            if part["type"] == "array":
                part["items"] = {"$ref": f"#/definitions/{_CHANNEL_NAME}"}
                continue
            # Named one by one, for an editor completes what it finds among the properties.
            each = part.pop("additionalProperties")
            part |= {"properties": dict.fromkeys(names, each), "additionalProperties": False}
    return _whole(schema, inside)


def _with_channels(schema: Schema, inside: dict[str, Schema]) -> Schema:
    """``schema`` of schedule.toml, in which each channel has the keys that its adapter takes."""
    adapters = {name: _of_adapter(name) for name in channels.known()}
    every: dict[str, Any] = {}
    for name, (keys, below) in adapters.items():
        # Two adapters may each have a table of one name.
        inside[name] = _renamed(keys, name, below)
        inside |= {f"{name}.{table}": _renamed(one, name, below) for table, one in below.items()}
        every |= {key: _told(part) for key, part in keys["properties"].items()}
    every["adapter"] = {
        "type": "string",
        "enum": list(adapters),
        "description": "The platform that the account is on.",
    }
    part = schema["properties"]["channels"]
    # An editor completes in a table of any name, and not in one whose name is to match.
    [name_form] = part.pop("patternProperties")
    part["propertyNames"] = {"pattern": name_form}
    part["additionalProperties"] = {
        "type": "object",
        "required": ["adapter"],
        "properties": every,
        "allOf": [
            {
                "if": {"properties": {"adapter": {"const": name}}},
                "then": {"$ref": f"#/definitions/{name}"},
            }
            for name in adapters
        ],
    }
    return _whole(schema, inside)


def _of_adapter(name: str) -> tuple[Schema, dict[str, Schema]]:
    """The keys of the adapter ``name``; below its class's first line stands what they mean."""
    keys, inside = schema_of(channels.load(name).Config)
    meaning = keys.pop("description", "").partition("\n\n")[2]
    return (keys | {"description": meaning} if meaning else keys), inside


def _told(part: Schema) -> Schema:
    """What an editor shows of a key before it knows the adapter; that alone says what may stand."""
    return {"description": part["description"]} if "description" in part else {}


def _renamed(part: Any, adapter: str, tables: Schema) -> Any:
    """``part``, whose references lead to the tables of ``adapter``."""
    if isinstance(part, list):
        return [_renamed(one, adapter, tables) for one in part]
    if not isinstance(part, dict):
        return part
    target = part.get("$ref")
    if isinstance(target, str):
        return part | {"$ref": target.replace("definitions/", f"definitions/{adapter}.")}
    return {key: _renamed(value, adapter, tables) for key, value in part.items()}


def _whole(schema: Schema, inside: dict[str, Schema]) -> Schema:
    return {"$schema": DRAFT, **schema, "definitions": inside}
