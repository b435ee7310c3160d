"""``schema``: what an editor needs lies where it looks, and nobody's own settings are touched."""

from __future__ import annotations

import json
import tomllib

from tests.cli.office import Office


def test_schemas_know_the_offices_own_channels(office: Office) -> None:
    assert office.run("schema").code == 0

    campaign = json.loads((office.root / ".schemas/campaign.schema.json").read_text())
    assert campaign["definitions"]["channelName"]["enum"] == ["fanpage", "portal"]


def test_the_editor_is_told_which_file_goes_by_which(office: Office) -> None:
    office.run("schema", "--out", "luoc-do")

    rules = tomllib.loads((office.root / ".taplo.toml").read_text())["rule"]
    told = {rule["include"][0]: rule["schema"]["path"] for rule in rules}
    assert told == {
        "schedule.toml": "luoc-do/schedule.schema.json",
        "campaigns/*/campaign.toml": "luoc-do/campaign.schema.json",
    }
    assert all((office.root / path).exists() for path in told.values())


def test_an_officers_own_settings_of_the_editor_stay(office: Office) -> None:
    own = office.root / ".taplo.toml"
    own.write_text('exclude = ["nhap/*"]\n')

    ran = office.run("schema")

    assert own.read_text() == 'exclude = ["nhap/*"]\n'
    assert ran.lines('include = ["schedule.toml"]')


def test_it_works_before_there_is_a_sound_schedule(office: Office) -> None:
    office.schedule("[channels.fanpage]\nadapter = 5\n")

    assert office.run("schema").code == 0

    campaign = json.loads((office.root / ".schemas/campaign.schema.json").read_text())
    assert "channelName" not in campaign["definitions"]
