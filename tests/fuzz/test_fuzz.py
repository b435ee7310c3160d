"""Some hundred mutated inputs of each kind, and every one that ever went wrong.

What goes wrong here is kept by ``make fuzz`` as it is made smaller; once mended it belongs into
``cases``, in the folder of its kind.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import pytest

from bench.fuzz.__main__ import KINDS, made
from bench.fuzz.answers import KINDS as ADAPTERS
from bench.fuzz.answers import MAIL, Answers, Place
from bench.fuzz.cases import Case, Finding, Kind, saved
from bench.fuzz.hunt import hunt, met, sort_of
from channels.base import AmbiguousError, Journal, Message, Receipt, TransientError
from channels.telegram import adapter as telegram
from channels.x import adapter as x

CASES = Path(__file__).parent / "cases"
SEED = 2027
INPUTS = 300


@pytest.mark.parametrize("kind", KINDS)
def test_mutated_input_is_taken_or_refused_in_time_and_in_words_of_ours(kind: str) -> None:
    told: list[str] = []
    found = hunt(made(kind), range(INPUTS), SEED, told.append)
    assert (found.tried, told) == (INPUTS, [])


@pytest.mark.parametrize("kind", KINDS)
def test_what_went_wrong_once_goes_wrong_no_more(kind: str) -> None:
    hunted = made(kind)
    with hunted.ready():
        failures = {path.name: met(hunted, Case.load(path))[0] for path in saved(CASES / kind)}
    assert not [f"{name}: {failure}" for name, failure in failures.items() if failure]


# Stand-ins draw some of their tokens by lot, and answers are made from theirs.
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "answers"])
def test_the_same_seed_makes_the_same_inputs(kind: str) -> None:
    first, second = made(kind), made(kind)
    for number in range(20):
        one, other = (each.make(random.Random(number)) for each in (first, second))
        assert one == other


class Reader:
    """A program with faults: it stumbles over "!", loops at "?", finds "#" odd and grows at "+"."""

    def __init__(self) -> None:
        self.grown: list[bytearray] = []

    @contextmanager
    def ready(self) -> Iterator[None]:
        yield

    def make(self, rng: random.Random) -> Case:
        return Case("a.txt", bytes(rng.choices(b"abcdefgh", k=40)))

    def meet(self, case: Case) -> None:
        if b"!" in case.content:
            raise KeyError("!")
        if b"#" in case.content:
            raise Finding("12 faults without words")
        if b"+" in case.content:
            self.grown.append(bytearray(b"x" * 30_000_000))
        while b"?" in case.content:
            pass


class Only(Reader):
    """The same, given one text all the time."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self._content = content

    def make(self, rng: random.Random) -> Case:
        return Case("a.txt", self._content)


def of(kind: Kind, inputs: int) -> tuple[list[str], list[bytes]]:
    """What a hunt says and keeps."""
    found = hunt(kind, range(inputs), SEED)
    kept = [case.content for cases in found.failures.values() for case in cases]
    return list(found.counts), kept


def test_an_exception_is_found_and_made_as_small_as_it_can_be() -> None:
    names, kept = of(Only(b"a long text! with more behind it"), 1)
    assert names[0].startswith("KeyError at test_fuzz.py:")
    assert kept == [b"!"]


def test_an_oracle_s_word_is_found_whatever_its_numbers() -> None:
    names, kept = of(Only(b"one # two"), 5)
    assert (names, kept[0]) == ([sort_of("3 faults without words")], b"#")
    assert len(kept) == 3, "of one failure a few are kept, all are counted"


def test_a_hang_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.fuzz.hunt.BROKEN_OFF_S", 0.3)
    assert of(Only(b"why?"), 1) == (["hang"], [b"why?"])


def test_growth_is_told() -> None:
    names, _kept = of(Only(b"1 + 1"), 10)
    assert names == ["memory grew"]


def test_what_is_right_is_left_in_peace() -> None:
    assert of(Reader(), 200) == ([], [])


def test_an_adapter_that_takes_garbage_for_a_no_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    honest = telegram.Adapter.send

    def rash(self: telegram.Adapter, message: Message, journal: Journal) -> Receipt:
        try:
            return honest(self, message, journal)
        except AmbiguousError:
            raise TransientError("it surely wasn't taken") from None

    monkeypatch.setattr(telegram.Adapter, "send", rash)
    found = hunt(Answers(("telegram",)), range(150), SEED)
    assert "telegram: taken, and then TransientError" in found.counts


def test_an_adapter_that_takes_garbage_for_absence_is_found(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    honest = x.Adapter.find

    def rash(
        self: x.Adapter, message: Message, since: datetime, journal: Journal
    ) -> Receipt | None:
        try:
            return honest(self, message, since, journal)
        except TransientError:
            return None

    monkeypatch.setattr(x.Adapter, "find", rash)
    found = hunt(Answers(("x",)), range(150), SEED)
    assert list(found.counts) == ["x: out, and found absent"]


def unread(body: bytes) -> Iterator[bytes]:
    """What may come where ``body`` shows posts, and tells nothing of them."""
    yield from (b"", b"{}", b"null", b"7", b'"OK"', b"[7]", b"[null]", b"<html>", body[:-1])
    shown = json.loads(body)
    tables = [shown] if isinstance(shown, dict) else []
    tables += [each for each in tables[0].values() if isinstance(each, dict)] if tables else []
    for table in tables:
        for key in [key for key, value in table.items() if isinstance(value, list)]:
            posts = table.pop(key)
            yield json.dumps(shown).encode()
            for instead in (None, 7, "", {}, [7], [*posts, None]):
                table[key] = instead
                yield json.dumps(shown).encode()
            table[key] = posts


@pytest.mark.parametrize("adapter", [adapter for adapter in ADAPTERS if adapter != MAIL])
@pytest.mark.parametrize("errand", ["find", "find_noted", "read"])
def test_an_answer_that_cant_be_read_never_calls_a_post_absent(adapter: str, errand: str) -> None:
    answers = Answers((adapter,))
    with answers.ready():
        for number, good in enumerate(answers.recorded.get((adapter, errand), ())):
            if not good.body.startswith((b"{", b"[")):
                continue
            for body in unread(good.body):
                place = Place(adapter, errand, number, False, 200, (), True)
                assert met(answers, Case(place.written(), body))[0] == "", (number, body)


def test_a_case_is_kept_as_it_is(tmp_path: Path) -> None:
    case = Case("posts/a.md", b"\x00\n\xff\n")
    assert Case.load(case.save(tmp_path)) == case
