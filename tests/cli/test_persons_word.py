"""``cancel``, ``again``, ``settle``: a person decides about one post, and the record says who."""

from __future__ import annotations

import pytest
from PIL import Image

from publisher.store import deliveries
from tests.cli.office import Office, days_ahead, just_now, local_now


@pytest.fixture
def refused(office: Office) -> Office:
    """An office whose post "bai" was refused for good by its platform."""
    media = office.root / "campaigns/thu/media"
    media.mkdir()
    Image.new("RGB", (800, 420), "#0b4f8a").save(media / "anh.png")
    picture = 'media = [{ file = "media/anh.png", alt = "Nhà văn hóa xã" }]'
    office.post("bai", just_now(), keys=picture)
    office.run("apply")
    office.refuse("bai")
    return office


@pytest.fixture
def doubted(office: Office) -> Office:
    """An office whose post "bai" may have gone out."""
    office.post("bai", just_now())
    office.run("apply")
    office.interrupt("bai")
    return office


def test_a_cancelled_post_is_not_sent_and_the_plan_does_not_bring_it_back(office: Office) -> None:
    office.post("bai", just_now())
    office.run("apply")

    cancelled = office.run("cancel", "thu/bai", "--by", "Lan")
    office.run("apply")
    office.send_due()

    assert cancelled.code == 0
    assert office.states() == {"bai": "cancelled"}
    assert "Lan" in "".join(office.run("log").lines("cancel"))


def test_one_channel_can_be_cancelled_alone(office: Office) -> None:
    office.campaign(keys='approvals = 0\nchannels = ["fanpage", "portal"]')
    office.post("bai", days_ahead(2))
    office.run("apply")

    office.run("cancel", "thu/bai", "--channel", "portal")

    assert office.states() == {"bai@fanpage": "planned", "bai@portal": "cancelled"}


def test_one_day_of_a_recurring_post_is_cancelled_under_the_name_that_status_shows(
    office: Office,
) -> None:
    office.post("bai", "RRULE:FREQ=DAILY;BYHOUR=12;BYMINUTE=0", keys='title = "Mỗi ngày"')
    office.run("apply")
    name = next(word for word in office.run("status").out.split() if word.startswith("thu/bai/"))

    assert office.run("cancel", name).code == 0

    with office.site() as site, site.database.reading() as session:
        gone = [row for row in deliveries.matching(session) if row.state == "cancelled"]
    assert [f"thu/bai/{row.occurrence}" for row in gone] == [name]


@pytest.mark.parametrize("name", ["", "/", "thu/", "/bai"])
@pytest.mark.parametrize("command", [("cancel",), ("again",), ("approve", "--by", "Lan")])
def test_a_name_left_empty_never_means_everything(
    office: Office, command: tuple[str, ...], name: str
) -> None:
    office.post("bai", days_ahead(2))
    office.run("apply")

    assert office.run(*command, name).code == 2
    assert office.states() == {"bai": "planned"}


def test_an_unknown_post_is_answered_with_where_to_look(office: Office) -> None:
    unknown = office.run("cancel", "thu/bia")

    assert unknown.code == 2
    assert "Nothing is scheduled under “thu/bia”; see: publisher status" in unknown.out


@pytest.mark.parametrize("command", [("cancel",), ("again",), ("settle", "--sent")])
def test_what_went_out_cannot_be_changed_any_more(office: Office, command: tuple[str, ...]) -> None:
    office.post("bai", just_now())
    office.run("apply")
    office.send_due()

    refused = office.run(*command, "thu/bai")

    assert refused.code == 1
    assert "None of these is in a state in which that can be done" in refused.out
    assert office.states() == {"bai": "sent"}


def test_a_refused_post_goes_out_once_mended_and_tried_again(refused: Office) -> None:
    refused.post("bai", just_now(), "Lời đã sửa, không còn ảnh.")
    refused.run("apply")

    assert refused.run("again", "thu/bai", "--by", "Lan").code == 0

    refused.send_due()
    assert refused.states() == {"bai": "sent"}
    assert "Lan" in "".join(refused.run("log").lines("again"))


def test_a_post_refused_once_more_after_again_is_told_once_more(refused: Office) -> None:
    def told() -> list[str]:
        with refused.site() as site:
            return list(site.alerts.open("delivery "))

    assert len(told()) == 1
    refused.run("again", "thu/bai")
    assert told() == []
    refused.send_due()
    assert len(told()) == 1


def test_a_doubtful_post_that_is_there_is_settled_as_sent(doubted: Office) -> None:
    settled = doubted.run("settle", "thu/bai", "--sent", "--url", "https://example.vn/1")

    assert settled.code == 0
    assert doubted.states() == {"bai": "sent"}
    assert "https://example.vn/1" in doubted.run("status").out


def test_a_doubtful_post_that_is_not_there_goes_out_once(doubted: Office) -> None:
    assert doubted.run("settle", "thu/bai", "--again").code == 0

    doubted.send_due()

    assert doubted.states() == {"bai": "sent"}
    page = doubted.root / "var/channels/fanpage/posts"
    assert len(list(page.glob("*.json"))) == 1


@pytest.mark.parametrize("said", [(), ("--sent", "--again")])
def test_settling_asks_what_was_seen(doubted: Office, said: tuple[str, ...]) -> None:
    unsaid = doubted.run("settle", "thu/bai", *said)

    assert unsaid.code == 2
    assert "Say --sent or --again." in unsaid.out
    assert doubted.states() == {"bai": "unconfirmed"}


def test_the_whole_key_names_one_delivery_of_one_edition(doubted: Office) -> None:
    key = f"thu/{local_now().year}/bai/fanpage"

    assert doubted.run("settle", f"{key}x", "--sent").code == 2
    assert doubted.run("settle", key, "--sent").code == 0
