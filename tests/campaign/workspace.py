"""A good workspace to break: schedule.toml, one campaign with a day, one that takes a feed."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image

from publisher.campaign.reader import read_campaigns
from publisher.files.faults import Fault
from publisher.settings.reader import read_settings

SCHEDULE = "schedule.toml"
CAMPAIGN = "campaigns/chuyen-doi-so/campaign.toml"
OPENING = "campaigns/chuyen-doi-so/posts/mo-dau.md"
THANKS = "campaigns/chuyen-doi-so/posts/cam-on.md"
NEWS = "campaigns/tin-tuc/campaign.toml"
ENTRY = "campaigns/tin-tuc/posts/tin.md"
PICTURE = "campaigns/chuyen-doi-so/media/anh.png"

GOOD = {
    SCHEDULE: """\
timezone = "Asia/Ho_Chi_Minh"
language = "vi"
horizon = "60d"

[office]
name = "UBND tỉnh"

[hours]
start = "07:00"
end = "21:00"

[channels.fanpage]
adapter = "outbox"
like = "facebook"

[channels.zalo]
adapter = "outbox"
like = "zalo"

[channels.telegram]
adapter = "telegram"
token = "env:TELEGRAM_TOKEN"
chat = "@kenh_cua_tinh"

[channels.x]
adapter = "x"
consumer_key = "env:X_CONSUMER_KEY"
consumer_secret = "env:X_CONSUMER_SECRET"
access_token = "env:X_ACCESS_TOKEN"
access_token_secret = "env:X_ACCESS_TOKEN_SECRET"

[mail]
host = "localhost"
port = 25
security = "none"
password = "env:MAIL_PASSWORD"
sender = "publisher@example.vn"

[reports.weekly]
to = ["lanh-dao@example.vn"]
day = "monday"
at = "08:00"

[alerts]
to = ["quan-tri@example.vn"]
quiet = "6h"

[[blackouts]]
from = "2027-02-05"
to = "2027-02-10"
reason = "Nghỉ Tết"
channels = ["fanpage"]
""",
    CAMPAIGN: """\
title = "Ngày Chuyển đổi số quốc gia"
summary = "Tuần lễ chuyển đổi số"
anchor = { every = "10-10" }
first_edition = 2026
owner = "Sở Khoa học và Công nghệ"
audiences = ["people", "business"]
channels = ["fanpage", "zalo"]
hashtags = ["ChuyenDoiSo"]
language = "vi"
timezone = "Asia/Ho_Chi_Minh"
time = "08:00"
grace = "2h"
approvals = 1
utm = true

[vars]
dia_diem = "Nhà văn hóa"
""",
    OPENING: """\
+++
when = "D-7 08:00"
title = "Còn bảy ngày"
summary = "Tuần lễ chuyển đổi số bắt đầu."
channels = ["fanpage", "zalo", "x"]
audiences = ["people"]
hashtags = ["ChuyenDoiSo"]
link = "https://example.vn/chuyen-doi-so"
media = [
  { file = "media/anh.png", alt = "Cán bộ hướng dẫn người dân" },
]
language = "vi"
grace = "3h"
approvals = 2
thread = false

[translation.en]
text = "Seven days to go."

[for.x]
text = "Còn {{ days_left }} ngày."
languages = ["vi"]
thread = true
+++
Còn **{{ days_left }} ngày** nữa là đến {{ campaign.title }}.

Hẹn gặp bà con tại {{ vars.dia_diem }}.
""",
    THANKS: """\
+++
when = "D+1 weekdays 09:30"
title = "Cảm ơn bà con"
media = [{ file = "media/anh.png", alt = "Người dân nhận quà" }]
+++
Cảm ơn bà con đã tham gia {{ campaign.title }} {{ edition }}.
""",
    NEWS: """\
title = "Tin từ cổng thông tin"
owner = "Văn phòng UBND tỉnh"
channels = ["fanpage"]

[feed]
url = "https://example.vn/rss"
every = "30m"
keywords = ["chuyển đổi số"]
most_a_day = 6
""",
    ENTRY: """\
+++
when = "feed"
+++
**{{ entry.title }}**

{{ entry.summary }}

{{ entry.link }}
""",
}


@dataclass(frozen=True)
class Workspace:
    """A folder with the good files, or with one of them broken."""

    root: Path
    files: dict[str, str] = field(default_factory=lambda: dict(GOOD))

    def write(self) -> None:
        for name, text in self.files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        picture = self.root / PICTURE
        picture.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (1200, 630), "#0b4f8a").save(picture)

    def read(self) -> list[Fault]:
        """Every fault of reading; the campaigns are read with the good schedule.toml if need be."""
        settings, faults = read_settings(self.root / SCHEDULE)
        if settings is None:
            return faults
        return [*faults, *read_campaigns(settings)[1]]
