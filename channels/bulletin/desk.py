"""Keeps the announcer's desk: the posts of each slot, and the sheet that is made of them.

Methods raise ``OSError``. Several processes may work at one desk.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from channels._records import Records
from channels.bulletin.config import BulletinConfig
from channels.bulletin.sheet import Item, sheet
from channels.bulletin.spoken import spoken


class Desk:
    """The desk of one loudspeaker; its posts are kept in ``workdir``, its sheets in the folder of
    ``config``. A slot is named by when it is read, as ``2027-10-10T05:30`` in the desk's zone."""

    def __init__(self, config: BulletinConfig, workdir: Path) -> None:
        self._config = config
        self._zone = ZoneInfo(config.timezone)
        self._items = Records(workdir / "items", lambda kept: Item(**kept))

    def prepare(self) -> None:
        """Make the folders."""
        self._items.prepare()
        self._config.folder.mkdir(parents=True, exist_ok=True)

    def get(self, number: str) -> Item | None:
        """The post of ``number``, where it lies there."""
        return self._items.get(number)

    def keep(self, item: Item) -> None:
        """Put ``item`` there; its slot's sheet is to be written then."""
        self._items.keep(item)

    def remove(self, item: Item) -> None:
        """Take ``item`` away, from its slot's sheet as well."""
        self._items.remove(item.number)
        self.write(item.slot)

    def write(self, slot: str) -> None:
        """Make the sheet of ``slot`` anew, of all its posts."""
        # One process at a time: else the last to write might have listed too early.
        with self._items.alone():
            items = [one for one in self._items.each() if one.slot == slot]
            sheet(
                self.file(slot),
                sorted(items, key=lambda one: (one.at, one.number)),
                moment=self.moment(slot),
                intro=spoken(self._config.intro, self._config.abbreviations),
                outro=spoken(self._config.outro, self._config.abbreviations),
                a_minute=self._config.a_minute,
            )

    def file(self, slot: str) -> Path:
        """One folder a day, one file a slot: ``2027-10-10/0530.txt``."""
        day, _, at = slot.partition("T")
        return self._config.folder / day / f"{at.replace(':', '')}.txt"

    def moment(self, slot: str) -> datetime:
        """When ``slot`` is read, aware."""
        return datetime.fromisoformat(slot).replace(tzinfo=self._zone)

    def next_slot(self, now: datetime) -> str:
        """The slot that comes next after ``now`` (aware), today or tomorrow."""
        return next_slot(now.astimezone(self._zone), self._config.slots)


def next_slot(now: datetime, slots: tuple[str, ...]) -> str:
    """The slot that comes next after ``now`` (aware, in the slots' own zone), today or tomorrow."""
    times = sorted(time.fromisoformat(one) for one in slots)
    day: date = now.date()
    at = next((one for one in times if one > now.time()), None)
    if at is None:
        day, at = day + timedelta(days=1), times[0]
    return f"{day.isoformat()}T{at:%H:%M}"
