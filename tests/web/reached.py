"""Posts that went out in the weeks before, with what was read of them, in an office's store.

Last week is 27 September to 3 October 2027, the week before from 20 September. The portal tells no
figures. Of the edition of 2026 the days before its 10 October are there.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from publisher.store import deliveries
from tests.reach.builders import read, sent
from tests.store.builders import ZONE
from tests.web.office import ConsoleOffice

_LINES = (
    "Nộp hồ sơ trực tuyến: ba bước, mười phút",
    "Tổ công nghệ số cộng đồng về từng khóm, ấp",
    "Cảnh giác tin nhắn giả mạo ngân hàng",
    "Học sinh tỉnh nhà giành giải sáng tạo khoa học",
    "Truy xuất nguồn gốc xoài bằng mã QR",
    "Lịch tiếp công dân tuần tới",
)
_PEOPLE = (["people"], ["people", "business"], ["learners"], [])

LAST_WEEK = datetime(2027, 9, 27, 8, tzinfo=ZONE)
"""Monday of last week, when its first post went out."""


def fill(office: ConsoleOffice, *, weeks: int = 10) -> None:
    """Six posts a week, each on three channels, for so many weeks; and an edition before."""
    for back in range(weeks):
        for place, line in enumerate(_LINES):
            at = LAST_WEEK - timedelta(weeks=back, days=-place)
            strength = (place + 1) * (weeks - back) * 97
            campaign = "10-10" if place % 2 else "dich-vu-cong"
            put(
                office,
                at,
                f"bai-{back}-{place}",
                line,
                campaign,
                2027,
                strength,
                _PEOPLE[place % 4],
            )
    for days in range(14):
        at = datetime(2026, 9, 27, 8, tzinfo=ZONE) + timedelta(days=days)
        put(
            office, at, f"nam-truoc-{days}", "Bài của năm trước", "10-10", 2026, 300 + 40 * days, []
        )


def put(
    office: ConsoleOffice,
    at: datetime,
    post: str,
    line: str,
    campaign: str,
    edition: int,
    strength: int,
    audiences: list[str],
    covers: list[str] | None = None,
) -> None:
    """A post on all three channels, a day later looked at ``strength`` times on the fanpage and
    half as often on Zalo."""
    database = office.site.database
    for channel in ("fanpage", "zalo", "portal"):
        row = sent(database, at, post, channel=channel, campaign=campaign, text=line)
        with database.writing() as session:
            kept = deliveries.by_number(session, row.id or 0)
            kept.edition, kept.audiences, kept.covers = edition, audiences, covers or []
            kept.url = f"https://{channel}.example.vn/{post}"
            session.add(kept)
        if channel != "portal":
            views = strength if channel == "fanpage" else strength // 2
            reach = {"reach": views * 7 // 10} if channel == "fanpage" else {}
            at_hand = at + timedelta(hours=20)
            read(
                database,
                row,
                at_hand,
                views=views,
                reactions=views // 20,
                shares=views // 90,
                **reach,
            )


CRITERIA = """\
[population]
people = 1_600_000
source = "số mẫu"

[indicator.bai-cho-nguoi-dan]
title    = "Bài viết dành cho người dân"
source   = "III.1"
at_least = 3
posts    = { audiences = ["people"] }

[indicator.bai-cho-nguoi-hoc]
title    = "Bài viết dành cho học sinh, sinh viên"
source   = "III.2.đ"
at_least = 500
posts    = { audiences = ["learners"] }

[indicator.tuong-tac]
title = "Tương tác trên một trăm lượt hiển thị"
rate  = {}

[indicator.nhiem-vu]
title    = "Nhiệm vụ khoa học đã được truyền thông"
source   = "II.2.d"
at_least = 100
coverage = {}
"""

REGISTER = """\
Mã;Tên nhiệm vụ;Đơn vị;Loại;Mật
NV-01;Cảm biến nguồn nước cho vùng trồng xoài;Sở Khoa học và Công nghệ;Nhiệm vụ KH&CN;
NV-02;Truy xuất nguồn gốc nông sản bằng mã QR;Sở Nông nghiệp;Nhiệm vụ KH&CN;
NV-03;Việc không nêu tên;Công an tỉnh;Nhiệm vụ KH&CN;x
"""


def lay_plan(office: ConsoleOffice) -> None:
    """The office's criteria and its register of tasks, the second of which has had a post, and a
    post that names what the register lacks."""
    (office.root / "campaigns" / "criteria.toml").write_text(CRITERIA, "utf-8")
    (office.root / "campaigns" / "coverage.csv").write_text(REGISTER, "utf-8")
    put(
        office,
        LAST_WEEK + timedelta(hours=3),
        "ma-qr",
        "Quét mã, biết vườn xoài",
        "dich-vu-cong",
        2027,
        900,
        ["people"],
        ["nv-02", "NV-99"],
    )
