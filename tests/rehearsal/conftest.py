"""A small office to rehearse: a campaign around 10 October, one fed by a portal; three channels."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from publisher.settings import Settings
from publisher.settings.reader import read_settings

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)

_SCHEDULE = """\
[office]
name = "UBND tỉnh"
[channels.fanpage]
adapter = "outbox"
like = "facebook"
[channels.telegram]
adapter = "telegram"
token = "env:TELEGRAM_TOKEN"
chat = "@kenh_cua_tinh"
[channels.ioc]
adapter = "webhook"
url = "https://ioc.example.vn/nhan"
secret = "env:IOC_SECRET"
[reports.weekly]
to = ["lanh-dao@example.vn"]
"""

_CAMPAIGN = """\
title = "Ngày Chuyển đổi số quốc gia"
owner = "Sở Khoa học và Công nghệ"
channels = ["fanpage", "telegram", "ioc"]
approvals = 2
grace = "1d"
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The office's settings; its files lie in ``tmp_path``."""
    return office(tmp_path)


def office(root: Path) -> Settings:
    (root / "schedule.toml").write_text(_SCHEDULE, encoding="utf-8")
    _write(root, "chuyen-doi-so", 'anchor = { every = "10-10" }\n')
    for name, when in (("mo-dau", "D-3 08:00"), ("dung-ngay", "D 08:00"), ("cam-on", "D+1 09:00")):
        _post(root, "chuyen-doi-so", name, when, "Còn {{ days_left }} ngày đến ngày hội.")
    feed = '[feed]\nurl = "https://portal.example.vn/rss"\n'
    _write(root, "tin", feed)
    _post(root, "tin", "tin-moi", "feed", "{{ entry.title }}: {{ entry.link }}")
    read, faults = read_settings(root / "schedule.toml")
    assert read is not None, faults
    return read


def _write(root: Path, slug: str, more: str) -> None:
    folder = root / "campaigns" / slug
    (folder / "posts").mkdir(parents=True)
    (folder / "campaign.toml").write_text(_CAMPAIGN + more, encoding="utf-8")


def _post(root: Path, slug: str, name: str, when: str, text: str) -> None:
    path = root / "campaigns" / slug / "posts" / f"{name}.md"
    path.write_text(f'+++\nwhen = "{when}"\ntitle = "Bài {name}"\n+++\n{text}\n', encoding="utf-8")
