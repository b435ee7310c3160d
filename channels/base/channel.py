"""The verbs: what every adapter does, and what it says of its platform."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Generic

from channels.base.answers import Account, AccountFigures, Metric, Reading, Receipt
from channels.base.config import ChannelConfig, ConfigT, secret_keys
from channels.base.context import Context, Journal, Person
from channels.base.errors import CannotTellError, CredentialsExpiredError
from channels.base.limits import Limits
from channels.base.look import CardSize, Look, VideoShape
from channels.base.message import Dialect, Message
from channels.base.options import ChannelOptions


class Settlement(StrEnum):
    """How the doubt is settled whether an interrupted send went out.

    ``NATIVE_KEY``: the platform drops a repeat under ``Message.key``, so it is simply sent again
    (within ``Channel.key_lifetime``). ``LOOKUP``: ``Channel.find`` asks the platform. ``NONE``: it
    is never sent again by itself; a person decides (``find`` may still prove that it went out).
    """

    NATIVE_KEY = "native key"
    LOOKUP = "lookup"
    NONE = "none"


class Channel(ABC, Generic[ConfigT]):
    """One account on one platform. Instances are used by one thread at a time.

    Every method may raise a ``ChannelError`` and nothing else; ``send`` never catches a time-out
    to try again by itself. ``identify`` was called before a first ``send``, though not always on
    this instance (another process may send); whether its account is the one that schedule.toml
    names is for the courier to compare.
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
    metrics: ClassVar[frozenset[Metric]] = frozenset()
    """Which metrics ``read`` may tell of a post; what is missing here is absent for ever."""
    look: ClassVar[Look] = Look(headed=True)
    """How posts are shown in previews."""
    card_size: ClassVar[CardSize | None] = "square"
    """In which shape cards are drawn for its readers; ``None`` where pictures mean nothing."""
    video_shape: ClassVar[VideoShape | None] = "wide"
    """In which shape short videos are made for its readers; ``None`` where they mean nothing."""
    Options: ClassVar[type[ChannelOptions]] = ChannelOptions
    """What an officer may wish of one post on this platform (``[for.NAME.options]``)."""
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
    def card_size_for(cls, config: ConfigT) -> CardSize | None:  # noqa: ARG003 -- likewise
        """``card_size`` for this account, unless the configuration says."""
        return cls.card_size

    @classmethod
    def video_shape_for(cls, config: ConfigT) -> VideoShape | None:  # noqa: ARG003 -- likewise
        """``video_shape`` for this account, unless the configuration says."""
        return cls.video_shape

    @classmethod
    def options_for(cls, config: ConfigT) -> type[ChannelOptions]:  # noqa: ARG003 -- likewise
        """``Options`` for this account, unless the configuration says."""
        return cls.Options

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
        self.tell_access(person)
        return {key: person.ask(key, hidden=True) for key in secret_keys(type(self).Config)}

    def tell_access(self, person: Person) -> None:
        """Show ``access``, step by step: how ``login`` begins."""
        for step in self.access:
            person.tell(step)

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
        """Look for ``message`` among what went out since ``since``, which is by our clock: the
        platform's may be behind by minutes, so what it dates so much earlier is looked at, too.

        Gives its receipt, or ``None`` where it is *surely* absent, in the sense that ``send`` may
        be called again: of a post of several pieces of which some are out ``send`` finishes the
        rest, by the journal, in which ``find`` too may note what it saw. Raises
        ``CannotTellError`` where neither can be known, and a person is asked. After any other
        error it is looked again later and the doubt stays: a look that fails says nothing of the
        post (``channels.doubts``).

        Called before a repeat of ``send`` under ``LOOKUP``, and under ``NATIVE_KEY`` once
        ``key_lifetime`` is over; never between a refusal and the next attempt.
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
