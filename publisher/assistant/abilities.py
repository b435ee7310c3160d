"""All that an assistant is able to do: look, draft, ask for a person's word. There is no more.

The tools are given this and nothing else. It holds no courier, no verdicts, no hold, no secret and
no channel, nor does anything that it is made of lead to one (pyproject.toml's contracts, which
``make lint`` keeps). schedule.toml is read anew for each deed, so that a day of mourning that was
just written there counts.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

from publisher.assistant import answers, reading
from publisher.assistant.drafting import Drafting, Written
from publisher.clock import Clock
from publisher.editing.editor import Editor
from publisher.editing.proposal import Proposal
from publisher.files.faults import Fault
from publisher.i18n import _
from publisher.reach.answers import By
from publisher.settings import Settings
from publisher.store.database import Database

Read = Callable[[], tuple[Settings | None, list[Fault]]]
Matters = Callable[[Settings], Sequence[dict[str, Any]]]
"""Gives what needs a person, as plain data."""


class UnreadableError(Exception):
    """schedule.toml has errors; ``faults`` say which."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("schedule.toml")
        self.faults = tuple(faults)


class Abilities:
    """What the assistant of ``name`` may do in the office that ``read`` gives."""

    def __init__(
        self,
        read: Read,
        database: Database,
        clock: Clock,
        name: str,
        matters: Matters,
        root: Path,
    ) -> None:
        self.root = root
        self._read = read
        self._database = database
        self._clock = clock
        self._name = name
        self._matters = matters
        self._one_at_a_time = threading.Lock()

    # -- looking ----------------------------------------------------------------------------------

    def list_planned(
        self, first: date | None, last: date | None, campaign: str, channel: str
    ) -> dict[str, Any]:
        """See ``reading.planned``."""
        with self._office() as office:
            return self._fit(reading.planned(office, first, last, campaign, channel))

    def show_post(self, campaign: str, post: str) -> dict[str, Any]:
        """See ``reading.post``. Raises ``RefusedError``."""
        with self._office() as office:
            return self._fit(reading.post(office, self._editor(office), campaign, post))

    def list_campaigns(self) -> dict[str, Any]:
        """See ``reading.campaigns``."""
        with self._office() as office:
            return self._fit(reading.campaigns(office))

    def check(self, campaign: str) -> dict[str, Any]:
        """See ``reading.check``."""
        with self._office() as office:
            return self._fit(reading.check(office, campaign))

    def preview(self, campaign: str, channel: str) -> str:
        """See ``reading.preview``."""
        with self._office() as office:
            return answers.text(reading.preview(office, campaign, channel), self.root)

    def show_reach(self, first: date | None, last: date | None, by: By) -> dict[str, Any]:
        """See ``reading.reach``."""
        with self._office() as office:
            return self._fit(reading.reach(office, first, last, by))

    def show_criteria(self) -> dict[str, Any]:
        """See ``reading.criteria``."""
        with self._office() as office:
            return self._fit(reading.criteria(office))

    def list_matters(self) -> dict[str, Any]:
        """What needs a person, the most urgent first."""
        with self._office() as office:
            return self._fit(answers.rows(self._matters(office.settings)))

    # -- drafting: ``program`` is what the program that asks calls itself ------------------------

    def draft_post(self, campaign: str, given: Written, program: str) -> dict[str, Any]:
        """Write a new draft. Raises ``RefusedError``."""
        with self._office() as office:
            made = self._drafting(office, program).write(campaign, given, office.now)
            told = _("Written as a draft, which the program doesn't read.")
            return self._fit(self._told(made, told))

    def revise_draft(
        self, campaign: str, post: str, given: Written, program: str
    ) -> dict[str, Any]:
        """Change a draft of an assistant's. Raises ``RefusedError``."""
        with self._office() as office:
            made = self._drafting(office, program).revise(campaign, post, given, office.now)
            told = _("The draft is changed; the program doesn't read it.")
            return self._fit(self._told(made, told))

    def ask_for_approval(self, campaign: str, post: str, program: str) -> dict[str, Any]:
        """Put a draft of an assistant's before a person. Raises ``RefusedError``."""
        with self._office() as office:
            made = self._drafting(office, program).ask_for_approval(campaign, post, office.now)
            told = _("It is a post now: nothing of it goes out before people approve it.")
            return self._fit(self._told(made, told))

    # -- the parts --------------------------------------------------------------------------------

    @contextmanager
    def _office(self) -> Iterator[reading.Office]:
        with self._one_at_a_time:
            settings, faults = self._read()
            if settings is None:
                raise UnreadableError(faults)
            yield reading.Office(settings, self._database, self._clock())

    def _editor(self, office: reading.Office) -> Editor:
        return Editor(office.settings, self._database, self._clock)

    def _drafting(self, office: reading.Office, program: str) -> Drafting:
        editor = self._editor(office)
        return Drafting(office.settings, self._database, editor, self._name, program)

    def _fit(self, found: dict[str, Any]) -> dict[str, Any]:
        fit: dict[str, Any] = answers.fit(found, self.root)
        return fit

    def _told(self, made: Proposal, told: str) -> dict[str, Any]:
        first = min((one.slot.local for one in made.planned), default=None)
        post = made.post_as_it_would_be
        return {
            "done": told,
            "campaign": made.slug,
            "post": made.post,
            "file": f"{made.slug}/posts/{(made.target or made.path).name}",
            "goes_out_earliest": first.isoformat(timespec="minutes") if first else None,
            "approvals_asked": post.front.approvals if post else None,
            "warnings": [answers.fault(one, self.root) for one in (*made.faults, *made.standing)],
            "diff": made.diff,
        }
