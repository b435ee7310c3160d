"""The schemas say what the program says: what it takes they take, what it refuses they refuse."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest

import channels
from publisher import catalogue
from publisher.i18n import speaking
from publisher.schemas.files import in_english, schemas
from publisher.schemas.words import told

ROOT = Path(__file__).parents[2]
NAMES = ("fanpage", "zalo", "x")

CAMPAIGN = 'title = "Ngày hội"\nowner = "Sở"\nchannels = ["fanpage"]\n'


def faults(kind: str, text: str, names: tuple[str, ...] = NAMES) -> list[str]:
    """What an editor finds in ``text``."""
    value = json.loads(json.dumps(tomllib.loads(text), default=str))
    found = jsonschema_rs.validator_for(schemas(names)[kind]).iter_errors(value)
    return [error.message for error in found]


def shipped() -> list[tuple[str, Path]]:
    campaigns = sorted((ROOT / "campaigns").glob("*/campaign.toml"))
    posts = sorted((ROOT / "campaigns").glob("*/posts/*.md"))
    return [
        ("schedule", ROOT / "schedule.toml"),
        *(("campaign", path) for path in campaigns),
        *(("post", path) for path in posts),
    ]


def test_every_shipped_file_is_right() -> None:
    own = tuple(tomllib.loads((ROOT / "schedule.toml").read_text(encoding="utf-8"))["channels"])
    files = shipped()
    assert len(files) > 30
    for kind, path in files:
        text = path.read_text(encoding="utf-8")
        front = text.split("+++")[1] if kind == "post" else text
        assert faults(kind, front, own) == [], path


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("campaign", CAMPAIGN.replace("title", "titel")),
        ("campaign", CAMPAIGN.replace('"Ngày hội"', "5")),
        ("campaign", CAMPAIGN.replace('["fanpage"]', '["fanpgae"]')),
        ("campaign", CAMPAIGN + 'audiences = ["everybody"]\n'),
        ("campaign", CAMPAIGN + 'grace = "two hours"\n'),
        ("campaign", CAMPAIGN + "approvals = 3\n"),
        ("campaign", CAMPAIGN + "[feed]\nurl = 5\n"),
        ("post", 'when = "D"\ncard = true\n'),
        ("post", 'when = "D"\n[for.fanpgae]\ntext = "Chào"\n'),
        ("post", 'when = "D"\n[for.fanpage]\ntxt = "Chào"\n'),
        ("post", "title = 'Chào'\n"),
        ("schedule", '[channels.fanpage]\nadapter = "facebok"\n'),
        ("schedule", '[channels.fanpage]\nlike = "facebook"\n'),
        ("schedule", '[channels.zalo]\nadapter = "zalo"\napp_id = "1"\n'),
        ("schedule", '[channels.x]\nadapter = "outbox"\napp_id = "1"\n'),
        ("schedule", "[jobs]\nsweep = 5\n"),
        ("schedule", 'engine = "cloud"\n'),
        ("schedule", 'root = "/"\n'),
    ],
)
def test_a_slip_is_found_while_it_is_typed(kind: str, text: str) -> None:
    assert faults(kind, text)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("campaign", CAMPAIGN + 'time = "7:30"\ngrace = "1d 12h"\nanchor = { every = "10-10" }\n'),
        ("campaign", CAMPAIGN + '[feed]\nurl = "https://dongthap.gov.vn/rss"\n'),
        ("campaign", CAMPAIGN + '[feed]\nurl = ["https://a.vn/rss", "https://b.vn/rss"]\n'),
        ("campaign", CAMPAIGN + 'hashtags = ["ChuyểnĐổiSố"]\n'),
        ("post", 'when = "D-7 08:00"\ncard = "countdown"\n[for.x]\ncard = false\n'),
        ("post", 'when = "D"\ncard = { design = "quote", text = "Hay", who = "An" }\n'),
        ("schedule", '[channels.tap]\nadapter = "outbox"\nlike = "facebook"\n'),
        ("schedule", "[[blackouts]]\nfrom = 2027-07-27\nto = 2027-07-27\nreason = 'Quốc tang'\n"),
    ],
)
def test_what_the_program_takes_is_not_refused(kind: str, text: str) -> None:
    assert faults(kind, text) == []


def test_without_channels_any_name_may_stand() -> None:
    assert faults("campaign", CAMPAIGN.replace("fanpage", "kenh-nao-do"), ()) == []


def test_defaults_stand_as_they_are_written_in_a_file() -> None:
    campaign = schemas()["campaign"]["properties"]
    assert campaign["grace"]["default"] == "2h"
    assert campaign["time"]["default"] == "08:00"


def test_every_adapters_keys_are_completed_and_told() -> None:
    keys = schemas()["schedule"]["properties"]["channels"]["additionalProperties"]
    for name in channels.known():
        assert name in keys["properties"]["adapter"]["enum"]
        assert set(channels.load(name).Config.model_json_schema()["properties"]) <= set(
            keys["properties"]
        )


def test_what_a_key_means_is_told_in_the_present_language() -> None:
    meaning = "How many different people must approve each post."
    with speaking("en"):
        assert schemas()["campaign"]["properties"]["approvals"]["description"] == meaning
    with speaking("vi"):
        said = schemas()["campaign"]["properties"]["approvals"]["description"]
    assert "duyệt" in said


def test_all_that_is_told_is_in_the_catalogue_a_paragraph_to_a_line() -> None:
    known = {message.id for message in catalogue.messages()}
    texts = list(told(in_english()))
    assert len(set(texts)) > 250
    assert [text for text in texts if text not in known] == []
    assert [text for text in texts if "\n" in text.replace("\n\n", "")] == []


def test_a_key_that_is_called_as_the_schema_s_own_word_is_left_as_it_is() -> None:
    part = {"properties": {"description": {"type": "string", "description": "The title."}}}
    assert list(told(part)) == ["The title."]


def test_every_reference_leads_somewhere() -> None:
    for name, schema in schemas(NAMES).items():
        for target in _references(schema):
            assert target.removeprefix("#/definitions/") in schema["definitions"], (name, target)


def _references(part: Any) -> list[str]:
    if isinstance(part, dict):
        own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
        return own + [target for value in part.values() for target in _references(value)]
    return [t for one in part for t in _references(one)] if isinstance(part, list) else []
