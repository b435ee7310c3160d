"""From an office's content calendar to the posts of a campaign.

A row with a post's code, as an export writes it, changes that post where somebody changed its
cells; any other row becomes a new post. Whatever doesn't fit is told by row and column, and nothing
is written here: the proposals are shown first. The same table read twice makes no post twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from publisher.calendar.cells import Meaning
from publisher.calendar.codes import was_exported
from publisher.calendar.headings import (
    AUDIENCES,
    CHANNELS,
    CODE,
    DATE,
    HASHTAGS,
    LINK,
    SUMMARY,
    TEXT,
    TIME,
    TITLE,
    Head,
    head_of,
)
from publisher.calendar.known import Known, KnownRows
from publisher.calendar.new_rows import NewRows
from publisher.calendar.slips import Place, Slip
from publisher.calendar.workbook import Table, read_tables
from publisher.campaign.model import Campaign
from publisher.clock import Clock
from publisher.editing.editor import Editor
from publisher.editing.proposal import Proposal
from publisher.files.faults import Fault
from publisher.files.text import shown
from publisher.i18n import _
from publisher.settings import Settings


@dataclass(frozen=True, slots=True)
class Written:
    """A proposal and the rows that it comes from, as sheet and number."""

    proposal: Proposal
    rows: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class Import:
    """What a calendar comes to: ``written`` may be written, ``slips`` keep rows out or are worth a
    look, ``faults`` keep all of it out. ``unchanged`` rows are as the files are, ``there`` are new
    rows whose post there is already, ``unread`` the names of sheets that are hidden or have no
    headings."""

    written: tuple[Written, ...] = ()
    slips: tuple[Slip, ...] = ()
    faults: tuple[Fault, ...] = ()
    unchanged: int = 0
    there: int = 0
    unread: tuple[str, ...] = ()

    @property
    def kept_out(self) -> int:
        """How many rows aren't taken."""
        return len({(slip.sheet, slip.row) for slip in self.slips if slip.keeps_out})


@dataclass
class _Tally:
    slips: list[Slip] = field(default_factory=list)
    unchanged: int = 0
    there: int = 0


def read_calendar(
    path: Path, settings: Settings, editor: Editor, clock: Clock, campaign: Campaign
) -> Import:
    """What the workbook ``path`` comes to for ``campaign``; nothing is written."""
    tables = read_tables(path)
    if isinstance(tables, Fault):
        return Import(faults=(tables,))
    headed = [
        (table, head)
        for table in tables
        if not table.is_hidden and (head := head_of(table)) is not None
    ]
    if not headed:
        return Import(faults=(_no_headings(path),))
    today = clock().astimezone(settings.zone).date()
    tally = _Tally()
    known = KnownRows(settings, editor, campaign)
    new = NewRows(settings, editor, campaign, clock)
    for place in _places(path, headed):
        meaning = Meaning(place, settings, today)
        exported = was_exported(place)
        if (meaning.is_blank or _is_heading(place)) and not exported:
            continue
        if exported:
            found = known.take(Known(place, place.text(CODE), meaning))
            tally.slips += found.slips
            tally.unchanged += found.is_unchanged
        elif place.row.is_hidden:
            tally.slips.append(_hidden(place))
        else:
            tally.slips += new.take(place, meaning)
    tally.there = new.there
    known_proposals, slips = known.proposals()
    tally.slips += slips
    written, slips = _checked(editor, [*known_proposals, *new.proposals])
    tally.slips += slips
    order = sorted(tally.slips, key=lambda slip: (slip.sheet, slip.row, slip.column or 0))
    read = {table.name for table, _head in headed}
    unread = tuple(one.name for one in tables if one.rows and one.name not in read)
    return Import(tuple(written), tuple(order), (), tally.unchanged, tally.there, unread)


def _places(path: Path, headed: Sequence[tuple[Table, Head]]) -> Iterator[Place]:
    """The rows below the headings of every sheet."""
    for table, head in headed:
        for row in table.rows:
            if row.number > head.row:
                yield Place(path, table, head, row, only=len(headed) == 1)


def _is_heading(place: Place) -> bool:
    """A row merged across, as “Tuần 1 (01/10 – 07/10)” is, with nothing else in it."""
    return place.row.is_banner and not any(place.text(name) for name in (TITLE, TEXT, TIME, CODE))


def _checked(
    editor: Editor,
    proposals: Sequence[tuple[Proposal, list[Place]]],
) -> tuple[list[Written], list[Slip]]:
    """The proposals that may be written; what is wrong with the others, by their rows."""
    written: list[Written] = []
    slips: list[Slip] = []
    left = list(proposals)
    while left:
        looked = editor.checked([proposal for proposal, _places in left])
        sound = []
        for proposal, (_before, places) in zip(looked, left, strict=True):
            for fault in proposal.faults:
                slips += [_of_fault(place, fault, proposal) for place in places]
            if proposal.is_sound:
                sound.append((proposal, places))
        if len(sound) == len(left):
            written += [
                Written(proposal, tuple((one.table.name, one.row.number) for one in places))
                for proposal, places in sound
            ]
            break
        # Looked at anew without those that can't be written: one may have hidden another's faults.
        left = sound
        slips = [slip for slip in slips if slip.keeps_out]
    return written, list(dict.fromkeys(slips))


def _of_fault(place: Place, fault: Fault, proposal: Proposal) -> Slip:
    """A fault of the file that a row would become, told of the row's own cell."""
    return place.slip(
        _column_of(fault, proposal), fault.code, fault.what, fault.instead, fault.severity
    )


def _column_of(fault: Fault, proposal: Proposal) -> str | None:
    """The column whose cell stands on the fault's line."""
    lines = proposal.after.split("\n")
    if fault.line is None or fault.line > len(lines):
        return None
    keys = {
        "when": DATE,
        "title": TITLE,
        "summary": SUMMARY,
        "link": LINK,
        "hashtags": HASHTAGS,
        "channels": CHANNELS,
        "audiences": AUDIENCES,
    }
    key = lines[fault.line - 1].partition("=")[0].strip()
    fences = [number for number, line in enumerate(lines, start=1) if line.strip() == "+++"]
    if len(fences) > 1 and fault.line > fences[1]:
        return TEXT
    return keys.get(key)


def _hidden(place: Place) -> Slip:
    return place.slip(
        None,
        "row_hidden",
        _("is hidden, perhaps by a filter, so it isn't taken."),
        _("Show it where its post is to go out, or delete it."),
    )


def _no_headings(path: Path) -> Fault:
    return Fault(
        shown(path),
        None,
        "calendar_no_headings",
        _("No sheet has a row of headings with a day and a text."),
        _(
            "Head the columns: Ngày, Giờ, Tiêu đề, Nội dung, Kênh, Liên kết, Hashtag (in any "
            "order; day and text are needed). “publisher calendar export” writes such a table."
        ),
    )
