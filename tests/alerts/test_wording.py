"""A message: what happened, where, what to do; however much there is, it fits."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from publisher import i18n
from publisher.alerts.wording import LONGEST, Kind, Notice, written
from publisher.store.models import Alert
from tests.conftest import NOON

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


@pytest.fixture(autouse=True)
def _english() -> None:
    i18n.use_language("en")


def about(matter: str, text: str, **facts: object) -> Alert:
    return Alert(matter=matter, text=text, **{"raised_at": NOON, "asked_at": NOON} | facts)


def posts(count: int, kind: Kind, channel: str = "page", why: str = "no") -> list[Alert]:
    keys = [f"thu/2027/post-{number}/{channel}" for number in range(count)]
    return [about(f"delivery {key}", f"{key} …", kind=kind, why=why) for key in keys]


def message(*alerts: Alert, longest: int = LONGEST) -> Notice:
    return written(alerts, ZONE, longest)


def test_one_matter_is_told_in_its_own_words_under_its_headline() -> None:
    text = "Channel page is stopped: the token ended. " + "Its posts wait. " * 9
    notice = message(about("channel page", text))
    assert notice.subject.startswith("Publisher: Channel page is stopped: the token ended.")
    assert len(notice.subject) < 110
    assert notice.text == text


def test_several_matters_are_counted_in_the_subject_and_numbered_in_the_text() -> None:
    notice = message(about("channel a", "A is stopped."), about("channel b", "B is stopped."))
    assert notice.subject == "Publisher: 2 matters need a person"
    assert notice.text == "1. A is stopped.\n\n2. B is stopped."


@pytest.mark.parametrize(
    ("kind", "command"),
    [
        (Kind.REFUSED, "publisher again NAME"),
        (Kind.MISSED, "new time in its file"),
        (Kind.DOUBTED, "publisher settle NAME --sent"),
        (Kind.GONE, "who may delete there"),
    ],
)
def test_posts_in_one_trouble_are_told_in_one_sentence_with_the_command_once(
    kind: Kind, command: str
) -> None:
    notice = message(*posts(12, kind, why="it was on hold"))
    assert notice.subject.startswith("Publisher: 12 posts on page ")
    assert notice.text.count("it was on hold") == notice.text.count(command) == 1
    assert all(f"- thu/2027/post-{number}/page" in notice.text for number in range(12))


def test_another_channel_or_reason_is_another_trouble() -> None:
    kind = Kind.REFUSED
    notice = message(*posts(2, kind), *posts(2, kind, "zalo"), *posts(2, kind, why="too long"))
    assert notice.subject == "Publisher: 6 matters need a person"
    assert notice.text.count("publisher again NAME") == 3


def test_of_very_many_the_first_are_named_and_the_others_counted() -> None:
    notice = message(*posts(200, Kind.REFUSED))
    assert notice.text.count("- thu/") == 20
    assert "and 180 more, see: publisher alerts" in notice.text


def test_of_very_many_troubles_too() -> None:
    notice = message(*(about(f"campaign {n}", f"Campaign {n} is faulty.") for n in range(200)))
    assert notice.text.count(" is faulty.") == 20
    assert notice.text.endswith("and 180 more, see: publisher alerts")


@pytest.mark.parametrize("longest", [140, 300, LONGEST, 100_000])
def test_it_fits_whatever_it_is_about(longest: int) -> None:
    long = "a very long sentence without an end " * 300
    matters = [about(f"channel {n}", f"{n} {long}. Then run: publisher doctor") for n in range(40)]
    for count in (1, 2, 40):
        notice = message(*matters[:count], longest=longest)
        assert len(notice.text) <= min(longest, LONGEST)
    assert len(message(*posts(300, Kind.MISSED, why=long), longest=longest).text) <= longest


def test_what_is_cut_keeps_what_is_to_be_done() -> None:
    text = "The platform said: " + "bla " * 2000 + "Then run: publisher doctor"
    assert message(about("channel a", text)).text.endswith("Then run: publisher doctor")


def test_of_many_lines_whole_ones_are_kept() -> None:
    lines = [f"campaigns/thu/posts/{number}.md:2: it is wrong" for number in range(400)]
    kept = message(about("campaign thu", "\n".join(["See: publisher check", *lines]))).text
    assert kept.startswith("See: publisher check\ncampaigns/thu/posts/0.md:2: it is wrong\n")
    assert kept.endswith("it is wrong\n…")


def test_what_was_told_before_says_since_when_it_is_open() -> None:
    later = NOON + timedelta(hours=6)
    notice = message(about("channel a", "A is stopped.", asked_at=later))
    assert notice.text == "A is stopped.\nTold before, and open since 10 Oct 2027 12:00."


def test_a_secret_that_got_into_a_text_goes_no_further() -> None:
    text = "https://api.telegram.org/bot123456:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc/x: 404"
    notice = message(about("channel a", text))
    assert "AAEhBOweik6ad9r" not in notice.text + notice.subject


def test_the_same_alerts_are_the_same_message_and_others_another() -> None:
    one, two = about("channel a", "A"), about("channel b", "B")
    assert message(one, two).key == message(two, one).key
    assert message(one).key != message(two).key
    later = about("channel a", "A", asked_at=NOON + timedelta(hours=6))
    assert message(one).key != message(later).key
