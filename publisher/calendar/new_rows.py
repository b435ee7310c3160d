"""Rows that no export wrote: each becomes a new post, or says why it doesn't."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from publisher import notation
from publisher.calendar.cells import ALL, Meaning
from publisher.calendar.editions import moments_of
from publisher.calendar.headings import (
    AUDIENCES,
    CAMPAIGN,
    CHANNELS,
    DATE,
    HASHTAGS,
    LINK,
    STATE,
    SUMMARY,
    TEXT,
    TIME,
    TITLE,
)
from publisher.calendar.slips import Place, Slip
from publisher.calendar.workbook import MAX_CELL
from publisher.campaign.model import Campaign, Post
from publisher.campaign.register_headings import plain
from publisher.campaign.when import OnDate
from publisher.clock import Clock
from publisher.editing.editor import Editor
from publisher.editing.literals import Value
from publisher.editing.moving import as_written
from publisher.editing.new_post import NewPost
from publisher.editing.proposal import Proposal
from publisher.editing.refusals import RefusedError
from publisher.editing.words import tidied_body
from publisher.files.faults import Fault, Severity
from publisher.i18n import _
from publisher.settings import Settings

_DONE = (
    *("da dang", "da huy", "huy", "tam hoan", "hoan", "bo", "xong"),
    *("posted", "published", "cancelled", "canceled", "sent", "done"),
)
"""How an office says of a row that nothing of it is to go out any more."""

_STILL_TO_COME = ("bo sung", "hoan thien")
"""What only begins like these: more is to be added, it is being finished."""


class NewRows:
    """The rows that become new posts of ``campaign``."""

    def __init__(
        self, settings: Settings, editor: Editor, campaign: Campaign, clock: Clock
    ) -> None:
        self._settings = settings
        self._editor = editor
        self._campaign = campaign
        self._clock = clock
        self._names: list[str] = []
        self._seen: dict[tuple[str, ...], int] = {}
        self.proposals: list[tuple[Proposal, list[Place]]] = []
        self.there = 0

    def take(self, place: Place, meaning: Meaning) -> list[Slip]:
        """Make a proposal of the row, or say why not."""
        media = meaning.media(self._campaign)
        slips = [*meaning.slips, *self._lacking(place, meaning)]
        if any(slip.keeps_out for slip in slips):
            return slips
        day = meaning.day
        if day is None:
            return slips
        body = meaning.values.get(TEXT, "")
        same = list(self._posts_like(day, meaning.values.get(TIME, ""), body))
        lacking = self._channels(meaning) - {
            channel for post in same for channel in self._campaign.channels_of(post)
        }
        if same and not lacking:
            self.there += 1
            return slips
        if lacking < self._channels(meaning):
            return [*slips, _partly_there(place, same, lacking)]
        twin = self._twin(place, meaning)
        if twin:
            return [*slips, twin]
        at = meaning.moment
        has_time = bool(meaning.values.get(TIME))
        when = OnDate(day, at.time() if at is not None and has_time else None)
        new = NewPost(as_written(when), body, self._keys(meaning), media)
        try:
            proposal = self._editor.adding(self._campaign.slug, new, self._names)
        except RefusedError as refusal:
            return [*slips, *(_refusal(place, fault) for fault in refusal.faults)]
        self._names.append(proposal.post)
        self.proposals.append((proposal, [place]))
        return slips

    def _channels(self, meaning: Meaning) -> frozenset[str]:
        named = meaning.values.get(CHANNELS, "")
        return frozenset(self._campaign.file.channels if named in ("", ALL) else named.split(","))

    def _keys(self, meaning: Meaning) -> dict[str, Value]:
        values, keys = meaning.values, dict[str, Value]()
        for name in (TITLE, SUMMARY):
            if values.get(name):
                keys[name] = values[name]
        channels = self._channels(meaning)
        if channels != frozenset(self._campaign.file.channels):
            keys[CHANNELS] = sorted(channels)
        if values.get(AUDIENCES):
            keys[AUDIENCES] = values[AUDIENCES].split(",")
        if values.get(HASHTAGS):
            keys[HASHTAGS] = values[HASHTAGS].split()
        if values.get(LINK):
            keys[LINK] = values[LINK]
        return keys

    def _lacking(self, place: Place, meaning: Meaning) -> Iterator[Slip]:
        state = plain(place.text(STATE))
        if state.startswith(_DONE) and not state.startswith(_STILL_TO_COME):
            yield place.slip(
                STATE,
                "row_done",
                _("says “%(state)s”, so the row isn't taken.") % {"state": place.text(STATE)[:40]},
                _("Empty the cell where the post is to go out."),
            )
            return
        if meaning.values.get(DATE) == "":
            yield place.slip(
                DATE,
                "row_no_date",
                _("is empty."),
                _("Write the day, also where it is the day of the row above: 10/10/2027"),
            )
        if not meaning.values.get(TEXT):
            yield place.slip(
                TEXT if place.has(TEXT) else TITLE,
                "row_no_text",
                _("the post has no text."),
                _("Write its text in a column headed “Nội dung”."),
            )
        if len(meaning.values.get(TEXT, "")) >= MAX_CELL - 1:
            yield place.slip(
                TEXT,
                "row_text_cut",
                _("is as long as a cell may be, so its end may be missing."),
                _("Make the text shorter, or write the post's file by hand."),
            )
        moment = meaning.moment
        if moment is not None:
            usual = self._campaign.file.time
            if not meaning.values.get(TIME):
                moment = datetime.combine(moment.date(), usual)
            if moment.replace(tzinfo=self._settings.zone) <= self._clock():
                yield place.slip(
                    DATE,
                    "row_past",
                    _("%(moment)s is over.") % {"moment": notation.moment(moment)},
                    _("Write a day to come, or delete the row."),
                )
        yield from self._of_another(place)

    def _of_another(self, place: Place) -> Iterator[Slip]:
        """A row that names another campaign of the office by its own name."""
        named = plain(place.text(CAMPAIGN))
        own = {plain(self._campaign.slug), plain(self._campaign.file.title)}
        others = {plain(name): name for name in self._settings.campaign_names}
        if named and named not in own and named in others:
            yield place.slip(
                CAMPAIGN,
                "row_other_campaign",
                _("the row is for another campaign, “%(name)s”.") % {"name": others[named]},
                _("Read the file once more for that one: --campaign %(name)s")
                % {"name": others[named]},
            )

    def _posts_like(self, day: date, at: str, body: str) -> Iterator[Post]:
        """The posts of the campaign with this text on this day, at this time."""
        for post in self._campaign.posts:
            if tidied_body(post.body) != body:
                continue
            if any(
                moment.date() == day and (not at or f"{moment:%H:%M}" == at)
                for moment in moments_of(self._campaign, post, range(day.year - 1, day.year + 2))
            ):
                yield post

    def _twin(self, place: Place, meaning: Meaning) -> Slip | None:
        """A row that says the same as one before it would go out twice."""
        values = meaning.values
        same = (values[DATE], values.get(TIME, ""), values.get(CHANNELS, ""), values.get(TEXT, ""))
        if same in self._seen:
            return place.slip(
                None,
                "row_twice",
                _("says the same as row %(row)d.") % {"row": self._seen[same]},
                _("Delete one of them: else the post would go out twice."),
            )
        self._seen[same] = place.row.number
        return None


def _partly_there(place: Place, posts: Sequence[Post], lacking: frozenset[str]) -> Slip:
    """A new post would go out a second time where the one that is there goes out already."""
    return place.slip(
        CHANNELS,
        "row_partly_there",
        _("the post is there already (%(post)s), but not on: %(channels)s.")
        % {
            "post": ", ".join(post.id for post in posts),
            "channels": ", ".join(sorted(lacking)),
        },
        _("Name these channels alone, or add them to the post there is."),
    )


def _refusal(place: Place, fault: Fault) -> Slip:
    return place.slip(None, fault.code, fault.what, fault.instead, Severity.ERROR)
