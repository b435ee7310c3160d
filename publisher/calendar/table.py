"""The content calendar as a table: what stands in each column, and how an export knows it again.

Title and text stand as the files have them, with what is filled in later (``{{ days_left }}``), so
that a table that comes back can be held against the files. The last column keeps a sum of each
cell that may be changed: from it an import knows which cells somebody changed, and whether the file
was changed meanwhile as well.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from publisher.calendar.entries import Entry, Wanted, entries, files_of, titles_of
from publisher.calendar.feed import going_words
from publisher.calendar.headings import (
    ALT,
    APPROVALS,
    AUDIENCES,
    CAMPAIGN,
    CHANNELS,
    CODE,
    DATE,
    HASHTAGS,
    LABELS,
    LINK,
    MARK,
    MEDIA,
    SHOWN,
    STATE,
    SUMMARY,
    TEXT,
    TIME,
    TITLE,
    WEEKDAY,
)
from publisher.campaign.model import Campaign, Post
from publisher.desk.desk import Desk
from publisher.editing.words import tidied_body
from publisher.i18n import _
from publisher.notation import days, weekday_name
from publisher.reach.export.tables import Cell, Column, Sheet
from publisher.reach.export.xlsx import write_workbook
from publisher.reach.export.xlsx_text import plain as in_a_cell
from publisher.reach.words import audience

Values = Mapping[str, str]
"""What the cells of a row mean, by their columns, in one way of writing: days as 2027-10-01, times
as 08:30, channels and audiences by their names."""

EDITABLE = (DATE, TIME, TITLE, SUMMARY, TEXT, LINK, HASHTAGS, CHANNELS, AUDIENCES)
"""The columns that an import takes changes from."""

_WIDTHS = {
    DATE: 12,
    TIME: 8,
    WEEKDAY: 10,
    CAMPAIGN: 26,
    TITLE: 34,
    SUMMARY: 30,
    TEXT: 70,
    LINK: 30,
    HASHTAGS: 22,
    CHANNELS: 28,
    AUDIENCES: 24,
    MEDIA: 26,
    ALT: 26,
    SHOWN: 34,
    STATE: 26,
    APPROVALS: 11,
    CODE: 24,
    MARK: 5,
}
_WRAPPED = {CAMPAIGN, TITLE, SUMMARY, TEXT, HASHTAGS, CHANNELS, AUDIENCES, MEDIA, ALT, SHOWN, STATE}
_SUM = 8


def export(target: Path, desk: Desk, wanted: Wanted) -> int:
    """Write the calendar of the days that are ``wanted`` to the workbook ``target``; gives how many
    rows it has. Raises ``OSError``."""
    files = files_of(desk, wanted)
    campaigns = desk.planner.read()[0]
    found = entries(desk.settings, desk.database, wanted, files)
    sheet = sheet_of(desk, found, campaigns, wanted)
    write_workbook(
        target, [sheet], title=sheet.title, author=desk.settings.office.name, made_at=desk.clock()
    )
    return len(found)


def sheet_of(
    desk: Desk, found: Sequence[Entry], campaigns: Sequence[Campaign], wanted: Wanted
) -> Sheet:
    """The table of the entries ``found``."""
    return Sheet(
        title=_("Content calendar"),
        columns=[
            Column(
                _(label),
                "date" if name == DATE else "text",
                width=_WIDTHS[name],
                wrap=name in _WRAPPED,
            )
            for name, label in LABELS.items()
        ],
        rows=[_row(desk, entry, campaigns) for entry in found],
        heading=[
            _("Content calendar of %(office)s") % {"office": desk.settings.office.name},
            days(wanted.first, wanted.last),
        ],
    )


def values_of(entry: Entry, campaign: Campaign | None, post: Post | None) -> Values:
    """What the cells of ``entry`` mean; of a post that no file has any more, what is known."""
    values = dict.fromkeys(EDITABLE, "")
    values |= {
        DATE: entry.local.date().isoformat(),
        TIME: f"{entry.local:%H:%M}",
        CHANNELS: ",".join(sorted(one.channel for one in entry.channels)),
        AUDIENCES: ",".join(entry.audiences),
        TEXT: entry.first_line,
    }
    if campaign is not None and post is not None:
        values |= words_of(campaign, post)
    return values


def words_of(campaign: Campaign, post: Post) -> Values:
    """What the cells of ``post`` mean, but for its moment."""
    front = post.front
    hashtags = front.hashtags if front.hashtags is not None else campaign.file.hashtags
    return {
        TITLE: _line(front.title),
        SUMMARY: _line(front.summary),
        TEXT: cell_text(post.body),
        LINK: _line(front.link),
        HASHTAGS: " ".join(hashtags),
        CHANNELS: ",".join(sorted(campaign.channels_of(post))),
        AUDIENCES: ",".join(campaign.audiences_of(post)),
    }


def cell_text(text: str) -> str:
    """A post's text as it comes back from a cell."""
    return tidied_body(in_a_cell(text))


def _line(text: str) -> str:
    return " ".join(text.split())


def mark_of(values: Values) -> str:
    """The sums of a row's cells, as its last column keeps them."""
    return " ".join(f"{name}={sum_of(values[name])}" for name in EDITABLE)


def marked(text: str) -> Values:
    """The sums in a row's last column; none of a cell that isn't ours."""
    parts = (part.partition("=") for part in text.split())
    return {name: told for name, _sign, told in parts if name in EDITABLE and len(told) == _SUM}


def sum_of(value: str) -> str:
    """What tells one meaning of a cell from another."""
    return hashlib.sha256(value.encode()).hexdigest()[:_SUM]


def _row(desk: Desk, entry: Entry, campaigns: Sequence[Campaign]) -> list[Cell]:
    campaign = next((one for one in campaigns if one.slug == entry.campaign), None)
    posts = campaign.posts if campaign is not None else ()
    post = next((one for one in posts if one.id == entry.post), None)
    values = values_of(entry, campaign, post)
    names = values[CHANNELS].split(",") if values[CHANNELS] else []
    media = post.front.media if post is not None else ()
    cells: dict[str, Cell] = {
        **values,
        DATE: entry.local.date(),
        WEEKDAY: weekday_name(entry.local.date()),
        CAMPAIGN: titles_of(campaigns).get(entry.campaign, entry.campaign),
        CHANNELS: ", ".join(desk.settings.channel_title(name) for name in names),
        AUDIENCES: "; ".join(map(audience, filter(None, values[AUDIENCES].split(",")))),
        HASHTAGS: " ".join(f"#{one}" for one in values[HASHTAGS].split()),
        MEDIA: "\n".join(one.file or one.key for one in media),
        ALT: "\n".join(one.alt for one in media),
        SHOWN: entry.first_line,
        STATE: _state(desk, entry),
        APPROVALS: _approvals(entry),
        CODE: entry.key,
        MARK: mark_of(values),
    }
    return [cells[name] for name in LABELS]


def _state(desk: Desk, entry: Entry) -> str:
    """One word where all channels agree, else a line for each."""
    said = {one.channel: going_words(one) for one in entry.channels}
    if len(set(said.values())) == 1:
        return next(iter(said.values()))
    return "\n".join(
        f"{desk.settings.channel_title(name)}: {words}" for name, words in said.items()
    )


def _approvals(entry: Entry) -> str:
    needed = max((one.approvals for one in entry.channels), default=0)
    given = min((one.given for one in entry.channels), default=0)
    return f"{min(given, needed)}/{needed}" if needed else ""
