"""A whole office's week in a store, as its leaders get it: five channels, three campaigns, eight
weeks, the last edition, and everything that a weekly mail can have to say.

``python -m tests.reports.full_week FOLDER`` writes its mail there as a page and as text and, where
a browser is installed (``tests/real/browser.py``), as pictures of a desk and of a telephone;
``weekly.png`` holds them side by side, for docs/pictures.
"""

from __future__ import annotations

import random
import sys
import tempfile
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from PIL import Image

from publisher.campaign.model import Anchor
from publisher.clock import MovedClock
from publisher.delivery import lifecycle
from publisher.reach.summary import week_summary
from publisher.reach.week import WeekSummary
from publisher.reports.weekly import ReportMail, compose
from publisher.settings.office import Office
from publisher.store import channel_states, deliveries, holds
from publisher.store.database import Database
from publisher.store.models import Delivery
from publisher.store.reach_tables import AccountReading, LinkClicks, ReadingRow, ShortLink
from tests.reach.builders import sent
from tests.store.builders import ZONE, planned, store

MONDAY = date(2027, 10, 4)
REPORT = datetime(2027, 10, 11, 8, tzinfo=ZONE)
OFFICE = Office(name="UBND tỉnh Đồng Tháp")
ANCHORS = {"cds": Anchor(every="10-10")}
NAMES = {
    "facebook": "Trang Facebook của tỉnh",
    "zalo": "Zalo OA của tỉnh",
    "portal": "Cổng Thông tin điện tử Đồng Tháp",
    "youtube": "Kênh YouTube của tỉnh",
    "bluesky": "Bluesky",
    "cds": "Ngày Chuyển đổi số quốc gia 10/10",
    "binh-dan": "Bình dân học vụ số",
    "khcn": "Tin khoa học và công nghệ",
}
SIZES = {"facebook": 2600, "zalo": 1400, "youtube": 420, "bluesky": 60}
"""What a post is shown on each; the portal tells nothing."""

LINES = (
    "Còn 7 ngày nữa đến Ngày Chuyển đổi số quốc gia 10/10",
    "Năm việc người dân làm được trên Cổng Dịch vụ công",
    "Lớp Bình dân học vụ số tại xã Mỹ An Hưng: học viên lớn tuổi nhất 78 tuổi",
    "Hướng dẫn cài đặt VNeID mức 2 tại nhà",
    "Đồng Tháp công bố 12 sáng kiến chuyển đổi số cấp xã",
    "Nông dân Cao Lãnh bán xoài qua sàn thương mại điện tử",
    "Lễ hưởng ứng Ngày Chuyển đổi số quốc gia: chương trình và địa điểm",
    "Cảnh báo: cuộc gọi giả danh cán bộ yêu cầu cập nhật dữ liệu",
)
KINDS = ("text", "picture", "picture", "link", "video", "picture", "link", "picture")


@dataclass
class Week:
    """The store is filled by ``fill``; ``summary`` and ``mail`` are of it."""

    database: Database

    def fill(self) -> None:
        chance = random.Random(57)
        for back in range(7, -1, -1):
            for number, line in enumerate(LINES):
                day = MONDAY - timedelta(weeks=back) + timedelta(days=min(6, number))
                self._post(chance, day, number, line, 2027, f"{back}")
        for number, line in enumerate(LINES[:7]):
            self._post(chance, date(2026, 10, 4) + timedelta(days=number), number, line, 2026, "cu")
        self._accounts()
        self._matters()

    def summary(self) -> WeekSummary:
        return week_summary(self.database, MONDAY, ZONE, REPORT, ANCHORS)

    def mail(self, tongue: str = "vi") -> ReportMail:
        return compose(self.summary(), OFFICE, tongue, names=NAMES)

    def _post(
        self, chance: random.Random, day: date, number: int, line: str, edition: int, name: str
    ) -> None:
        hour = (7, 9, 19, 11, 20, 15, 8, 19)[(number + day.toordinal()) % 8]
        at = datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)
        campaign = ("cds", "khcn", "binh-dan", "cds", "cds", "khcn", "cds", "khcn")[number]
        liked = chance.lognormvariate(0, 0.3) * (1.9 if hour >= 19 else 1)
        liked *= (0.8 if edition == 2026 else 1) * (1.5 if day >= MONDAY else 1)
        for channel in NAMES:
            if channel not in (*SIZES, "portal") or (channel == "youtube") != (number == 4):
                continue
            row = sent(
                self.database, at, f"bai-{number}-{name}", channel=channel, campaign=campaign,
                text=line,
            )  # fmt: skip
            with self.database.writing() as session:
                kept = deliveries.by_number(session, row.id or 0)
                kept.edition, kept.kind = edition, KINDS[number]
                kept.first_line = line
                kept.url = f"https://{channel}.example.vn/{kept.id}"
                session.add(kept)
                if channel in SIZES:
                    shown = int(SIZES[channel] * liked * chance.lognormvariate(0, 0.2))
                    session.add_all(_readings(kept, at, channel, shown))
            if (day, number, channel) == (MONDAY, 0, "facebook"):
                self._remarks(row)

    def _remarks(self, row: Delivery) -> None:
        """One post that is in doubt and gone, and whose short link was followed."""
        with self.database.writing() as session:
            kept = deliveries.by_number(session, row.id or 0)
            kept.gone_at = REPORT - timedelta(days=1)
            session.add(kept)
            session.add(ReadingRow(
                delivery_id=kept.id or 0, at=REPORT - timedelta(hours=3), due_age_s=604800,
                impressions=3900, reach=2800, reactions=88, comments=9, shares=14,
                doubts=["fell"],
            ))  # fmt: skip
            session.add(ShortLink(
                code="abc123", target="https://dichvucong.example.vn/", delivery_id=kept.id or 0,
                created_at=REPORT - timedelta(days=6),
            ))  # fmt: skip
            session.flush()
            session.add(LinkClicks(code="abc123", hour=REPORT - timedelta(days=5), count=214))

    def _accounts(self) -> None:
        grown = (("facebook", 48210, 48655), ("zalo", 21904, 22010), ("bluesky", 812, 809))
        with self.database.writing() as session:
            for channel, before, now in grown:
                for days, followers in ((8, before), (1, now)):
                    at = REPORT - timedelta(days=days)
                    session.add(AccountReading(channel=channel, at=at, followers=followers))

    def _matters(self) -> None:
        wrong = (("bai-hong", lifecycle.REFUSE, "400: ảnh quá lớn"), ("bai-lo", None, ""))
        for number, (post, outcome, note) in enumerate(wrong):
            at = REPORT - timedelta(days=3, hours=number)
            [row] = store(
                self.database,
                planned(at, post=post, channel="facebook", campaign="khcn", text=LINES[number]),
                now=at,
            )
            with self.database.writing() as session:
                steps = (lifecycle.CLAIM, outcome) if outcome else (lifecycle.MISS,)
                for step in steps:
                    deliveries.move(session, row.id or 0, step, at, note=note)
        coming = [
            planned(REPORT + timedelta(days=day, hours=1), post=f"toi-{day}", channel=channel,
                    campaign="cds", text=LINES[day], approvals=day % 2)
            for day in range(1, 4)
            for channel in ("facebook", "zalo")
        ]  # fmt: skip
        store(self.database, *coming, now=REPORT)
        with self.database.writing() as session:
            channel_states.stop(
                session, "youtube", "the access token has expired", REPORT - timedelta(hours=9)
            )
            holds.place(session, REPORT, "Lan", holds.CHANNEL, "zalo", "bảo trì", None)


def _readings(row: Delivery, at: datetime, channel: str, shown: int) -> list[ReadingRow]:
    """After three days, and as much again in part after seven."""
    found = []
    for age, grown in (
        (timedelta(days=1), 0.7),
        (timedelta(days=3), 1.0),
        (timedelta(days=7), 1.1),
    ):
        count = int(shown * grown)
        told = {"views": count} if channel in ("zalo", "youtube") else {"impressions": count}
        if channel == "facebook":
            told["reach"] = int(count * 0.7)
        found.append(
            ReadingRow(
                delivery_id=row.id or 0, at=at + age, due_age_s=int(age.total_seconds()),
                reactions=count // 40, comments=count // 300, shares=count // 200, **told,
            )
        )  # fmt: skip
    return found


def write(folder: Path) -> None:
    """The mail of the week as pages and pictures in ``folder``."""
    from tests.real.browser import Browser, missing

    with tempfile.TemporaryDirectory() as there:
        database = Database(f"sqlite:///{there}/week.db")
        database.prepare(MovedClock(REPORT)())
        week = Week(database)
        week.fill()
        mail = week.mail()
        database.close()
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / "weekly.html"
    mail.write_page(page)
    (folder / "weekly.txt").write_text(mail.text, "utf-8")
    if missing():
        print(f"no pictures: {missing()}")
        return
    shots = []
    with Browser() as browser:
        for name, width, dark in (("desk", 700, False), ("telephone", 360, False),
                                  ("telephone-dark", 360, True)):  # fmt: skip
            browser.open(page, width=width, dark=dark)
            shots.append(folder / f"weekly-{name}.png")
            browser.picture(shots[-1])
    _side_by_side(shots, folder / "weekly.png")


def _side_by_side(shots: list[Path], out: Path) -> None:
    """The upper parts of all of them in one picture, for the documentation."""
    parts = [Image.open(shot).convert("RGB") for shot in shots]
    height, gap = 2600, 40
    sheet = Image.new(
        "RGB", (sum(part.width + gap for part in parts) + gap, height + 2 * gap), "#8a94a3"
    )
    left = gap
    for part in parts:
        sheet.paste(part.crop((0, 0, part.width, min(height, part.height))), (left, gap))
        left += part.width + gap
    half = sheet.resize((sheet.width // 2, sheet.height // 2), Image.Resampling.LANCZOS)
    half.quantize(256).save(out, optimize=True)


if __name__ == "__main__":
    write(Path(sys.argv[1] if len(sys.argv) > 1 else "preview"))
