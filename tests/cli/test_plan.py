"""``plan`` and ``apply``: what an officer's edits come to, and that only ``apply`` makes it so."""

from __future__ import annotations

import shutil

from tests.cli.office import Office, days_ahead, just_now


def test_plan_shows_what_is_new_and_changes_nothing(office: Office) -> None:
    office.post("moi", days_ahead(3), "Mời bà con dự ngày hội.")

    shown = office.run("plan")

    assert shown.code == 0
    [line] = shown.lines("+ added")
    assert "thu/moi" in line
    assert "fanpage" in line
    assert "10:00" in line
    assert "Mời bà con dự ngày hội." in line
    assert "publisher apply" in shown.out
    assert office.states() == {}


def test_apply_puts_the_plan_into_force_and_a_second_one_finds_nothing(office: Office) -> None:
    office.post("moi", days_ahead(3))

    first, second = office.run("apply"), office.run("apply")

    assert (first.code, second.code) == (0, 0)
    assert "Plan: 1 to add" in first.out
    assert "Plan: 0 to add, 0 to change, 0 to take out, 1 as they are." in second.out
    assert office.states() == {"moi": "planned"}


def test_the_log_of_the_programs_parts_does_not_stand_among_the_answers(office: Office) -> None:
    office.post("moi", days_ahead(3))

    assert "plan changed" not in office.run("apply").out


def test_a_moved_post_is_shown_with_both_times(office: Office) -> None:
    office.post("bai", days_ahead(3, "10:00"))
    office.run("apply")
    office.post("bai", days_ahead(3, "15:30"))

    [line] = office.run("plan").lines("~ moved")

    assert line.index("10:00 →") < line.index("15:30")
    before = office.due()
    office.run("apply")
    assert (office.due()["bai"] - before["bai"]).total_seconds() == 5.5 * 3600


def test_changed_words_are_told_as_such(office: Office) -> None:
    office.post("bai", days_ahead(3), "Lời cũ của bài này.")
    office.run("apply")
    office.post("bai", days_ahead(3), "Lời mới của bài này.")

    [line] = office.run("apply").lines("~ text changed")

    assert "Lời mới" in line
    assert office.run("plan").lines("text changed") == []


def test_a_deleted_post_is_taken_out_at_the_hour_its_readers_would_have_seen(
    office: Office,
) -> None:
    path = office.post("bai", days_ahead(3, "10:00"))
    office.post("khac", days_ahead(4))
    office.run("apply")
    path.unlink()

    [line] = office.run("apply").lines("- removed")

    assert "thu/bai" in line
    assert "10:00" in line
    assert office.states() == {"bai": "cancelled", "khac": "planned"}


def test_a_post_that_comes_back_is_planned_again(office: Office) -> None:
    path = office.post("bai", days_ahead(3))
    office.run("apply")
    words = path.read_text(encoding="utf-8")
    path.unlink()
    office.run("apply")
    path.write_text(words, encoding="utf-8")

    assert office.run("apply").lines("+ back again")
    assert office.states() == {"bai": "planned"}


def test_what_went_out_is_told_and_left_as_it_is(office: Office) -> None:
    office.post("bai", just_now(), "Lời đã đăng rồi.")
    office.run("apply")
    office.send_due()
    office.post("bai", just_now(), "Lời sửa quá muộn.")

    shown = office.run("apply")

    assert shown.lines("= already went out, stays as it is")
    assert office.states() == {"bai": "sent"}
    assert "Lời đã đăng rồi." in (office.root / "var/channels/fanpage/index.html").read_text(
        encoding="utf-8"
    )


def test_a_new_post_whose_time_is_over_is_told_and_never_sent(office: Office) -> None:
    office.post("cu", days_ahead(-1), keys='grace = "1h"')
    office.post("khac", days_ahead(2), keys='grace = "3d"')

    shown = office.run("apply")

    [line] = shown.lines("its time is over, it will not go out")
    assert "thu/cu" in line
    assert office.states() == {"khac": "planned"}


def test_a_campaign_at_fault_keeps_its_last_good_version_and_the_others_go_on(
    office: Office,
) -> None:
    office.post("bai", days_ahead(3))
    office.campaign("khac")
    office.post("mot", days_ahead(3), slug="khac")
    office.run("apply")
    office.post("bai", "ngày mai")
    office.post("hai", days_ahead(4), slug="khac")

    applied = office.run("apply")

    assert applied.code == 1
    assert "campaigns/thu/posts/bai.md:2" in applied.out
    assert "Campaigns with errors keep what was planned before." in applied.out
    assert office.states() == {"bai": "planned", "mot": "planned", "hai": "planned"}
    assert office.run("plan").code == 1


def test_a_deleted_folder_takes_its_plans_along_and_leaves_what_was_sent(office: Office) -> None:
    office.post("da-dang", just_now())
    office.post("sap-dang", days_ahead(3))
    office.run("apply")
    office.send_due()
    shutil.rmtree(office.root / "campaigns/thu")

    assert office.run("apply").code == 0
    assert office.states() == {"da-dang": "sent", "sap-dang": "cancelled"}


def test_a_faulty_schedule_is_told_with_its_line_and_nothing_is_opened(office: Office) -> None:
    shutil.rmtree(office.root / "var", ignore_errors=True)
    office.schedule('[channels.fanpage]\nadaptor = "outbox"\n')

    refused = office.run("apply")

    assert refused.code == 1
    assert "schedule.toml:" in refused.out
    assert not (office.root / "var").exists()
