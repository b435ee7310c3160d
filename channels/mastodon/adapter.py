"""Publishes to an office's account on any Mastodon server, through Mastodon.py.

A post, or a thread of posts that answer one another, with pictures or a video; each post is noted
as soon as the server has named it. The server drops a repeat under the same ``Idempotency-Key``
for an hour: a doubt younger than that is settled by sending again, an older one by looking at the
account's own posts. Limits are the server's own, as it told when the account was last proved.
UNVERIFIED: that servers of other makes (GoToSocial, Pleroma, Akkoma) remember the key for as long;
``key_lifetime_s`` says how long this server does. ``docs/channels/mastodon.md`` is its page.
What errors mean: ``errors.py``. Source: https://docs.joinmastodon.org/methods/statuses/.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Annotated, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from channels.base import (
    N_,
    Account,
    CannotTellError,
    CardSize,
    Channel,
    ChannelConfig,
    ChannelError,
    Context,
    Journal,
    Limits,
    Look,
    Message,
    Metric,
    Person,
    Reading,
    Receipt,
    SecretRef,
    Settlement,
    TransientError,
)
from channels.mastodon import server
from channels.mastodon.line import Line
from channels.mastodon.login import token_by_consent
from channels.mastodon.media import Uploads
from channels.mastodon.notes import Doubt, Notes
from channels.mastodon.options import MastodonOptions, wishes_of
from channels.mastodon.posts import OwnPosts
from channels.mastodon.publishing import Publishing
from channels.mastodon.readings import A_READING, Readings
from channels.oauth import LOOPBACK
from channels.web.http import HttpSession
from channels.web.opened import Opened
from channels.web.servers import server_address
from channels.web.values import moment, tally

_log = logging.getLogger(__name__)


class MastodonConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "mastodon"``.

    ``server`` is where the account is. ``visibility`` is that of posts that don't say otherwise
    (``unlisted`` keeps them off public timelines, ``private`` is for followers). ``polls`` times,
    ``poll_s`` seconds apart, the server is asked whether it has finished a video.
    """

    adapter: Literal["mastodon"] = "mastodon"
    server: Annotated[str, AfterValidator(server_address)]
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
    Options = MastodonOptions
    look: ClassVar[Look] = Look("Mastodon", "#563acc")
    card_size: ClassVar[CardSize | None] = "wide"
    metrics: ClassVar[frozenset[Metric]] = frozenset({"reactions", "comments", "shares"})
    settlement: ClassVar[Settlement] = Settlement.NATIVE_KEY
    reads_at_once: ClassVar[int] = A_READING

    def __init__(self, config: MastodonConfig, context: Context) -> None:
        super().__init__(config, context)
        self.key_lifetime: timedelta = timedelta(seconds=config.key_lifetime_s)
        self._line = Opened(self._opening, Line.close)
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
        wishes = wishes_of(message, self.config.visibility)
        notes = Notes(journal)
        notes.begin(self.context.clock())
        parts = (message.body, *message.replies)
        for index in range(len(notes.ids), len(parts)):
            media = message.media if index == 0 else ()
            key = hashlib.sha256(f"{message.key}/{index}/{parts[index].written}".encode())
            self._publishing().bring(parts[index], media, notes, wishes, key.hexdigest())
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
            there = self._posts().there(part, notes, doubt or Doubt(since, "", ()))
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
        return Readings(self._line()).read(receipts)

    def delete(self, receipt: Receipt) -> bool:
        line = self._line()
        for number in reversed(receipt.remote_id.split(",")):
            line.there(partial(line.api.status_delete, number))
        return True

    def close(self) -> None:
        self._line.close()

    # -- parts ------------------------------------------------------------------------------------

    def _publishing(self) -> Publishing:
        line, keys = self._line(), self.config
        uploads = Uploads(line, keys.polls, keys.poll_s)
        return Publishing(line, self._posts(), uploads, self.key_lifetime)

    def _posts(self) -> OwnPosts:
        return OwnPosts(self._line(), lambda: (self._account or self.identify()).id)

    def _learn(self, line: Line) -> None:
        """Keep what the server says of itself. That it doesn't is no reason not to publish."""
        try:
            told = line.json(line.ask(line.api.instance_v2))
            server.keep(self.context.workdir, self.config.server, told)
        except ChannelError as error:
            _log.info("%s: the server's limits can't be learned: %s", self.context.name, error)

    def _receipt(self, notes: Notes, at: datetime) -> Receipt:
        return Receipt(",".join(notes.ids), notes.url, at)

    def _opening(self) -> Line:
        keys, token = self.config, self.context.secret(self.config.access_token)
        return Line(self.context.clock, keys.timeout_s, keys.server, token)
