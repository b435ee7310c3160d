"""A report's tables, ready to be printed.

Of figures and of posts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from publisher import notation
from publisher.reach import words
from publisher.reach.period import PostSum, Row
from publisher.reports import wording
from publisher.reports.documents import phrases
from publisher.reports.documents.facts import FigureRow, FigureTable, PostRow, PostTable
from publisher.reports.documents.lettering import breakable

MOST_CHANNELS = 2
"""So many channels of a post are named; of more, their number is told."""

_NO_UNIQUE = "(*) Cộng theo từng bài và từng kênh, không phải số người không trùng lặp"
_COVERED = "số trong ngoặc: số lượt đăng có số liệu/tổng số lượt đăng"
_NOTHING = "“–”: không có số liệu"
NO_WORDS = "(bài không có chữ)"


class Captions:
    """Numbers tables in the order in which they are asked for."""

    def __init__(self) -> None:
        self._last = 0

    def next(self, words: str) -> str:
        self._last += 1
        return f"Bảng {self._last}. {words}"


class Names:
    """What leaders know campaigns and channels by."""

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = known

    def of(self, name: str) -> str:
        return breakable(self._known.get(name) or name) or name

    def edition(self, name: str) -> str:
        """ "cds/2027" as "Ngày Chuyển đổi số quốc gia (2027)"."""
        return breakable(words.edition(name, self._known))

    def audience(self, name: str) -> str:
        return breakable(words.audience(name))

    def kind(self, name: str) -> str:
        return breakable(words.kind(name))


def figures(
    rows: Sequence[Row],
    name_of: Callable[[str], str],
    *,
    caption: str,
    lead: str = "",
    total: Row | None = None,
    remark: str = "",
) -> FigureTable:
    """A table of ``rows``, which aren't none."""
    made = tuple(
        _figure_row(notation.number(place), name_of(row.name), row)
        for place, row in enumerate(rows, 1)
    )
    whole = _figure_row("", "Tổng cộng", total) if total else None
    cells = [
        cell
        for row in (*made, *((whole,) if whole else ()))
        for cell in (row.shown, row.reach, row.engagement, row.change)
    ]
    return FigureTable(lead, caption, made, whole, _note(cells, remark))


def listed_posts(
    posts: Sequence[PostSum], names: Names, *, caption: str = "", lead: str = ""
) -> PostTable:
    """A table of ``posts``, which aren't none."""
    rows = tuple(
        PostRow(
            notation.number(place),
            notation.moment(post.at),
            breakable(post.first_line) or NO_WORDS,
            names.of(post.campaign),
            _channels(post, names),
            phrases.amount(post.sum, "shown"),
            phrases.amount(post.sum, "reach"),
            phrases.amount(post.sum, "engagement"),
        )
        for place, post in enumerate(posts, 1)
    )
    cells = [cell for row in rows for cell in (row.shown, row.reach, row.engagement)]
    return PostTable(lead, caption, rows, _note(cells))


def _figure_row(number: str, name: str, row: Row) -> FigureRow:
    return FigureRow(
        number,
        name,
        notation.number(row.posts),
        notation.number(row.now.posts),
        phrases.amount(row.now, "shown"),
        phrases.amount(row.now, "reach"),
        phrases.amount(row.now, "engagement"),
        phrases.signed(row.now, row.before, "shown"),
    )


def _note(cells: Sequence[str], remark: str = "") -> str:
    said = [_NO_UNIQUE]
    if any("(" in cell for cell in cells):
        said.append(_COVERED)
    if notation.ABSENT in cells:
        said.append(_NOTHING)
    return f"Ghi chú: {'; '.join(said)}." + (f" {remark}" if remark else "")


def _channels(post: PostSum, names: Names) -> str:
    channels = list(dict.fromkeys(delivery.channel for delivery in post.deliveries))
    if len(channels) > MOST_CHANNELS:
        return wording.channels(len(channels))
    return ", ".join(map(names.of, channels))
