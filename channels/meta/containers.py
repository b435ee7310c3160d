"""Publishes at Instagram and Threads by containers, what they make of a post before it is seen.

A container is created (Meta fetches the media and works on them), is asked for its state until it
is ready, and is then published; only that last request puts anything before readers. A container
becomes one post at most, so its id, noted before the next step, is what keeps a post from going out
twice: while it may have been published it is asked for its state and never replaced, and the one
that is ready but not published is published by the next attempt. Used by ``channels.meta.account``.

Source: developers.facebook.com/docs/instagram-platform/content-publishing. UNVERIFIED: that a
container can't be published twice; where it is in doubt the account's recent posts are looked
through first, whatever its state says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from channels.base import (
    N_,
    AmbiguousError,
    CannotTellError,
    ChannelError,
    ForbiddenError,
    InvalidContentError,
    Media,
    RateLimitedError,
    TransientError,
)
from channels.doubts import or_doubt
from channels.meta.allowance import allowance_of
from channels.meta.errors import MissingError
from channels.meta.notes import Container, Notes
from channels.meta.posts import Recent, Shown, like
from channels.meta.states import (
    ERROR,
    EXPIRED,
    FINISHED,
    IN_PROGRESS,
    MISSING,
    PUBLISHED,
    States,
)
from channels.meta.ways import NotReadyError, Part
from channels.reasons import NOT_TO_WHAT, STILL_WORKS

_MISSES = 3
_ALLOWANCE_REST = timedelta(minutes=30)
"""It is of the last 24 hours, so some of it comes back at any time."""

_SHOWN_WITHIN = timedelta(minutes=15)
_STILL_ON_ITS_WAY = timedelta(minutes=5)

_NO_ID = N_("the upload was given no id")
_ALL_OUT = N_("as many posts are out as it allows in a day")
_NOT_LISTED_YET = N_("the post is out, but isn't listed yet")
_NOT_SHOWN = N_("the post may be out, but isn't shown")
_ON_ITS_WAY = N_("the post may still be on its way")
_REFUSED_AND_OUT = N_("the post was refused, and is out all the same")


class Containers:
    """The containers of one delivery, at the account whose path is ``user`` ("me", or its id)."""

    def __init__(self, states: States, user: str, notes: Notes, recent: Recent) -> None:
        self._states = states
        self._line = states.line
        self._ways = states.ways
        self._clock = states.line.http.clock
        self._user = user
        self._notes = notes
        self._recent = recent

    def publish(self, part: Part, make: Callable[[], str]) -> str:
        """The id of the post that ``part`` became; what an earlier attempt began is finished, else
        ``make`` creates a container and gives its id. Raises a ``ChannelError``."""
        container = self._notes.container(part.number)
        if container is not None:
            container, post_id = self._resumed(container, part)
            if post_id:
                return post_id
        if container is None:
            self._mind_allowance(part)
            made = Container(make(), part.number, part.mark, self._clock())
            container = self._notes.keep(made)
        self._await(container)
        return self._published(container)

    def find(self, part: Part) -> str | None:
        """The id of the post that ``part`` became, ``None`` where it surely became none; raises
        ``TransientError`` while that is being decided and ``CannotTellError`` where it can't be."""
        container = self._notes.container(part.number)
        if container is None or container.asked_at is None:
            return None
        try:
            state = self._states.of(container.id).word
        except ForbiddenError:
            state = MISSING
        if state == IN_PROGRESS:
            raise TransientError(f"{self._ways.platform}: {STILL_WORKS}")
        found = self._shown(part, container)
        if found is not None:
            self._notes.add(found.id)
            return found.id
        if state == PUBLISHED and self._clock() - container.asked_at < _SHOWN_WITHIN:
            raise TransientError(f"{self._ways.platform}: {_NOT_LISTED_YET}")
        if state in (FINISHED, EXPIRED, ERROR):
            return None
        if state == PUBLISHED:
            raise CannotTellError(
                N_("the platform says that the post is out, but doesn't show it: look in the app")
            )
        self._notes.leave(container)
        raise CannotTellError(
            N_("the platform doesn't say what became of the post, and doesn't show it")
        )

    def children(self, media: Sequence[Media], make: Callable[[Media], str]) -> str:
        """The ids of the containers of ``media`` as items of a carousel, once the platform has all
        of them; nothing that could be published."""
        found = {self._child(each, make): each for each in media}
        for child, each in found.items():
            state = self._states.awaited(child)
            if state.is_dead:
                self._notes.forget_child(each)
                raise self._states.fault(state)
            if state.word == IN_PROGRESS:
                raise self._states.pending()
        return ",".join(found)

    def before(self, part: Part) -> str | None:
        """The id of the post that ``part`` answers; ``None`` of the first."""
        return self._notes.ids[part.number - 1] if part.number else None

    def created(self, **fields: Any) -> str:
        """The id of a container of ``fields``."""
        with self._line.http.harmless():
            told = self._line.post(f"{self._user}/{self._ways.create}", **fields)
        number = str(told.get("id") or "")
        if not number:
            raise TransientError(f"{self._ways.platform}: {_NO_ID}")
        return number

    def _child(self, media: Media, make: Callable[[Media], str]) -> str:
        child = self._notes.child(media, self._clock())
        if child is None:
            child = make(media)
            self._notes.keep_child(media, child, self._clock())
        return child

    # -- what an earlier attempt left --------------------------------------------------------------

    def _resumed(self, container: Container, part: Part) -> tuple[Container | None, str]:
        """The container to go on with (``None``: a new one may be made), or the post's id."""
        if container.asked_at is None:
            return self._never_asked(container, part), ""
        state = self._states.in_doubt(container.id)
        if state.word == IN_PROGRESS:
            return container, ""
        found = self._shown_or_doubt(part, container)
        if found is not None:
            self._notes.add(found.id)
            return None, found.id
        is_left = self._notes.is_left(container)
        if state.word == PUBLISHED or (state.word == MISSING and not is_left):
            self._states.doubt(_NOT_SHOWN, state)
        if state.word == FINISHED and container.mark == part.mark:
            return container, ""
        if self._clock() - container.asked_at < _STILL_ON_ITS_WAY:
            self._states.doubt(_ON_ITS_WAY)
        self._notes.forget()
        return None, ""

    def _never_asked(self, container: Container, part: Part) -> Container | None:
        """``container``, where it is any good; nothing is in doubt over it, unless it is out though
        the platform had refused to publish it."""
        state = self._states.of(container.id)
        if state.word == PUBLISHED:
            self._notes.keep(replace(container, asked_at=container.at))
            self._states.doubt(_REFUSED_AND_OUT)
        if container.mark != part.mark:
            self._notes.forget()
            return None
        if not state.is_dead:
            return container
        self._notes.forget()
        error = self._states.fault(state)
        if isinstance(error, TransientError):
            return None
        raise error

    def _shown(self, part: Part, container: Container) -> Shown | None:
        """The post among the account's recent ones."""
        since = container.asked_at or container.at
        return like(part, since, self._notes.ids, self._recent, self._ways.platform)

    def _shown_or_doubt(self, part: Part, container: Container) -> Shown | None:
        return or_doubt(lambda: self._shown(part, container))

    # -- publishing -------------------------------------------------------------------------------

    def _published(self, container: Container) -> str:
        doubted = container.asked_at is not None
        self._notes.keep(replace(container, asked_at=container.asked_at or self._clock()))
        try:
            path = f"{self._user}/{self._ways.publish}"
            told = self._line.post(path, creation_id=container.id)
        except AmbiguousError:
            raise
        except NotReadyError as unknown:
            doubt = str(unknown)
            if not doubted:
                self._missed(container)
                raise
        except ChannelError as error:
            if not doubted:
                # Kept whatever was refused: the next attempt asks first what became of it.
                self._notes.keep(container)
                raise
            if not isinstance(error, InvalidContentError | MissingError):
                raise
            doubt = str(error)
        else:
            post_id = str(told.get("id") or "")
            if not post_id:
                raise AmbiguousError(f"{self._ways.platform}: {NOT_TO_WHAT}")
            self._notes.add(post_id)
            return post_id
        # So it answers, too, where the container is a post already.
        raise AmbiguousError(doubt)

    def _missed(self, container: Container) -> None:
        """The platform didn't know ``container``. Its servers lag behind one another, so it is
        tried again; one that stays unknown is given up for a new one."""
        missed = replace(container, misses=container.misses + 1)
        if missed.misses < _MISSES:
            self._notes.keep(missed)
        else:
            self._notes.forget()

    def _mind_allowance(self, part: Part) -> None:
        allowance = allowance_of(self._line, self._ways, self._user, replies=part.number > 0)
        if allowance is not None and allowance[0] >= allowance[1]:
            text = f"{self._ways.platform}: {_ALL_OUT}: {allowance[0]}/{allowance[1]}"
            raise RateLimitedError(text, self._clock() + _ALLOWANCE_REST)

    def _await(self, container: Container) -> None:
        """Return once ``container`` can be published."""
        doubted = container.asked_at is not None
        state = self._states.awaited(container.id, in_doubt=doubted)
        if state.word == IN_PROGRESS:
            if doubted:
                self._states.doubt(STILL_WORKS)
            raise self._states.pending()
        if state.is_dead and not doubted:
            self._notes.forget()
            raise self._states.fault(state)
        if state.word != FINISHED:
            self._states.doubt(_NOT_SHOWN, state)
