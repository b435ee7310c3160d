"""``check``: every fault in one go, in the officer's language, with an exit code for scripts."""

from __future__ import annotations

from tests.cli.office import SCHEDULE, Office, days_ahead


def test_good_files_are_called_good(office: Office) -> None:
    office.post("bai", days_ahead(3))

    checked = office.run("check")

    assert checked.code == 0
    assert "✓ Everything can go out as it stands. 0 errors, 0 warnings" in checked.out


def test_all_faults_of_all_files_are_told_at_once_with_their_lines(office: Office) -> None:
    office.campaign(keys='approvals = 3\nsumary = "Ngày hội"')
    office.post("mot", "ngày mai")
    office.post("hai", days_ahead(3), keys='titel = "Bài hai"')
    office.campaign("kia")
    office.post("ba", days_ahead(3), keys='channels = ["fanpgae"]', slug="kia")
    office.campaign("khac")
    office.post("bon", days_ahead(3), "Xem {{ dayz }} tại đây.", slug="khac")

    checked = office.run("check")

    assert checked.code == 1
    for place in (
        "campaigns/thu/campaign.toml:4",
        "campaigns/thu/campaign.toml:5",
        "campaigns/thu/posts/mot.md:2",
        "campaigns/thu/posts/hai.md:3",
        "campaigns/kia/posts/ba.md:3",
        "campaigns/khac/posts/bon.md:5",
    ):
        assert checked.lines(f"{place}: error"), place
    for meant in ("“summary”", "“title”", "“fanpage”"):
        assert meant in checked.out


def test_each_fault_is_followed_by_what_to_write_instead(office: Office) -> None:
    office.post("bai", "ngày mai")

    lines = office.run("check").out.splitlines()
    place = next(number for number, line in enumerate(lines) if "bai.md:2: error" in line)

    assert lines[place + 1].startswith("    → ")


def test_warnings_alone_do_not_stop_an_officer(office: Office) -> None:
    office.post("dem", days_ahead(3, "23:30"))

    checked = office.run("check")

    assert checked.code == 0
    assert checked.lines("dem.md:2: warning")
    assert "0 errors, 1 warning" in checked.out


def test_what_an_officer_wrote_is_shown_as_written(office: Office) -> None:
    office.post("bai", days_ahead(3), keys='channels = ["[/b]"]')

    checked = office.run("check")

    assert checked.code == 1
    assert "“[/b]”" in checked.out


def test_it_speaks_vietnamese_unless_told_otherwise(office: Office) -> None:
    office.post("bai", "mai")

    assert "lỗi" in office.run("check", lang="").out
    assert "error" in office.run("check", lang="en").out


def test_schedule_toml_and_then_the_environment_and_then_the_command_line_choose_the_language(
    office: Office,
) -> None:
    office.schedule('language = "en"\n' + SCHEDULE)
    office.post("bai", days_ahead(3))

    assert "0 errors" in office.run("check", lang="").out
    office.patch.setenv("PUBLISHER_LANG", "vi")
    assert "0 lỗi" in office.run("check", lang="").out
    assert "0 errors" in office.run("check", lang="en").out


def test_another_schedule_file_can_be_named(office: Office) -> None:
    elsewhere = office.root / "noi-khac"
    elsewhere.mkdir()
    (elsewhere / "lich.toml").write_text(SCHEDULE, encoding="utf-8")
    (office.root / "schedule.toml").unlink()

    missing = office.run("check")
    found = office.run("--config", "noi-khac/lich.toml", "check")

    assert missing.code == 1
    assert "schedule.toml: error" in missing.out
    assert "noi-khac/campaigns: error" in found.out


def test_nothing_is_written_by_a_check(office: Office) -> None:
    office.post("bai", days_ahead(3))
    before = sorted(office.root.rglob("*"))

    office.run("check")

    assert sorted(office.root.rglob("*")) == before
