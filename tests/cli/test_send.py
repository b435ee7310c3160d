"""``publisher send``: one post now, outside the plan, under the same guarantee."""

from __future__ import annotations

import pytest

from tests.cli.office import Office, days_ahead, local_now

POST = ("thu/mot", "--channel", "fanpage", "--now")


def published(office: Office) -> int:
    """How many posts stand in the fanpage's outbox, whatever the store says."""
    return len(list((office.root / "var" / "channels" / "fanpage").glob("posts/*.json")))


def test_it_goes_out_at_once_and_the_plan_keeps_its_own(office: Office) -> None:
    office.post("mot", days_ahead(3))
    office.run("apply")
    ran = office.run("send", *POST, "--by", "Lan")
    assert ran.code == 0
    assert "thu/mot → fanpage: sent" in ran.out
    assert published(office) == 1
    assert office.run("status").lines("planned")
    assert office.run("log", "thu").lines("Lan")


def test_without_now_it_shows_what_would_go_out_and_sends_nothing(office: Office) -> None:
    office.post("mot", days_ahead(3))
    ran = office.run("send", "thu/mot", "--channel", "fanpage")
    assert ran.code == 0
    assert "--now" in ran.out
    assert "Mời bà con xem bài mot." in ran.out
    assert published(office) == 0


def test_the_same_text_is_not_sent_twice_by_mistake(office: Office) -> None:
    office.post("mot", days_ahead(3))
    office.run("send", *POST)
    again = office.run("send", *POST)
    assert again.code == 1
    assert "--again" in again.out
    assert published(office) == 1
    assert office.run("send", *POST, "--again").code == 0
    assert published(office) == 2


def test_where_two_must_approve_the_second_person_sends_it(office: Office) -> None:
    office.campaign(keys="approvals = 2")
    office.post("mot", days_ahead(3))
    first = office.run("send", *POST, "--by", "Lan")
    assert first.code == 1
    assert "Another person" in first.out
    assert office.run("send", *POST, "--by", "lan ").code == 1
    assert published(office) == 0
    assert office.run("send", *POST, "--by", "Minh").code == 0
    assert published(office) == 1


def test_under_a_hold_it_is_refused_and_nothing_waits(office: Office) -> None:
    office.post("mot", days_ahead(3))
    office.run("hold", "--all", "--reason", "Quốc tang")
    ran = office.run("send", *POST)
    assert ran.code == 1
    assert "Quốc tang" in ran.out
    office.run("release", "--all")
    office.send_due()
    assert published(office) == 0


def test_on_a_day_without_posts_it_is_refused(office: Office) -> None:
    today = f"{local_now():%Y-%m-%d}"
    blackout = f'[[blackouts]]\nfrom = "{today}"\nto = "{today}"\nreason = "Quốc tang"\n'
    schedule = office.root / "schedule.toml"
    schedule.write_text(blackout + schedule.read_text(encoding="utf-8"), encoding="utf-8")
    office.post("mot", days_ahead(3))
    assert "Quốc tang" in office.run("send", *POST).out
    assert published(office) == 0


def test_what_cannot_be_sent_is_told_with_what_there_is(office: Office) -> None:
    office.post("mot", days_ahead(3))
    ran = office.run("send", "thu/hai", "--channel", "fanpage", "--now")
    assert ran.code == 1
    assert "mot" in ran.out
    assert "fanpag" in office.run("send", "thu/mot", "--channel", "fanpag", "--now").out
    assert office.run("send", "khong-co/mot", "--channel", "fanpage", "--now").code == 1


@pytest.mark.parametrize(
    ("post", "said"),
    [
        ("thuu/bai", "Did you mean “thu”?"),
        ("thu", "Name the campaign and the post"),
        ("/bai", "Name the campaign and the post"),
        ("../thu/bai", "There is no campaign"),
    ],
)
def test_a_post_that_isnt_named_right_is_asked_for(office: Office, post: str, said: str) -> None:
    office.post("bai", days_ahead(2))

    refused = office.run("send", post, "--channel", "fanpage", "--now")

    assert refused.code != 0
    assert said in refused.out


def test_an_unknown_channel_is_answered_with_those_there_are(office: Office) -> None:
    office.post("bai", days_ahead(2))

    refused = office.run("send", "thu/bai", "--channel", "facebook", "--now")

    assert "there are: fanpage, portal." in refused.out


def test_beside_a_running_daemon_it_says_who_will_send_it(office: Office) -> None:
    office.campaign(keys="approvals = 2")
    office.post("mot", days_ahead(3))
    with office.site() as daemon, daemon.database.daemon_lock():
        first = office.run("send", *POST, "--by", "Lan")
        assert first.code == 1
        assert "Another person" in first.out
        second = office.run("send", *POST, "--by", "Minh")
        assert second.code == 0
        assert "daemon is running" in second.out
        assert published(office) == 0
        assert daemon.courier.deliver_next("fanpage") is not None
    assert published(office) == 1
