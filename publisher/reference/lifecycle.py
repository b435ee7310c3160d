"""The life cycle on paper: its drawing, its states, its moves and what a person says to make one.

All of it comes from ``publisher.delivery.lifecycle`` and from the words that people read, so that a
state is called the same in the code, in the docs and by the commands.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from publisher.delivery.lifecycle import AGAIN, CANCEL, CLEAR, FIND, MOVES, Move, State
from publisher.desk.standing import NEEDS_A_PERSON, ON_THE_WAY
from publisher.i18n import _, speaking
from publisher.reference.drawing import drawing
from publisher.reference.sheet import sheet
from publisher.reports.wording import what_to_do
from publisher.states import state_words

COMMANDS: dict[str, str] = {
    CANCEL.name: "publisher cancel CAMPAIGN/POST",
    AGAIN.name: "publisher again CAMPAIGN/POST",
    FIND.name: "publisher settle CAMPAIGN/POST --sent",
    CLEAR.name: "publisher settle CAMPAIGN/POST --again",
}
"""By the name of a move, what a person types to make it."""

_ALT = "The moves between the eight states; the table below has each in words"


def life_cycle() -> str:
    """The generated part of docs/lifecycle.md."""
    with speaking("en"):
        sections = _sections(NEEDS_A_PERSON, ON_THE_WAY)
        parts = [
            f"![{_ALT}](pictures/lifecycle.svg)",
            "## The states",
            _states(sections),
            "## The moves",
            _moves(),
            "## What a person says",
            _deeds(),
        ]
    return "\n\n".join(parts) + "\n\n"


def picture() -> str:
    """docs/pictures/lifecycle.svg."""
    kinds = dict.fromkeys(State, "done") | dict.fromkeys(NEEDS_A_PERSON, "asks")
    return drawing(MOVES, kinds | dict.fromkeys(ON_THE_WAY, "goes"))


def _states(sections: dict[State, str]) -> str:
    head = ["state", "in Vietnamese", "in English", "means", "what moves it on", "in `status`"]
    return sheet([*head, "what a person does"], [_state(one, sections) for one in State])


def _state(state: State, sections: dict[State, str]) -> list[str]:
    with speaking("vi"):
        vietnamese = state_words(state)
    onward = "; ".join(f"{move.name}: {move.by}" for move in _onward(state)) or "nothing"
    section = sections.get(state, "")
    todo = what_to_do(state) if section == _("Needs a person") else ""
    return [
        f"**{state}**",
        *(vietnamese, state_words(state), state.meaning),
        *(onward, section or "not shown: `log`", todo),
    ]


def _moves() -> str:
    rows = [
        [move.name, ", ".join(_in_order(move.before)), move.after, move.by, move.meaning]
        for move in MOVES
    ]
    return sheet(["move", "from", "to", "made by", "meaning"], rows)


def _deeds() -> str:
    rows = [
        [f"`{COMMANDS[move.name]}`", move.name, ", ".join(_in_order(move.before)), move.after]
        for move in MOVES
        if move.name in COMMANDS
    ]
    return sheet(["command", "makes the move", "from", "to"], rows)


def _sections(asks: Iterable[State], goes: Iterable[State]) -> dict[State, str]:
    """Under which heading ``publisher status`` shows a state."""
    return {
        **{state: _("Coming") for state in goes},
        **{state: _("Needs a person") for state in asks},
        State.SENT: _("Went out"),
    }


def _onward(state: State) -> Iterator[Move]:
    return (move for move in MOVES if state in move.before)


def _in_order(states: Iterable[Any]) -> list[State]:
    """``states`` in the order in which a delivery goes through them."""
    return [state for state in State if state in states]
