"""Mastodon: an office's account on any server, through Mastodon.py and Mastodon's API
(https://docs.joinmastodon.org/methods/statuses/).

A post, or a thread of posts that answer one another, with pictures or a video; each post is noted
as soon as the server has named it. The server drops a repeat under the same ``Idempotency-Key``
for an hour: a doubt younger than that is settled by sending again, an older one by looking at the
account's own posts. Limits are the server's own, as it told when the account was last proved.
UNVERIFIED: that servers of other makes (GoToSocial, Pleroma, Akkoma) remember the key for as long;
``key_lifetime_s`` says how long this server does. ``docs/channels/mastodon.md`` is its page.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from channels.base import (
    N_,
    Account,
    AmbiguousError,
    CannotTellError,
    Channel,
    ChannelConfig,
    ChannelError,
    Context,
    ForbiddenError,
    InvalidContentError,
    Journal,
    Limits,
    Media,
    Message,
    Person,
    Reading,
    Receipt,
    SecretRef,
    Settlement,
    Text,
    TransientError,
)
from channels.mastodon import server
from channels.mastodon.line import Line
from channels.mastodon.login import token_by_consent
from channels.mastodon.media import Uploads
from channels.mastodon.metrics import metrics
from channels.mastodon.notes import Doubt, Notes
from channels.mastodon.text import matching
from channels.oauth import LOOPBACK
from channels.web.hosts import is_loopback
from channels.web.http import HttpSession
from channels.web.values import moment, name_of, tally

_A_READING = 20
_A_PAGE, _PAGES_OF_A_SEARCH = 40, 5
_CLOCKS_APART = timedelta(minutes=15)
"""By how much our clock may be ahead of the server's. Were it more than is granted here, a post
that is there would be called absent and sent again."""

_log = logging.getLogger(__name__)


def _address(url: str) -> str:
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        host = ""
    secure = bool(host) and (parts.scheme == "https" or is_loopback(host))
    if not secure or parts.scheme not in ("https", "http") or "@" in parts.netloc:
        raise ValueError(N_("server must be an address that begins with https://"))
    return f"{parts.scheme}://{parts.netloc}"


class MastodonConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "mastodon"``.

    ``server`` is where the account is. ``visibility`` is that of posts that don't say otherwise
    (``unlisted`` keeps them off public timelines, ``private`` is for followers). ``polls`` times,
    ``poll_s`` seconds apart, the server is asked whether it has finished a video.
    """

    adapter: Literal["mastodon"] = "mastodon"
    server: Annotated[str, AfterValidator(_address)]
    access_token: SecretRef
    visibility: Literal["public", "unlisted", "private"] = "public"
    key_lifetime_s: float = Field(3_300.0, ge=0, le=3_600)
    polls: int = Field(20, ge=1, le=100)
    poll_s: float = Field(1.0, ge=0, le=10)
    redirect_uri: str = LOOPBACK


class Adapter(Channel[MastodonConfig]):
    """One account. A thread's ``remote_id`` names all its posts, the first one first. Options of
    a post: ``visibility``, ``sensitive`` (false: media are hidden until clicked), ``spoiler_text``
    (a warning that hides the text), ``language`` (the post's own)."""

    Config = MastodonConfig
    settlement: ClassVar[Settlement] = Settlement.NATIVE_KEY
    reads_at_once: ClassVar[int] = _A_READING

    def __init__(self, config: MastodonConfig, context: Context) -> None:
        super().__init__(config, context)
        self.key_lifetime: timedelta = timedelta(seconds=config.key_lifetime_s)
        self._opened: Line | None = None
        self._account: Account | None = None

    @classmethod
    def limits(cls, config: MastodonConfig) -> Limits:  # noqa: ARG003 -- Mastodon's own
        return server.BY_DEFAULT

    @classmethod
    def limits_learned(cls, config: MastodonConfig, workdir: Path) -> Limits:
        return server.limits(server.kept(workdir, config.server))

    # -- the verbs --------------------------------------------------------------------------------

    def login(self, person: Person) -> Mapping[str, str]:
        """A token that the person has already, or one by their consent in a browser."""
        person.tell(
            N_(
                "If you made an access token on the server (Preferences, Development), paste it. "
                "Otherwise leave it empty: your browser opens, log in there as the office."
            )
        )
        token = person.ask(N_("access token (may be empty)"), hidden=True)
        if not token:
            keys = self.config
            with HttpSession(self.context.clock, keys.timeout_s) as http:
                token = token_by_consent(http, keys.server, person, keys.redirect_uri)
        return {"access_token": token}

    def identify(self) -> Account:
        line = self._line()
        told = line.json(line.ask(line.api.account_verify_credentials))
        if not (told.get("id") and told.get("username")):
            raise TransientError("Mastodon: it doesn't say whose the credentials are")
        self._learn(line)
        domain = server.kept(self.context.workdir, self.config.server).get("domain")
        host = domain or urlsplit(self.config.server).hostname
        followers = told.get("followers_count")
        self._account = Account(
            id=str(told["id"]),
            name=f"@{told['username']}@{host}",
            url=str(told.get("url") or ""),
            followers=tally(followers),
        )
        return self._account

    def send(self, message: Message, journal: Journal) -> Receipt:
        wishes = _wishes(message, self.config.visibility)
        notes = Notes(journal)
        notes.begin(self.context.clock())
        parts = (message.body, *message.replies)
        for index in range(len(notes.ids), len(parts)):
            media = message.media if index == 0 else ()
            key = hashlib.sha256(f"{message.key}/{index}/{parts[index].written}".encode())
            self._bring(parts[index], media, notes, wishes, key.hexdigest())
        return self._receipt(notes, self.context.clock())

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """The receipt, where every post of the message is there. ``None`` only where the journal
        says what was asked for, and all of the account's posts since then were seen."""
        notes = Notes(journal)
        parts = (message.body, *message.replies)
        at = since
        while len(notes.ids) < len(parts):
            part, doubt = parts[len(notes.ids)], notes.doubt
            if doubt is None and notes.begun:
                return None  # the server was never asked for it
            there = self._there(part, notes, doubt or Doubt(since, "", ()))
            if there is not None:
                notes.add(str(there["id"]), str(there.get("url") or ""))
                at = moment(there.get("created_at"), UTC) or at
            elif doubt is None:
                raise CannotTellError(N_("Mastodon: nothing was noted of what was sent"))
            else:
                notes.absent()
                return None
        return self._receipt(notes, at)

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        """Counts of a post, or of a thread's first one."""
        readings: dict[str, Reading] = {}
        for start in range(0, len(receipts), _A_READING):
            readings |= self._read(receipts[start : start + _A_READING])
        return readings

    def delete(self, receipt: Receipt) -> bool:
        line = self._line()
        for number in reversed(receipt.remote_id.split(",")):
            self._asked_for(partial(line.api.status_delete, number))
        return True

    def close(self) -> None:
        if self._opened is not None:
            self._opened.close()
            self._opened = None

    # -- publishing -------------------------------------------------------------------------------

    def _bring(
        self, part: Text, media: Sequence[Media], notes: Notes, wishes: dict[str, Any], key: str
    ) -> None:
        """Publish the next post of the thread, and note it; one that the server may have since
        longer than it knows keys is looked for first."""
        doubt = notes.doubt
        if doubt is not None and self.context.clock() - doubt.at >= self.key_lifetime:
            there = self._surely_there(part, notes, doubt)
            if there is not None:
                notes.add(str(there["id"]), str(there.get("url") or ""))
                return
            notes.absent()
            doubt = None
        media_ids = [self._uploads().ready(each, notes) for each in media]
        before = notes.ids[-1] if notes.ids else None
        line = self._line()
        # While in doubt the first key stands, though the words were changed meanwhile.
        key = doubt.key if doubt else key
        notes.ask(self.context.clock(), key, media_ids)
        try:
            answer = line.call(
                lambda: line.api.status_post(
                    part.written,
                    in_reply_to_id=before,
                    media_ids=media_ids or None,
                    idempotency_key=key,
                    **wishes,
                )
            )
        except AmbiguousError:
            raise
        except ChannelError as error:
            if doubt is None:
                notes.absent()
            if isinstance(error, InvalidContentError):
                # It may be for an upload that the server no longer has.
                for each in media:
                    notes.forget_upload(each)
            raise
        told = line.json(answer)
        if not isinstance(told.get("id"), str):
            raise AmbiguousError("Mastodon: it said yes, but not to what")
        notes.add(told["id"], str(told.get("url") or ""))

    def _surely_there(self, part: Text, notes: Notes, doubt: Doubt) -> Mapping[str, Any] | None:
        """``_there``, where not being able to look leaves the doubt as it was."""
        try:
            return self._there(part, notes, doubt)
        except ChannelError as error:
            why = str(error)
        raise AmbiguousError(f"Mastodon: it may be there, and can't be looked for: {why}")

    def _receipt(self, notes: Notes, at: datetime) -> Receipt:
        return Receipt(",".join(notes.ids), notes.url, at)

    # -- asking -----------------------------------------------------------------------------------

    def _learn(self, line: Line) -> None:
        """Keep what the server says of itself. That it doesn't is no reason not to publish."""
        try:
            told = line.json(line.ask(line.api.instance_v2))
            server.keep(self.context.workdir, self.config.server, told)
        except ChannelError as error:
            _log.info("%s: the server's limits can't be learned: %s", self.context.name, error)

    def _there(self, part: Text, notes: Notes, doubt: Doubt) -> Mapping[str, Any] | None:
        """The account's own post that is ``part``; raises ``CannotTellError`` where not all of
        its posts since the doubt can be seen, or ``part`` can't be told from others."""
        if not part.plain.strip() and not doubt.uploads:
            raise CannotTellError(N_("Mastodon: a post without words can't be told from others"))
        try:
            shown = list(self._recent(doubt.at - _CLOCKS_APART))
        except ForbiddenError as error:
            refused = str(error)
        else:
            found = matching(shown, part.plain, notes.ids, doubt.uploads)
            if found is not None:
                name_of(found, "Mastodon")
            return found
        raise CannotTellError(refused)

    def _recent(self, since: datetime) -> Iterator[Mapping[str, Any]]:
        """The account's own posts since then, the newest first."""
        account, line = self._account or self.identify(), self._line()
        last: str | None = None
        for _ in range(_PAGES_OF_A_SEARCH):
            answer = line.ask(
                partial(
                    line.api.account_statuses,
                    account.id,
                    exclude_reblogs=True,
                    max_id=last,
                    limit=_A_PAGE,
                )
            )
            page = line.list_in(answer)
            for post in page:
                at = moment(post.get("created_at"), UTC)
                if at is not None and at < since:
                    return
                yield post
            if not page:
                return
            last = str(page[-1].get("id"))
        raise CannotTellError(N_("Mastodon: too many posts since then to look through"))

    def _read(self, receipts: Sequence[Receipt]) -> dict[str, Reading]:
        line, now = self._line(), self.context.clock()
        by_id = {receipt.remote_id.split(",")[0]: receipt for receipt in receipts}
        posts: dict[str, Mapping[str, Any]] = {}
        try:
            answer = line.ask(partial(line.api.statuses, list(by_id)))
            posts = {str(post.get("id")): post for post in line.list_in(answer)}
        except (ForbiddenError, InvalidContentError):
            pass  # before 4.3 they are asked for one by one
        readings: dict[str, Reading] = {}
        for number, receipt in by_id.items():
            post = posts.get(number) or self._asked_for(partial(line.api.status, number))
            counts = metrics(post, receipt) if post is not None else {}
            readings[receipt.remote_id] = Reading(now, counts, exists=post is not None)
        return readings

    def _asked_for(self, verb: Any) -> Mapping[str, Any] | None:
        """The post, where there is one."""
        line = self._line()
        try:
            with line.harmless():
                return line.json(line.call(verb))
        except ForbiddenError:
            if line.refused_with in (404, 410):
                return None
            raise

    def _uploads(self) -> Uploads:
        return Uploads(self._line(), self.config.polls, self.config.poll_s)

    def _line(self) -> Line:
        if self._opened is None:
            keys, token = self.config, self.context.secret(self.config.access_token)
            self._opened = Line(self.context.clock, keys.timeout_s, keys.server, token)
        return self._opened


def _wishes(message: Message, visibility: str) -> dict[str, Any]:
    """What an officer may wish, as Mastodon.py takes it."""
    wishes: dict[str, Any] = {"visibility": visibility, "language": message.language}
    for name, value in message.options.items():
        match name, value:
            case "visibility", "public" | "unlisted" | "private":
                pass
            case "sensitive", bool():
                pass
            case "spoiler_text" | "language", str() if value.strip():
                pass
            case _:
                raise InvalidContentError(f"Mastodon: not an option, or not its value: {name}")
        wishes[name] = value
    return wishes
