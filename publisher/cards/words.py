"""Which words each design takes, those that an officer writes and those that are reckoned."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from publisher.cards.errors import CardError
from publisher.i18n import N_

FIGURES_MOST = 4
LINES_MOST = 6

Words = Mapping[str, Any]
"""By their keys: text, a list of texts (``lines``), tables (``figures``, ``before``, ``after``)."""


@dataclass(frozen=True, slots=True)
class Design:
    """What a design shows; its words are ``needed``, or may be left out (``more``), or are given
    by the campaign (``reckoned``)."""

    about: str
    needed: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    reckoned: tuple[str, ...] = ()

    @property
    def takes(self) -> tuple[str, ...]:
        """All that an officer may write."""
        return (*self.needed, *self.more, "topic")


DESIGNS: Mapping[str, Design] = MappingProxyType(
    {
        "countdown": Design(
            N_("The days that are left, to what, and its date."),
            more=("what", "date", "line"),
            reckoned=("days", "lead", "unit"),
        ),
        "quote": Design(N_("What somebody said, and who."), ("text",), ("who", "role")),
        "figures": Design(
            N_("One to four numbers, each with what it counts."), ("figures",), ("title", "source")
        ),
        "event": Design(
            N_("What takes place, when and where, and its programme."),
            ("title",),
            ("date", "time", "place", "lines"),
        ),
        "before-after": Design(
            N_("How it was and how it is, in a number or a few lines each."),
            ("before", "after"),
            ("title", "source"),
        ),
    }
)
"""The designs that Publisher ships."""

SHIPPED = Path(__file__).parent / "designs"
BASE = SHIPPED / "base.typ"

_OTHER_WORDS = ("days", "lead", "unit")
ALL_WORDS = tuple(
    dict.fromkeys((*(key for one in DESIGNS.values() for key in one.takes), *_OTHER_WORDS))
)
"""What an office's own design may be given: any words that there are."""

_DRAWN = {"countdown": ("lead", "what"), "event": ("title", "date")}
"""What must be there to draw a design, where it isn't just what the officer has to write."""


def checked(design: str, words: Words) -> dict[str, Any]:
    """``words`` as ``design`` can draw them: those that are empty left out.

    Raises ``CardError`` (``words``) where one is missing or isn't known.
    """
    given = {key: shown for key, value in words.items() if (shown := _shown(value))}
    known = DESIGNS.get(design)
    takes = ALL_WORDS if known is None else (*known.takes, *known.reckoned)
    stray = next((key for key in given if key not in takes), None)
    if stray is not None:
        raise CardError("words", stray)
    for key in _DRAWN.get(design, known.needed if known is not None else ()):
        if key not in given:
            raise CardError("words", key)
    for key in _lacking(given):
        raise CardError("words", key)
    return given


def _shown(value: Any) -> Any:
    """``value`` without what is empty in it."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Mapping):
        return {key: shown for key, one in value.items() if (shown := _shown(one))}
    return [shown for one in value if (shown := _shown(one))]


def _lacking(given: Words) -> Iterator[str]:
    """Parts of tables that must be there, and of lists that are too long."""
    for number, figure in enumerate(given.get("figures", ())):
        yield from (f"figures.{number}.{key}" for key in ("value", "label") if key not in figure)
    if len(given.get("figures", ())) > FIGURES_MOST:
        yield "figures"
    if len(given.get("lines", ())) > LINES_MOST:
        yield "lines"
    for name in ("before", "after"):
        side = given.get(name)
        if side is not None and "label" not in side:
            yield f"{name}.label"
        if side is not None and not side.keys() & {"value", "lines"}:
            yield f"{name}.lines"
