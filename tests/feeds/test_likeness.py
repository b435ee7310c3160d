"""One story under two titles is one; two stories of one series are two."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from publisher.feeds.likeness import Stories, Story, same_story

NOW = datetime(2027, 10, 10, 5, tzinfo=UTC)
OPENING = (
    "Sáng 10/10, tại phường Cao Lãnh, UBND tỉnh Đồng Tháp khai mạc Tuần lễ Chuyển đổi số với gần "
    "500 đại biểu, doanh nghiệp và người dân tham dự."
)
CLASS_IN = (
    "Tổ công nghệ số cộng đồng vừa khai giảng lớp học cho bà con, hướng dẫn cài ứng dụng định danh "
    "và nộp hồ sơ trực tuyến tại xã {}."
)
PORTAL_SAYS = (
    "Tin của chuyên mục Khoa học, công nghệ và chuyển đổi số trên Cổng Thông tin điện tử tỉnh."
)


class Pair(NamedTuple):
    one: str
    other: str
    one_says: str = ""
    other_says: str = ""
    apart: timedelta = timedelta(hours=6)


SAME = {
    "a source is put before it": Pair(
        "Khai mạc Tuần lễ Chuyển đổi số tỉnh Đồng Tháp",
        "(Báo Đồng Tháp) - Khai mạc Tuần lễ Chuyển đổi số tỉnh Đồng Tháp",
    ),
    "in capitals": Pair(
        "Khai mạc Tuần lễ Chuyển đổi số năm 2027", "KHAI MẠC TUẦN LỄ CHUYỂN ĐỔI SỐ NĂM 2027"
    ),
    "without marks": Pair(
        "Khai mạc Tuần lễ Chuyển đổi số năm 2027", "Khai mac Tuan le Chuyen doi so nam 2027"
    ),
    "tones placed the other way": Pair(
        "Hoà giải viên học kĩ năng số ở Tháp Mười", "Hòa giải viên học kỹ năng số ở Tháp Mười"
    ),
    "another title over the same lead": Pair(
        "Tuần lễ Chuyển đổi số bắt đầu",
        "Đồng Tháp: gần 500 đại biểu dự ngày hội công nghệ",
        OPENING,
        OPENING,
        timedelta(days=20),
    ),
    "another title, and the lead cut off": Pair(
        "Tuần lễ Chuyển đổi số bắt đầu",
        "Đồng Tháp: gần 500 đại biểu dự ngày hội công nghệ",
        OPENING,
        OPENING[:110] + "…",
    ),
    "the place is named first": Pair(
        "Khai mạc Tuần lễ Chuyển đổi số năm 2027",
        "Đồng Tháp khai mạc Tuần lễ Chuyển đổi số năm 2027",
        OPENING,
        OPENING.replace("Sáng 10/10, tại", "(DTO) Sáng ngày 10/10 tại"),
    ),
    "the title kept, the lead written anew": Pair(
        "Khai mạc Tuần lễ Chuyển đổi số năm 2027",
        "Khai mạc Tuần lễ Chuyển đổi số năm 2027",
        OPENING,
        "UBND tỉnh Đồng Tháp sáng 10/10 khai mạc Tuần lễ Chuyển đổi số tại phường Cao Lãnh; dự "
        "lễ có gần 500 đại biểu và người dân.",
    ),
    "a name that only one title has": Pair(
        "Người dân Tháp Mười nộp hồ sơ tại nhà",
        "Dịch vụ công về tận ấp",
        "Ở Tháp Mười, từ đầu tháng, tổ công nghệ số đến từng nhà giúp bà con nộp hồ sơ trực tuyến "
        "mà không phải đi xa.",
        "Ở Tháp Mười, từ đầu tháng, tổ công nghệ số đến từng nhà giúp bà con nộp hồ sơ trực tuyến "
        "mà không phải đi xa.",
    ),
}
DIFFERENT = {
    "a countdown": Pair(
        "Còn 7 ngày đến Ngày Chuyển đổi số quốc gia",
        "Còn 3 ngày đến Ngày Chuyển đổi số quốc gia",
        OPENING,
        OPENING,
    ),
    "a countdown in words": Pair(
        "Còn bảy ngày đến Ngày Chuyển đổi số", "Còn ba ngày đến Ngày Chuyển đổi số"
    ),
    "a weekly bulletin": Pair(
        "Bản tin chuyển đổi số tuần 41", "Bản tin chuyển đổi số tuần 42", PORTAL_SAYS, PORTAL_SAYS
    ),
    "a weekly bulletin with other figures in its lead": Pair(
        "Bản tin chuyển đổi số trong tuần",
        "Bản tin chuyển đổi số trong tuần",
        "Trong tuần, toàn tỉnh tiếp nhận 1.240 hồ sơ trực tuyến, giải quyết đúng 98,5% và mở 12 "
        "lớp học.",
        "Trong tuần, toàn tỉnh tiếp nhận 1.388 hồ sơ trực tuyến, giải quyết đúng 99,1% và mở 15 "
        "lớp học.",
        timedelta(days=7),
    ),
    "the same title each week": Pair(
        "Lịch công tác tuần của UBND tỉnh", "Lịch công tác tuần của UBND tỉnh", apart=timedelta(7)
    ),
    "another day": Pair("Giá nông sản ngày 10/10", "Giá nông sản ngày 11/10"),
    "another month": Pair(
        "Lịch tiếp công dân tháng 10 của UBND tỉnh", "Lịch tiếp công dân tháng 11 của UBND tỉnh"
    ),
    "another part": Pair(
        "Chuyển đổi số ở xã: Kỳ I, bắt đầu từ đâu", "Chuyển đổi số ở xã: Kỳ II, bắt đầu từ đâu"
    ),
    "another time": Pair(
        "Hội thi Tin học trẻ lần thứ nhất thành công", "Hội thi Tin học trẻ lần thứ hai thành công"
    ),
    "another commune": Pair(
        "Khai giảng lớp Bình dân học vụ số tại xã Tân Hội",
        "Khai giảng lớp Bình dân học vụ số tại xã Tân Khánh",
        CLASS_IN.format("Tân Hội"),
        CLASS_IN.format("Tân Khánh"),
    ),
    "another commune, and the lead names none": Pair(
        "Khai giảng lớp Bình dân học vụ số tại xã Tân Hội",
        "Khai giảng lớp Bình dân học vụ số tại xã Tân Khánh",
        CLASS_IN.format("nhà"),
        CLASS_IN.format("nhà"),
    ),
    "other people": Pair(
        "Tập huấn kỹ năng số cho phụ nữ nông thôn",
        "Tập huấn kỹ năng số cho thanh niên nông thôn",
        "Hội Liên hiệp Phụ nữ tỉnh mở lớp tập huấn kỹ năng số cho chị em, trong đó có bán hàng "
        "trên mạng và thanh toán không tiền mặt.",
        "Tỉnh Đoàn mở lớp tập huấn kỹ năng số cho đoàn viên, trong đó có bán hàng trên mạng và "
        "khởi nghiệp từ nông sản quê nhà.",
    ),
    "opened, then closed": Pair(
        "Khai mạc Hội thi Tin học trẻ tỉnh", "Bế mạc Hội thi Tin học trẻ tỉnh"
    ),
    "one column's title over another story": Pair(
        "Gương sáng chuyển đổi số ở cơ sở",
        "Gương sáng chuyển đổi số ở cơ sở",
        "Chị Út ở Gáo Giồng chưa từng dùng máy tính, nay quay phim đồng sen của mình và bán hạt "
        "giống cho khách khắp nơi.",
        "Thầy hiệu trưởng một trường vùng biên tự viết phần mềm xếp giờ dạy, đem tặng các trường "
        "bạn và chỉ từng người cách dùng.",
    ),
    "only the subject is the same": Pair(
        "Đồng Tháp thúc đẩy chuyển đổi số trong nông nghiệp",
        "Nông dân Đồng Tháp bán xoài trên sàn thương mại điện tử",
        OPENING,
        "Nhờ sàn thương mại điện tử, nhà vườn ở Cao Lãnh bán xoài cát cho khách phương xa ngay từ "
        "điện thoại của mình.",
    ),
}


def stories(pair: Pair) -> tuple[Story, Story]:
    return (
        Story("1", pair.one, pair.one_says, NOW),
        Story("2", pair.other, pair.other_says, NOW + pair.apart),
    )


@pytest.mark.parametrize("pair", SAME.values(), ids=SAME)
def test_a_story_told_again_is_known(pair: Pair) -> None:
    one, other = stories(pair)
    assert same_story(one, other)
    assert same_story(other, one)
    assert Stories([one]).same_as(other) is one


@pytest.mark.parametrize("pair", DIFFERENT.values(), ids=DIFFERENT)
def test_two_stories_of_one_series_stay_two(pair: Pair) -> None:
    one, other = stories(pair)
    assert not same_story(one, other)
    assert not same_story(other, one)
    assert Stories([one]).same_as(other) is None


def test_a_summary_that_every_entry_has_tells_nothing() -> None:
    titles = ["Thư viện số mở cửa", "Nhận biết cuộc gọi lừa đảo", "Học sinh chế tạo máy tưới"]
    same = [Story(title, title, PORTAL_SAYS, NOW, "rss") for title in titles]
    assert Stories(same[:1]).same_as(same[1]) is not None
    assert Stories(same).same_as(Story("4", "Lớp học buổi tối", PORTAL_SAYS, NOW, "rss")) is None
    at_once = Stories(same[:1])
    at_once.expect(same)
    assert at_once.same_as(same[1]) is None


def test_the_likest_of_several_is_named() -> None:
    told = Stories(
        [
            Story("xa", "Tuần lễ Chuyển đổi số bắt đầu", OPENING, NOW),
            Story("gần", "Khai mạc Tuần lễ Chuyển đổi số năm 2027", OPENING, NOW),
        ]
    )
    again = Story("2", "Đồng Tháp khai mạc Tuần lễ Chuyển đổi số năm 2027", OPENING, NOW)
    found = told.same_as(again)
    assert found is not None
    assert found.name == "gần"


def test_what_was_told_more_than_a_month_ago_is_news_again() -> None:
    old = Story("1", "Khai mạc Tuần lễ Chuyển đổi số", OPENING, NOW - timedelta(days=31))
    assert Stories([old]).same_as(Story("2", old.title, OPENING, NOW)) is None
