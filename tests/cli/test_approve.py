"""``approve``: a named person's word for one text; another text, or a second person, asks anew."""

from __future__ import annotations

import pytest

from tests.cli.office import Office, days_ahead, just_now


@pytest.fixture(autouse=True)
def _two_signatures(office: Office) -> None:
    """A post, due now, that two people must approve."""
    office.campaign(keys="approvals = 2")
    office.post("bai", just_now(), "Lời chờ duyệt.")
    office.run("apply")


def test_a_post_goes_out_once_two_different_people_said_so(office: Office) -> None:
    office.send_due()
    assert office.states() == {"bai": "planned"}

    first = office.run("approve", "thu/bai", "--by", "Lan")
    office.send_due()
    assert office.states() == {"bai": "planned"}

    second = office.run("approve", "thu", "--by", "Minh")
    office.send_due()
    assert office.states() == {"bai": "sent"}
    assert "1 delivery approved." in first.out
    assert "1 delivery approved." in second.out


@pytest.mark.parametrize("same", ["Lan", " lan ", "LAN"])
def test_one_person_cannot_be_both(office: Office, same: str) -> None:
    office.run("approve", "thu/bai", "--by", "Lan")

    repeated = office.run("approve", "thu/bai", "--by", same)
    office.send_due()

    assert "a second approval needs another person" in repeated.out
    assert office.states() == {"bai": "planned"}


@pytest.mark.parametrize("by", [[], ["--by", ""], ["--by", "  "]])
def test_an_approval_needs_a_name(office: Office, by: list[str]) -> None:
    assert office.run("approve", "thu/bai", *by).code == 2
    assert "waits for approval (0 of 2)" in office.run("status").out


def test_changed_words_ask_for_approval_anew(office: Office) -> None:
    office.run("approve", "thu/bai", "--by", "Lan")
    office.run("approve", "thu/bai", "--by", "Minh")
    office.post("bai", just_now(), "Lời đã sửa sau khi duyệt.")
    office.run("apply")

    office.send_due()

    assert office.states() == {"bai": "planned"}
    assert "waits for approval (0 of 2)" in office.run("status").out


def test_a_moved_post_keeps_the_word_given_for_its_text(office: Office) -> None:
    office.post("sau", days_ahead(3, "10:00"), "Lời của bài sau.")
    office.run("apply")
    office.run("approve", "thu/sau", "--by", "Lan")
    office.post("sau", days_ahead(3, "11:00"), "Lời của bài sau.")
    office.run("apply")

    assert "waits for approval (1 of 2)" in "\n".join(office.run("status").lines("thu/sau"))


def test_one_channel_can_be_approved_alone(office: Office) -> None:
    office.campaign(keys='approvals = 1\nchannels = ["fanpage", "portal"]')
    office.run("apply")
    office.run("approve", "thu/bai", "--by", "Lan", "--channel", "portal")

    office.send_due("fanpage")
    office.send_due("portal")

    assert office.states() == {"bai@fanpage": "planned", "bai@portal": "sent"}


def test_where_one_name_is_wrong_none_is_approved(office: Office) -> None:
    refused = office.run("approve", "thu/bai", "thu/bia", "--by", "Lan")

    assert refused.code == 2
    assert "“thu/bia”" in refused.out
    assert "waits for approval (0 of 2)" in office.run("status").out


def test_it_is_said_where_nothing_waits(office: Office) -> None:
    office.campaign(keys="approvals = 0")
    office.run("apply")

    assert "Nothing here waits for an approval." in office.run("approve", "thu", "--by", "Lan").out


def test_who_approved_stands_in_the_record(office: Office) -> None:
    office.run("approve", "thu/bai", "--by", "Trần Thị Lan")

    [line] = office.run("log", "thu/").lines("approve")
    assert "Trần Thị Lan" in line


def test_a_channel_it_is_not_scheduled_on_is_named(office: Office) -> None:
    office.campaign(keys="approvals = 1")
    office.post("mai", days_ahead(2))
    office.run("apply")

    refused = office.run("approve", "thu/mai", "--by", "Hoa", "--channel", "portal")

    assert refused.code == 2
    assert "“thu/mai” is not scheduled on the channel “portal”" in refused.out
