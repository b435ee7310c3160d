"""A month of a portal's news as it might be: 500 items in two feeds, mixed, corrected and repeated.

What is to go out of it is worked out here from what each item was made to be, minute by minute and
without any of the program's own reckoning.
"""

from __future__ import annotations

import random
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from email.utils import format_datetime
from html import escape
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
START = datetime(2027, 9, 1, 0, 0, tzinfo=ZONE)
DAYS = 30
END = START + timedelta(days=DAYS)
LOOKS = {"mot": timedelta(minutes=30), "hai": timedelta(hours=3)}
"""How often each feed is looked at."""
HOURS = (time(7), time(20))
GAP = timedelta(minutes=45)
MOST_A_DAY = 8
PROMISED = timedelta(hours=4)
ITEMS = 500
SHOWN = 20
KEYWORDS = ("chuyển đổi số", "công nghệ số", "trí tuệ nhân tạo", "AI")

_PLACES = (
    *("Tân Hội", "Tân Khánh Trung", "Mỹ Quí", "Mỹ Hiệp", "Cao Lãnh", "Sa Đéc", "Hồng Ngự"),
    *("Tháp Mười", "Lấp Vò", "Lai Vung", "Tràm Chim", "Tam Nông", "Thanh Bình", "Phú Thọ"),
    *("An Phong", "Bình Thành", "Long Hậu", "Hòa Long", "Phong Hòa", "Tân Dương", "Định Yên"),
    *("Mỹ An Hưng", "Bình Hàng Trung", "Ba Sao", "Đốc Binh Kiều", "Trường Xuân", "Mỹ Thọ"),
    *("Gáo Giồng", "Phương Thịnh", "Tân Thạnh", "Thường Phước", "Long Khánh", "An Long"),
)
_ON = (
    (
        "Xã {place} ra mắt tổ công nghệ số ấp {number}",
        "Sáng nay, xã {place} ra mắt tổ công nghệ số ở ấp {number} với {people} thành viên, đến "
        "từng nhà giúp bà con cài ứng dụng và nộp hồ sơ trên mạng.",
    ),
    (
        "{place} tập huấn chuyển đổi số cho {people} hội viên nông dân",
        "Lớp tập huấn kéo dài {number} buổi ở {place} chỉ cho {people} hội viên cách bán nông sản "
        "trên sàn, ghi nhật ký vườn và thanh toán không tiền mặt.",
    ),
    (
        "Học sinh {place} thử trí tuệ nhân tạo trong {number} tiết học",
        "Tại {place}, {people} học sinh lần đầu dùng trí tuệ nhân tạo trong {number} tiết học thử, "
        "dưới sự hướng dẫn của thầy cô và sinh viên tình nguyện.",
    ),
    (
        "Còn {number} ngày đến hội thi chuyển đổi số của {place}",
        "Ban tổ chức hội thi ở {place} cho biết {people} thí sinh đã ghi tên, và mọi việc chuẩn bị "
        "sẽ xong trước ngày khai mạc {number} ngày.",
    ),
)
_OFF = (
    (
        "{place} khai mạc giải bóng chuyền với {number} đội",
        "Giải bóng chuyền của {place} năm nay có {number} đội và {people} vận động viên, tranh tài "
        "trong ba ngày trên sân nhà văn hóa.",
    ),
    (
        "Báo động nước lên ở {place}, {people} hộ được nhắc kê cao đồ đạc",
        "Đài khí tượng báo nước ở {place} lên thêm {number} phân; {people} hộ ven sông được nhắc "
        "kê cao đồ đạc và giữ trẻ nhỏ trong nhà.",
    ),
    (
        "Lịch cúp điện tại {place} ngày {number}",
        "Điện lực thông báo tạm ngưng cấp điện tại {place} vào ngày {number} để sửa lưới, ảnh "
        "hưởng đến {people} hộ dùng điện trong khu vực.",
    ),
)
_ENGLISH = (
    "{place} opens AI class number {number} for farmers",
    "The commune of {place} has opened class number {number} on AI for {people} farmers, who learn "
    "to sell their fruit on the web.",
)
_UNWANTED = (
    "{place} thông báo tuyển dụng {number} viên chức chuyển đổi số",
    "UBND {place} thông báo tuyển dụng {number} viên chức phụ trách chuyển đổi số, nhận {people} "
    "bộ hồ sơ đầu tiên trong giờ hành chính.",
)
_OTHER_TITLES = (
    "Niềm vui mới ở một vùng quê",
    "Đổi thay từ những việc nhỏ nhất",
    "Khi bà con làm quen điều mới",
    "Nơi ấy hôm nay đã khác xưa",
)


@dataclass
class Item:
    """One item of a feed, and what it was made to be. ``wordings``: since when it is worded how;
    ``links`` likewise. ``is_wanted``: it is to go out."""

    id: str
    at: datetime
    wordings: list[tuple[datetime, str]]
    lead: str
    links: list[tuple[datetime, str]]
    is_wanted: bool
    dated: datetime | None = None
    feed: str = "mot"

    def title(self, now: datetime) -> str:
        return self.wordings[bisect_right([since for since, _title in self.wordings], now) - 1][1]

    def link(self, now: datetime) -> str:
        return self.links[bisect_right([since for since, _link in self.links], now) - 1][1]

    def written(self, now: datetime) -> str:
        return (
            f'<item><guid isPermaLink="false">{self.id}</guid><title>{escape(self.title(now))}'
            f"</title><link>{escape(self.link(now))}</link><description>{escape(self.lead)}"
            f"</description><pubDate>{format_datetime(self.dated or self.at)}</pubDate></item>"
        )


@dataclass
class Month:
    """Everything that the portal publishes, by when."""

    items: list[Item] = field(default_factory=list)
    _rng: random.Random = field(default_factory=lambda: random.Random(57))
    _used: set[str] = field(default_factory=set)

    def of(self, feed: str) -> list[Item]:
        return sorted((one for one in self.items if one.feed == feed), key=lambda one: one.at)

    def changes(self, feed: str) -> list[datetime]:
        """Every moment at which ``feed`` begins to look otherwise."""
        mine = self.of(feed)
        return sorted({since for one in mine for since, _ in (*one.wordings, *one.links)})

    def rss(self, feed: str, now: datetime) -> bytes:
        """The feed as it stands: its newest items, the newest first."""
        shown = [one for one in self.of(feed) if one.at <= now][-SHOWN:]
        body = "".join(one.written(now) for one in reversed(shown))
        return (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Cổng Thông '
            f"tin điện tử</title><link>https://portal.example.vn</link>{body}</channel></rss>"
        ).encode()

    # -- making it --------------------------------------------------------------------------------

    def add(
        self, kind: tuple[str, str], at: datetime, *, is_wanted: bool, feed: str = "mot"
    ) -> Item:
        title, lead = self._written(kind)
        number = len(self.items) + 1
        link = f"https://portal.example.vn/tin/{feed}/{number}"
        one = Item(f"{feed}-{number}", at, [(at, title)], lead, [(at, link)], is_wanted, feed=feed)
        self.items.append(one)
        return one

    def some_time(self, first: int = 5, last: int = 23) -> datetime:
        """A minute of the month, between these hours of a day."""
        day = self._rng.randrange(DAYS - 3)
        minute = self._rng.randrange(first * 60, last * 60)
        return START + timedelta(days=day, minutes=minute)

    def pick(self, items: Sequence[Item], number: int) -> list[Item]:
        return self._rng.sample(items, number)

    def choice(self, kinds: Sequence[tuple[str, str]]) -> tuple[str, str]:
        return self._rng.choice(kinds)

    def after(self, one: Item, least_h: int, most_h: int) -> datetime:
        return one.at + timedelta(minutes=self._rng.randrange(least_h * 60, most_h * 60))

    def _written(self, kind: tuple[str, str]) -> tuple[str, str]:
        while True:
            words = {
                "place": self._rng.choice(_PLACES),
                "number": self._rng.randrange(2, 30),
                "people": self._rng.randrange(31, 999),
            }
            title, lead = (text.format(**words) for text in kind)
            if title not in self._used:
                self._used.add(title)
                return title, lead


def month() -> Month:
    """The month, the same each time."""
    made = Month()
    for number in range(20):
        made.add(made.choice(_ON), START - timedelta(hours=30 - number), is_wanted=False)
    old = list(made.items)
    for _number in range(110):
        made.add(made.choice(_ON), made.some_time(), is_wanted=True)
    for day in (6, 17):
        for minute in range(0, 60, 5):
            at = START + timedelta(days=day, hours=14, minutes=minute)
            made.add(made.choice(_ON), at, is_wanted=True)
    day_items = made.items[len(old) :]
    _correct_at_night(made)
    for one in made.pick(day_items, 16):
        one.wordings.append((made.after(one, 3, 9), f"{one.title(one.at)} (cập nhật)"))
    for one in made.pick(day_items, 14):
        one.links.append((made.after(one, 2, 20), one.link(one.at).replace("/tin/", "/bai-viet/")))
    for _number in range(25):
        made.add(_ENGLISH, made.some_time(), is_wanted=False)
    for _number in range(10):
        made.add(_UNWANTED, made.some_time(), is_wanted=False)
    _bring_back(made, day_items)
    _repeat(made, day_items)
    while len(made.items) - len(old) < ITEMS:
        feed = "hai" if len(made.items) % 9 == 0 else "mot"
        made.add(made.choice(_OFF), made.some_time(), is_wanted=False, feed=feed)
    return made


def _correct_at_night(made: Month) -> None:
    """Items that come in the night and are corrected before anybody is up."""
    for _number in range(14):
        one = made.add(made.choice(_ON), made.some_time(21, 28), is_wanted=True)
        right = one.title(one.at)
        one.wordings = [(one.at, f"Nháp: {right}"), (made.after(one, 1, 2), right)]


def _bring_back(made: Month, originals: Sequence[Item]) -> None:
    """Old stories: as new ones under another id and address, or with the date that they had."""
    early = [one for one in originals if one.at < START + timedelta(days=14)]
    for number, one in enumerate(made.pick(early, 20)):
        at = made.after(one, 8 * 24, 13 * 24)
        link = f"https://portal.example.vn/luu-tru/{number}"
        made.items.append(
            Item(
                f"luu-tru-{number}",
                at,
                [(at, one.title(END))],
                one.lead,
                [(at, link)],
                is_wanted=False,
                dated=one.at if number % 2 else None,
            )
        )


def _repeat(made: Month, originals: Sequence[Item]) -> None:
    """What the second feed has of the first: at its address, or retold under another title; and
    some news of its own."""
    for number, one in enumerate(made.pick(originals, 44)):
        at = made.after(one, 1, 24)
        link, title = one.link(at), one.title(one.at)
        if number % 2:
            link = f"https://tapchi.example.vn/{number}"
            title = _OTHER_TITLES[number % len(_OTHER_TITLES)]
        else:
            link = f"{link.replace('https://', 'http://www.')}?utm_source=rss#top"
        made.items.append(
            Item(f"hai-{number}", at, [(at, title)], one.lead, [(at, link)], False, feed="hai")
        )
    for _number in range(12):
        made.add(made.choice(_ON), made.some_time(), is_wanted=True, feed="hai")


# -- what is to become of it ----------------------------------------------------------------------


@dataclass(frozen=True)
class Expected:
    """An item that is to go out: when, in which words, since when it was there."""

    item: Item
    due: datetime
    title: str
    link: str


def expected(made: Month) -> list[Expected]:
    """What goes out, in order of time: each feed has a campaign of its own, with its own hours."""
    found = [one for feed in LOOKS for one in _of_campaign(made.of(feed), LOOKS[feed])]
    return sorted(found, key=lambda one: one.due)


def _of_campaign(items: Sequence[Item], every: timedelta) -> Iterator[Expected]:
    looks = [START + number * every for number in range(timedelta(days=DAYS) // every + 1)]
    dues: list[datetime] = []
    for item in items:
        if not item.is_wanted:
            continue
        look = next((one for one in looks if one >= item.at), None)
        if look is None:
            continue
        due = _first_free_minute(look, dues)
        dues.append(due)
        last = max([look, *(one for one in looks if one < due)])
        yield Expected(item, due, item.title(last), item.link(last))


def _first_free_minute(since: datetime, dues: Sequence[datetime]) -> datetime:
    # What went out more than some days ago takes no minute of now: two weeks are plenty.
    now, dues = since, [due for due in dues if due > since - timedelta(days=14)]
    while not _is_free(now, dues):
        now += timedelta(minutes=1)
    return now


def _is_free(now: datetime, dues: Sequence[datetime]) -> bool:
    day = sum(due.date() == now.date() for due in dues)
    waits = any(now < due + GAP for due in dues)
    return HOURS[0] <= now.time() <= HOURS[1] and day < MOST_A_DAY and not waits
