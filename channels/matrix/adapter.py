"""Matrix: one room of any homeserver, through the Client-Server API.

A post is an event with its text and, for each medium, one more that refers to it (``m.reference``).
Every event bears a mark that comes of the delivery, which is also its transaction id: a homeserver
drops a repeat under that, but only from the same device and for a time that the specification
leaves open (Synapse: a day). So a doubt is looked up by the mark among our own events, and the
transaction id is the second guard, for a request that is still under way.

Source: Client-Server API 1.18 (spec.matrix.org), "Transaction identifiers", "Event annotations",
"Threading". ``docs/channels/matrix.md`` is its page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from pydantic import StringConstraints

from channels.base import (
    N_,
    Account,
    Address,
    AmbiguousError,
    CannotTellError,
    Channel,
    ChannelConfig,
    ChannelOptions,
    Context,
    Dialect,
    ForbiddenError,
    Journal,
    Limits,
    Look,
    Media,
    Message,
    Metric,
    Person,
    Reading,
    Receipt,
    SecretRef,
    Settlement,
    TransientError,
    options_of,
)
from channels.matrix import room as rooms
from channels.matrix.events import (
    MARK,
    TEXT_MAX,
    Part,
    file_name,
    note,
    noted,
    parts_of,
)
from channels.matrix.line import (
    PLATFORM,
    Line,
    in_path,
    name_in,
    name_or_none,
    path_of,
)
from channels.matrix.login import token_for
from channels.matrix.readings import reading
from channels.reasons import NOT_TO_WHAT
from channels.state import State
from channels.web.opened import Opened
from channels.web.uploads import content_of
from channels.web.values import held

MEDIA_MAX = 9
"""With their text ten events: what Synapse lets through at once (``rc_message``)."""
UPLOAD_MAX_BYTES = 50_000_000
"""What a homeserver is thought to take until it has told."""

_CLOCKS_APART = timedelta(hours=1)
"""By how much the homeserver's clock may be behind ours; looking further back does no harm."""
_LEARNED = "upload_max_bytes"
_PARTS_UNTOLD = N_("it doesn't tell what belongs to the post")


class MatrixConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "matrix"``.

    ``server`` is the homeserver's address, ``user`` who posts there, ``room`` where: an alias
    (``#…``) or, better, an id (``!…``). With ``notice`` posts are notices, which ring nobody.
    """

    adapter: Literal["matrix"] = "matrix"
    server: Address
    user: Annotated[str, StringConstraints(pattern=r"^@[^:\s]+:\S+$")]
    room: Annotated[str, StringConstraints(pattern=r"^[#!]\S+$")]
    access_token: SecretRef
    notice: bool = False
    web_url: Address = "https://matrix.to"


class MatrixOptions(ChannelOptions):
    """``notice``: as the channel's own, unless it is given."""

    notice: bool | None = None


class Adapter(Channel[MatrixConfig]):
    """One room, as one user."""

    Config = MatrixConfig
    Options = MatrixOptions
    look: ClassVar[Look] = Look("Matrix", "#0b7a5d", "bubble")
    metrics: ClassVar[frozenset[Metric]] = frozenset({"reactions", "comments"})
    dialect: ClassVar[Dialect] = Dialect.HTML
    settlement: ClassVar[Settlement] = Settlement.LOOKUP
    reads_at_once: ClassVar[int] = 10
    access: ClassVar[tuple[str, ...]] = (
        N_("Make a Matrix account for the office, and have it join the room."),
        N_("Give it the right to send messages there (the room's settings, Roles)."),
    )

    def __init__(self, config: MatrixConfig, context: Context) -> None:
        super().__init__(config, context)
        self._line = Opened(self._opening, Line.close)
        self._proved = ""

    @classmethod
    def limits(cls, config: MatrixConfig) -> Limits:  # noqa: ARG003 -- what all homeservers take
        return _limits(UPLOAD_MAX_BYTES)

    @classmethod
    def limits_learned(cls, config: MatrixConfig, workdir: Path) -> Limits:
        kept = State.at(workdir).get(_LEARNED, config.server) or ""
        return _limits(int(kept) if kept.isdecimal() else UPLOAD_MAX_BYTES)

    # -- whose it is ------------------------------------------------------------------------------

    def login(self, person: Person) -> Mapping[str, str]:
        """A token by the account's password, which isn't kept; or one that is pasted. The device is
        the same each time, so that repeats are known after another login too."""
        self.tell_access(person)
        password = person.ask(N_("password (empty: paste an access token)"), hidden=True)
        if not password:
            return {"access_token": person.ask("access_token", hidden=True)}
        keys = self.config
        line = Line(self.context.clock, keys.timeout_s, keys.server, secrets=(password,))
        with line:
            device = f"PUBLISHER-{self.context.name}"
            return {"access_token": token_for(line, keys.user, password, device)}

    def identify(self) -> Account:
        self._proved = ""
        room, line = self._room(), self._line()
        rooms.require_open(line, self.config.user, room)
        most = rooms.upload_max_bytes(line)
        if most is not None:
            State.of(self.context).put(_LEARNED, str(most), self.config.server)
        named = self.config.room.startswith("#")
        name = self.config.room if named else rooms.name(line, room)
        return Account(room, name, self._page(room), rooms.members(line, room))

    def _room(self) -> str:
        """The room's id. It stays the same while this channel is open: an alias may change hands,
        and posts go to the room that was proved."""
        if not self._proved:
            self._proved = rooms.proved(self._line(), self.config.user, self.config.room)
        return self._proved

    # -- publishing -------------------------------------------------------------------------------

    def send(self, message: Message, journal: Journal) -> Receipt:
        parts = self._parts(message)
        room = self._room()
        begun_in, ids = noted(journal)
        if ids and begun_in != room:
            raise ForbiddenError(N_("a part of this post is out in another room"))
        missing = [part for part in parts if part.mark not in ids]
        # All uploads first, so that a text seldom stands there without its pictures.
        urls = {part.mark: self._uploaded(part.media, journal) for part in missing if part.media}
        note(journal, room, ids)
        for part in missing:
            content = part.content | {MARK: part.mark, "m.mentions": {}}
            if part.media is not None:
                content["url"] = urls[part.mark]
            if parts[0].mark in ids:
                first = ids[parts[0].mark]
                content["m.relates_to"] = {"rel_type": "m.reference", "event_id": first}
            ids[part.mark] = self._put(room, part, content)
            note(journal, room, ids)
        first = ids[parts[0].mark]
        return Receipt(first, self._page(room, first), self.context.clock())

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """By the marks. What is found is noted: of a post that is there in part the rest can be
        sent. An event that was taken out since has no mark any more: then a person looks."""
        begun_in, ids = noted(journal)
        room = begun_in or self._room()
        marks = [part.mark for part in self._parts(message)]
        seen = rooms.sent_since(self._line(), self.config.user, room, since - _CLOCKS_APART)
        marked = {one.mark: one for one in seen if one.mark in marks}
        ids |= {mark: one.id for mark, one in marked.items()}
        if ids:
            note(journal, room, ids)
        if all(mark in ids for mark in marks):
            first = marked.get(marks[0])
            at = first.at if first is not None else self.context.clock()
            return Receipt(ids[marks[0]], self._page(room, ids[marks[0]]), at)
        if any(one.is_redacted and one.id not in ids.values() for one in seen):
            raise CannotTellError(N_("somebody took one of our posts out of the room meanwhile"))
        return None

    def _parts(self, message: Message) -> list[Part]:
        wished = options_of(message, MatrixOptions).notice
        return parts_of(message, notice=self.config.notice if wished is None else wished)

    def _uploaded(self, media: Media, journal: Journal) -> str:
        known = journal.get(f"upload {media.sha256}")
        if known is not None:
            return known
        head, query = {"Content-Type": media.mime}, {"filename": file_name(media)}
        with self._line().harmless():
            told = self._line().ask(
                "POST",
                "/_matrix/media/v3/upload",
                params=query,
                data=content_of(media),
                headers=head,
            )
        url = name_in(told, "content_uri")
        journal.put(f"upload {media.sha256}", url)
        return url

    def _put(self, room: str, part: Part, content: Mapping[str, Any]) -> str:
        path = f"{path_of(room)}/send/m.room.message/{part.mark}"
        name = name_or_none(self._line().ask("PUT", path, json=content), "event_id")
        if name is None:
            raise AmbiguousError(f"{PLATFORM}: {NOT_TO_WHAT}")
        return name

    # -- afterwards -------------------------------------------------------------------------------

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        line, room, now = self._line(), self._room(), self.context.clock()
        found = {one.remote_id: reading(line, room, one.remote_id, now) for one in receipts}
        return {name: one for name, one in found.items() if one is not None}

    def delete(self, receipt: Receipt) -> bool:
        room, first, line = self._room(), receipt.remote_id, self._line()
        related = line.related(room, first)
        if related is None:
            raise TransientError(f"{PLATFORM}: {_PARTS_UNTOLD}")
        ours = [
            name_in(one, "event_id")
            for one in related
            if one.get("sender") == self.config.user and MARK in held(one.get("content"))
        ]
        # The first goes last: by it the others are found, should this have to be done again.
        for name in (*ours, first):
            # Its own id: Synapse answers one that it has seen in this room with the older event.
            once = hashlib.sha256(f"redact {name}".encode()).hexdigest()[:32]
            with line.harmless():
                line.ask("PUT", f"{path_of(room)}/redact/{in_path(name)}/{once}", json={})
        return True

    def close(self) -> None:
        self._line.close()

    def _page(self, room: str, name: str = "") -> str:
        place = "/".join(in_path(each) for each in (room, name) if each)
        via = in_path(self.config.user.partition(":")[2])
        return f"{self.config.web_url}/#/{place}?via={via}"

    def _opening(self) -> Line:
        token = self.context.secret(self.config.access_token)
        return Line(self.context.clock, self.config.timeout_s, self.config.server, token)


def _limits(upload_max_bytes: int) -> Limits:
    return Limits(
        text_max=TEXT_MAX,
        images_max=MEDIA_MAX,
        image_formats=frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"}),
        image_max_bytes=upload_max_bytes,
        videos_max=MEDIA_MAX,
        video_formats=frozenset({"video/mp4", "video/webm"}),
        video_max_bytes=upload_max_bytes,
        mixes_media=True,
        documents_max=MEDIA_MAX,
        document_max_bytes=upload_max_bytes,
        alt_max=TEXT_MAX,
    )
