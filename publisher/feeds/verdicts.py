"""What becomes of each entry of a feed: it goes out at a moment, or stays out for a reason.

Pure: what is known stands in ``Known``, which the store fills (``intake``). ``feeds check`` shows
the same verdicts that the daemon puts into force.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from publisher.feeds.due import Rules, next_due
from publisher.feeds.entries import MAX_AGE, ParsedEntry
from publisher.feeds.likeness import Stories, Story
from publisher.feeds.words import has_words, language_of
from publisher.store.feed_tables import FeedEntry
from publisher.store.feeds import NO_ROOM


class Why(StrEnum):
    """Why an entry stays out; kept with it (``FeedEntry.left_out``)."""

    GOES_OUT = ""
    FIRST_LOOK = "first"
    OLD = "old"
    NO_KEYWORD = "keyword"
    UNWANTED = "without"
    LANGUAGE = "language"
    REPEATS = "repeat"
    NO_ROOM = NO_ROOM
    BEFORE = "before"
    """Left out by a version of the program that didn't note why."""


BY_RULES = frozenset({Why.NO_KEYWORD, Why.UNWANTED, Why.LANGUAGE})
"""What was left out for these was never told: the same story elsewhere may be."""

MOST_TOLD_AGAIN = 5
"""So often the very same words under another id and address of the same feed are kept."""

MAX_EDITS = 5
"""So often an entry that waits is worded anew: some feeds count readers in their summaries."""


class Known(StrEnum):
    """Whether an entry was there before."""

    NEW = "new"
    SEEN = "seen"
    EDITED = "edited"


@dataclass(frozen=True, slots=True)
class Verdict:
    """On ``entry``: ``row`` is what was stored of it; ``repeats`` the stored one that it repeats,
    as "campaign/key"; ``is_kept`` is false where nothing new is to be learnt from it."""

    entry: ParsedEntry
    known: Known
    why: Why
    due_at: datetime | None = None
    promised_at: datetime | None = None
    repeats: str = ""
    row: FeedEntry | None = None
    is_kept: bool = True

    @property
    def is_taken(self) -> bool:
        """Whether it goes out, and the plan doesn't know so yet."""
        return self.known is Known.NEW and self.why is Why.GOES_OUT


@dataclass(slots=True)
class Memory:
    """What the office knows: rows of the campaign by key and by address, those of campaigns
    ``beside`` it by address, recent ``stories``, keys whose wording may still change, due times."""

    by_key: Mapping[str, FeedEntry] = field(default_factory=dict)
    by_address: Mapping[str, Sequence[FeedEntry]] = field(default_factory=dict)
    beside: Mapping[str, FeedEntry] = field(default_factory=dict)
    stories: Stories = field(default_factory=Stories)
    open_keys: frozenset[str] = frozenset()
    taken: list[datetime] = field(default_factory=list)


def verdicts(
    found: Sequence[ParsedEntry],
    feed: str,
    rules: Rules,
    memory: Memory,
    now: datetime,
    *,
    is_first_look: bool,
) -> list[Verdict]:
    """A verdict on each of ``found``, the newest first as in the feed; the oldest is judged first,
    so that it goes out first."""
    judge = _Judge(feed, rules, memory, now, is_first_look)
    memory.stories.expect([story_of(rules.campaign, feed, entry, now) for entry in found])
    judged = [judge.verdict(entry) for entry in reversed(found)]
    return judged[::-1]


def by_rules(entry: ParsedEntry, rules: Rules) -> Why:
    """What the campaign's words and languages say of ``entry``."""
    source, text = rules.source, f"{entry.title}\n{entry.summary}"
    if any(has_words(part, source.without) for part in (entry.title, entry.summary)):
        return Why.UNWANTED
    if source.keywords and not any(
        has_words(part, source.keywords) for part in (entry.title, entry.summary)
    ):
        return Why.NO_KEYWORD
    language = language_of(text, entry.declared) if source.languages else ""
    if language and language not in source.languages:
        return Why.LANGUAGE
    return Why.GOES_OUT


def story_of(campaign: str, feed: str, entry: ParsedEntry, now: datetime) -> Story:
    return Story(f"{campaign}/{entry.key}", entry.title, entry.summary, entry.origin(now), feed)


@dataclass(slots=True)
class _Judge:
    feed: str
    rules: Rules
    memory: Memory
    now: datetime
    is_first_look: bool
    fresh: dict[str, str] = field(default_factory=dict)
    """Addresses of this look that go out, with the entry's name."""

    def verdict(self, entry: ParsedEntry) -> Verdict:
        row = self._row_of(entry)
        if row is not None:
            return self._on_known(entry, row)
        why, repeats, is_kept = self._reason(entry)
        if why is not Why.GOES_OUT:
            return Verdict(entry, Known.NEW, why, repeats=repeats, is_kept=is_kept)
        due = next_due(self.now, self.memory.taken, self.rules)
        origin, promised = entry.origin(self.now), self.rules.source.promised
        if due - origin > max(MAX_AGE, promised):
            return Verdict(entry, Known.NEW, Why.NO_ROOM, promised_at=origin + promised)
        self.memory.taken.append(due)
        self._remember(entry)
        return Verdict(entry, Known.NEW, why, due, origin + promised)

    def _row_of(self, entry: ParsedEntry) -> FeedEntry | None:
        """The entry itself, under this id or another that the same feed gave it."""
        row = self.memory.by_key.get(entry.key)
        if row is not None or not entry.address:
            return row
        same = self._at(entry)
        return next((one for one in same if one.feed == self.feed), None)

    def _at(self, entry: ParsedEntry) -> Sequence[FeedEntry]:
        # Rows of earlier versions have the address as it was written.
        by_address = self.memory.by_address
        return [*by_address.get(entry.address, ()), *by_address.get(entry.link, ())]

    def _on_known(self, entry: ParsedEntry, row: FeedEntry) -> Verdict:
        seen = Verdict(
            entry, Known.SEEN, Why(row.left_out), row.due_at, repeats=row.repeats, row=row
        )
        told = (entry.title, entry.summary, entry.link) != (row.title, row.summary, row.link)
        is_other_feed = row.feed not in ("", self.feed)
        if not told or is_other_feed or row.due_at is None or row.key not in self.memory.open_keys:
            return seen
        if row.edits >= MAX_EDITS:
            return seen
        why = by_rules(entry, self.rules)
        due = row.due_at if why is Why.GOES_OUT else None
        return Verdict(entry, Known.EDITED, why, due, row.promised_at, row=row)

    def _reason(self, entry: ParsedEntry) -> tuple[Why, str, bool]:
        """Why it stays out, what it repeats, and whether that is to be kept."""
        if self.is_first_look:
            return Why.FIRST_LOOK, "", True
        if not entry.is_news(self.now):
            return Why.OLD, "", True
        why = by_rules(entry, self.rules)
        if why is not Why.GOES_OUT:
            return why, "", True
        if entry.address and (name := self._same_address(entry)):
            return Why.REPEATS, name, True
        again = self.memory.stories.same_as(
            story_of(self.rules.campaign, self.feed, entry, self.now)
        )
        if again is None:
            return why, "", True
        # A feed whose ids and addresses change at every look would fill the store.
        times = self.memory.stories.times_told(self.feed, entry.title, entry.summary)
        return Why.REPEATS, again.name, times <= MOST_TOLD_AGAIN

    def _same_address(self, entry: ParsedEntry) -> str:
        if entry.address in self.fresh:
            return self.fresh[entry.address]
        told = [row for row in self._at(entry) if tells(row, self.feed)]
        if entry.address in self.memory.beside:
            told.append(self.memory.beside[entry.address])
        return name_of(told[0]) if told else ""

    def _remember(self, entry: ParsedEntry) -> None:
        story = story_of(self.rules.campaign, self.feed, entry, self.now)
        self.memory.stories.add(story)
        if entry.address:
            self.fresh[entry.address] = story.name


def tells(row: FeedEntry, feed: str) -> bool:
    """Whether a story that ``row`` has is told: what stays out by the rules isn't, nor what stood
    in another feed before that was looked at."""
    if row.left_out == Why.FIRST_LOOK:
        return row.feed in ("", feed)
    return row.left_out not in BY_RULES


def name_of(row: FeedEntry) -> str:
    """What ``row`` is called where another repeats it: the first of its kind."""
    return row.repeats or f"{row.campaign}/{row.key}"
