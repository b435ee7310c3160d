"""A slot's posts, one file each, and the sheet that is read. Methods raise ``OSError``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from channels._durable import settle, written
from channels._spoken import reading_s
from channels._spoken_numbers import ordinal

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


def items_in(folder: Path) -> Iterator[Item]:
    """Every post that is kept; files that aren't posts of ours are passed over."""
    for path in sorted(folder.glob("*.json")):
        try:
            yield Item(**json.loads(path.read_text("utf-8")))
        except (FileNotFoundError, ValueError, TypeError):
            continue


def keep(folder: Path, item: Item) -> None:
    """Put ``item`` on the disk, whole."""
    with written(folder / f"{item.number}.json", 0o600) as file:
        file.write(json.dumps(asdict(item), ensure_ascii=False, indent=1).encode())


def removed(folder: Path, item: Item) -> None:
    """Take a post away."""
    (folder / f"{item.number}.json").unlink(missing_ok=True)
    settle(folder)


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
