"""The public face of ``channels`` as somebody else's package uses it: checked by mypy in
``make lint``, never run.

Every annotation here is a promise. Where a change of ours makes mypy complain about this file, it
would do the same in a package that we don't know of.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar, Literal

import pytest
import requests
from werkzeug.wrappers import Request, Response

import channels
from channels import simulated
from channels.base import (
    N_,
    Account,
    AccountFigures,
    AmbiguousError,
    CannotTellError,
    Channel,
    ChannelConfig,
    ChannelError,
    ChannelOptions,
    Context,
    CredentialsExpiredError,
    Dialect,
    Facet,
    ForbiddenError,
    InvalidContentError,
    Journal,
    Limits,
    Look,
    Media,
    MediaHost,
    Message,
    Person,
    RateLimitedError,
    Reading,
    Receipt,
    Seal,
    SecretRef,
    Settlement,
    Text,
    TransientError,
    options_of,
    secret_keys,
)
from channels.doubts import or_cannot_tell, or_doubt
from channels.durable import written
from channels.likeness import letters
from channels.limits import Violation, violations
from channels.noted import NotedMedia
from channels.oauth import Consent, consented
from channels.sealing import KeySeal
from channels.simulated import FaultName, Published, StandIn
from channels.simulated.planted import planted
from channels.simulated.server import HttpStandIn
from channels.state import SealedState, State
from channels.testing import ChannelConformance, DictJournal, StillClock
from channels.tokens import TokenKeeper, Tokens
from channels.web.http import HttpSession, parsed, retry_after
from channels.web.opened import Opened
from channels.web.pace import Pace
from channels.web.uploads import content_of
from channels.web.values import counts, lasting, tally
from channels.web.webhooks import Receiver

ERRORS: Mapping[str, type[ChannelError]] = {
    "expired": CredentialsExpiredError,
    "forbidden": ForbiddenError,
    "invalid": InvalidContentError,
    "later": TransientError,
    "unsure": AmbiguousError,
}


class BoardConfig(ChannelConfig):
    adapter: Literal["board"] = "board"
    url: str
    token: SecretRef


class BoardOptions(ChannelOptions):
    pin: bool = False


class Adapter(Channel[BoardConfig]):
    Config = BoardConfig
    Options = BoardOptions
    dialect = Dialect.HTML
    look = Look("The board", shape="article", headed=True)
    settlement: ClassVar[Settlement] = Settlement.LOOKUP
    access: ClassVar[tuple[str, ...]] = (N_("Ask the board's administrator for a token."),)

    def __init__(self, config: BoardConfig, context: Context) -> None:
        super().__init__(config, context)
        self._http: Opened[HttpSession] = Opened(self._opening, HttpSession.close)
        self._pace = Pace(context.clock, "the board")

    @classmethod
    def limits(cls, config: BoardConfig) -> Limits:
        return Limits(text_max=500, images_max=1, min_gap_s=1.0)

    @classmethod
    def limits_learned(cls, config: BoardConfig, workdir: Path) -> Limits:
        told: str | None = State.at(workdir).get("limits", config.url)
        return Limits(text_max=int(told)) if told else cls.limits(config)

    @classmethod
    def keeps_secrets(cls, config: BoardConfig) -> bool:
        return True

    def login(self, person: Person) -> Mapping[str, str]:
        consent: Consent = consented(person, f"{self.config.url}/authorize", {"client_id": "1"})
        return {"token": consent.code}

    def identify(self) -> Account:
        answer: requests.Response = self._http().get(f"{self.config.url}/board")
        told: dict[str, Any] = self._http().json(answer)
        return Account(id=str(told["id"]), name=str(told["name"]), followers=tally(told.get("n")))

    def send(self, message: Message, journal: Journal) -> Receipt:
        broken: tuple[Violation, ...] = violations(message, self.limits(self.config))
        if broken:
            raise InvalidContentError(broken[0].code)
        wishes: BoardOptions = options_of(message, BoardOptions)
        text: Text = message.body
        facets: tuple[Facet, ...] = text.facets
        links: list[str] = [one.value for one in facets if one.kind == "link"]
        files: dict[str, bytes] = {media.sha256: content_of(media) for media in message.media}
        uploads = NotedMedia(journal, timedelta(hours=1))
        for media in message.media:
            known: dict[str, Any] | None = uploads.get(media, self.context.clock())
            if known is None:
                uploads.put(media, self.context.clock(), id="1")
        self._pace.mind()
        noted: str | None = journal.get("begun")
        journal.put("begun", noted or "1", secret=True)
        answer: requests.Response = self._http().post(
            self.config.url,
            data={"text": text.written, "pin": str(wishes.pin), "links": links},
            files=files,
        )
        if answer.status_code == 429:
            raise RateLimitedError("too much", retry_after(answer, self.context.clock()))
        if answer.status_code != 200:
            raise self._error_of(answer)
        return Receipt("1", "", self.context.clock())

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        if journal.get("begun") is None:
            return None
        account: Account = or_cannot_tell(self.identify)
        seen: str = letters(message.body.plain)
        told: Account = or_doubt(lambda: account, "the board: ")
        raise CannotTellError(f"{told.name} has no list of {seen}")

    def read(self, receipts: Sequence[Receipt]) -> Mapping[str, Reading]:
        now: datetime = self.context.clock()
        return {one.remote_id: Reading(now, counts({"v": 1}, {"v": "views"})) for one in receipts}

    def read_account(self) -> AccountFigures:
        return AccountFigures(followers=None)

    def delete(self, receipt: Receipt) -> bool:
        with self._http().harmless():
            return bool(self._http().delete(f"{self.config.url}/{receipt.remote_id}").ok)

    def close(self) -> None:
        self._http.close()

    def _error_of(self, answer: requests.Response) -> ChannelError:
        told: dict[str, Any] = parsed(answer) or {}
        kind: type[ChannelError] | None = ERRORS.get(str(told.get("error")))
        return kind(self._http().clean("no")) if kind else self._http().refusal(answer)

    def _opening(self) -> HttpSession:
        keeper = TokenKeeper(
            SealedState.of(self.context),
            self.context.clock,
            self.context.secret(self.config.token),
            self._exchanged,
            single_use=True,
        )
        token: str = keeper.access()
        return HttpSession(self.context.clock, self.config.timeout_s, secrets=[token])

    def _exchanged(self, refresh: str) -> Tokens:
        span: timedelta = lasting(3600) or timedelta()
        return Tokens("access", refresh, self.context.clock() + span)


class Platform(HttpStandIn):
    def config(self) -> dict[str, Any]:
        return {"url": self.url, "token": "env:STAND_IN_BOARD_TOKEN"}

    def secrets(self) -> dict[str, str]:
        return {"env:STAND_IN_BOARD_TOKEN": planted(8)}

    def published(self) -> tuple[Published, ...]:
        return (Published("1", "text", self.clock()),)

    def readers(self, remote_id: str, **counts: int) -> None: ...

    def publishes(self, request: Request) -> bool:
        return request.method == "POST"

    def refusal(self, fault: FaultName) -> Response:
        return Response(status=500)

    def answer(self, request: Request) -> Response:
        return Response(status=200)


class TestBoard(ChannelConformance):
    kind = "board"

    @pytest.fixture
    def stand_in(self, clock: StillClock) -> Iterator[StandIn]:
        with Platform(clock) as platform:
            platform.faults.next("drop", times=2, after=1, on="any")
            yield platform


def by_name(name: str) -> None:
    names: tuple[str, ...] = channels.known()
    adapter: type[Channel[Any]] = channels.load(names[0])
    secrets: tuple[str, ...] = secret_keys(adapter.Config)
    platform: type[StandIn] | None = simulated.load(name)
    try:
        channels.load(name)
    except channels.UnknownAdapterError as error:
        there_are: tuple[str, ...] = error.known
    del secrets, platform, there_are


def alone(clock: Callable[[], datetime], media: Media, host: MediaHost) -> None:
    """An adapter needs no Publisher: a clock, a secret and a folder."""
    seal: Seal = KeySeal.fresh()
    context = Context("hall", clock, {"env:T": "t"}.__getitem__, Path("x"), host, seal)
    channel = Adapter(BoardConfig(url="https://board.example", token="env:T"), context)
    message = Message(key="a/b", body=Text("x", "x"), due_at=clock(), media=(media,))
    receipt: Receipt = channel.send(message, DictJournal())
    gone: bool = channel.delete(receipt)
    remote_id, url = Receiver(HttpSession(clock, 5.0), "https://x.example", "whsec_eA==").give(
        "a", {"gone": gone}, clock()
    )
    with written(Path(remote_id), 0o644) as file:
        file.write(url.encode())
