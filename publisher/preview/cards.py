"""The cards of one post, and of every design there is, written to files to be looked at."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

from publisher.assemble.cards import Cards
from publisher.assemble.holidays import closed_days
from publisher.assemble.shapes import Shapes
from publisher.campaign.model import Campaign, Post
from publisher.cards.errors import CardError
from publisher.cards.look import Size
from publisher.cards.own import names
from publisher.files.faults import Fault
from publisher.planning.model import Slot
from publisher.planning.plan import slots
from publisher.rendering.cards import CardText, card_of
from publisher.rendering.occasion import Occasion
from publisher.settings import Settings

_A_YEAR = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Written:
    """A card in a file: in which shape, for which channels and which edition, and its words for
    people who can't see it."""

    path: Path
    size: Size
    channels: tuple[str, ...]
    edition: int
    alt: str


@dataclass(frozen=True, slots=True)
class Asked:
    """Which of a post's cards to write: all that are left open are taken."""

    channel: str | None = None
    size: Size | None = None
    edition: int | None = None


def write_cards(
    settings: Settings, campaign: Campaign, post: Post, asked: Asked, now: datetime, folder: Path
) -> tuple[list[Written], list[Fault]]:
    """The cards of ``post`` in its edition to come, or in that which is asked for: a file a shape.

    Nothing is written where the post has no card, or no day in that edition.
    """
    shapes, cards = Shapes(settings), Cards(settings)
    drawn: dict[Path, tuple[CardText, Size, int, list[str]]] = {}
    faults: list[Fault] = []
    for slot in _slots(settings, campaign, post, asked, now):
        channel = slot.identity.channel
        occasion = Occasion(slot.identity.edition, slot.anchor, slot.local)
        medium, wrong = cards.of_slot(campaign, post, shapes.of(channel), occasion)
        faults += wrong
        if medium is None:
            continue
        text = card_of(campaign, post, shapes.of(channel), occasion, settings.office)
        assert text is not None  # noqa: S101 -- it was drawn just now
        size = asked.size or text.size
        path, fault = (medium.path, None) if size is text.size else cards.drawn(post, text, size)
        faults += [fault] if fault is not None else []
        if path is not None:
            text = replace(text, alt=medium.alt)
            drawn.setdefault(path, (text, size, slot.identity.edition, []))[3].append(channel)
    written = []
    sizes = [size for _text, size, _edition, _channels in drawn.values()]
    for path, (text, size, edition, channels) in drawn.items():
        # Two that differ though they have one shape: a channel has a card of its own.
        whose = f"-{channels[0]}" if sizes.count(size) > 1 else ""
        place = folder / f"{campaign.slug}-{post.id}-{size}{whose}.png"
        place.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, place)
        written.append(Written(place, size, tuple(channels), edition, text.alt))
    return written, list(dict.fromkeys(faults))


def _slots(
    settings: Settings, campaign: Campaign, post: Post, asked: Asked, now: datetime
) -> Sequence[Slot]:
    """A slot a channel: all of one edition, the one to come where none is asked for."""
    start, end = now - _A_YEAR, now + 2 * _A_YEAR
    if asked.edition is not None:
        middle = datetime(asked.edition, 7, 1, tzinfo=UTC)
        start, end = middle - 2 * _A_YEAR, middle + 2 * _A_YEAR
    found = [
        slot
        for slot in slots(campaign, settings.zone, start, end, closed_days(start, end))
        if slot.identity.post == post.id
        and asked.channel in (None, slot.identity.channel)
        and asked.edition in (None, slot.identity.edition)
    ]
    to_come = [slot for slot in found if slot.due_at >= now] or found[-1:]
    if asked.edition is None:
        found = [one for one in found if one.due_at == to_come[0].due_at] if to_come else []
    first: dict[str, Slot] = {}
    for slot in found:
        first.setdefault(slot.identity.channel, slot)
    return list(first.values())


def write_samples(settings: Settings, folder: Path) -> tuple[list[Path], list[CardError]]:
    """Every design in every shape with words of its own, in the office's look."""
    from publisher.cards.draw import draw

    look = settings.cards.look(settings.root, settings.office)
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    errors: list[CardError] = []
    for design in names(look):
        words = SAMPLES.get(design, SAMPLES["event"])
        for size in Size:
            try:
                content = draw(design, words, look, size)
            except CardError as error:
                errors.append(error)
                continue
            place = folder / f"{design}-{size}.png"
            place.write_bytes(content)
            written.append(place)
    return written, errors


SAMPLES: MappingProxyType[str, dict[str, Any]] = MappingProxyType(
    {
        "countdown": {
            "lead": "Còn",
            "days": "7",
            "unit": "ngày",
            "what": "Ngày Chuyển đổi số quốc gia",
            "date": "10/10/2027",
            "line": "Bạn đã chọn kỹ năng số mình sẽ học chưa?",
        },
        "quote": {
            "text": "Làm giùm thì nhanh, nhưng chỉ được một lần. Chỉ cho cô bác tự làm thì lần sau "
            "cô bác chỉ lại cho người khác.",
            "who": "Tổ trưởng (tên mẫu)",
            "role": "Tổ công nghệ số cộng đồng ấp Bông Sen",
            "topic": "Ngày Chuyển đổi số quốc gia",
        },
        "figures": {
            "title": "Mục tiêu truyền thông của Kế hoạch",
            "figures": [
                {"value": "100%", "label": "văn bản về Nghị quyết 57 được đăng kịp thời"},
                {"value": "80%", "label": "người dân tiếp cận thông tin định hướng"},
                {"value": "70%", "label": "cán bộ truyền thông được tập huấn"},
            ],
            "source": "Nguồn: Kế hoạch của UBND tỉnh (số mẫu)",
            "topic": "Nghị quyết số 57-NQ/TW",
        },
        "event": {
            "title": "Ngày hội Chuyển đổi số",
            "date": "Chủ Nhật, ngày 10 tháng 10 năm 2027",
            "time": "08:30 – 17:00",
            "place": "Quảng trường A (địa điểm mẫu)",
            "lines": [
                "08:30 Khai mạc",
                "09:00 Bàn hướng dẫn VNeID và dịch vụ công",
                "14:00 Góc tư vấn cho cửa hàng, hợp tác xã",
            ],
            "topic": "Ngày Chuyển đổi số quốc gia",
        },
        "before-after": {
            "title": "Nộp một hồ sơ: trước và nay",
            "before": {
                "label": "Trước đây",
                "lines": [
                    "Ra tận nơi, xếp hàng chờ",
                    "Viết tay, nộp bản giấy",
                    "Hỏi thăm mới biết hồ sơ tới đâu",
                ],
            },
            "after": {
                "label": "Bây giờ",
                "lines": [
                    "Nộp tại nhà, trên điện thoại",
                    "Chụp ảnh giấy tờ, đính kèm",
                    "Tra cứu bằng mã hồ sơ",
                ],
            },
            "topic": "Bình dân học vụ số",
        },
    }
)
"""Words to try a design with, none of them a fact."""
