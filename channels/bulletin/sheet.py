"""Writes the sheet that an announcer reads in one of the day's slots.

``sheet`` raises ``OSError``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from channels.bulletin.numbers import ordinal
from channels.bulletin.spoken import reading_s
from channels.durable import written

_PUBLIC = 0o644
_RULE = "─" * 60


@dataclass(frozen=True, slots=True)
class Item:
    """A post in a slot (``2027-10-10T05:30``, in the desk's zone), in words; ``at`` is when it was
    put there, ISO 8601."""

    number: str
    slot: str
    title: str
    text: str
    seconds: int
    at: str


def sheet(
    path: Path,
    items: Sequence[Item],
    *,
    moment: datetime,
    intro: str,
    outro: str,
    a_minute: float,
) -> None:
    """Write the sheet of one slot: what the announcer must know, then what they read. Without a
    post there is no sheet."""
    if not items:
        path.unlink(missing_ok=True)
        return
    several = len(items) > 1
    parts = [intro] if intro else []
    for number, item in enumerate(items, start=1):
        head = f"Tin thứ {ordinal(number)}." if several else ""
        parts.append("\n".join(filter(None, (head, item.title, item.text))))
    parts += [outro] if outro else []
    read = "\n\n".join(parts)
    minutes, seconds = divmod(round(reading_s(read, a_minute)), 60)
    lasts = f"{minutes} phút {seconds:02d} giây" if minutes else f"{seconds} giây"
    head = (
        f"BẢN TIN PHÁT THANH\n"
        f"Buổi {moment:%H:%M}, {_DAYS[moment.weekday()]} ngày {moment:%d/%m/%Y}\n"
        f"Số tin: {len(items)} · Thời gian đọc: khoảng {lasts}\n"
        f"{_RULE}\n\n"
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    with written(path, _PUBLIC) as file:
        file.write(f"{head}{read}\n".encode())


_DAYS = ("thứ Hai", "thứ Ba", "thứ Tư", "thứ Năm", "thứ Sáu", "thứ Bảy", "Chủ nhật")
