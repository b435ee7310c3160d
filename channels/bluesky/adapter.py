"""Bluesky: an office's account on bsky.social or any other server (PDS), through atproto and the
AT Protocol (https://docs.bsky.app, https://atproto.com/specs/xrpc).

A post, or a thread of posts that answer one another, with pictures or a link's card. Each is put
under a key of its own (a TID, got from the delivery) that is noted before it is asked for, with the
time it bears: putting the same record again changes nothing, and ``getRecord`` says whether it is
there. So a doubt is settled by looking under that key and, where nothing is, putting it again. The
session is kept (``channels.bluesky.session``). Videos go by a service of Bluesky's own that
finishes them later, and aren't offered.
UNVERIFIED: for how long a server keeps uploads that no post shows (half an hour is relied upon; one
gone earlier goes up again); that Bluesky's servers let readings be asked through them under
``app_view``; the app's limit of 2,000 characters to an alt text, which the protocol doesn't have.
``docs/channels/bluesky.md`` is its page.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Annotated, Any, ClassVar, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator

from channels.base import (
    N_,
    Account,
    AmbiguousError,
    CannotTellError,
    Channel,
    ChannelConfig,
    ChannelError,
    Context,
    Dialect,
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
)
from channels.bluesky import records
from channels.bluesky.line import BlobGoneError, Line
from channels.bluesky.notes import Asked, Notes
from channels.bluesky.repository import Repository, is_named, metrics, named, parts
from channels.bluesky.session import Sessions
from channels.bluesky.text import TEXT_MAX, facets, length, record_key
from channels.state import SealedState
from channels.web.hosts import is_loopback
from channels.web.http import content_of
from channels.web.values import held, moment

_A_READING = 25


def _server(url: str) -> str:
    try:
        address = urlsplit(url)
        host = address.hostname or ""
    except ValueError:
        host = ""
    secure = bool(host) and (address.scheme == "https" or is_loopback(host))
    if not secure or address.scheme not in ("https", "http") or "@" in address.netloc:
        raise ValueError(N_("server must be an address that begins with https://"))
    return f"{address.scheme}://{address.netloc}"


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
        return _server(where)
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
    server: Annotated[str, AfterValidator(_server)] = "https://bsky.social"
    handle: Annotated[str, AfterValidator(_handle)]
    app_password: SecretRef
    app_view: Annotated[str, AfterValidator(_app_view)] = "did:web:api.bsky.app#bsky_appview"
    web_url: str = "https://bsky.app"


class Adapter(Channel[BlueskyConfig]):
    """One account. ``remote_id`` is the first post's ``at://`` address, followed by the keys of the
    thread's others. Option of a post: ``card`` (false: no card of its link; true: one that has the
    post's only picture on it)."""

    Config = BlueskyConfig
    dialect: ClassVar[Dialect] = Dialect.FACETS
    settlement: ClassVar[Settlement] = Settlement.NATIVE_KEY
    reads_at_once: ClassVar[int] = _A_READING
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
        for step in self.access:
            person.tell(step)
        password = person.ask(N_("app password"), hidden=True)
        self._sessions(password).proven()
        return {"app_password": password}

    def identify(self) -> Account:
        repository = self._repository()
        did, handle = repository.account()
        url = f"{self.config.web_url}/profile/{did}"
        return Account(did, f"@{handle}", url, repository.followers(did))

    def send(self, message: Message, journal: Journal) -> Receipt:
        carded = _wants_card(message)
        notes = Notes(journal)
        notes.begin(self.context.clock())
        while len(notes.posts) <= len(message.replies):
            self._bring(message, notes, carded=carded and not notes.posts)
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
            rkey = asked.rkey if asked else _key(message, notes)
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
        readings: dict[str, Reading] = {}
        for start in range(0, len(receipts), _A_READING):
            some = {_uris(each)[0]: each for each in receipts[start : start + _A_READING]}
            shown = self._repository().counted(list(some))
            now = self.context.clock()
            for uri, receipt in some.items():
                if uri in shown:
                    counts = metrics(shown[uri], threaded="," in receipt.remote_id)
                    readings[receipt.remote_id] = Reading(now, counts)
                elif self._repository().is_gone(uri):
                    readings[receipt.remote_id] = Reading(now, exists=False)
        return readings

    def delete(self, receipt: Receipt) -> bool:
        for uri in reversed(_uris(receipt)):
            self._repository().delete(uri)
        return True

    def close(self) -> None:
        self._line.close()

    # -- publishing -------------------------------------------------------------------------------

    def _bring(self, message: Message, notes: Notes, *, carded: bool) -> None:
        """Put the next post of the thread, and note it; one that may be there is looked for."""
        doubted = notes.asked
        if doubted is not None and (there := self._surely_there(doubted.rkey)) is not None:
            notes.add(*named(there))
            return
        part = (message.body, *message.replies)[len(notes.posts)]
        media = () if notes.posts else message.media
        embed = self._embed(message, media, notes, carded=carded)
        marks = self._marks(part)
        # Asked again, it bears the time it bore: else it would be another record.
        asked = doubted or Asked(_key(message, notes), self.context.clock())
        record = records.post(part, asked.created_at, message.language, marks, embed, notes.posts)
        notes.ask(asked)
        try:
            told = self._repository().put(asked.rkey, record)
        except AmbiguousError:
            raise
        except ChannelError as error:
            if doubted is None:
                notes.absent()
            if isinstance(error, BlobGoneError | InvalidContentError):
                for each in media:
                    notes.forget_blob(each)
            raise
        if not is_named(told):
            raise AmbiguousError("Bluesky: it said yes, but not to what")
        notes.add(*named(told))

    def _marks(self, part: Text) -> list[dict[str, Any]]:
        try:
            return facets(part, self._repository().did_of)
        except UnicodeError:
            pass  # raised below, so that nothing stands behind the error
        raise InvalidContentError("Bluesky: the text has signs that can't be written")

    def _embed(
        self, message: Message, media: Sequence[Media], notes: Notes, *, carded: bool
    ) -> records.Embed | None:
        blobs = [self._blob(each, notes) for each in media]
        if carded:
            return records.card(message, blobs[0] if blobs else None)
        return records.pictures(media, blobs) if blobs else None

    def _blob(self, media: Media, notes: Notes) -> records.Blob:
        """What the server calls ``media``; what an earlier attempt sent up isn't sent up again."""
        now = self.context.clock()
        blob = notes.blob_of(media, now)
        if blob is None:
            blob = self._repository().upload(content_of(media), media.mime)
            notes.note_blob(media, blob, now)
        return blob

    def _surely_there(self, rkey: str) -> Mapping[str, Any] | None:
        """What is there, where not being able to look leaves the doubt as it was."""
        try:
            return self._repository().there(rkey)
        except ChannelError as error:
            why = str(error)
        raise AmbiguousError(f"Bluesky: it may be there, and can't be looked for: {why}")

    def _receipt(self, notes: Notes, at: datetime) -> Receipt:
        first, *others = (uri for uri, _ in notes.posts)
        remote_id = ",".join((first, *(parts(uri)[1] for uri in others)))
        did, rkey = parts(first)
        # Nothing is asked any more: no error may follow on what is published.
        name = (self._opened.handle if self._opened else "") or did
        url = f"{self.config.web_url}/profile/{name}/post/{rkey}"
        return Receipt(remote_id, url, at)

    # -- asking -----------------------------------------------------------------------------------

    def _repository(self) -> Repository:
        if self._opened is None:
            sessions = self._sessions(self.context.secret(self.config.app_password))
            self._opened = Repository(self._line, sessions, self.config.app_view)
        return self._opened

    def _sessions(self, password: str) -> Sessions:
        state = SealedState.of(self.context)
        return Sessions(self._line, state, self.config.server, self.config.handle, password)


def _wants_card(message: Message) -> bool:
    """Whether the post shows its link as a card: where no pictures are in its place, unless the
    officer wished otherwise."""
    for name, value in message.options.items():
        if name != "card" or not isinstance(value, bool):
            raise InvalidContentError(f"Bluesky: not an option, or not its value: {name}")
    wished = message.options.get("card")
    if wished and (not message.link or len(message.media) > 1):
        raise InvalidContentError("Bluesky: a card is of a link, and has one picture at most")
    return bool(message.link and not message.media) if wished is None else bool(wished)


def _key(message: Message, notes: Notes) -> str:
    return record_key(message.key, message.due_at, len(notes.posts))


def _uris(receipt: Receipt) -> list[str]:
    """The addresses of the posts that a receipt is for."""
    first, *keys = receipt.remote_id.split(",")
    return [first, *(f"{first.rpartition('/')[0]}/{key}" for key in keys)]
