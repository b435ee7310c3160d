"""What a report says, ready to be printed.

The one source of the Word document and of the PDF. Every text is Vietnamese, on one line, without
signs that can't be printed. A template only says where each stands: its variables are the fields of
``Facts``. Tables are ``None`` where they would be empty.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the title, names in lines. ``number`` is open for the clerk; the day of a
    draft as well. A rule's length is in millimetres."""

    parent: tuple[str, ...]
    unit: tuple[str, ...]
    unit_rule_mm: float
    number: str
    place_date: str
    to: str


@dataclass(frozen=True, slots=True)
class Title:
    """``name`` ("BÁO CÁO"), its subject in lines and the length of the rule below; ``full`` names
    the file."""

    name: str
    subject: tuple[str, ...]
    rule_mm: float
    full: str


@dataclass(frozen=True, slots=True)
class FigureRow:
    """A row of a table by channel, campaign, audience or kind."""

    number: str
    name: str
    posts: str
    deliveries: str
    shown: str
    reach: str
    engagement: str
    change: str


@dataclass(frozen=True, slots=True)
class FigureTable:
    """A table of figures: a sentence before it, caption, rows, notes below; ``total`` is there
    where the rows add up to it."""

    lead: str
    caption: str
    rows: tuple[FigureRow, ...]
    total: FigureRow | None
    note: str


@dataclass(frozen=True, slots=True)
class PostRow:
    """A post with its figures over all of its channels."""

    number: str
    at: str
    post: str
    campaign: str
    channels: str
    shown: str
    reach: str
    engagement: str


@dataclass(frozen=True, slots=True)
class PostTable:
    """Posts: those that reached most, or the whole list."""

    lead: str
    caption: str
    rows: tuple[PostRow, ...]
    note: str


@dataclass(frozen=True, slots=True)
class FollowerRow:
    """How many followed an account at both ends of the span."""

    number: str
    name: str
    first: str
    last: str
    change: str


@dataclass(frozen=True, slots=True)
class FollowerTable:
    """Followers by channel."""

    lead: str
    caption: str
    rows: tuple[FollowerRow, ...]


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """An indicator: what it should be, what it is, whether that is met, on what ground."""

    number: str
    title: str
    target: str
    value: str
    verdict: str
    basis: str
    trend: str


@dataclass(frozen=True, slots=True)
class CriterionTable:
    """The indicators of the plan."""

    lead: str
    caption: str
    rows: tuple[CriterionRow, ...]


@dataclass(frozen=True, slots=True)
class TopicRow:
    """A task or topic that has had nothing."""

    number: str
    code: str
    title: str
    unit: str


@dataclass(frozen=True, slots=True)
class TopicTable:
    """What of the register has had nothing; no rows where all has had something."""

    lead: str
    caption: str
    rows: tuple[TopicRow, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture (PNG), and in words all that it shows."""

    png: bytes
    caption: str
    alt: str
    width_mm: float


@dataclass(frozen=True, slots=True)
class Work:
    """What went out."""

    paragraphs: tuple[str, ...]
    chart: Chart | None
    channels: FigureTable | None
    campaigns: FigureTable | None
    editions: FigureTable | None
    audiences: FigureTable | None
    kinds: FigureTable | None


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom it reached: one line a metric, how to read them, the best posts, followers."""

    intro: str
    metrics: tuple[str, ...]
    remarks: tuple[str, ...]
    best: PostTable | None
    followers: FollowerTable | None


@dataclass(frozen=True, slots=True)
class Shortcomings:
    """What went wrong, one line each, and what else is to be known."""

    intro: str
    items: tuple[str, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Ahead:
    """What is planned next, one line a campaign."""

    intro: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signature:
    """Who signs."""

    signs_for: str
    title: str
    name: str


@dataclass(frozen=True, slots=True)
class Appendix:
    """The list of posts, on pages of its own; ``reference`` says to what it belongs."""

    title: str
    name: str
    reference: str
    posts: PostTable


@dataclass(frozen=True, slots=True)
class Facts:
    """The whole document. ``draft`` and ``rehearsal`` are the words that mark it as such."""

    author: str
    head: Head
    draft: str
    rehearsal: str
    title: Title
    intro: tuple[str, ...]
    work: Work
    reach: Reach | None
    criteria: CriterionTable | None
    topics: TopicTable | None
    shortcomings: Shortcomings
    ahead: Ahead | None
    closing: str
    signature: Signature
    copies: tuple[str, ...]
    appendix: Appendix | None
