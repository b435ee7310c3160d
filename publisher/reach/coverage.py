"""The coverage register: the tasks and topics an office owes the public, and what each has had."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from publisher.reach.figures import Sum


@dataclass(frozen=True, slots=True)
class Topic:
    """A line of the register: a task or topic by its ``code``. A ``secret`` one is not to be
    communicated and counts nowhere."""

    code: str
    title: str
    unit: str = ""
    kind: str = ""
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Covered:
    """What one topic has had: how many posts, the last on which local day, their figures."""

    topic: Topic
    posts: int
    last: date | None
    sum: Sum


@dataclass(frozen=True, slots=True)
class Coverage:
    """The whole register; ``of`` is in its order, secret topics left out."""

    of: tuple[Covered, ...]

    @property
    def without(self) -> tuple[Topic, ...]:
        """What has had nothing."""
        return tuple(one.topic for one in self.of if not one.posts)
