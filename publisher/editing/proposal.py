"""A change to a post's file before it is made: what it says now, what it would say, what is wrong.

A page shows the differences and a person agrees; only then is anything written.
"""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from publisher.campaign.model import Campaign, Post
from publisher.editing.layout import laid_out
from publisher.editing.refusals import changed_meanwhile
from publisher.files.faults import Fault, any_error
from publisher.planning.model import PlannedDelivery


@dataclass(frozen=True, slots=True)
class Proposal:
    """What would be written to ``path``.

    ``before`` is the file as it was read (``None``: it is new), ``after`` as it would be; both with
    the line ends that are theirs. ``target`` is its new name where it gets one. ``faults`` are what
    is found wrong with the campaign as it would be and wasn't before, ``standing`` what is wrong
    with this file both ways. ``notes`` say what else the change does: on which channels, in
    which years. ``judged_as`` is the post that a draft would be, which nobody reads before it has
    that name. ``campaign`` is the campaign as it would be, ``None`` where that can't be read;
    ``planned`` the next time of the post on each channel, as readers would see it.
    """

    path: Path
    slug: str
    post: str
    action: str
    before: str | None
    after: str
    faults: tuple[Fault, ...] = ()
    standing: tuple[Fault, ...] = ()
    notes: tuple[str, ...] = ()
    target: Path | None = None
    judged_as: Path | None = None
    campaign: Campaign | None = None
    planned: tuple[PlannedDelivery, ...] = ()
    writing: Callable[[Proposal, str, Mapping[str, Any]], None] | None = field(
        default=None, repr=False, compare=False
    )

    @property
    def read_from(self) -> Path:
        """The file as which the campaign's reader meets it."""
        return self.judged_as or self.target or self.path

    @property
    def changes_nothing(self) -> bool:
        return self.before == self.after and self.target is None

    @property
    def is_sound(self) -> bool:
        """Whether it may be written: it brings no error that isn't there already."""
        return not any_error(self.faults)

    @property
    def diff(self) -> str:
        """The change as a unified diff; line ends apart, which never change."""
        name = f"{self.slug}/posts/{self.path.name}"
        target = name if self.target is None else f"{self.slug}/posts/{self.target.name}"
        lines = difflib.unified_diff(
            _lines(self.before or ""),
            _lines(self.after),
            "/dev/null" if self.before is None else name,
            target,
        )
        return "".join(lines)

    @property
    def touched(self) -> tuple[str, ...]:
        """The keys of the front matter that change, and ``text`` where the body does."""
        if self.before is None:
            return ()
        was, will = _parts(self.before), _parts(self.after)
        keys = dict.fromkeys([*was, *will])
        return tuple(key for key in keys if was.get(key) != will.get(key))

    @property
    def fingerprint(self) -> str:
        """Of the file as it was read: pages hand it back, so that what was shown is what is
        written."""
        return fingerprint_of(self.before)

    @property
    def post_as_it_would_be(self) -> Post | None:
        if self.campaign is None:
            return None
        return next((one for one in self.campaign.posts if one.id == self.post), None)

    def write(
        self, actor: str, *, shown: str | None = None, noted: Mapping[str, Any] | None = None
    ) -> None:
        """Write it, in ``actor``'s name; ``shown`` is the fingerprint of the file that they were
        shown the change of, where that was another time. ``noted`` is what else the audit trail is
        to keep of it.

        Raises ``RefusedError`` where it brings an error, where the file is no longer what was read
        or shown, or where it can't be written; then nothing is changed.
        """
        if self.writing is None:
            raise TypeError("a proposal is written by the editor that made it")
        if shown is not None and shown != self.fingerprint:
            raise changed_meanwhile(self.path)
        self.writing(self, actor, noted or {})


def fingerprint_of(text: str | None) -> str:
    """What tells one text of a file from another; empty where there is no file."""
    return "" if text is None else hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _parts(text: str) -> dict[str, Any]:
    layout = laid_out(text)
    front = text[slice(*layout.front)].replace("\r\n", "\n").replace("\r", "\n")
    return {**tomllib.loads(front), "text": layout.body_text}


def _lines(text: str) -> list[str]:
    whole = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff")
    lines = whole.splitlines(keepends=True)
    if lines and not lines[-1].endswith("\n"):
        lines[-1] += "\n"
    return lines
