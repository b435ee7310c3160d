"""What is edited, moved, repeated or told under another title is known, and goes out once."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import format_datetime

import pytest
from werkzeug.wrappers import Response

from publisher.clock import MovedClock
from publisher.feeds.intake import MOST_LEFT_OUT_A_DAY
from publisher.feeds.verdicts import MAX_EDITS, MOST_TOLD_AGAIN, Why
from publisher.store.database import Database
from tests.feeds.conftest import Portal, rss
from tests.feeds.desk import Desk, standing

LEAD = (
    "Sáng 10/10, tại phường Cao Lãnh, UBND tỉnh Đồng Tháp khai mạc Tuần lễ Chuyển đổi số với gần "
    "500 đại biểu, doanh nghiệp và người dân tham dự."
)
TITLE = "Khai mạc Tuần lễ Chuyển đổi số"


def news(
    title: str = TITLE,
    id_: str = "1",
    link: str = "https://portal.example.vn/tin/1",
    summary: str = LEAD,
    published: datetime | None = None,
) -> str:
    date = f"<pubDate>{format_datetime(published)}</pubDate>" if published else ""
    return (
        f"<guid isPermaLink='false'>{id_}</guid><title>{title}</title><link>{link}</link>"
        f"<description>{summary}</description>{date}"
    )


@pytest.fixture
def desk(database: Database, clock: MovedClock, portal: Portal) -> Desk:
    """An office that has looked at its portal's feed once, when that was empty."""
    made = Desk(database, clock, portal)
    made.look()
    return made


@pytest.fixture
def two(database: Database, clock: MovedClock, portal: Portal) -> Desk:
    """One that draws on two feeds of the portal, and looked at both when they were empty."""
    made = Desk(database, clock, portal, urls=[portal.url, f"{portal.url}/hai"])
    made.look()
    return made


def shows(portal: Portal, *items: str) -> None:
    portal.says(rss(items))


def each(portal: Portal, **items: list[str]) -> None:
    """Let the feed at /rss have ``rss`` and that at /rss/hai have ``hai``."""
    portal.answer = lambda request: Response(
        rss(items["hai" if request.path.endswith("hai") else "rss"]), mimetype="application/xml"
    )


def test_a_correction_is_taken_while_nothing_is_out(desk: Desk, portal: Portal) -> None:
    shows(portal, news("Khai mac Tuan le"))
    desk.look_later()
    before = desk.entries()["Khai mac Tuan le"]
    shows(portal, news(TITLE, summary="Tóm tắt đã sửa"))
    assert desk.look_later() == 1
    [(title, entry)] = desk.entries().items()
    assert (title, entry.summary, entry.key) == (TITLE, "Tóm tắt đã sửa", before.key)
    assert entry.due_at == before.due_at
    assert desk.look_later() == 0


def test_a_feed_that_changes_its_words_at_every_look_is_believed_a_few_times(
    desk: Desk, portal: Portal
) -> None:
    for number in range(MAX_EDITS + 5):
        shows(portal, news(f"Tin có {number} lượt xem"))
        desk.look_later()
    assert desk.titles() == [f"Tin có {MAX_EDITS} lượt xem"]


def test_a_correction_that_the_rules_dont_let_through_takes_the_entry_back(
    database: Database, clock: MovedClock, portal: Portal
) -> None:
    desk = Desk(database, clock, portal, without=["rút bài"])
    desk.look()
    shows(portal, news())
    desk.look_later()
    shows(portal, news(f"[RÚT BÀI] {TITLE}"))
    assert desk.look_later() == 1
    assert desk.titles() == []
    assert desk.left_out() == {f"[RÚT BÀI] {TITLE}": Why.UNWANTED}
    shows(portal, news())
    desk.look_later()
    assert desk.titles() == []


def test_an_entry_that_moved_to_another_address_is_the_same(desk: Desk, portal: Portal) -> None:
    shows(portal, news())
    desk.look_later()
    shows(portal, news(link="https://portal.example.vn/tin-tuc/2027/1"))
    desk.look_later()
    assert [entry.link for entry in desk.entries().values()] == [
        "https://portal.example.vn/tin-tuc/2027/1"
    ]
    # And by the new address it is known, whatever its id is by then.
    shows(portal, news(id_="khác", link="https://portal.example.vn/tin-tuc/2027/1?utm_source=rss"))
    desk.look_later()
    assert desk.titles() == [TITLE]


def test_another_id_at_the_same_address_is_the_same_entry(desk: Desk, portal: Portal) -> None:
    shows(portal, news())
    desk.look_later()
    shows(portal, news("Tiêu đề đã sửa", id_="2", link="http://www.portal.example.vn/tin/1/#top"))
    assert desk.look_later() == 1
    assert desk.titles() == ["Tiêu đề đã sửa"]


def test_ids_and_addresses_that_change_at_every_look_bring_nothing_twice(
    desk: Desk, portal: Portal
) -> None:
    for number in range(MOST_TOLD_AGAIN + 5):
        link = f"https://portal.example.vn/phien/{number}/tin"
        shows(portal, news(id_=f"phiên-{number}", link=link))
        desk.look_later()
    assert desk.titles() == [TITLE]
    assert desk.number_known() == 1 + MOST_TOLD_AGAIN


def test_a_feed_whose_every_look_is_another_does_not_fill_the_store(
    database: Database, clock: MovedClock, portal: Portal
) -> None:
    desk = Desk(database, clock, portal, keywords=["không bao giờ"])
    desk.look()
    for look in range(4):
        shows(
            portal,
            *(
                news(
                    f"Rao vặt {look} {number}", f"{look}-{number}", f"https://a.vn/{look}/{number}"
                )
                for number in range(400)
            ),
        )
        desk.look_later()
    assert desk.number_known() == MOST_LEFT_OUT_A_DAY


def test_the_same_story_in_a_second_feed_goes_out_once_and_says_what_it_repeats(
    two: Desk, portal: Portal
) -> None:
    each(portal, rss=[news()], hai=[])
    two.look_later()
    original = two.entries()[TITLE]
    by_address = news("Tuần lễ Chuyển đổi số bắt đầu", "hai-1", summary="")
    by_words = news(
        "Gần 500 đại biểu dự ngày hội công nghệ", "hai-2", "https://khac.example.vn/9", LEAD
    )
    each(portal, rss=[news()], hai=[by_words, by_address])
    assert two.look_later() == 0
    assert two.titles() == [TITLE]
    repeats = {
        title: entry.repeats for title, entry in two.entries().items() if entry.left_out == "repeat"
    }
    assert repeats == {
        "Tuần lễ Chuyển đổi số bắt đầu": f"tin/{original.key}",
        "Gần 500 đại biểu dự ngày hội công nghệ": f"tin/{original.key}",
    }


def test_the_same_id_in_a_second_feed_is_the_same_and_corrects_nothing(
    two: Desk, portal: Portal
) -> None:
    each(portal, rss=[news()], hai=[news("Tít của người khác")])
    assert two.look_later() == 1
    assert two.titles() == [TITLE]


def test_what_stayed_out_by_the_rules_in_one_feed_may_go_out_by_another(
    database: Database, clock: MovedClock, portal: Portal
) -> None:
    urls = [portal.url, f"{portal.url}/hai"]
    desk = Desk(database, clock, portal, urls=urls, keywords=["chuyển đổi số"])
    desk.look()
    plain = news("Khai mạc tuần lễ", summary="Sáng nay")
    each(portal, rss=[plain], hai=[news("Khai mạc tuần lễ chuyển đổi số", "hai-1", summary="x")])
    assert desk.look_later() == 1
    assert desk.titles() == ["Khai mạc tuần lễ chuyển đổi số"]


def test_adding_a_feed_publishes_nothing_old_of_it(desk: Desk, portal: Portal) -> None:
    old = news("Tin cũ của nguồn thứ hai", "cũ", "https://portal.example.vn/cu", summary="")
    each(portal, rss=[news()], hai=[old, news()])
    desk.campaigns = [standing("tin", f"{portal.url}/hai", portal.url)]
    desk.look_later()
    # What the feed that it had brings goes out, though it stands in the new one as well.
    assert desk.titles() == [TITLE]
    assert desk.left_out() == {"Tin cũ của nguồn thứ hai": Why.FIRST_LOOK}


def test_what_stood_in_another_feed_before_was_never_told_and_goes_out(
    desk: Desk, portal: Portal
) -> None:
    each(portal, rss=[], hai=[news(id_="hai-1")])
    desk.campaigns = [standing("tin", portal.url, f"{portal.url}/hai")]
    desk.look_later()
    each(portal, rss=[news()], hai=[news(id_="hai-1")])
    assert desk.look_later() == 1
    assert desk.titles() == [TITLE]


def test_what_another_campaign_of_the_same_channel_puts_out_is_a_repeat(
    desk: Desk, portal: Portal
) -> None:
    desk.campaigns.append(standing("hai", f"{portal.url}/hai"))
    desk.look_later()
    told_again = news("Tuần lễ Chuyển đổi số bắt đầu", "hai-1", "https://khac.example.vn/9")
    each(portal, rss=[news()], hai=[told_again])
    assert desk.look_later() == 1
    assert desk.left_out("hai") == {"Tuần lễ Chuyển đổi số bắt đầu": Why.REPEATS}
    assert desk.entries("hai")["Tuần lễ Chuyển đổi số bắt đầu"].repeats.startswith("tin/")


def test_a_campaign_for_other_channels_puts_it_out_as_well(desk: Desk, portal: Portal) -> None:
    desk.campaigns.append(standing("hai", portal.url, channels=["loa"]))
    desk.look_later()
    shows(portal, news())
    assert desk.look_later() == 2
    assert (desk.titles("tin"), desk.titles("hai")) == ([TITLE], [TITLE])


def test_two_campaigns_on_one_feed_ask_once_a_round(desk: Desk, portal: Portal) -> None:
    desk.campaigns.append(standing("hai", portal.url, channels=["loa"], every="2h"))
    desk.look_later()
    before = len(portal.asked)
    desk.look_later()
    assert len(portal.asked) == before + 1


def test_an_old_story_that_comes_back_is_known(desk: Desk, portal: Portal) -> None:
    shows(portal, news())
    desk.look_later()
    desk.clock.advance(timedelta(days=20))
    again = news(id_="2", link="https://portal.example.vn/luu-tru/1", published=desk.clock())
    shows(portal, again)
    assert desk.look() == 0
    assert desk.titles() == [TITLE]


def test_two_of_a_series_both_go_out(desk: Desk, portal: Portal) -> None:
    titles = ["Còn 7 ngày đến Ngày hội", "Còn 3 ngày đến Ngày hội"]
    for number, title in enumerate(titles):
        shows(portal, news(title, str(number), f"https://portal.example.vn/{number}"))
        desk.look_later()
    assert desk.titles() == titles


def test_ids_that_all_entries_share_name_none(desk: Desk, portal: Portal) -> None:
    titles = ["Lớp học buổi tối", "Thư viện mở cửa", "Cảnh báo lừa đảo qua điện thoại"]
    items = [
        news(title, "cùng-một", f"https://portal.example.vn/{number}", summary="")
        for number, title in enumerate(titles)
    ]
    shows(portal, *items[::-1])
    assert desk.look_later() == 3
    assert desk.titles() == titles
    assert desk.look_later() == 0


def test_an_address_that_all_entries_share_names_none(desk: Desk, portal: Portal) -> None:
    titles = ["Lớp học buổi tối", "Thư viện mở cửa", "Cảnh báo lừa đảo qua điện thoại"]
    shows(portal, *(news(title, title, "https://portal.example.vn/tin", "") for title in titles))
    assert desk.look_later() == 3


def test_what_would_wait_until_it_is_no_news_is_told_and_stays_out(
    database: Database, clock: MovedClock, portal: Portal
) -> None:
    desk = Desk(database, clock, portal, most_a_day=1)
    desk.look()
    words = ["lúa", "xoài", "sen", "quýt", "cá", "tôm", "hoa", "gạo", "chiếu", "nem", "bột"]
    shows(
        portal,
        *(news(f"Chuyện về {one} quê ta", one, f"https://a.vn/{one}", "") for one in words[::-1]),
    )
    desk.look_later()
    # Today and on the mornings of the next seven days: the eighth is more than a week away.
    assert desk.titles() == [f"Chuyện về {word} quê ta" for word in words[:8]]
    assert set(desk.left_out().values()) == {Why.NO_ROOM}
    assert all(entry.promised_at for entry in desk.entries().values())


def test_a_backlog_that_was_planned_before_expires(
    desk: Desk, portal: Portal, database: Database
) -> None:
    shows(portal, news())
    desk.look_later()
    with database.writing() as session:
        [row] = desk.entries().values()
        row.due_at = desk.clock() + timedelta(days=20)
        session.merge(row)
    assert desk.look_later() == 1
    assert desk.left_out() == {TITLE: Why.NO_ROOM}
