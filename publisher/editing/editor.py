"""Proposes changes to posts: another moment, other words, a new post, a draft taken up.

Nothing is written until a proposal is told to; the campaign file stays the truth, and the desk puts
it into force as if an officer had saved it in their own editor. The console and the calendar's
table come here, and every change is in the audit trail with its differences.
"""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from publisher.campaign.names import POSTS, is_slug
from publisher.campaign.when import OnDate, WhenError, parse_when
from publisher.clock import Clock
from publisher.editing import effects
from publisher.editing.judging import look
from publisher.editing.layout import Layout
from publisher.editing.literals import Value
from publisher.editing.moving import Turn, as_written, moved
from publisher.editing.new_post import NewPost, name_for, text_of
from publisher.editing.placing import with_value_at
from publisher.editing.proposal import Proposal
from publisher.editing.reading import (
    campaign_file_of,
    folder_of,
    front_of,
    layout_of,
    path_of,
    raw,
    when_as_written,
)
from publisher.editing.refusals import RefusedError, refused
from publisher.editing.splice import Way
from publisher.editing.words import tidied_body
from publisher.editing.writing import alone, put
from publisher.files.faults import Severity
from publisher.i18n import _
from publisher.media.record import Library
from publisher.planning.dates import public_holidays
from publisher.settings import Settings
from publisher.store import audit, library
from publisher.store.audit import ADD, DRAFT, EDIT, REVISE, TAKE_UP
from publisher.store.database import Database

MOST_OF_A_DIFF = 8_000
"""So many characters of a change the audit trail keeps; the fingerprints tell of the rest."""


class Editor:
    """Proposes and writes changes to the posts of one office."""

    def __init__(self, settings: Settings, database: Database, clock: Clock) -> None:
        self._settings = settings
        self._database = database
        self._clock = clock

    def move(self, slug: str, post: str, to: datetime, *, edition: int | None = None) -> Proposal:
        """``post`` on another moment: an aware one, or a local one of the campaign's zone.

        ``edition`` is the year whose post was moved; left out, the one whose day is nearest. All
        channels of the post move, and where its campaign comes back every year, all years do.
        Raises ``RefusedError``.
        """
        return self.checked([self.moving(slug, post, to, edition=edition)])[0]

    def change(
        self,
        slug: str,
        post: str,
        values: Mapping[Way, Value | None] | None = None,
        body: str | None = None,
    ) -> Proposal:
        """``post`` with other ``values`` at keys of its front matter (``("for", "x", "text")``;
        ``None`` or an empty text takes a key out), and another ``body`` where one is given.

        Raises ``RefusedError``.
        """
        return self.checked([self.changing(slug, post, values or {}, body)])[0]

    def add(self, slug: str, new: NewPost) -> Proposal:
        """A new post. Raises ``RefusedError``."""
        return self.checked([self.adding(slug, new)])[0]

    def take_up(self, slug: str, post: str) -> Proposal:
        """The draft of that name, ``_name.md``, as a post. Raises ``RefusedError``."""
        folder = self._folder(slug)
        target = path_of(folder, post)
        path = target.with_name(f"_{post}.md")
        text = raw(path, folder)
        made = self._proposal(slug, path, TAKE_UP, text, text)
        return self.checked([dataclasses.replace(made, post=post, target=target)])[0]

    # -- for many at once -------------------------------------------------------------------------

    def moving(self, slug: str, post: str, to: datetime, *, edition: int | None = None) -> Proposal:
        """As ``move``, not yet ``checked``."""
        when, notes = self.moment(slug, post, to, edition=edition)
        folder = self._folder(slug)
        path = path_of(folder, post)
        whole = layout_of(path, folder)
        after = with_value_at(whole, path, ("when",), when)
        return self._proposal(slug, path, EDIT, whole.text, after.text, notes)

    def moment(
        self, slug: str, post: str, to: datetime, *, edition: int | None = None
    ) -> tuple[str, list[str]]:
        """What ``when`` has to say for ``post`` to fall on ``to`` (see ``move``), and what is to be
        said with it. Raises ``RefusedError``."""
        folder = self._folder(slug)
        path = path_of(folder, post)
        file, front = campaign_file_of(folder), front_of(path, folder)
        zone = effects.zone_of(file, self._settings)
        local = to.astimezone(zone) if to.tzinfo is not None else to.replace(tzinfo=zone)
        year = effects.edition_of(file, front.when, local, edition)
        anchor = file.anchor.day_in(year) if file.anchor is not None else None
        closed = frozenset(public_holidays(range(local.year - 2, local.year + 3)))
        when = moved(front.when, local, Turn(anchor, file.time, closed), path)
        if when == front.when:
            return when_as_written(path, folder), []
        if local <= self._clock():
            raise refused(
                path,
                "move_past",
                _("This moment is over: the post would never go out."),
                _("Choose one that is to come."),
            )
        effects.refuse_gone(self._database, path, slug, post, year, when)
        notes = effects.of_move(self._settings, slug, file, front, when, local)
        return as_written(when), notes

    def changing(
        self, slug: str, post: str, values: Mapping[Way, Value | None], body: str | None = None
    ) -> Proposal:
        """As ``change``, not yet ``checked``."""
        folder = self._folder(slug)
        path = path_of(folder, post)
        whole = layout_of(path, folder)
        layout = whole
        for way, value in values.items():
            if way == ("when",) and isinstance(value, str):
                self._refuse_again(path, folder, value)
            layout = with_value_at(layout, path, way, value)
        if body is not None and (words := tidied_body(body)) != tidied_body(layout.body_text):
            layout = layout.with_body(words)
        notes = effects.of_words(self._database, slug, post)
        return self._proposal(slug, path, EDIT, whole.text, layout.text, notes)

    def adding(self, slug: str, new: NewPost, taken: Sequence[str] = ()) -> Proposal:
        """As ``add``, not yet ``checked``; no name of ``taken`` is used."""
        name = self.name_of(slug, new, taken)
        path = self._folder(slug) / POSTS / f"{name}.md"
        return self._proposal(slug, path, ADD, None, unicodedata.normalize("NFC", text_of(new)))

    def name_of(self, slug: str, new: NewPost, taken: Collection[str] = ()) -> str:
        """What the file of ``new`` is to be called, without ``.md``: as no other post, nor draft,
        nor one of ``taken``. Raises ``RefusedError``."""
        folder = self._folder(slug)
        there = {path.stem.lstrip("_") for path in (folder / POSTS).glob("*.md")}
        name = name_for(new, there | set(taken))
        if new.name in there or not is_slug(name):
            raise refused(
                folder / POSTS / f"{name}.md",
                "new_name",
                _("“%(name)s” can't be the name of a new post.") % {"name": new.name},
                _(
                    "Choose one that no other post has: small letters without accents, digits and "
                    "hyphens."
                ),
            )
        return name

    def checked(self, proposals: Sequence[Proposal]) -> list[Proposal]:
        """``proposals``, each with what would be said of it were all of them written: by the
        reader, and of its texts on each channel."""
        found = list(proposals)
        for slug in dict.fromkeys(one.slug for one in proposals):
            own = [one for one in proposals if one.slug == slug]
            looked = look(self._settings, self._folder(slug), own, self._clock(), self._library())
            found = [looked.judged(one) if one.slug == slug else one for one in found]
        return found

    # -- what isn't read yet ----------------------------------------------------------------------

    def draft(self, slug: str, name: str, before: Layout | None, after: str) -> Proposal:
        """The draft of that name, ``_name.md``, as it would be with the text ``after``: looked at
        as the post that it would be. ``before`` is what it says now; ``None``: it is new.

        Raises ``RefusedError``.
        """
        post = path_of(self._folder(slug), name)
        was, action = (None, DRAFT) if before is None else (before.text, REVISE)
        file = post.with_name(f"_{name}.md")
        made = self._proposal(slug, file, action, was, unicodedata.normalize("NFC", after))
        return self.checked([dataclasses.replace(made, post=name, judged_as=post)])[0]

    def as_it_stands(self, slug: str, name: str) -> tuple[Layout | None, Proposal]:
        """The post of that name, looked at as it is; where there is only a draft of it, the draft
        as it is written, looked at as a new one. Raises ``RefusedError``."""
        if not self._is_draft(slug, name):
            return None, self.change(slug, name)
        layout = self.draft_as_written(slug, name)
        return layout, self.draft(slug, name, None, layout.text)

    def draft_as_written(self, slug: str, name: str) -> Layout:
        """What the draft of that name says. Raises ``RefusedError``."""
        folder = self._folder(slug)
        return layout_of(path_of(folder, name).with_name(f"_{name}.md"), folder)

    # -- the parts --------------------------------------------------------------------------------

    def _folder(self, slug: str) -> Path:
        return folder_of(self._settings, slug)

    def _is_draft(self, slug: str, name: str) -> bool:
        posts = self._settings.campaigns_folder / slug / POSTS
        try:
            return not (posts / f"{name}.md").is_file() and (posts / f"_{name}.md").is_file()
        except OSError:
            return False

    def _library(self) -> Library:
        return library.of_office(self._database, self._settings)

    def _proposal(
        self,
        slug: str,
        path: Path,
        action: str,
        before: str | None,
        after: str,
        notes: Sequence[str] = (),
    ) -> Proposal:
        told = tuple(notes) if before != after else ()
        return Proposal(
            path, slug, path.stem, action, before, after, notes=told, writing=self._write
        )

    def _write(self, proposal: Proposal, actor: str, noted: Mapping[str, Any]) -> None:
        if proposal.changes_nothing:
            return
        if not proposal.is_sound:
            raise RefusedError([one for one in proposal.faults if one.severity is Severity.ERROR])
        with (
            alone(self._folder(proposal.slug)),
            self._database.writing() as session,
        ):
            # Noted first: what can't be noted isn't written, and what can't be written isn't noted.
            audit.record(
                session,
                self._clock(),
                actor,
                proposal.action,
                f"{proposal.slug}/{proposal.post}",
                file=(proposal.target or proposal.path).name,
                keys=", ".join(proposal.touched),
                before=proposal.fingerprint[:12],
                diff=proposal.diff[:MOST_OF_A_DIFF],
                **noted,
            )
            session.flush()
            put(proposal)

    def _refuse_again(self, path: Path, folder: Path, when: str) -> None:
        """A post that is out on a date of one year would go out again on one of another."""
        was = front_of(path, folder).when
        try:
            will = parse_when(when)
        except WhenError:
            return  # the reader says what is wrong with it
        if isinstance(was, OnDate) and isinstance(will, OnDate):
            edition = was.day.year
            effects.refuse_gone(self._database, path, folder.name, path.stem, edition, will)
