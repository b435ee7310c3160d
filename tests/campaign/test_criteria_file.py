"""criteria.toml: what an officer may get wrong is told with its line and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.campaign.criteria import MEASURES, CriteriaFile
from publisher.campaign.criteria_reader import Known, read_criteria
from publisher.campaign.register import Register, Topic
from publisher.check.look import look
from publisher.clock import system_clock
from publisher.files.faults import Fault, Severity
from publisher.settings import Settings
from publisher.settings.reader import read_settings
from tests.docs.pages import ROOT

KNOWN = Known(
    campaigns=["hoi", "tin-cong"],
    feeds=["tin-cong"],
    channels=["fanpage", "zalo"],
    register=Register(
        Path("coverage.csv"), (Topic("NV-01", "Nước", "Sở Y tế", "Đề tài"), Topic("NV-02", "Lúa"))
    ),
)
GOOD = """\
[indicator.mot]
title = "Bài viết"
at_least = 10
posts = {}
"""


def read(
    folder: Path, toml: str, known: Known | None = KNOWN
) -> tuple[CriteriaFile | None, list[Fault]]:
    campaigns = folder / "campaigns"
    campaigns.mkdir(exist_ok=True)
    (campaigns / "criteria.toml").write_text(toml, encoding="utf-8")
    return read_criteria(Settings(root=folder), known)


def measure(keys: str) -> str:
    """An indicator with this measure; the measure stands on line 3."""
    return f'[indicator.mot]\ntitle = "Một"\n{keys}\n'


def test_without_a_file_there_are_no_criteria(tmp_path: Path) -> None:
    assert read_criteria(Settings(root=tmp_path), KNOWN) == (None, [])


@pytest.mark.parametrize(
    "keys",
    [
        'prompt = { hours = 24, campaigns = ["tin-cong"], channels = ["zalo"] }',
        'coverage = { kinds = ["đề tài"], units = ["Sở Y tế"], least = 2, ever = false }',
        'posts = { audiences = ["learners"], count = "deliveries", kinds = ["video"] }',
        'sum = { of = "reach", campaigns = ["hoi"] }',
        "rate = {}",
        "on_time = { minutes = 15 }",
        'by_hand = { values = [{ on = "2026-06-30", value = 45.5, note = "Sở" }] }',
        "reach_of_population = {}\n[population]\npeople = 1000",
    ],
)
def test_every_measure_can_be_named(tmp_path: Path, keys: str) -> None:
    file, faults = read(tmp_path, measure(keys))
    assert faults == []
    assert file is not None
    assert file.indicator["mot"].measure == keys.partition(" ")[0]


def test_every_measure_was_tried() -> None:
    [mark] = test_every_measure_can_be_named.pytestmark  # type: ignore[attr-defined]
    assert {keys.partition(" ")[0] for keys in mark.args[1]} == set(MEASURES)


@pytest.mark.parametrize(
    ("toml", "line", "code", "hint"),
    [
        ('[indicator.mot]\ntitle = "Một"\n', 1, "measure", "prompt"),
        (GOOD + "rate = {}\n", 1, "measure", "by_hand"),
        (GOOD + "at_most = 3\n", 1, "target", "at_least"),
        (GOOD + "at_leest = 3\n", 5, "unknown_key", "at_least"),
        (measure("prompt = { hour = 24 }"), 3, "unknown_key", "hours"),
        (measure("prompt = { hours = 0 }"), 3, "out_of_range", "720"),
        (measure('sum = { of = "views" }'), 3, "unknown_choice", "shown"),
        (measure('posts = { audiences = ["learner"] }'), 3, "unknown_choice", "learners"),
        (measure('posts = { campaigns = ["hoii"] }'), 3, "unknown_campaign", "hoi"),
        (measure('prompt = { hours = 1, campaigns = ["hoi"] }'), 3, "no_feed", "tin-cong"),
        (measure('rate = { channels = ["zallo"] }'), 3, "unknown_channel", "zalo"),
        (measure("reach_of_population = {}"), 3, "no_population", "people"),
        (measure("at_least = 101\nrate = {}"), 3, "percent", "100"),
        (measure('at_least = "đủ"\nrate = {}'), 3, "must_be_number", "72.5"),
        (measure("at_least = nan\nrate = {}"), 3, "must_be_number", "72.5"),
        (measure("at_least = -1\nrate = {}"), 3, "out_of_range", "0"),
        (measure('period = "week"\nrate = {}'), 3, "unknown_choice", "monthly"),
        (measure('by_hand = { values = [{ on = "2026-06-31", value = 4 }] }'), 3, "date", "2027"),
        (measure('by_hand = { values = [{ on = "2026-06-30" }] }'), 3, "missing_key", "value"),
        (
            measure(
                "[indicator.mot.by_hand]\nvalues = [\n"
                '{ on = "2026-06-30", value = 4 },\n{ on = "2026-06-30", value = 5 },\n]'
            ),
            6,
            "value_twice",
            "",
        ),
        (GOOD.replace("mot", "Một"), 1, "toml_equals", ""),
        (GOOD.replace("mot", '"Một"'), 1, "indicator_name", ""),
        (GOOD + GOOD, 5, "repeated_part", ""),
    ],
)
def test_a_slip_is_told_with_its_line_and_what_to_write(
    tmp_path: Path, toml: str, line: int, code: str, hint: str
) -> None:
    file, faults = read(tmp_path, toml)
    assert file is None
    if code == "toml_equals":
        assert [fault.line for fault in faults] == [line]
        return
    [fault] = faults
    assert (fault.line, fault.code, fault.severity) == (line, code, Severity.ERROR)
    assert hint in f"{fault.what} {fault.instead}"
    assert fault.instead


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        ('unit = "bài"\nrate = {}', "unit"),
        ('coverage = { kinds = ["Dự án"] }', "unknown_in_register"),
        ('coverage = { units = ["Sở Y té"] }', "unknown_in_register"),
    ],
)
def test_what_is_merely_odd_is_a_warning_and_the_file_holds(
    tmp_path: Path, keys: str, code: str
) -> None:
    file, [fault] = read(tmp_path, measure(keys))
    assert file is not None
    assert (fault.code, fault.severity) == (code, Severity.WARNING)


def test_coverage_without_a_register_is_a_warning(tmp_path: Path) -> None:
    known = Known(["hoi"], [], ["fanpage"])
    file, [fault] = read(tmp_path, measure("coverage = {}"), known)
    assert file is not None
    assert (fault.code, fault.severity) == ("no_register", Severity.WARNING)


def test_a_report_reads_the_file_without_looking_names_up(tmp_path: Path) -> None:
    file, faults = read(tmp_path, measure('posts = { campaigns = ["gone"] }'), None)
    assert faults == []
    assert file is not None


def test_the_shipped_example_is_without_fault_beside_the_shipped_campaigns() -> None:
    settings, _faults = read_settings(ROOT / "schedule.toml")
    assert settings is not None
    names = {"criteria.toml", "coverage.csv"}
    faults = look(settings, system_clock()).faults
    assert [fault for fault in faults if fault.path.name in names] == []
    file, _faults = read_criteria(settings)
    assert file is not None
    assert len(file.indicator) >= 5
