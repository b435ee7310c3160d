"""The contract between Publisher and a platform: everything an adapter gets, gives and may raise.

An adapter is one class in one file of this package, named like its platform. It publishes one
message at a time, settles a doubt about one, and reads back how many people were reached. It holds
no queue, no retry and no schedule: the courier does that, by what the adapter *raises*. An error
therefore carries the decision (see "Errors" below) and callers never read its text.

Times are aware datetimes. Sizes are bytes. Lengths are in whatever the platform counts, by
``Limits.measure``. Nothing here knows of ``publisher``.
"""

from __future__ import annotations

import hashlib
import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, ClassVar, Generic, Literal, Protocol, TypeVar, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

# -- what is sent ---------------------------------------------------------------------------------


class Dialect(StrEnum):
    """How an adapter wants a post's Markdown written.

    ``PLAIN``: no markup, a link stands as "words (address)". ``FACETS``: no markup, a link stands
    as its words and its address is in ``Text.facets``. ``HTML``: paragraphs, emphasis, lists,
    links, headings. ``TELEGRAM_HTML``: Telegram's subset of inline tags, lists as lines.
    """

    PLAIN = "plain"
    FACETS = "facets"
    HTML = "html"
    TELEGRAM_HTML = "telegram-html"


@dataclass(frozen=True, slots=True)
class Facet:
    """A span of ``Text.plain`` that means something; offsets in characters (code points)."""

    start: int
    end: int
    kind: Literal["link", "hashtag"]
    value: str


@dataclass(frozen=True, slots=True)
class Text:
    """One piece of writing: as the platform takes it, and as a reader sees it."""

    written: str
    plain: str
    facets: tuple[Facet, ...] = ()


SUBTITLES = frozenset({"application/x-subrip", "text/vtt"})
"""SubRip (.srt) and WebVTT (.vtt)."""


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, video or document; ``path`` holds exactly the bytes that ``sha256`` names."""

    path: Path
    sha256: str
    mime: str
    size_bytes: int
    alt: str
    credit: str = ""
    width: int | None = None
    height: int | None = None
    duration_s: float | None = None

    @property
    def kind(self) -> str:
        """``image``, ``video``, ``audio`` or ``application``: the first half of the MIME type;
        ``subtitles`` for a film's subtitles, whose ``alt`` is their name ("Tiếng Việt")."""
        return "subtitles" if self.mime in SUBTITLES else self.mime.partition("/")[0]


Kind = Literal["text", "link", "picture", "video", "audio", "document"]
"""What sorts of post there are, for reports on which of them do well."""

_KINDS: tuple[tuple[str, Kind], ...] = (
    ("video", "video"),
    ("image", "picture"),
    ("audio", "audio"),
    ("application", "document"),
)


@dataclass(frozen=True, slots=True)
class Message:
    """A post rendered for one channel, ready to send.

    ``key`` names the delivery for ever and is the same in every attempt: adapters derive their
    idempotency keys from it. ``replies`` continue ``body`` as a thread. ``options`` are the
    officer's wishes for this platform alone (``{"pin": true}``).
    """

    key: str
    body: Text
    due_at: datetime
    title: str = ""
    summary: str = ""
    link: str = ""
    media: tuple[Media, ...] = ()
    replies: tuple[Text, ...] = ()
    hashtags: tuple[str, ...] = ()
    language: str = "vi"
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """What sort of post it is, by its richest part: a film goes before a picture, and any
        medium before a link."""
        kinds = {medium.kind for medium in self.media}
        for of_media, kind in _KINDS:
            if of_media in kinds:
                return kind
        return "link" if self.link else "text"

    @property
    def fingerprint(self) -> str:
        """A hash of all that a reader would see; approvals and attempts are bound to it."""
        seen: dict[str, Any] = {
            "body": asdict(self.body),
            "title": self.title,
            "summary": self.summary,
            "link": self.link,
            "media": [(m.sha256, m.alt, m.credit) for m in self.media],
            "replies": [asdict(reply) for reply in self.replies],
            "hashtags": self.hashtags,
            "language": self.language,
            "options": dict(self.options),
        }
        canonical = json.dumps(seen, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


# -- what comes back ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Receipt:
    """The platform's answer: its id for the post, where people see it, and when it took it."""

    remote_id: str
    url: str
    at: datetime


Metric = Literal[
    "reach", "impressions", "views", "reactions", "comments", "shares", "clicks", "saves"
]


@dataclass(frozen=True, slots=True)
class Reading:
    """One look at a post's metrics: cumulative counts as the platform gives them.

    A metric the platform doesn't give is absent, never zero; one that can't be right (fallen, below
    nought) is given all the same, for who keeps it flags it. ``exists`` is false where the platform
    says for sure that the post is gone.
    """

    at: datetime
    metrics: Mapping[Metric, int] = field(default_factory=dict)
    exists: bool = True


@dataclass(frozen=True, slots=True)
class AccountFigures:
    """How an account stands now; what the platform doesn't tell is absent.

    ``reach`` is how many people the account reached, whichever of its posts they saw, in the
    ``reach_days`` days before: the platform's own count of people, never a sum over posts.
    """

    followers: int | None = None
    reach: int | None = None
    reach_days: int | None = None


@dataclass(frozen=True, slots=True)
class Account:
    """Who the credentials belong to: what keeps a post off the wrong account. ``expires_at`` is
    when they end, where that is known and nothing renews them; a person is told in time."""

    id: str
    name: str
    url: str = ""
    followers: int | None = None
    expires_at: datetime | None = None

    def is_called(self, account: str) -> bool:
        """Whether this is the one that a ``ChannelConfig.account`` means: by its id or its name."""
        return account in (self.id, self.name)


# -- what a platform takes ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Limits:
    """What a platform takes, as data: read by the check, the preview and ``channels.limits``.

    ``None`` means no limit is known. ``measure`` counts a plain text as the platform does, and
    ``unit`` names what it counts. ``image_ratio`` is (least, most) width / height and
    ``image_max_sides`` bounds width + height, in pixels. ``covers_max`` are pictures
    beside a video, as its cover. Subtitles go with a video. Documents are media that are none of
    these, and never go with those. ``fetches`` are the kinds
    of media (``Media.kind``) that the platform fetches from a public address, so that a media host
    is needed (``Context.address_of``).
    """

    text_max: int | None = None
    caption_max: int | None = None
    text_required: bool = True
    measure: Callable[[str], int] = len
    unit: Literal["characters", "weighted", "graphemes", "bytes", "syllables"] = "characters"
    title_required: bool = False
    title_max: int | None = None
    summary_required: bool = False
    summary_max: int | None = None
    hashtags_max: int | None = None
    media_required: bool = False
    images_max: int = 0
    image_formats: frozenset[str] = frozenset({"image/jpeg", "image/png"})
    image_max_bytes: int | None = None
    image_max_sides: int | None = None
    image_ratio: tuple[float, float] | None = None
    videos_max: int = 0
    video_formats: frozenset[str] = frozenset({"video/mp4"})
    video_max_bytes: int | None = None
    video_min_s: float | None = None
    video_max_s: float | None = None
    fetches: frozenset[str] = frozenset()
    covers_max: int = 0
    subtitles_max: int = 0
    mixes_media: bool = False
    documents_max: int = 0
    document_max_bytes: int | None = None
    alt_max: int | None = None
    threads: bool = False
    min_gap_s: float = 0.0


class Settlement(StrEnum):
    """How the doubt is settled whether an interrupted send went out.

    ``NATIVE_KEY``: the platform drops a repeat under ``Message.key``, so it is simply sent again
    (within ``Channel.key_lifetime``). ``LOOKUP``: ``Channel.find`` asks the platform. ``NONE``: it
    is never sent again by itself; a person decides (``find`` may still prove that it went out).
    """

    NATIVE_KEY = "native key"
    LOOKUP = "lookup"
    NONE = "none"


# -- errors: each one is a decision ---------------------------------------------------------------


def N_(text: str) -> str:  # noqa: N802 -- gettext's own name for it
    """Mark a text of ours that a person may come to read, for whoever keeps catalogues."""
    return text


class ChannelError(Exception):
    """Base of all that an adapter raises; the text is for an administrator and holds no secret."""


class TransientError(ChannelError):
    """Surely not taken; the same message may go through later."""


class RateLimitedError(TransientError):
    """Surely not taken; nothing more is to be sent to this account before ``until``."""

    def __init__(self, text: str, until: datetime) -> None:
        super().__init__(text)
        self.until = until


class AmbiguousError(ChannelError):
    """May have been taken: the request had begun and no answer told."""


class CredentialsExpiredError(ChannelError):
    """Surely not taken; the channel waits until a person, or a refresh, mends its credentials."""


class ForbiddenError(ChannelError):
    """Surely not taken; the account may not do this."""


class InvalidContentError(ChannelError):
    """Surely not taken; the platform will never take this message as it is."""


class CannotTellError(ChannelError):
    """``Channel.find`` could not learn whether the message went out: a person decides."""


# -- what an adapter is given ---------------------------------------------------------------------

SECRET = StringConstraints(pattern=r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|credential:[\w.-]+)$")
SecretRef = Annotated[str, SECRET]
"""Where a secret stands, never the secret: ``env:NAME``, ``file:PATH`` (mode 0600), or
``credential:NAME`` (systemd's LoadCredential)."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, RecursionError):
        raise PydanticCustomError("zone", "{value} names no time zone", {"value": name}) from None
    return name


ZoneName = Annotated[str, AfterValidator(_zone)]
"""A name of the time zone data base, as ``Asia/Ho_Chi_Minh``."""


class Journal(Protocol):
    """A delivery's own durable notes, kept across crashes and attempts.

    What a platform hands out half-way (an upload address, a job token, the ids of a thread's first
    posts) is put here *before* the next step: ``put`` returns when it is committed.

    ``secret`` is for what lets whoever has it act without the account's credentials (an address
    that takes an upload from anybody): it is sealed before it is stored. ``put`` then raises
    ``CredentialsExpiredError`` where there is no key, and ``get`` a ``CannotTellError`` where no
    key opens it.
    """

    def get(self, name: str) -> str | None: ...

    def put(self, name: str, value: str, *, secret: bool = False) -> None: ...


class Seal(Protocol):
    """What secrets are sealed by before they are stored; ``channels.sealing`` has one.

    Both raise ``CredentialsExpiredError``: where there is no key, and where none of them opens it.
    """

    def seal(self, text: str) -> str: ...

    def open(self, sealed: str) -> str: ...


class MediaHost(Protocol):
    """Where media stand for platforms that fetch them from a public address."""

    def address(self, media: Media) -> str:
        """An address from which anybody may fetch exactly the bytes of ``media`` for a day or more.

        ASCII, unguessable, https (on loopback: http). Raises a ``ChannelError`` where it can't be
        had; nothing is published by that.
        """


@dataclass(frozen=True, slots=True)
class Context:
    """What a channel may use of the world: its own name, the clock, its secrets, a folder.

    ``secret`` gives the text behind a ``SecretRef``; it raises ``CredentialsExpiredError`` where
    there is none. ``workdir`` is the channel's own and need not exist yet; what must be kept there
    (tokens that a platform exchanged) is kept by ``channels.state`` and ``channels.tokens``.
    ``host`` is the office's media host, where it has one. ``seal`` is what secrets are sealed by
    that have to be kept (``None``: there is no key, and none can be kept).
    """

    name: str
    clock: Callable[[], datetime]
    secret: Callable[[str], str]
    workdir: Path
    host: MediaHost | None = None
    seal: Seal | None = None

    def secret_or_none(self, reference: str | None) -> str:
        """The secret at ``reference``; "" where none is named, or none is there yet."""
        try:
            return self.secret(reference) if reference is not None else ""
        except CredentialsExpiredError:
            return ""

    def address_of(self, media: Media) -> str:
        """The public address of ``media``; ``ForbiddenError`` where no media host is named."""
        if self.host is None:
            raise ForbiddenError(
                N_("this platform fetches media from a public address: schedule.toml names no host")
            )
        return self.host.address(media)


class Person(Protocol):
    """The administrator at the terminal, as ``Channel.login`` meets them. Texts are marked by
    ``N_`` and shown in their language."""

    def tell(self, text: str) -> None:
        """Show ``text``."""

    def ask(self, question: str, *, hidden: bool = False) -> str:
        """Their answer, stripped; ``hidden`` while it is typed, for secrets."""

    def consent(self, address: str, redirect_uri: str) -> Mapping[str, str]:
        """Have them open ``address`` in a browser and give the query they are sent back with.

        Where ``redirect_uri`` is on this machine it is listened at, else they paste the address
        at which their browser ended.
        """


class ChannelConfig(BaseModel):
    """The keys that every ``[channels.NAME]`` of schedule.toml may have; adapters add theirs.

    ``adapter`` names the platform; ``account`` is the id or name that ``identify`` must give, so
    that a post can't go out on another account; ``timeout_s`` bounds one HTTP exchange.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    adapter: str
    title: str = ""
    account: str = ""
    enabled: bool = True
    timeout_s: float = 15.0


def secret_keys(config: type[ChannelConfig]) -> tuple[str, ...]:
    """The keys of ``config`` that say where a secret stands, in its order."""
    return tuple(
        key
        for key, field_info in config.model_fields.items()
        if SECRET in field_info.metadata or SECRET in _within(field_info.annotation)
    )


def _within(annotation: Any) -> list[Any]:
    """What is noted at the parts of an annotation (``SecretRef | None``)."""
    return [note for part in get_args(annotation) for note in getattr(part, "__metadata__", ())]


ConfigT = TypeVar("ConfigT", bound=ChannelConfig)


class Channel(ABC, Generic[ConfigT]):
    """One account on one platform. Instances are used by one thread at a time.

    Every method may raise a ``ChannelError`` and nothing else; ``send`` never catches a time-out
    to try again by itself.
    """

    Config: ClassVar[type[ChannelConfig]]
    dialect: ClassVar[Dialect] = Dialect.PLAIN
    settlement: ClassVar[Settlement]
    key_lifetime: timedelta | None = None
    """How long the platform knows a repeat under its native key; ``None``: for ever."""
    writes_hashtags: ClassVar[bool] = True
    """Whether the renderer ends the text with the hashtags, as a reader of this platform expects;
    where false the adapter gets them as ``Message.hashtags`` alone."""
    reads_at_once: ClassVar[int] = 100
    """How many posts ``read`` is asked about at most: as many as the platform takes in one request
    or, where it is asked for each post, so few that a send needn't wait for long."""
    access: ClassVar[tuple[str, ...]] = ()
    """What an administrator has to do on the platform's side to get credentials, step by step;
    marked by ``N_``. ``login`` begins with it."""

    def __init__(self, config: ConfigT, context: Context) -> None:
        self.config = config
        self.context = context

    @classmethod
    @abstractmethod
    def limits(cls, config: ConfigT) -> Limits:
        """What the platform takes; works without credentials and without network."""

    @classmethod
    def limits_learned(cls, config: ConfigT, workdir: Path) -> Limits:  # noqa: ARG003 -- likewise
        """``limits``, corrected by what this very account's server told ``identify`` earlier, as
        far as that was kept in ``workdir``; without network."""
        return cls.limits(config)

    @classmethod
    def dialect_for(cls, config: ConfigT) -> Dialect:  # noqa: ARG003 -- for those that differ by it
        """How texts for this account are written: ``dialect``, unless the configuration says."""
        return cls.dialect

    @classmethod
    def writes_hashtags_for(cls, config: ConfigT) -> bool:  # noqa: ARG003 -- likewise
        """``writes_hashtags`` for this account, unless the configuration says."""
        return cls.writes_hashtags

    @classmethod
    def keeps_secrets(cls, config: ConfigT) -> bool:  # noqa: ARG003 -- likewise
        """Whether it has to keep secrets that the platform hands out (``SealedState``, tokens), so
        that the office needs a key; whoever logs in is told before they begin."""
        return False

    @classmethod
    def as_read(cls, config: ConfigT, message: Message) -> Message:  # noqa: ARG003 -- likewise
        """``message`` as readers get it, for the preview: where ``send`` changes its words."""
        return message

    @classmethod
    def rehearsed(cls, config: ConfigT, folder: Path) -> ConfigT | None:  # noqa: ARG003 -- likewise
        """``config`` turned to publish into ``folder`` alone, for a rehearsal; ``None`` where that
        needs a platform, whose stand-in is then spoken to."""
        return None

    def login(self, person: Person) -> Mapping[str, str]:
        """Walk an administrator through getting credentials; gives them by the key of ``Config``
        that says where each stands. As it is here they are pasted, one by one.

        Raises a ``ChannelError`` where the platform doesn't give them. Platforms with OAuth use
        ``channels.oauth``.
        """
        for step in self.access:
            person.tell(step)
        return {key: person.ask(key, hidden=True) for key in secret_keys(type(self).Config)}

    def secret_or_asked(self, key: str, person: Person, given: dict[str, str]) -> str:
        """The secret of ``key``, for ``login``; where there is none yet it is asked for, and goes
        to ``given`` if schedule.toml has a place for it."""
        reference: str | None = getattr(self.config, key)
        if reference is None:
            return person.ask(key, hidden=True)
        try:
            return self.context.secret(reference)
        except CredentialsExpiredError:
            given[key] = person.ask(key, hidden=True)
        return given[key]

    @abstractmethod
    def identify(self) -> Account:
        """Prove the credentials without publishing, and say whose they are. What can be renewed
        ahead of its expiry is renewed here too: it is called once a day at least."""

    @abstractmethod
    def send(self, message: Message, journal: Journal) -> Receipt:
        """Publish ``message``. With a journal from an earlier attempt, finish what that began.

        Where the platform took a job that it finishes by itself, and no answer can be waited for:
        note what names the job and raise ``AmbiguousError``. ``find`` then looks at the journal
        first; it raises ``TransientError`` while the job is being done, and is called again.
        """

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """Look for ``message`` among what went out since ``since``.

        Gives its receipt, or ``None`` where it is *surely* absent; raises ``CannotTellError``
        where neither can be known.
        """
        raise CannotTellError("this platform can't be asked what it published")

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        """Readings by remote id, of up to ``reads_at_once`` posts.

        A post for which the platform tells nothing is left out. One is called gone only where the
        platform says that it isn't there: not where it refuses, fails, or shows too little.
        """
        return {}

    def read_account(self) -> AccountFigures:
        """How the account stands: the followers that ``identify`` tells, and no reach, unless the
        platform tells how many people the account reached. Called once a day or so."""
        return AccountFigures(self.identify().followers)

    def delete(self, receipt: Receipt) -> bool:
        """Take a post back; false where the platform doesn't offer it."""
        return False

    def close(self) -> None:
        """Let go of connections."""
