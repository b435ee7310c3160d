"""The stage on which an adapter does its errands before its platform's stand-in."""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import channels
from bench.fuzz.cases import Finding
from bench.fuzz.line import Change, Line, Seat, between
from bench.fuzz.whole import sayable, storable
from channels import simulated
from channels.base import Channel, ChannelError, Context, Limits, Media, Message
from channels.simulated.host import LoopbackHost
from channels.simulated.server import HttpStandIn
from channels.testing import SEAL, START, TEXT, DictJournal, StillClock, film, picture, written

PATIENCE_S = 60.0
"""How long an adapter may wait in all, by its own polls, whatever an answer says."""

LONGEST_NOTE = 200_000


@dataclass(slots=True)
class World:
    """What all stages share. ``slept`` is what the adapters waited since the last one opened."""

    root: Path
    host: LoopbackHost | None
    covers: str
    slept: list[float] = dataclasses.field(default_factory=list)


class Notes(DictJournal):
    """A delivery's notes, looked at as they are put: the store has to take them."""

    def put(self, name: str, value: str, *, secret: bool = False) -> None:
        storable("a note", value, LONGEST_NOTE)
        super().put(name, value, secret=secret)


class Stage:
    """One adapter before its platform; every errand begins at a fresh one."""

    def __init__(self, kind: str, world: World) -> None:
        platform = simulated.load(kind)
        if platform is None or not issubclass(platform, HttpStandIn):
            raise LookupError(f"{kind} has no stand-in that speaks HTTP")
        self.name = kind
        self.clock = StillClock()
        self.stand_in = platform(self.clock)
        self.stand_in._listener = Seat()  # type: ignore[assignment]
        if hasattr(self.stand_in, "_default"):
            self.stand_in._default = Seat(world.covers)
        self.line = Line(self.stand_in)
        self.change: Change = lambda _number, answer: answer
        self.proves_nothing = False
        self.world = world
        self.journal = Notes()

    @contextmanager
    def open(self) -> Iterator[None]:
        """Inside, ``channel`` is the adapter, at a folder of its own."""
        self.world.slept.clear()
        adapter = channels.load(self.name)
        keys = {"adapter": self.name, "timeout_s": 5.0, **self.stand_in.config()}
        if "poll_s" in adapter.Config.model_fields:
            keys["poll_s"] = 0
        secrets = self.stand_in.secrets()
        work = self.world.root / "work"
        context = Context(self.name, self.clock, secrets.__getitem__, work, self.world.host, SEAL)
        self.since = self.clock()
        with between(self.line):
            self.channel: Channel[Any] = adapter(adapter.Config.model_validate(keys), context)
            try:
                yield
            finally:
                self.channel.close()
                shutil.rmtree(work, ignore_errors=True)
        if sum(self.world.slept) > PATIENCE_S:
            raise Finding(f"{self.name}: waits {sum(self.world.slept):.0f} s")

    @contextmanager
    def mutated(self) -> Iterator[None]:
        """Inside, answers are changed; before and after, the platform behaves."""
        self.line.begin(self.change)
        try:
            yield
        finally:
            self.line.change = lambda _number, answer: answer

    def message(self, media: Sequence[Media] = (), replies: int = 0) -> Message:
        limits = self.limits
        dialect = type(self.channel).dialect_for(self.channel.config)
        return Message(
            key="chuyen-doi-so-10-10/2027/con-7-ngay/kenh",
            body=written(TEXT, dialect),
            due_at=START,
            title="Còn 7 ngày" if limits.title_required else "",
            summary="Ngày Chuyển đổi số quốc gia" if limits.summary_max else "",
            media=tuple(media) or (self.media() if limits.media_required else ()),
            replies=tuple(written(f"Phần {number}.", dialect) for number in range(replies)),
        )

    @property
    def limits(self) -> Limits:
        return type(self.channel).limits(self.channel.config)

    def media(self, *, filmed: bool = False) -> tuple[Media, ...]:
        """A small medium that the platform takes; none where it takes none."""
        if self.limits.images_max and not filmed:
            kind = "png" if "image/png" in self.limits.image_formats else "jpeg"
            return (_kept_picture(self.world.root, kind),)
        return (_kept_film(self.world.root),) if self.limits.videos_max else ()

    def done(self, do: Callable[[], Any]) -> Any:
        """What ``do`` gives with changed answers, or the contract's error that it raises."""
        with self.mutated():
            try:
                return do()
            except ChannelError as error:
                sayable(error, self.clock())
                return error


@lru_cache
def _kept_picture(root: Path, kind: str) -> Media:
    return picture(root / "media", side=400, kind=kind)


@lru_cache
def _kept_film(root: Path) -> Media:
    return film(root / "media")
