"""Draws the life cycle as an SVG: a column for each state, a row for each move between them.

It is drawn from the moves alone: one more is one more row, and no two lines ever cross. It has a
ground of its own, and is as readable on a dark page as on a light one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from html import escape

from publisher.delivery.lifecycle import Move, State

_LEFT, _COLUMN, _TOP, _ROW, _EDGE = 182, 91, 76, 38, 12
_BOX_WIDTH, _BOX_HEIGHT = 87, 34

_STYLE = """\
svg{font-family:"Noto Sans","Segoe UI",Helvetica,Arial,sans-serif}
.paper{fill:#fff}.line{stroke:#c9d1d9;stroke-width:1.5}
text{font-size:13px;fill:#1d2b3a}.state text{font-size:12px;font-weight:600;text-anchor:middle}
.name{font-weight:600}.by{font-size:11px;fill:#56636f}
.state rect{stroke-width:1.5}.goes rect{fill:#dbeafe;stroke:#1d4ed8}
.asks rect{fill:#fde68a;stroke:#b45309}.done rect{fill:#dcfce7;stroke:#15803d}
.move path{fill:none;stroke:#33475b;stroke-width:2}.move circle{fill:#33475b}
.band{fill:#f6f8fa}"""


def drawing(moves: Sequence[Move], looks: Mapping[State, str]) -> str:
    """The picture of ``moves``; ``looks`` says of each state whether it ``goes`` on by itself,
    ``asks`` for a person or is ``done``."""
    width = _LEFT + _COLUMN * len(State) + _EDGE
    height = _TOP + _ROW * len(moves) + _EDGE
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" '
        'aria-label="The states of a delivery and the moves between them">',
        f"<style>{_STYLE}</style>",
        '<defs><marker id="head" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0L10 5L0 10z" fill="#33475b"/></marker></defs>',
        f'<rect class="paper" width="{width}" height="{height}"/>',
        *(_band(row, width) for row in range(0, len(moves), 2)),
        *(_state(state, looks[state], height) for state in State),
        *(line for row, move in enumerate(moves) for line in _move(move, row)),
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def _band(row: int, width: int) -> str:
    """Every second row has a ground, by which the eye stays in it."""
    return f'<rect class="band" y="{_TOP + _ROW * row}" width="{width}" height="{_ROW}"/>'


def _state(state: State, look: str, height: int) -> str:
    x, top = _column(state), _TOP - _BOX_HEIGHT - 12
    return (
        f'<path class="line" d="M{x} {top + _BOX_HEIGHT}V{height - _EDGE}"/>'
        f'<g class="state {look}"><rect x="{x - _BOX_WIDTH // 2}" y="{top}" width="{_BOX_WIDTH}" '
        f'height="{_BOX_HEIGHT}" rx="8"/><text x="{x}" y="{top + 22}">{state}</text></g>'
    )


def _move(move: Move, row: int) -> Iterator[str]:
    """A dot in the column of each state that it starts from, and an arrow to where it leads."""
    y = _TOP + _ROW * row + _ROW // 2
    after = _column(move.after)
    before = [state for state in State if state in move.before]
    starts = [_column(state) for state in before]
    yield f'<g class="move"><title>{move.name}: {", ".join(before)} → {move.after}</title>'
    yield f'<text class="name" x="{_EDGE}" y="{y - 2}">{move.name}</text>'
    yield f'<text class="by" x="{_EDGE}" y="{y + 13}">{escape(move.by)}</text>'
    # From the farthest on each side: those between lie on its way.
    ends = {max(x for x in starts if x > after)} if max(starts) > after else set()
    ends |= {min(x for x in starts if x < after)} if min(starts) < after else set()
    for x in sorted(ends):
        yield f'<path marker-end="url(#head)" d="M{x} {y}H{after + (6 if x > after else -6)}"/>'
    yield from (f'<circle cx="{x}" cy="{y}" r="5"/>' for x in starts)
    yield "</g>"


def _column(state: State) -> int:
    return _LEFT + _COLUMN * list(State).index(state) + _COLUMN // 2
