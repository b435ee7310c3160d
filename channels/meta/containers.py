"""Containers: what Instagram and Threads make of a post before anybody sees it.

A container is created (Meta fetches the media and works on them), is asked for its status until it
is ready, and is then published; only that last request puts anything before readers. A container
becomes one post at most, so its id, noted before the next step, is what keeps a post from going out
twice: while it may have been published it is asked for its status and never replaced, and the one
that is ready but not published is published by the next attempt. Used by ``channels.instagram`` and
``channels.threads``.

Sources: developers.facebook.com/docs/instagram-platform/content-publishing,
…/reference/ig-container and /docs/threads/troubleshooting. UNVERIFIED: that a container can't be
published twice; where it is in doubt the account's recent posts are looked through first, whatever
its status says.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NoReturn

from channels._likeness import letters
from channels.base import (
    N_,
    AmbiguousError,
    CannotTellError,
    ChannelError,
    ForbiddenError,
    InvalidContentError,
    Media,
    Message,
    RateLimitedError,
    TransientError,
)
from channels.meta.graph import Line, MissingError
from channels.meta.notes import Container, Notes
from channels.web.values import moment, tally

CLOCKS_APART = timedelta(minutes=5)
"""By how much our clock may be ahead of Meta's; posts so much older are still looked at."""

_MISSES = 3
_ALLOWANCE_REST = timedelta(minutes=30)
"""It is of the last 24 hours, so some of it comes back at any time."""

_SHOWN_WITHIN = timedelta(minutes=15)
_STILL_ON_ITS_WAY = timedelta(minutes=5)

IN_PROGRESS, FINISHED, PUBLISHED = "IN_PROGRESS", "FINISHED", "PUBLISHED"
EXPIRED, ERROR, MISSING = "EXPIRED", "ERROR", "MISSING"
_DEAD = frozenset({EXPIRED, ERROR, MISSING})


class NotReadyError(TransientError):
    """The platform has no such container that it could publish: not yet, or no longer."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How a platform names what both have. ``status`` and ``reason`` are a container's fields;
    ``quota`` is where its allowance of posts stands. ``fault`` says what a failed container's
    reason means."""

    platform: str
    create: str
    publish: str
    quota: str
    status: str
    reason: str
    fault: Callable[[str], type[ChannelError]]


@dataclass(frozen=True, slots=True)
class Part:
    """A post of a message: the ``number``-th of its chain, the first is 0."""

    number: int
    mark: str
    plain: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A post as the account's own list shows it; ``id`` and ``at`` are empty where they can't be
    read."""

    id: str
    text: str
    at: datetime | None
    replied_to: str = ""


Recent = Callable[[Part, datetime], Iterable[Shown]]
"""The account's posts since then, of the kind (a first post, or a reply) that the part is."""


class Containers:
    """The containers of one delivery, at the account whose path is ``user`` ("me", or its id)."""

    def __init__(
        self,
        line: Line,
        ways: Ways,
        user: str,
        notes: Notes,
        recent: Recent,
        clock: Callable[[], datetime],
        polls: int,
        poll_s: float,
    ) -> None:
        self._line = line
        self._ways = ways
        self._user = user
        self._notes = notes
        self._recent = recent
        self._clock = clock
        self._polls = polls
        self._poll_s = poll_s

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
            state, _ = self._state(container.id)
        except ForbiddenError:
            state = MISSING
        if state == IN_PROGRESS:
            raise TransientError(f"{self._ways.platform}: it still works on the post")
        found = self._shown(part, container)
        if found is not None:
            self._notes.add(found.id)
            return found.id
        if state == PUBLISHED and self._clock() - container.asked_at < _SHOWN_WITHIN:
            raise TransientError(f"{self._ways.platform}: the post is out, but isn't listed yet")
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

    def child(self, media: Media, make: Callable[[], str]) -> str:
        """The container of ``media`` as an item of a carousel, nothing that could be published."""
        child = self._notes.child(media, self._clock())
        if child is None:
            child = make()
            self._notes.keep_child(media, child, self._clock())
        return child

    def await_children(self, children: Mapping[str, Media]) -> None:
        """Return once the platform has all of ``children``, which are media by their ids."""
        for child, media in children.items():
            state, reason = self._awaited(child)
            if state in _DEAD:
                self._notes.forget_child(media)
                raise self._fault(state, reason)
            if state == IN_PROGRESS:
                raise self._pending()

    def before(self, part: Part) -> str | None:
        """The id of the post that ``part`` answers; ``None`` of the first."""
        return self._notes.ids[part.number - 1] if part.number else None

    def created(self, **fields: Any) -> str:
        """The id of a container of ``fields``."""
        with self._line.http.harmless():
            told = self._line.post(f"{self._user}/{self._ways.create}", **fields)
        number = str(told.get("id") or "")
        if not number:
            raise TransientError(f"{self._ways.platform}: the container was given no id")
        return number

    # -- what an earlier attempt left --------------------------------------------------------------

    def _resumed(self, container: Container, part: Part) -> tuple[Container | None, str]:
        """The container to go on with (``None``: a new one may be made), or the post's id."""
        if container.asked_at is None:
            return self._never_asked(container, part), ""
        state, reason = self._state_or_doubt(container.id)
        if state == IN_PROGRESS:
            return container, ""
        found = self._shown_or_doubt(part, container)
        if found is not None:
            self._notes.add(found.id)
            return None, found.id
        if state == PUBLISHED or (state == MISSING and not self._notes.is_left(container)):
            self._doubt(f"the post may be out, but isn't shown. {reason}")
        if state == FINISHED and container.mark == part.mark:
            return container, ""
        if self._clock() - container.asked_at < _STILL_ON_ITS_WAY:
            self._doubt("the post may still be on its way")
        self._notes.forget()
        return None, ""

    def _never_asked(self, container: Container, part: Part) -> Container | None:
        """``container``, where it is any good; nothing is in doubt over it, unless it is out though
        the platform had refused to publish it."""
        state, reason = self._state(container.id)
        if state == PUBLISHED:
            self._notes.keep(replace(container, asked_at=container.at))
            self._doubt("the post was refused, and is out all the same")
        if container.mark != part.mark:
            self._notes.forget()
            return None
        if state not in _DEAD:
            return container
        self._notes.forget()
        error = self._fault(state, reason)
        if isinstance(error, TransientError):
            return None
        raise error

    def _shown(self, part: Part, container: Container) -> Shown | None:
        """The post among the account's recent ones; raises ``CannotTellError`` where it can't be
        told which."""
        before = self._notes.ids[-1] if self._notes.ids else ""
        since = (container.asked_at or container.at) - CLOCKS_APART
        wanted = letters(part.plain)
        try:
            found = [
                post
                for post in self._recent(part, since)
                if (post.at is None or post.at >= since)
                and letters(post.text) == wanted
                and post.id not in self._notes.ids
                and post.replied_to in ("", before)
            ]
        except ForbiddenError as refused:
            why = str(refused)
        else:
            if any(post.at is None or not post.id for post in found):
                raise TransientError(f"{self._ways.platform}: a post of these words can't be read")
            if len(found) > 1:
                raise CannotTellError(N_("the platform shows several posts of these words"))
            return found[0] if found else None
        raise CannotTellError(why)

    def _shown_or_doubt(self, part: Part, container: Container) -> Shown | None:
        try:
            return self._shown(part, container)
        except ChannelError as error:
            doubt = str(error)
        raise AmbiguousError(doubt)

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
                raise AmbiguousError(f"{self._ways.platform}: it said yes, but not to what")
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
            text = f"{self._ways.platform}: {allowance[0]} of {allowance[1]} posts of a day are out"
            raise RateLimitedError(text, self._clock() + _ALLOWANCE_REST)

    # -- a container's state ----------------------------------------------------------------------

    def _await(self, container: Container) -> None:
        """Return once ``container`` can be published."""
        state, reason = self._awaited(container.id, in_doubt=container.asked_at is not None)
        if state == IN_PROGRESS:
            if container.asked_at is not None:
                self._doubt("it still works on the post")
            raise self._pending()
        if state in _DEAD and container.asked_at is None:
            self._notes.forget()
            raise self._fault(state, reason)
        if state != FINISHED:
            self._doubt(f"the container is {state}. {reason}")

    def _awaited(self, number: str, *, in_doubt: bool = False) -> tuple[str, str]:
        for poll in range(self._polls):
            if poll:
                time.sleep(self._poll_s)
            state, reason = self._state_or_doubt(number) if in_doubt else self._state(number)
            if state != IN_PROGRESS:
                break
        return state, reason

    def _state(self, number: str) -> tuple[str, str]:
        """A container's status and, of one that failed, the reason."""
        ways = self._ways
        try:
            told = self._line.get(number, fields=f"{ways.status},{ways.reason}")
        except MissingError as missing:
            return MISSING, str(missing)
        except InvalidContentError as refused:
            # A post has no status: it may be one by now.
            return MISSING, str(refused)
        return str(told.get(ways.status) or MISSING), str(told.get(ways.reason) or "")

    def _state_or_doubt(self, number: str) -> tuple[str, str]:
        try:
            return self._state(number)
        except ChannelError as error:
            doubt = str(error)
        raise AmbiguousError(doubt)

    def _fault(self, state: str, reason: str) -> ChannelError:
        kind = self._ways.fault(reason) if state == ERROR else TransientError
        text = self._line.http.clean(f"{self._ways.platform}: the container is {state}. {reason}")
        return kind(text)

    def _pending(self) -> TransientError:
        return TransientError(f"{self._ways.platform}: it still works on the media")

    def _doubt(self, text: str) -> NoReturn:
        raise AmbiguousError(self._line.http.clean(f"{self._ways.platform}: {text}"))


def allowance_of(
    line: Line, ways: Ways, user: str, *, replies: bool = False
) -> tuple[int, int] | None:
    """How many posts (or replies) went out within a day, and how many may; ``None`` where that
    isn't told. Raises ``ForbiddenError`` where the account doesn't allow publishing."""
    usage, config = ("reply_quota_usage", "reply_config") if replies else ("quota_usage", "config")
    try:
        told = line.get(f"{user}/{ways.quota}", fields=f"{usage},{config}")
    except InvalidContentError:
        return None  # it isn't about the post
    data = told.get("data")
    first = data[0] if isinstance(data, list) and data and isinstance(data[0], dict) else {}
    limits = first.get(config)
    used, total = first.get(usage), limits.get("quota_total") if isinstance(limits, dict) else None
    return (used, total) if isinstance(used, int) and isinstance(total, int) else None


def parts_of(message: Message) -> list[Part]:
    """The posts that ``message`` is to become."""
    plains = (message.body.plain, *(reply.plain for reply in message.replies))
    mark = message.fingerprint
    return [Part(number, mark, plain) for number, plain in enumerate(plains)]


def address_of(line: Line, post_id: str, *, is_new: bool) -> tuple[str, datetime | None]:
    """Where a post that is out is seen ("": it isn't told), and since when.

    Where it was published just now an error would be taken for one of publishing: what can't be
    asked now is in doubt, and asked when the post is looked for.
    """
    try:
        told = line.get(post_id, fields="permalink,timestamp")
    except (ForbiddenError, InvalidContentError):
        return "", None
    except ChannelError as error:
        if not is_new:
            raise
        doubt = str(error)
    else:
        return str(told.get("permalink") or ""), moment(told.get("timestamp"))
    raise AmbiguousError(doubt)


def counted(data: Any, known: Mapping[str, Any]) -> dict[str, int]:
    """The numbers of an answer about insights, by the platform's names; what isn't told is left
    out. They stand under ``values`` or ``total_value``."""
    found: dict[str, int] = {}
    for each in data if isinstance(data, list) else ():
        name = str(each.get("name")) if isinstance(each, dict) else ""
        if name not in known:
            continue
        values, total = each.get("values"), each.get("total_value")
        last = values[-1] if isinstance(values, list) and values else total
        value = tally(last.get("value")) if isinstance(last, dict) else None
        if value is not None:
            found[name] = value
    return found
