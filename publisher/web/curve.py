"""How the figures of a post rose, as lines for a small drawing. Pure: numbers in, places out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from math import sqrt

from publisher import notation
from publisher.i18n import ngettext

WIDTH, HEIGHT = 640, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 120, 14, 30
_STEPS = (
    *(timedelta(hours=hours) for hours in (1, 6)),
    *(timedelta(days=days) for days in (1, 3, 7, 14, 28, 90, 180, 365)),
)
_ROOM = 46
"""So far apart stand the words below, at least."""


@dataclass(frozen=True, slots=True)
class Line:
    """A channel's line: ``points`` as SVG wants them, each of them as ``dots``, and where its name
    stands."""

    name: str
    number: int
    points: str
    dots: tuple[tuple[float, float], ...]
    label_y: float


@dataclass(frozen=True, slots=True)
class Curve:
    """Lines with what stands along the two sides: places and words."""

    lines: tuple[Line, ...]
    across: tuple[tuple[float, str], ...]
    upwards: tuple[tuple[float, str], ...]
    width: int = WIDTH
    height: int = HEIGHT
    left: int = _LEFT
    right: int = WIDTH - _RIGHT
    foot: int = HEIGHT - _BOTTOM


def curve(readings: Mapping[str, Sequence[tuple[timedelta, int]]]) -> Curve | None:
    """The curve of figures by channel, each with the age of the post when it was read; ``None``
    where no channel has two.

    The first hours get more room than the later days: the square root of the age is drawn.
    """
    if not any(len(points) > 1 for points in readings.values()):
        return None
    oldest = max(age for points in readings.values() for age, _value in points)
    top = _round_up(max(value for points in readings.values() for _age, value in points))

    def x(age: timedelta) -> float:
        share = sqrt(max(age, timedelta()) / oldest) if oldest else 0.0
        return round(_LEFT + share * (WIDTH - _LEFT - _RIGHT), 1)

    def y(value: int) -> float:
        return round(HEIGHT - _BOTTOM - value / top * (HEIGHT - _BOTTOM - _TOP), 1)

    lines = []
    for number, (name, points) in enumerate(readings.items(), start=1):
        dots = tuple((x(age), y(value)) for age, value in points)
        if dots:
            at = " ".join(f"{one},{other}" for one, other in dots)
            lines.append(Line(name, number, at, dots, dots[-1][1]))
    return Curve(
        _apart(lines),
        tuple(_across(oldest, x)),
        tuple((y(value), notation.short_number(value)) for value in (0, top // 2, top)),
    )


def _across(oldest: timedelta, x: Callable[[timedelta], float]) -> list[tuple[float, str]]:
    found: list[tuple[float, str]] = []
    for step in _STEPS:
        place = x(step) if step <= oldest else None
        if place is not None and (not found or place - found[-1][0] >= _ROOM):
            found.append((place, _age_words(step)))
    return found


def _age_words(age: timedelta) -> str:
    if age < timedelta(days=1):
        hours = age // timedelta(hours=1)
        return ngettext("%(n)s hour", "%(n)s hours", hours) % {"n": notation.number(hours)}
    return ngettext("%(n)s day", "%(n)s days", age.days) % {"n": notation.number(age.days)}


def _apart(lines: Sequence[Line]) -> tuple[Line, ...]:
    """The lines with their names so far apart that none covers another."""
    placed: list[Line] = []
    for line in sorted(lines, key=lambda one: one.label_y):
        least = placed[-1].label_y + 17 if placed else 0.0
        at = max(line.label_y, least)
        placed.append(Line(line.name, line.number, line.points, line.dots, at))
    return tuple(sorted(placed, key=lambda one: one.number))


def _round_up(value: int) -> int:
    """The next number above with one figure and noughts, so that the half of it is a plain one."""
    step: int = 10 ** max(len(str(value)) - 1, 0)
    found = -(-max(value, 1) // step) * step
    return found if found % 2 == 0 else found + (step if step > 1 else 1)
