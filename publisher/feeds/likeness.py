"""Tells by their words alone whether two entries are one story, under whatever title.

A story told again keeps its lead under another title, or its title with something put before or
after it. A series (a countdown, a weekly bulletin, the same class in the next commune) keeps nearly
everything but a number or a name: whoever has a number of its own on either side is another one.
The bounds were chosen on the pairs in tests/feeds/test_likeness.py.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from rapidfuzz import fuzz, process

from publisher.feeds.words import folded

LOOKED_BACK = timedelta(days=30)
"""Stories older than this are not compared by their words."""

TITLE_ALONE_FOR = timedelta(days=3)
"""A title without a summary names one story for so long: "Lịch công tác tuần" comes every week."""

_LEAD_WORDS = 12
"""A summary of fewer words says too little to know a story by."""

_SAME_LEAD = 92.0
_VERY_SAME_LEAD = 97.0
_KIN_LEAD = 60.0
_SERIES_TITLE = 70.0
"""Titles that are so alike, and each has words of its own, are those of a series."""

_TITLE_WORDS = 4
_TITLE_SHARE = 0.6
_BOILERPLATE = 3
"""A summary that so many entries of one feed share is none of any of them."""

_ROMAN = re.compile(r"(?=[IVX])(?:X{0,3})(?:IX|IV|V?I{0,3})")
_NUMBER_WORD = re.compile(r"\b(một|hai|ba|bốn|sáu|bảy|bẩy|tám|chín|mười|nhất|nhì|giêng|chạp)\b")
# By themselves they are words as well: "đầu tư", "năm 2027".
_NUMBER_HERE = re.compile(r"\b(?:còn|kỳ|lần thứ|phần|số|tháng|thứ) (tư|năm)\b")
_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True)
class Story:
    """An entry's words; ``at`` is when it came."""

    name: str
    title: str
    summary: str
    at: datetime
    feed: str = ""

    @cached_property
    def heading(self) -> str:
        return folded(self.title)

    @cached_property
    def lead(self) -> str:
        return folded(self.summary)

    @cached_property
    def says_enough(self) -> bool:
        return self.lead.count(" ") + 1 >= _LEAD_WORDS

    @cached_property
    def numbers(self) -> frozenset[str]:
        """Of title and summary."""
        return _numbers(self.title) | _numbers(self.summary)

    @cached_property
    def words(self) -> frozenset[str]:
        return frozenset(f"{self.heading} {self.lead}".split())


class Stories:
    """Those of the last time, among which a new one is looked for."""

    def __init__(self, stories: Iterable[Story] = ()) -> None:
        self._stories: list[Story] = []
        self._leads: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
        self._wordings: Counter[tuple[str, str, str]] = Counter()
        for story in stories:
            self.add(story)

    def add(self, story: Story) -> None:
        self._stories.append(story)
        self._wordings[story.feed, story.title, story.summary] += 1
        self._leads[story.feed, story.lead].add(story.name)

    def expect(self, stories: Sequence[Story]) -> None:
        """Take account of what stands in a feed at once: which leads are everybody's."""
        for story in stories:
            self._leads[story.feed, story.lead].add(story.name)

    def times_told(self, feed: str, title: str, summary: str) -> int:
        """How often ``feed`` has these very words."""
        return self._wordings[feed, title, summary]

    def same_as(self, story: Story) -> Story | None:
        """The story that ``story`` is told again, the likest; ``None`` where it is a new one."""
        near = [one for one in self._stories if abs(story.at - one.at) <= LOOKED_BACK]
        places: set[int] = set()
        for words, of in (
            (story.heading, [one.heading for one in near]),
            (story.lead, [one.lead for one in near]),
        ):
            if words:
                found = process.extract(
                    words, of, scorer=fuzz.token_set_ratio, score_cutoff=_SERIES_TITLE, limit=40
                )
                places |= {place for _words, _score, place in found}
        like = [near[place] for place in sorted(places) if self._are_same(story, near[place])]
        return max(like, key=lambda one: fuzz.ratio(story.heading, one.heading), default=None)

    def _are_same(self, one: Story, other: Story) -> bool:
        return same_story(
            one, other, leads_tell=not (self._is_boilerplate(one) or self._is_boilerplate(other))
        )

    def _is_boilerplate(self, story: Story) -> bool:
        return len(self._leads[story.feed, story.lead]) >= _BOILERPLATE


def same_story(one: Story, other: Story, *, leads_tell: bool = True) -> bool:
    """Whether two entries are one story; ``leads_tell``: their summaries are their own."""
    if _differ(_numbers(one.title), other.numbers, _numbers(other.title), one.numbers):
        return False
    alike = fuzz.ratio(one.heading, other.heading)
    is_within = _is_within(one.heading, other.heading)
    if not (leads_tell and one.says_enough and other.says_enough):
        return is_within and abs(one.at - other.at) <= TITLE_ALONE_FOR
    if _differ(_numbers(one.summary), other.numbers, _numbers(other.summary), one.numbers):
        return False
    lead = _lead_likeness(one.lead, other.lead)
    if is_within:
        return max(lead, fuzz.token_set_ratio(one.lead, other.lead)) >= _KIN_LEAD
    has_other_names = _differ(_names(one.title), other.words, _names(other.title), one.words)
    if alike >= _SERIES_TITLE:
        return lead >= _VERY_SAME_LEAD and not has_other_names
    return lead >= (_VERY_SAME_LEAD if has_other_names else _SAME_LEAD)


def _differ(
    own: frozenset[str], of_other: frozenset[str], others: frozenset[str], of_own: frozenset[str]
) -> bool:
    """Whether each of the two has something that the whole of the other lacks."""
    return bool(own - of_other) and bool(others - of_own)


def _is_within(one: str, other: str) -> bool:
    """Whether one title has all the words of the other, and not too many more."""
    words, others = Counter(one.split()), Counter(other.split())
    fewer, more = sorted((words, others), key=lambda counted: counted.total())
    return (
        fewer.total() >= min(_TITLE_WORDS, more.total())
        and fewer.total() >= _TITLE_SHARE * more.total()
        and fewer <= more
    )


def _lead_likeness(one: str, other: str) -> float:
    """How alike two summaries are, of which either may be cut off."""
    shorter, longer = sorted((one, other), key=len)
    return max(fuzz.ratio(shorter, longer), fuzz.ratio(shorter, longer[: len(shorter)]))


def _numbers(text: str) -> frozenset[str]:
    """What counts in ``text``: digits, words for numbers, Roman numbers."""
    digits = {str(int(number)) for number in _DIGITS.findall(text)}
    written = unicodedata.normalize("NFC", text).casefold()
    words = {*_NUMBER_WORD.findall(written), *_NUMBER_HERE.findall(written)}
    roman = {word for word in re.findall(r"\b[IVX]{1,5}\b", text) if _ROMAN.fullmatch(word)}
    return frozenset(digits | words | roman)


def _names(title: str) -> frozenset[str]:
    """The words of ``title`` that begin with a capital, but for the first; none where all do."""
    words = re.findall(r"\w+", title)
    capital = [word for word in words[1:] if word[:1].isupper()]
    if len(capital) == len(words) - 1:
        return frozenset()
    return frozenset(word for one in capital for word in folded(one).split())
