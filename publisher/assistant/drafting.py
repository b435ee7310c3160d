"""Writes an assistant's drafts: new ones, changes to its own, and one put before a person.

A draft is a file that the program doesn't read (``_name.md``). Each is looked at before it is
written as the post that it would be, says in its own front matter that a person must approve it,
and bears the mark. What isn't an assistant's draft is never written to: that is held here, not by
the tools.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from publisher import notation
from publisher.assistant.marked import actor_of, mark
from publisher.campaign.names import POSTS, is_slug
from publisher.check.habits import odd
from publisher.desk.drafted import has_mark, noted
from publisher.desk.standing import Standing
from publisher.editing.editor import Editor
from publisher.editing.layout import Layout, laid_out
from publisher.editing.literals import Value
from publisher.editing.new_post import NewPost, text_of
from publisher.editing.placing import with_value_at
from publisher.editing.proposal import Proposal
from publisher.editing.refusals import RefusedError, refused
from publisher.editing.splice import Way
from publisher.editing.words import is_editable, tidied, tidied_body
from publisher.i18n import _
from publisher.settings import Settings
from publisher.store import audit, deliveries
from publisher.store.audit import ASK, DRAFT
from publisher.store.database import Database

LEAST_APPROVALS = 1
"""So many people at least read what an assistant wrote, whatever the campaign asks for."""

MOST_A_DAY = 100
"""So many new drafts of one assistant in a day: more would bury the approvers."""

_LOOKED_AT = 10 * MOST_A_DAY
_BLACKOUT = "blackout"


@dataclass(frozen=True, slots=True)
class Written:
    """What an assistant gives for a draft: ``when`` as an officer writes it, other ``keys`` of the
    front matter, the ``body`` in Markdown, ``variants`` by channel. ``None``: as it is."""

    when: str | None = None
    body: str | None = None
    keys: Mapping[str, Value] = field(default_factory=dict)
    variants: Mapping[str, str] = field(default_factory=dict)
    name: str = ""


def asks_a_person(proposal: Proposal) -> bool:
    """Whether what would be written goes out with a person's approval alone."""
    post = proposal.post_as_it_would_be
    return post is not None and (post.front.approvals or 0) >= LEAST_APPROVALS


class Drafting:
    """Drafts in the campaigns of one office, in the name of the assistant of ``name``; ``program``
    is what that calls itself."""

    def __init__(
        self, settings: Settings, database: Database, editor: Editor, name: str, program: str
    ) -> None:
        self._settings = settings
        self._database = database
        self._editor = editor
        self._name = name
        self._program = program

    def write(self, slug: str, given: Written, now: datetime) -> Proposal:
        """A new draft. Raises ``RefusedError``; then nothing is written."""
        self._refuse_a_flood(now)
        keys = {
            key: tidy
            for key, value in given.keys.items()
            if is_editable((key,)) and (tidy := tidied((key,), value))
        }
        new = NewPost(given.when or "", tidied_body(given.body or ""), keys, name=given.name)
        name = self._editor.name_of(slug, new, self._known(slug))
        head, rest = text_of(new).split("\n", 1)
        line = mark(self._name, now.astimezone(self._settings.zone).date())
        layout = laid_out(f"{head}\n{line}\n{rest}")
        layout = self._with_variants(slug, name, layout, given.variants)
        layout = self._for_people(slug, name, layout)
        return self._written(self._editor.draft(slug, name, None, layout.text), now)

    def revise(self, slug: str, name: str, given: Written, now: datetime) -> Proposal:
        """A draft of an assistant's with other words. Raises ``RefusedError``."""
        before = self._own(slug, name)
        layout = before
        for key, value in given.keys.items():
            layout = self._with_key(slug, name, layout, (key,), value)
        if given.when is not None:
            layout = self._with_key(slug, name, layout, ("when",), given.when)
        layout = self._with_variants(slug, name, layout, given.variants)
        if given.body is not None:
            layout = layout.with_body(tidied_body(given.body))
        layout = self._for_people(slug, name, layout)
        return self._written(self._editor.draft(slug, name, before, layout.text), now)

    def ask_for_approval(self, slug: str, name: str, now: datetime) -> Proposal:
        """A draft of an assistant's as a post, which waits for a person. Raises ``RefusedError``;
        then it stays a draft."""
        draft = self._own(slug, name)
        if name in self._known(slug):
            # A person may have approved a post of that name, for another day.
            raise refused(
                self._file(slug, name),
                "draft_name_known",
                _("There was a post of this name already; its approvals are not this draft's."),
                _("Write a new draft with these words."),
            )
        asking = self._for_people(slug, name, draft)
        if asking.text != draft.text:
            self._written(self._editor.draft(slug, name, draft, asking.text), now)
        taken = dataclasses.replace(self._editor.take_up(slug, name), action=ASK)
        return self._written(taken, now)

    # -- what must hold ---------------------------------------------------------------------------

    def _written(self, proposal: Proposal, now: datetime) -> Proposal:
        """``proposal``, written where nothing speaks against it."""
        path = proposal.path
        if not proposal.is_sound:
            raise RefusedError(proposal.faults)
        post, campaign = proposal.post_as_it_would_be, proposal.campaign
        if post is None or campaign is None:
            raise refused(
                path,
                "draft_campaign",
                _("This campaign has errors, so nobody can say how the draft would read."),
                _("See which: publisher check"),
            )
        if not asks_a_person(proposal) or not has_mark(proposal.after):
            raise refused(
                path,
                "draft_unasked",
                _("This draft says that nobody need approve it, or bears no mark any more."),
                _("A person has to take it up as a post of their own."),
            )
        if not proposal.planned:
            raise refused(
                path,
                "draft_no_day",
                _("This draft has no day to come: it would never go out."),
                _("Choose a day that is to come."),
            )
        going = list(proposal.planned)
        known = {(campaign.slug, one.id) for one in campaign.posts}
        told = odd(self._settings, [campaign], going, known, now)
        # On a day of mourning nothing is prepared that would only be missed.
        if stopped := [one for one in told if one.code == _BLACKOUT]:
            raise RefusedError(stopped)
        self._refuse_under_a_hold(proposal)
        own = noted(self._program, self._name, path, proposal.before, proposal.after)
        proposal.write(actor_of(self._name), noted=own)
        return proposal

    def _refuse_a_flood(self, now: datetime) -> None:
        with self._database.reading() as session:
            day = now - timedelta(days=1)
            mine = audit.search(session, actor=actor_of(self._name), after=day, limit=_LOOKED_AT)
        if sum(one.action == DRAFT for one in mine) >= MOST_A_DAY:
            raise refused(
                self._settings.campaigns_folder,
                "draft_many",
                _("There are %(n)s drafts of this assistant from one day: no more are taken.")
                % {"n": notation.number(MOST_A_DAY)},
                _("Revise those there are, or go on tomorrow."),
            )

    def _refuse_under_a_hold(self, proposal: Proposal) -> None:
        """A stop with an end that lies behind the post's time is as good as a blackout."""
        with self._database.reading() as session:
            for one in proposal.planned:
                at, identity = one.slot.due_at, one.identity
                standing = Standing.read(session, self._settings.zone, at)
                hold = standing.hold_over(identity.campaign, identity.channel)
                if hold is not None and hold.until is not None:
                    raise refused(
                        proposal.path,
                        "draft_stopped",
                        _("On %(day)s nothing goes out: a stop is in force (%(reason)s).")
                        % {"day": notation.day(one.slot.local, "full"), "reason": hold.reason},
                        _("Choose another day."),
                    )

    def _own(self, slug: str, name: str) -> Layout:
        """The draft of that name as it stands, which must be an assistant's."""
        found = self._editor.draft_as_written(slug, name)
        if not has_mark(found.text):
            raise refused(
                self._file(slug, name),
                "draft_not_ours",
                _("This draft is a person's: no assistant wrote it."),
                _("Write a draft of your own."),
            )
        return found

    def _for_people(self, slug: str, name: str, layout: Layout) -> Layout:
        """The file with ``approvals`` of its own: as the campaign asks for, and at least one."""
        wanted = LEAST_APPROVALS
        proposal = self._editor.draft(slug, name, None, layout.text)
        post, campaign = proposal.post_as_it_would_be, proposal.campaign
        if post is not None and campaign is not None:
            asked = campaign.file.approvals
            wanted = max(LEAST_APPROVALS, asked, post.front.approvals or 0)
        return self._with_key(slug, name, layout, ("approvals",), wanted)

    # -- the parts --------------------------------------------------------------------------------

    def _known(self, slug: str) -> frozenset[str]:
        """The names that posts of the campaign ever had in the plan."""
        if not is_slug(slug):
            return frozenset()
        with self._database.reading() as session:
            return frozenset(row.post for row in deliveries.matching(session, campaign=slug))

    def _with_variants(
        self, slug: str, name: str, layout: Layout, variants: Mapping[str, str]
    ) -> Layout:
        for channel, words in variants.items():
            layout = self._with_key(slug, name, layout, ("for", channel, "text"), words)
        return layout

    def _with_key(
        self, slug: str, name: str, layout: Layout, way: Way, value: Value | None
    ) -> Layout:
        return with_value_at(layout, self._file(slug, name), way, value)

    def _file(self, slug: str, name: str) -> Path:
        return self._settings.campaigns_folder / slug / POSTS / f"_{name}.md"
