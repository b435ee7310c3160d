"""Tokens that expire: renewed ahead, once, whoever else works for the channel."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from channels.base import (
    AmbiguousError,
    CredentialsExpiredError,
    TransientError,
)
from channels.state import SealedState
from channels.testing import SEAL, StillClock
from channels.tokens import SPENT, TokenKeeper, Tokens

DAY = timedelta(days=1)


class Issuer:
    """A platform that gives tokens for a day, and a new refresh token each time."""

    def __init__(self, clock: StillClock, first: str = "given") -> None:
        self.clock = clock
        self.good = first
        self.asked: list[str] = []
        self.error: Exception | None = None

    def __call__(self, refresh: str) -> Tokens:
        self.asked.append(refresh)
        if self.error is not None:
            raise self.error
        if refresh != self.good:
            raise CredentialsExpiredError("invalid_grant")
        number = len(self.asked)
        self.good = f"refresh-{number}"
        return Tokens(f"access-{number}", self.good, self.clock() + DAY)


@pytest.fixture
def clock() -> StillClock:
    return StillClock()


@pytest.fixture
def issuer(clock: StillClock) -> Issuer:
    return Issuer(clock)


Keep = Callable[..., TokenKeeper]


@pytest.fixture
def keep(clock: StillClock, issuer: Issuer, tmp_path: Path) -> Keep:
    """A keeper of the same channel, as another thread, process or start of the program has it."""

    def make(given: str = "given", **more: bool) -> TokenKeeper:
        return TokenKeeper(SealedState(tmp_path, SEAL), clock, given, issuer, **more)

    return make


def test_a_token_is_asked_for_once_and_kept_across_starts(keep: Keep, issuer: Issuer) -> None:
    assert keep().access() == "access-1"
    assert keep().access() == "access-1"
    assert issuer.asked == ["given"]


def test_a_token_is_renewed_ahead_of_its_end_with_the_newest_refresh_token(
    keep: Keep, issuer: Issuer, clock: StillClock
) -> None:
    keep().access()
    clock.advance(DAY - timedelta(minutes=5))
    assert keep().access() == "access-2"
    assert issuer.asked == ["given", "refresh-1"]


def test_a_renewal_that_fails_ahead_of_the_end_waits_for_the_next_time(
    keep: Keep, issuer: Issuer, clock: StillClock
) -> None:
    keep().access()
    clock.advance(DAY - timedelta(minutes=5))
    issuer.error = TransientError("no route")
    assert keep().access() == "access-1"
    clock.advance(timedelta(minutes=10))
    with pytest.raises(TransientError):
        keep().access()


def test_many_workers_renew_once(keep: Keep, issuer: Issuer, clock: StillClock) -> None:
    keep().access()
    clock.advance(2 * DAY)
    got: list[str] = []
    workers = [threading.Thread(target=lambda: got.append(keep().access())) for _ in range(8)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert got == ["access-2"] * 8
    assert len(issuer.asked) == 2


def test_a_refused_token_is_renewed_once_for_all_who_were_refused(
    keep: Keep, issuer: Issuer
) -> None:
    refused = keep().access()
    assert keep().renewed(refused) == "access-2"
    assert keep().renewed(refused) == "access-2"
    assert len(issuer.asked) == 2


def test_another_secret_from_a_person_makes_what_came_of_the_old_one_void(
    keep: Keep, issuer: Issuer
) -> None:
    keep().access()
    issuer.good = "given anew"
    assert keep("given anew").access() == "access-2"
    assert issuer.asked[-1] == "given anew"


def test_a_refusal_asks_a_person(keep: Keep, issuer: Issuer) -> None:
    issuer.good = "another"
    with pytest.raises(CredentialsExpiredError, match="invalid_grant"):
        keep(single_use=True).access()


def test_an_answer_that_never_came_is_no_doubt_of_a_post(keep: Keep, issuer: Issuer) -> None:
    issuer.error = AmbiguousError("no whole answer came in time")
    with pytest.raises(TransientError, match="no whole answer"):
        keep(single_use=True).access()


def test_a_single_use_token_that_was_spent_in_vain_is_told_as_spent(
    keep: Keep, issuer: Issuer
) -> None:
    issuer.error = AmbiguousError("no whole answer came in time")
    with pytest.raises(TransientError):
        keep(single_use=True).access()
    issuer.error, issuer.good = None, "the successor that was lost"
    with pytest.raises(CredentialsExpiredError, match=SPENT):
        keep(single_use=True).access()


def test_a_token_to_begin_with_is_used_until_its_end(
    clock: StillClock, issuer: Issuer, tmp_path: Path
) -> None:
    first = Tokens("long-lived", "", clock() + 60 * DAY)
    keeper = TokenKeeper(
        SealedState(tmp_path, SEAL), clock, "given", issuer, ahead=30 * DAY, first=first
    )
    assert keeper.access() == "long-lived"
    clock.advance(31 * DAY)
    assert keeper.access() == "access-1"


def test_tokens_dont_show_themselves() -> None:
    assert "secret" not in repr(Tokens("secret-a", "secret-r"))
