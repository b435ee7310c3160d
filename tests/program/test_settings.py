"""schedule.toml: every key documented, none unknown, and values that say what they mean."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel, TypeAdapter, ValidationError

from publisher import reference
from publisher.files.durations import Duration
from publisher.files.faults import Fault
from publisher.files.schema import bare, is_model, key_of
from publisher.i18n import speaking
from publisher.settings import Settings
from publisher.settings.reader import read_settings, read_settings_but_channels


def read(folder: Path, text: str) -> tuple[Settings | None, list[Fault]]:
    path = folder / "schedule.toml"
    path.write_text(text, encoding="utf-8")
    with speaking("en"):
        return read_settings(path)


def keys_of(model: type[BaseModel]) -> Iterator[str]:
    """Every key of ``model`` and of the tables inside it, that stands by itself."""
    for name, field in model.model_fields.items():
        if field.exclude:
            continue
        yield key_of(name, field)
        if is_model(inner := bare(field.annotation)):
            yield from keys_of(inner)


def test_every_key_is_in_the_reference_with_a_meaning() -> None:
    rows = {
        cells[1].strip(" `"): cells
        for cells in (line.split("|") for line in reference.schedule_page().splitlines())
        if len(cells) == 6
    }
    for key in keys_of(Settings):
        assert rows[key][4].strip(), key


def test_an_empty_file_is_an_office_with_every_default(tmp_path: Path) -> None:
    settings, faults = read(tmp_path, "")

    assert faults == []
    assert settings is not None
    assert settings.timezone == "Asia/Ho_Chi_Minh"
    assert settings.campaigns_folder == tmp_path / "campaigns"


@pytest.mark.parametrize(
    ("text", "line", "meant"),
    [
        ('timezon = "Asia/Ho_Chi_Minh"', 1, "timezone"),
        ('[hours]\nstrat = "07:00"', 2, "start"),
        ('[alerts]\nquite = "6h"', 2, "quiet"),
        ('[reports.weekly]\nlanguge = "vi"', 2, "language"),
        ('[retry]\nfrist = "1m"', 2, "first"),
        ('[chanels.fanpage]\nadapter = "outbox"', 1, "channels"),
        ('[channels.fanpage]\nadapter = "outbox"\nlik = "facebook"', 3, "like"),
        ('[channels.fanpage]\nadapter = "outbx"', 2, "outbox"),
    ],
)
def test_a_misspelt_key_is_refused_at_its_line_with_the_one_that_was_meant(
    tmp_path: Path, text: str, line: int, meant: str
) -> None:
    settings, faults = read(tmp_path, text)

    assert settings is None
    told = [fault for fault in faults if fault.line == line]
    assert told, faults
    assert f"“{meant}”" in told[0].what + told[0].instead


def test_who_looks_at_what_is_stored_is_not_stopped_by_a_channel(tmp_path: Path) -> None:
    path = tmp_path / "schedule.toml"
    faulty = '[channels.trang]\nadapter = "nobody-knows-it"\n[media_host]\nkind = "channel"\n'
    path.write_text(f'timezone = "UTC"\n{faulty}channel = "trang"\nurl = ""\n', encoding="utf-8")

    settings, faults = read_settings_but_channels(path)

    assert (settings and settings.timezone, faults) == ("UTC", [])
    assert read_settings(path)[0] is None


@pytest.mark.parametrize("text", ["sai", 'timezon = "UTC"', 'timezone = "Sao Hỏa"'])
def test_whatever_else_is_wrong_stops_them_as_it_stops_everybody(tmp_path: Path, text: str) -> None:
    path = tmp_path / "schedule.toml"
    path.write_text(text, encoding="utf-8")

    settings, faults = read_settings_but_channels(path)

    assert settings is None
    assert faults == read_settings(path)[1]


def test_the_folder_of_the_file_is_no_key_of_it(tmp_path: Path) -> None:
    settings, faults = read(tmp_path, 'root = "/"')

    assert settings is None
    assert [fault.code for fault in faults] == ["unknown_key"]


@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "UTC", "Europe/Berlin"])
def test_a_zone_is_a_name_of_the_zone_data_base(tmp_path: Path, zone: str) -> None:
    settings, _faults = read(tmp_path, f'timezone = "{zone}"')

    assert settings is not None
    assert settings.zone.key == zone


@pytest.mark.parametrize("zone", ["Asia/Hanoi", "GMT+7", "+07:00", "../etc/passwd", ""])
def test_what_is_no_zone_is_refused(tmp_path: Path, zone: str) -> None:
    settings, faults = read(tmp_path, f'timezone = "{zone}"')

    assert settings is None
    assert faults[0].line == 1


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("90s", timedelta(seconds=90)),
        ("30m", timedelta(minutes=30)),
        ("2h", timedelta(hours=2)),
        ("1d", timedelta(days=1)),
        ("1d 12h", timedelta(days=1, hours=12)),
        (" 1h30m ", timedelta(hours=1, minutes=30)),
    ],
)
def test_a_duration_has_its_units(text: str, span: timedelta) -> None:
    assert TypeAdapter(Duration).validate_python(text) == span


@pytest.mark.parametrize("text", [30, "30", "", "h", "-1h", "1.5h", "2 giờ", "1w", "9" * 30 + "d"])
def test_what_has_no_unit_is_no_duration(text: object) -> None:
    with pytest.raises(ValidationError):
        TypeAdapter(Duration).validate_python(text)


def test_paths_are_taken_from_the_files_own_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "noi-khac").mkdir()
    monkeypatch.chdir(tmp_path / "noi-khac")

    settings, _faults = read(
        tmp_path,
        'var = "giu"\ncampaigns = "bai"\n[channels.fanpage]\nadapter = "outbox"\nfolder = "ra"',
    )

    assert settings is not None
    assert settings.var_folder == tmp_path / "giu"
    assert settings.campaigns_folder == tmp_path / "bai"
    assert settings.channels["fanpage"]["folder"] == str(tmp_path / "ra")


def test_no_fault_repeats_what_may_be_a_secret(tmp_path: Path) -> None:
    _settings, faults = read(
        tmp_path,
        '[channels.tin]\nadapter = "telegram"\ntoken = "7203456789:AAHbi-mat"\nchat = 5\n'
        '[mail]\nhost = "x"\nsender = "a@b.vn"\npassword = "mat-khau-that"\n',
    )

    words = " ".join(fault.what + fault.instead for fault in faults)
    assert faults
    assert "AAHbi-mat" not in words
    assert "mat-khau-that" not in words


@pytest.mark.parametrize(
    ("keys", "line", "told"),
    [
        ('kind = "folder"\nurl = "https://anh.example.vn"', 1, "lacks the key “folder”"),
        ('kind = "bucket"\nendpoint = "https://s3.example.vn"', 1, "lacks the key “bucket”"),
        ('kind = "folder"\nfolder = "www"\nurl = "http://anh.example.vn"', 1, "can fetch from"),
        ('kind = "folder"\nfolder = "www"\nurl = "https://a.vn"\nkeep = "1h"', 1, "too short"),
        ('kind = "channel"\nchannel = "cong"', 3, "“cong” is no channel that can keep media"),
        ('kind = "ftp"', 2, "“media_host.kind” is none of its choices"),
        ('kind = "bucket"\naccess_key = "AKIA0123456789"', 3, "never stands here"),
    ],
)
def test_a_media_host_that_can_t_work_is_told_with_its_line(
    tmp_path: Path, keys: str, line: int, told: str
) -> None:
    settings, faults = read(tmp_path, f"[media_host]\n{keys}\n")
    assert settings is None
    (fault, *_) = [one for one in faults if one.line == line]
    assert told in fault.what
    assert fault.instead
    assert "AKIA" not in f"{fault.what}{fault.instead}"


def test_ages_of_readings_may_stand_in_any_order_and_twice(tmp_path: Path) -> None:
    settings, faults = read(tmp_path, '[readings]\nages = ["7d", "1h", "60m", "24h"]\n')
    assert faults == []
    assert settings is not None
    hours = [age / timedelta(hours=1) for age in settings.readings.ages]
    assert hours == [1, 24, 7 * 24]


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ('ages = ["1h", "0s"]', "at which no post can be read"),
        ('ages = ["10s"]', "at which no post can be read"),
        ('ages = ["1000d", "1h"]', "at which no post can be read"),
        ("ages = []", "“readings.ages”"),
        ("ages = [3600]", "“readings.ages”"),
        ('ages = ["-1h"]', "“readings.ages”"),
        ('accounts = "30m"', "too often, or too rarely"),
        ('accounts = "40d"', "too often, or too rarely"),
    ],
)
def test_readings_that_no_platform_bears_are_told_with_their_line(
    tmp_path: Path, keys: str, told: str
) -> None:
    settings, faults = read(tmp_path, f"[readings]\n{keys}\n")
    assert settings is None
    assert {fault.line for fault in faults} == {2}
    assert told in faults[0].what
    assert faults[0].instead
