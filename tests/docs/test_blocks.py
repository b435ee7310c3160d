"""What stands in the docs as code is code: TOML is taken as it stands, JSON and Python parse."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from publisher.campaign.criteria import CriteriaFile
from publisher.campaign.model import CampaignFile, FrontMatter
from publisher.settings import Settings
from tests.docs.pages import PAGES, blocks, named

FILES: tuple[type[BaseModel], ...] = (Settings, CampaignFile, FrontMatter, CriteriaFile)
"""The files that people write in TOML."""

OTHERS = frozenset({"project"})
"""What begins with these belongs to another program's file (pyproject.toml)."""

WITH_TOML = [
    pytest.param(page, block, id=f"{named(page)}:{number}")
    for page in PAGES
    for number, block in enumerate(blocks(page, "toml"), 1)
]


def refusals(model: type[BaseModel], keys: dict[str, Any]) -> list[str]:
    """What ``model`` has against ``keys``, but that more belongs there: an example is a part."""
    try:
        model.model_validate(keys)
    except ValidationError as error:
        return [
            f"{'.'.join(str(part) for part in one['loc'])}: {one['msg']}"
            for one in error.errors()
            if one["type"] != "missing"
        ]
    return []


@pytest.mark.parametrize(("page", "block"), WITH_TOML)
def test_what_a_page_tells_people_to_write_is_taken(page: Path, block: str) -> None:
    keys = tomllib.loads(block)
    if OTHERS & set(keys):
        return
    told = {model.__name__: refusals(model, keys) for model in FILES}
    assert not all(told.values()), told


def test_a_key_that_no_file_has_is_noticed() -> None:
    assert all(refusals(model, {"chanels": {}}) for model in FILES)


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_json_and_python_can_be_read(page: Path) -> None:
    for block in blocks(page, "json"):
        json.loads(block)
    for block in blocks(page, "python"):
        compile(block, named(page), "exec")
