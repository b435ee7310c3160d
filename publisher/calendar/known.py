"""Rows that an export wrote: each is held against its post, and what somebody changed is taken.

A cell counts as changed where it no longer says what the row's last column keeps of it. Where the
file was changed too, nobody's word is taken over the other's: that is told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from publisher.calendar.cells import ALL, Meaning
from publisher.calendar.codes import code_in
from publisher.calendar.editions import moments_of
from publisher.calendar.headings import (
    CHANNELS,
    DATE,
    MARK,
    TEXT,
    TIME,
)
from publisher.calendar.slips import Place, Slip
from publisher.calendar.table import EDITABLE, cell_text, marked, sum_of, words_of
from publisher.calendar.workbook import MAX_CELL
from publisher.campaign.model import Campaign, Post
from publisher.editing.editor import Editor
from publisher.editing.literals import Value
from publisher.editing.proposal import Proposal
from publisher.editing.refusals import RefusedError
from publisher.editing.splice import Way
from publisher.files.faults import Severity
from publisher.files.messages import quoted
from publisher.i18n import _
from publisher.settings import Settings


@dataclass(frozen=True, slots=True)
class Known:
    """A row with the code that an export gave it, and what its cells mean."""

    place: Place
    code: str
    meaning: Meaning


@dataclass(frozen=True, slots=True)
class _Wish:
    """What a row asks of its post: another value of the key ``name``, or another text."""

    name: str
    value: Value | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a row."""

    slips: tuple[Slip, ...] = ()
    is_unchanged: bool = False


class KnownRows:
    """The changes that rows bring to the posts of ``campaign``, put together post by post."""

    def __init__(self, settings: Settings, editor: Editor, campaign: Campaign) -> None:
        self._settings = settings
        self._editor = editor
        self._campaign = campaign
        self._asked: dict[str, dict[str, tuple[Value | None, Place]]] = {}

    def take(self, row: Known) -> Taken:
        """Take all that the row changes, or say why not: a row is never taken by halves."""
        code, sums = code_in(row.code), marked(row.place.text(MARK))
        post = code.post_in(self._campaign) if code else None
        if not sums and code and post:
            sums = self._present_sums(post, code.edition)
        changed = _changed(row, sums)
        keeps_out = any(slip.keeps_out for slip in row.meaning.slips)
        # Nothing says of a row without a mark and without a post that it is as it was.
        if sums and not changed and not keeps_out:
            return Taken(is_unchanged=True)
        if row.place.row.is_hidden:
            return Taken((_of_hidden(row.place),))
        if keeps_out:
            return Taken(tuple(row.meaning.slips))
        if code is None or code.slug != self._campaign.slug:
            return Taken((self._of_another(row, code.slug if code else ""),))
        if post is None:
            return Taken((_of_gone(row.place, code.post),))
        slips = list(self._conflicts(row, post, code.edition, changed, sums))
        if not slips:
            slips = self._ask(row, post, code.edition, changed)
        return Taken((*row.meaning.slips, *slips))

    def proposals(self) -> tuple[list[tuple[Proposal, list[Place]]], list[Slip]]:
        """One proposal for each post that changes; what can't be done, by its rows."""
        found: list[tuple[Proposal, list[Place]]] = []
        slips: list[Slip] = []
        for post, asked in self._asked.items():
            rows = [place for _value, place in asked.values()]
            places = list({(one.table.name, one.row.number): one for one in rows}.values())
            values: dict[Way, Value | None] = {
                (name,): value for name, (value, _place) in asked.items() if name != TEXT
            }
            body = asked.get(TEXT)
            try:
                proposal = self._editor.changing(
                    self._campaign.slug, post, values, str(body[0]) if body else None
                )
            except RefusedError as refusal:
                slips += [
                    place.slip(None, fault.code, fault.what, fault.instead)
                    for place in places
                    for fault in refusal.faults
                ]
                continue
            found.append((proposal, places))
        return found, slips

    # -- what changed -----------------------------------------------------------------------------

    def _present_sums(self, post: Post, edition: int) -> Mapping[str, str]:
        """Where the last column was lost: the file as it is now."""
        present = self._present(post, edition)
        return {name: sum_of(value) for name, value in present.items()}

    def _present(self, post: Post, edition: int) -> Mapping[str, str]:
        """What the cells would say now; of a post with several moments, its words alone."""
        found = dict(words_of(self._campaign, post))
        moments = moments_of(self._campaign, post, [edition])
        if moments:
            found |= {DATE: moments[0].date().isoformat(), TIME: f"{moments[0]:%H:%M}"}
        return found

    def _conflicts(
        self,
        row: Known,
        post: Post,
        edition: int,
        changed: Mapping[str, str],
        sums: Mapping[str, str],
    ) -> Iterator[Slip]:
        present = self._present(post, edition)
        for name, value in changed.items():
            if name not in present or present[name] == value:
                continue
            if sum_of(present[name]) != sums[name]:
                yield row.place.slip(
                    name,
                    "row_conflict",
                    _("was changed here, and meanwhile in the file too."),
                    _("Export the calendar anew and make the change there."),
                )

    # -- what is asked ----------------------------------------------------------------------------

    def _ask(self, row: Known, post: Post, edition: int, changed: Mapping[str, str]) -> list[Slip]:
        """Remember what the row asks of ``post``, if there is nothing against any of it."""
        found = list(self._wishes(row, post, edition, changed))
        wishes = [one for one in found if isinstance(one, _Wish)]
        slips = [one for one in found if isinstance(one, Slip)]
        slips += self._two_ways(row, post, wishes)
        if not any(slip.keeps_out for slip in slips):
            ways = self._asked.setdefault(post.id, {})
            for wish in wishes:
                ways.setdefault(wish.name, (wish.value, row.place))
        return slips

    def _wishes(
        self, row: Known, post: Post, edition: int, changed: Mapping[str, str]
    ) -> Iterator[_Wish | Slip]:
        for name, value in changed.items():
            if name == TEXT:
                yield self._text(row, post, value)
            elif name not in (DATE, TIME):
                yield self._key(row, post, name, value)
        if DATE in changed or TIME in changed:
            yield from self._moment(row, post, edition)

    def _text(self, row: Known, post: Post, value: str) -> _Wish | Slip:
        if not value:
            return row.place.slip(
                TEXT,
                "row_text_gone",
                _("is empty, but a post needs a text."),
                _("Write it. To take a post out, put “_” before its file's name."),
            )
        if len(post.body) >= MAX_CELL or cell_text(post.body) != post.body:
            return row.place.slip(
                TEXT,
                "row_text_long",
                _("can't hold the whole text of this post, so a change is not taken from here."),
                _("Change the text in the post's file."),
            )
        return _Wish(TEXT, value)

    def _key(self, row: Known, post: Post, name: str, value: str) -> _Wish | Slip:
        match name:
            case "channels" if not value:
                return row.place.slip(
                    CHANNELS,
                    "row_no_channel",
                    _("is empty, so the post would go out nowhere."),
                    _("Write the channels, or “tất cả” for those of the campaign."),
                )
            case "channels" if value == ALL:
                return _Wish(name, None)
            case "channels":
                return _Wish(name, _in_order(value.split(","), self._campaign, post))
            case "audiences":
                return _Wish(name, value.split(",") if value else None)
            case "hashtags":
                return _Wish(name, value.split())
            case _:
                return _Wish(name, value)

    def _moment(self, row: Known, post: Post, edition: int) -> Iterator[_Wish | Slip]:
        moment = row.meaning.moment
        if moment is None:
            yield row.place.slip(
                DATE,
                "row_date_gone",
                _("is empty, but a post needs a day."),
                _("Write it. To take a post out, put “_” before its file's name."),
            )
            return
        if not row.meaning.values.get(TIME):
            moment = datetime.combine(moment.date(), self._campaign.file.time)
        try:
            when, notes = self._editor.moment(self._campaign.slug, post.id, moment, edition=edition)
        except RefusedError as refusal:
            for fault in refusal.faults:
                yield row.place.slip(DATE, fault.code, fault.what, fault.instead)
            return
        yield _Wish("when", when)
        for note in notes:
            yield row.place.slip(
                DATE, "row_moves", note, _("See that it is meant."), Severity.WARNING
            )

    def _two_ways(self, row: Known, post: Post, wishes: Sequence[_Wish]) -> Iterator[Slip]:
        """Where another row asks for something else: a post has one text and one day."""
        ways = self._asked.get(post.id, {})
        for wish in wishes:
            if wish.name in ways and ways[wish.name][0] != wish.value:
                yield row.place.slip(
                    DATE if wish.name == "when" else wish.name,
                    "row_two_ways",
                    _("asks for something else than row %(row)d does of the same post.")
                    % {"row": ways[wish.name][1].row.number},
                    _("A post has one text and one day in all of its rows: change them alike."),
                )

    def _of_another(self, row: Known, slug: str) -> Slip:
        return row.place.slip(
            None,
            "row_not_here",
            _("was changed, but belongs to no post of this campaign: %(code)s.")
            % {"code": quoted(row.code)},
            _("Read the file once more for its campaign: --campaign %(name)s")
            % {"name": slug or "…"},
        )


def _changed(row: Known, sums: Mapping[str, str]) -> Mapping[str, str]:
    """The cells that don't say what the export wrote."""
    return {
        name: value
        for name, value in row.meaning.values.items()
        if name in EDITABLE and name in sums and sum_of(value) != sums[name]
    }


def _in_order(names: list[str], campaign: Campaign, post: Post) -> list[str]:
    """``names`` in the order in which the post, or its campaign, has them."""
    order = [*campaign.channels_of(post), *campaign.file.channels]
    return sorted(names, key=lambda one: order.index(one) if one in order else len(order))


def _of_hidden(place: Place) -> Slip:
    return place.slip(
        None,
        "row_hidden_change",
        _("was changed and is hidden, perhaps by a filter, so it isn't taken."),
        _("Show it and see whether the change is meant."),
    )


def _of_gone(place: Place, post: str) -> Slip:
    return place.slip(
        None,
        "row_post_gone",
        _("was changed, but there is no post “%(post)s” any more.") % {"post": quoted(post)},
        _("To make a new post of the row, empty the cell with its code."),
    )
