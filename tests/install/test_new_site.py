"""``publisher init``: an empty folder becomes a site that works; any other is left alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from publisher.check.look import look
from publisher.clock import system_clock
from publisher.install import brought
from publisher.settings.reader import read_settings
from tests.cli.conftest import office
from tests.cli.office import Office
from tests.docs.pages import ROOT

__all__ = ["office"]

EMBLEM = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><path d="M0 0h9"/></svg>'


@pytest.fixture
def empty(office: Office, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder, and the one that commands are run in."""
    folder = office.root / "moi"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def everything_in(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_a_new_site_passes_its_check_as_it_is_made(office: Office, empty: Path, lang: str) -> None:
    made = office.run("init", lang=lang)
    assert made.code == 0, made.out
    checked = office.run("check", lang="en")
    assert checked.code == 0, checked.out
    assert "0 errors" in checked.out


def test_a_new_site_plans_both_campaigns_on_every_channel_and_publishes_to_this_machine_alone(
    office: Office, empty: Path
) -> None:
    office.run("init")
    settings, faults = read_settings(empty / "schedule.toml")
    assert settings is not None, faults
    planned = [one.identity for one in look(settings, system_clock(), lambda: None).planned]
    assert {one.campaign for one in planned} == {"chuyen-doi-so-10-10", "khoa-hoc-cong-nghe-18-5"}
    assert {one.channel for one in planned} == set(settings.channels)
    adapters = {keys["adapter"] for keys in settings.channels.values()}
    assert adapters == {"outbox", "bulletin"}


@pytest.mark.parametrize("lang", ["vi", "en"])
def test_what_a_comment_offers_is_taken_once_its_sign_is_gone(
    office: Office, empty: Path, lang: str
) -> None:
    """Each channel's own lines instead of the outbox's; every part of schedule.toml in use."""
    office.run("init", lang=lang)
    schedule = empty / "schedule.toml"
    lines = []
    for line in schedule.read_text(encoding="utf-8").splitlines():
        if line.startswith(('adapter = "outbox"', "like ")):
            continue
        offered = line.removeprefix("# ")
        is_key = line.startswith("# ") and (offered.partition("=")[0].rstrip().isidentifier())
        lines.append(offered if is_key or line.startswith("# [") else line)
    schedule.write_text("\n".join(lines), encoding="utf-8")
    (empty / "danh-sach").mkdir()
    (empty / "danh-sach" / "ban-tin.txt").write_text("lan@example.vn\n")
    (empty / "hinh").mkdir()
    (empty / "hinh" / "bieu-trung.svg").write_text(EMBLEM)
    told = office.run("check")
    assert "schedule.toml" not in told.out, told.out
    adapters = schedule.read_text(encoding="utf-8").count("\nadapter")
    assert adapters == 9
    assert 'adapter = "outbox"' not in schedule.read_text(encoding="utf-8")


def test_it_ends_by_saying_the_next_three_commands(office: Office, empty: Path) -> None:
    told = office.run("init")
    said = [line.split()[1] for line in told.lines("publisher ")[-3:]]
    assert said == ["check", "rehearse", "run"]


def test_a_folder_that_isnt_there_is_made_and_one_is_told_to_go_there(
    office: Office, empty: Path
) -> None:
    told = office.run("init", "so/van-hoa")
    assert told.code == 0
    assert (empty / "so" / "van-hoa" / "schedule.toml").is_file()
    assert f"cd {empty / 'so' / 'van-hoa'}" in told.out


def test_a_folder_with_something_in_it_is_left_as_it_is_and_what_is_in_the_way_is_named(
    office: Office, empty: Path
) -> None:
    (empty / "bao-cao.docx").write_bytes(b"theirs")
    (empty / "campaigns").mkdir()
    told = office.run("init")
    assert told.code == 1
    assert "bao-cao.docx, campaigns" in told.out
    assert everything_in(empty) == {"bao-cao.docx": b"theirs"}


def test_what_is_hidden_is_in_nobodys_way(office: Office, empty: Path) -> None:
    (empty / ".git").mkdir()
    (empty / ".git" / "HEAD").write_bytes(b"ref")
    assert office.run("init").code == 0
    assert everything_in(empty)[".git/HEAD"] == b"ref"


def test_a_gitignore_of_their_own_is_not_written_over(office: Office, empty: Path) -> None:
    (empty / ".gitignore").write_bytes(b"theirs")
    told = office.run("init")
    assert told.code == 1
    assert ".gitignore" in told.out
    assert everything_in(empty) == {".gitignore": b"theirs"}


def test_a_site_is_not_laid_out_twice(office: Office, empty: Path) -> None:
    office.run("init")
    (empty / "schedule.toml").write_text("# theirs\n")
    before = everything_in(empty)
    told = office.run("init")
    assert told.code == 1
    assert everything_in(empty) == before


def test_a_folder_that_cant_be_made_is_told_without_a_traceback(
    office: Office, empty: Path
) -> None:
    (empty / "tep").write_bytes(b"")
    told = office.run("init", "tep/moi")
    assert told.code != 0
    assert "tep" in told.out
    assert "Traceback" not in told.out


def test_what_git_ignores_is_what_no_office_gives_away(office: Office, empty: Path) -> None:
    office.run("init")
    ignored = (empty / ".gitignore").read_text().split()
    assert {"/var/", "/secrets/"} <= set(ignored)


def test_the_campaigns_are_the_repositorys_own_and_stand_there_once(
    office: Office, empty: Path
) -> None:
    office.run("init")
    laid = everything_in(empty / "campaigns")
    assert {name.partition("/")[0] for name in laid} == set(brought.CAMPAIGNS)
    for name, content in laid.items():
        assert (ROOT / "campaigns" / name).read_bytes() == content


# -- a container's recipe -------------------------------------------------------------------------


def test_the_recipe_goes_into_a_folder_of_its_own_and_is_never_written_over(
    office: Office, empty: Path
) -> None:
    assert office.run("init", "--container").code == 0
    recipe = empty / "container" / "Containerfile"
    assert recipe.is_file()
    assert (empty / "container" / "constraints.txt").read_bytes() == (
        ROOT / "constraints.txt"
    ).read_bytes()
    recipe.write_text("theirs")
    assert office.run("init", "--container").code == 0
    assert recipe.read_text() == "theirs"
