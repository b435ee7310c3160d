"""Publishes to an office's account on Bluesky, through atproto.

A post, or a thread of posts that answer one another, with pictures or a link's card. Each is put
under a key of its own (a TID, got from the delivery) that is noted before it is asked for, with the
time it bears: putting the same record again changes nothing, and ``getRecord`` says whether it is
there. So a doubt is settled by looking under that key and, where nothing is, putting it again. The
session is kept (``channels.bluesky.session``). Videos go by a service of Bluesky's own that
finishes them later, and aren't offered.
UNVERIFIED: for how long a server keeps uploads that no post shows (half an hour is relied upon; one
gone earlier goes up again); that Bluesky's servers let readings be asked through them under
``app_view``; the app's limit of 2,000 characters to an alt text, which the protocol doesn't have.
``docs/channels/bluesky.md`` is its page. What its errors mean: ``errors.py``. Sources:
https://docs.bsky.app, https://atproto.com/specs/xrpc.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator

from channels.base import (
    N_,
    Account,
    CannotTellError,
    CardSize,
    Channel,
    ChannelConfig,
    Context,
    Dialect,
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
)
from channels.bluesky.counting import TEXT_MAX, length
from channels.bluesky.line import Line
from channels.bluesky.notes import Notes
from channels.bluesky.options import BlueskyOptions, wants_card
from channels.bluesky.publishing import Publishing, key_of
from channels.bluesky.readings import A_READING, AppView
from channels.bluesky.repository import Repository, named, parts, uris_of
from channels.bluesky.session import Sessions
from channels.state import SealedState
from channels.web.servers import server_address
from channels.web.values import held, moment


def _handle(name: str) -> str:
    name = name.strip().removeprefix("@")
    if re.fullmatch(r"did:[a-z]+:[\w.:%-]+", name):
        return name
    if not re.fullmatch(r"([a-zA-Z\d-]+\.)+[a-zA-Z\d-]+", name):
        raise ValueError(N_("handle must be the account's name with its dots, or its DID"))
    return name.lower()


def _app_view(where: str) -> str:
    if not where or re.fullmatch(r"did:[a-z]+:[\w.:%-]+#\w+", where):
        return where
    try:
        return server_address(where)
    except ValueError:
        pass
    raise ValueError(N_("app_view must be a DID with #service, an address by https://, or empty"))


class BlueskyConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "bluesky"``.

    ``server`` is where the account logs in. ``app_view`` is who counts likes: a service that
    ``server`` passes the question on to, one asked directly by its address, or nobody (empty: no
    readings, no followers). ``web_url`` is where people see posts.
    """

    adapter: Literal["bluesky"] = "bluesky"
    server: Annotated[str, AfterValidator(server_address)] = "https://bsky.social"
    handle: Annotated[str, AfterValidator(_handle)]
    app_password: SecretRef
    app_view: Annotated[str, AfterValidator(_app_view)] = "did:web:api.bsky.app#bsky_appview"
    web_url: str = "https://bsky.app"


class Adapter(Channel[BlueskyConfig]):
    """One account. ``remote_id`` is the first post's ``at://`` address, followed by the keys of the
    thread's others. Option of a post: ``card`` (false: no card of its link; true: one that has the
    post's only picture on it)."""

    Config = BlueskyConfig
    Options = BlueskyOptions
    look: ClassVar[Look] = Look("Bluesky", "#0a6bd6")
    card_size: ClassVar[CardSize | None] = "wide"
    metrics: ClassVar[frozenset[Metric]] = frozenset({"reactions", "comments", "shares", "saves"})
    dialect: ClassVar[Dialect] = Dialect.FACETS
    settlement: ClassVar[Settlement] = Settlement.NATIVE_KEY
    reads_at_once: ClassVar[int] = A_READING
    access: ClassVar[tuple[str, ...]] = (
        N_("Log in to Bluesky as the office, and open Settings, Privacy and security."),
        N_("Under App passwords choose Add app password, and give it a name of your own."),
        N_("Leave access to direct messages off. Copy the password: it is shown once."),
    )

    def __init__(self, config: BlueskyConfig, context: Context) -> None:
        super().__init__(config, context)
        self._line = Line(context.clock, config.timeout_s)
        self._opened: Repository | None = None

    @classmethod
    def keeps_secrets(cls, config: BlueskyConfig) -> bool:  # noqa: ARG003 -- always
        return True

    @classmethod
    def limits(cls, config: BlueskyConfig) -> Limits:  # noqa: ARG003 -- the protocol's own
        return Limits(
            text_max=TEXT_MAX,
            measure=length,
            unit="graphemes",
            images_max=4,
            image_formats=frozenset({"image/jpeg", "image/png", "image/webp"}),
            image_max_bytes=1_000_000,
            alt_max=2_000,
            threads=True,
        )

    # -- the verbs --------------------------------------------------------------------------------

    def login(self, person: Person) -> Mapping[str, str]:
        """An app password, which is proved."""
        self.tell_access(person)
        password = person.ask(N_("app password"), hidden=True)
        self._sessions(password).proven()
        return {"app_password": password}

    def identify(self) -> Account:
        did, handle = self._repository().account()
        url = f"{self.config.web_url}/profile/{did}"
        return Account(did, f"@{handle}", url, self._app_view().followers(did))

    def send(self, message: Message, journal: Journal) -> Receipt:
        carded = wants_card(message)
        notes = Notes(journal)
        notes.begin(self.context.clock())
        while len(notes.posts) <= len(message.replies):
            publishing = Publishing(self._repository(), self.context.clock)
            publishing.bring(message, notes, carded=carded and not notes.posts)
        return self._receipt(notes, self.context.clock())

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """The receipt, where every post of the message is under its key. ``None`` only where the
        journal says whether, and under which key, the next one was asked for."""
        notes = Notes(journal)
        at = since
        while len(notes.posts) <= len(message.replies):
            asked = notes.asked
            if asked is None and notes.begun:
                return None  # the server was never asked for it
            rkey = asked.rkey if asked else key_of(message, notes)
            there = self._repository().there(rkey)
            if there is None and asked is None:
                raise CannotTellError(N_("Bluesky: nothing was noted of what was sent"))
            if there is None:
                notes.absent()
                return None
            notes.add(*named(there))
            at = moment(held(there.get("value")).get("createdAt"), UTC) or at
        return self._receipt(notes, at)

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        """Counts of a post, or of a thread's first one. What the app view doesn't show is gone only
        where the account's own server says so: it may show it later, or not to everybody."""
        return self._app_view().read(receipts)

    def delete(self, receipt: Receipt) -> bool:
        for uri in reversed(uris_of(receipt)):
            self._repository().delete(uri)
        return True

    def close(self) -> None:
        self._line.close()

    # -- parts ------------------------------------------------------------------------------------

    def _receipt(self, notes: Notes, at: datetime) -> Receipt:
        first, *others = (uri for uri, _ in notes.posts)
        remote_id = ",".join((first, *(parts(uri)[1] for uri in others)))
        did, rkey = parts(first)
        # Nothing is asked any more: no error may follow on what is published.
        name = (self._opened.handle if self._opened else "") or did
        url = f"{self.config.web_url}/profile/{name}/post/{rkey}"
        return Receipt(remote_id, url, at)

    def _app_view(self) -> AppView:
        return AppView(self._line, self._repository(), self.config.app_view)

    def _repository(self) -> Repository:
        if self._opened is None:
            sessions = self._sessions(self.context.secret(self.config.app_password))
            self._opened = Repository(self._line, sessions)
        return self._opened

    def _sessions(self, password: str) -> Sessions:
        state = SealedState.of(self.context)
        return Sessions(self._line, state, self.config.server, self.config.handle, password)
