"""The page of the life cycle says what the code does, in the words that people and commands use."""

from __future__ import annotations

import re
from xml.etree.ElementTree import fromstring

import pytest

from publisher.cli import COMMANDS
from publisher.delivery.lifecycle import MOVES, Move, State
from publisher.reference import lifecycle as page
from publisher.store import audit, deliveries
from tests.cli.conftest import office
from tests.cli.office import Office, days_ahead
from tests.docs.pages import ROOT

__all__ = ["office"]

PAGE = (ROOT / "docs" / "lifecycle.md").read_text(encoding="utf-8")
SVG = "{http://www.w3.org/2000/svg}"
BY_A_PERSON = [move for move in MOVES if "a person" in move.by]


def table(heading: str) -> list[list[str]]:
    """The rows of the first table below ``heading``, without its head."""
    lines = PAGE.partition(f"\n## {heading}\n")[2].partition("\n## ")[0].splitlines()
    rows = [line.strip("|").split("|") for line in lines if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows[2:]]


def test_every_move_stands_in_the_table_as_it_is() -> None:
    assert table("The moves") == [
        [move.name, in_order(move.before), move.after, move.by, move.meaning] for move in MOVES
    ]


def test_every_move_is_drawn_and_nothing_else_is() -> None:
    [shown] = re.findall(r"!\[[^]]+\]\(([^)]+\.svg)\)", PAGE)
    drawing = fromstring((ROOT / "docs" / shown).read_text(encoding="utf-8"))
    titles = [title.text for title in drawing.iter(f"{SVG}title")]
    assert titles == [f"{move.name}: {in_order(move.before)} → {move.after}" for move in MOVES]
    for group in (one for one in drawing.iter(f"{SVG}g") if one.get("class") == "move"):
        [move] = [move for move in MOVES if move.name == group.findtext(f"{SVG}text")]
        assert len(group.findall(f"{SVG}circle")) == len(move.before)
        assert group.find(f"{SVG}path") is not None


@pytest.mark.parametrize("state", State)
def test_every_state_is_explained_once(state: State) -> None:
    [row] = [row for row in table("The states") if row[0] == f"**{state}**"]
    assert state.meaning in row
    assert all(move.name in row[4] for move in MOVES if state in move.before)


def test_a_person_has_a_command_for_every_move_that_is_theirs() -> None:
    assert {move.name for move in BY_A_PERSON} == set(page.COMMANDS)


def test_a_move_and_a_command_of_one_name_are_one_thing() -> None:
    for name in {move.name for move in MOVES} & set(COMMANDS):
        assert page.COMMANDS[name].startswith(f"publisher {name} "), name


@pytest.mark.parametrize(
    ("move", "before"),
    [(move, before) for move in BY_A_PERSON for before in sorted(move.before)],
    ids=lambda one: one.name if isinstance(one, Move) else one,
)
def test_a_command_makes_the_move_that_the_page_says(
    office: Office, move: Move, before: State
) -> None:
    assert type_command(office, move, before) == 0
    assert office.states() == {"mot": move.after}
    assert {move.name, "found"} & what_was_recorded(office), "and the record has it by its name"


@pytest.mark.parametrize("move", BY_A_PERSON, ids=lambda move: move.name)
def test_a_command_leaves_a_delivery_in_another_state_alone(office: Office, move: Move) -> None:
    assert type_command(office, move, State.SENT) == 1
    assert office.states() == {"mot": State.SENT}


def type_command(office: Office, move: Move, before: State) -> int:
    """How the command of ``move`` ends, typed for a delivery that is in ``before``."""
    office.post("mot", days_ahead(3))
    office.run("apply")
    with office.site() as site, site.database.writing() as session:
        [row] = deliveries.matching(session)
        row.state = before.value
        session.add(row)
    line = page.COMMANDS[move.name].replace("CAMPAIGN/POST", "thu/mot")
    return office.run(*line.removeprefix("publisher ").split(), "--by", "Lan").code


def what_was_recorded(office: Office) -> set[str]:
    with office.site() as site, site.database.reading() as session:
        return {event.action for event in audit.latest(session)}


def in_order(states: frozenset[State]) -> str:
    return ", ".join(state for state in State if state in states)
