"""What platforms answer, mutated: adapters raise the contract's errors and nothing else, give what
can be stored, and take no garbage for a proof that nothing is out.

A case says which adapter does which errand and which of its answers becomes what; the stand-in of
the platform gives all the others, and knows whether it took the post.
"""

from __future__ import annotations

import dataclasses
import json
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.fuzz import mail
from bench.fuzz.cases import Case, Finding, folder
from bench.fuzz.errands import ERRANDS
from bench.fuzz.line import Answer
from bench.fuzz.stage import Notes, Stage, World
from bench.fuzz.whole import sayable, whole_account, whole_receipt
from bench.fuzz.wrong_answers import changed
from channels import simulated
from channels.base import AmbiguousError, ChannelError, Dialect, Message, Receipt
from channels.simulated.host import LoopbackHost
from channels.simulated.server import Listener
from channels.simulated.zalo.cover import default_cover
from channels.testing import START, TEXT, StillClock, written

MAIL = "email"
_FILES = {"bulletin", "rss"}
KINDS = tuple(kind for kind in simulated.known() if kind not in _FILES)
"""Every adapter that speaks to a platform; the others write files."""

_MAILS = 0.06
_REPLIES_MOST = 9
"""So many replies one mail is given, from the greeting to the last one."""

MOST_EXCHANGES = 400


@dataclass(frozen=True, slots=True)
class Place:
    """Which answer it takes the place of: the adapter's, in which errand, the how-manieth; with
    ``onward`` all those after it as well. ``status`` and ``headers`` are its own."""

    adapter: str
    errand: str
    number: int
    onward: bool
    status: int
    headers: tuple[tuple[str, str], ...]
    proves_nothing: bool
    """Whether it is a yes that can't be read or a server's failure: no platform says by it that
    a post wasn't taken, or that there is none."""

    def written(self) -> str:
        return json.dumps(dataclasses.asdict(self))

    @staticmethod
    def read(text: str) -> Place:
        told = json.loads(text)
        told["headers"] = tuple((name, value) for name, value in told["headers"])
        return Place(**told)


class Answers:
    """The kind ``answers``. ``recorded`` are, once it is ready, the good answers in each errand of
    each adapter, in their order."""

    def __init__(self, kinds: Sequence[str] = KINDS) -> None:
        self._kinds = kinds
        self.recorded: dict[tuple[str, str], list[Answer]] = {}
        self._world = World(Path(), None, "")

    @contextmanager
    def ready(self) -> Iterator[None]:
        with (
            folder() as root,
            LoopbackHost() as host,
            _not_sleeping() as slept,
            ExitStack() as stack,
        ):
            covers = Listener(default_cover)
            covers.start()
            stack.callback(covers.stop)
            self._world = World(root, host, covers.url, slept)
            for kind in self._kinds:
                for errand in ERRANDS if kind != MAIL else ():
                    stage = Stage(kind, self._world)
                    with stage.open():
                        if ERRANDS[errand](stage) and stage.line.answers:
                            self.recorded[kind, errand] = stage.line.answers
            yield

    def make(self, rng: random.Random) -> Case:
        if MAIL in self._kinds and rng.random() < _MAILS:
            number = rng.randrange(_REPLIES_MOST)
            reply = mail.changed(rng)
            errand = rng.choice(("identify", "send"))
            unproven = mail.proves_nothing(reply)
            place = Place(MAIL, errand, number, rng.random() < 0.1, 0, (), unproven)
            return Case(place.written(), reply)
        kind, errand = rng.choice(list(self.recorded))
        answers = self.recorded[kind, errand]
        number = rng.randrange(len(answers))
        status, headers, body, proves_nothing = changed(rng, answers[number], answers)
        onward = rng.random() < 0.15
        place = Place(kind, errand, number, onward, status, headers, proves_nothing)
        return Case(place.written(), body)

    def meet(self, case: Case) -> None:
        place = Place.read(case.where)
        if place.adapter == MAIL:
            _mailed(place, case.content, self._world)
            return
        told = Answer(place.status, place.headers, case.content)
        stage = Stage(place.adapter, self._world)
        stage.proves_nothing = place.proves_nothing

        def change(number: int, answer: Answer) -> Answer:
            if number > MOST_EXCHANGES:
                raise Finding(f"{stage.name}: asks without end")
            hit = number >= place.number if place.onward else number == place.number
            return told if hit else answer

        stage.change = change
        with stage.open():
            ERRANDS[place.errand](stage)


def _mailed(place: Place, reply: bytes, world: World) -> None:
    """The same by mail, where the one reply that counts is the one to the message itself."""
    counted = [0]
    dots: list[int] = []

    def change(verb: bytes, good: bytes) -> bytes:
        number = counted[0]
        counted[0] += 1
        if number > MOST_EXCHANGES:
            raise Finding("email: asks without end")
        hit = number >= place.number if place.onward else number == place.number
        if hit and verb == mail.DOT:
            dots.append(number)
        return reply if hit else good

    clock, journal = StillClock(), Notes()
    server = mail.Server(change)
    channel = mail.channel(world.root, clock)
    message = Message("chuyen-doi-so/2027/con-7-ngay/thu", written(TEXT, Dialect.HTML), START)
    with mail.between(server):
        try:
            if place.errand == "identify":
                whole_account(channel.identify())
                return
            came: Receipt | ChannelError = channel.send(message, journal)
        except ChannelError as error:
            sayable(error, clock())
            came = error
    if isinstance(came, Receipt):
        whole_receipt(came)
    elif dots and place.proves_nothing and not isinstance(came, AmbiguousError):
        raise Finding(f"email: handed over, and then {type(came).__name__}")


@contextmanager
def _not_sleeping() -> Iterator[list[float]]:
    """Inside, waits are noted and not waited for."""
    slept: list[float] = []
    real, time.sleep = time.sleep, slept.append
    try:
        yield slept
    finally:
        time.sleep = real
