"""A line that would do, by the key's name."""

from __future__ import annotations

from collections.abc import Mapping

EXAMPLES: Mapping[str, str] = {
    "when": 'when = "D-7 08:00"',
    "title": 'title = "Ngày Chuyển đổi số quốc gia"',
    "owner": 'owner = "Sở Khoa học và Công nghệ"',
    "channels": 'channels = ["fanpage", "zalo"]',
    "alt": 'alt = "Cán bộ hướng dẫn người dân nộp hồ sơ trực tuyến"',
    "file": 'file = "media/anh.png"',
    "anchor": 'anchor = { every = "10-10" }',
    "slides": 'slides = [{ file = "media/anh.png", read = "…" }]',
    "media": 'media = [{ file = "media/anh.png", alt = "…" }]',
    "url": 'url = "https://…"',
    "host": 'host = "localhost"',
    "sender": 'sender = "publisher@dongthap.example.vn"',
    "reason": 'reason = "Quốc tang"',
    "from": 'from = "2027-01-01"',
    "to": 'to = "2027-01-02"',
    "adapter": 'adapter = "outbox"',
    "mail": "[mail]",
    "values": 'values = [{ on = "2026-06-30", value = 72.5 }]',
    "by_hand": 'by_hand = { values = [{ on = "2026-06-30", value = 72.5 }] }',
    "on_time": "on_time = { minutes = 15 }",
    "reach_of_population": "reach_of_population = {}",
    "coverage": "coverage = {}",
    "rate": "rate = {}",
    "sum": 'sum = { of = "shown" }',
    "posts": "posts = {}",
    "prompt": "prompt = { hours = 24 }",
    "population": "population = { people = 1000000 }",
    "value": "value = 72.5",
    "on": 'on = "2026-06-30"',
    "people": "people = 1000000",
    "minutes": "minutes = 15",
    "of": 'of = "shown"',
    "hours": "hours = 24",
    "indicator": "[indicator.tin-kip-thoi]",
    "endpoint": 'endpoint = "http://127.0.0.1:11434/v1"',
    "model": 'model = "qwen3:14b"',
}
"""A line that would do, by the key's name."""
