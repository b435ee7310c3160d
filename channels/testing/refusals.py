"""The conformance suite: errors are decisions, and show no secret."""

# ruff: noqa: S101 -- these are tests: they assert, and take fixtures for their effect

from __future__ import annotations

import dataclasses
import traceback
from typing import Any

import pytest

from channels.base import (
    AmbiguousError,
    Channel,
    ChannelError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    Message,
    RateLimitedError,
    TransientError,
)
from channels.simulated import FaultName, StandIn
from channels.testing.fixtures import Fixtures
from channels.testing.given import DictJournal, StillClock


class Refusals(Fixtures):
    """Each "no" has an error of its own, and what may have been taken is in doubt."""

    @pytest.mark.parametrize(
        ("fault", "error"),
        [
            ("429", RateLimitedError),
            ("expired", CredentialsExpiredError),
            ("forbidden", ForbiddenError),
            ("invalid", InvalidContentError),
        ],
    )
    def test_a_refusal_has_its_own_error_and_leaves_nothing(
        self,
        channel: Channel[Any],
        faulty: StandIn,
        message: Message,
        fault: FaultName,
        error: type[ChannelError],
    ) -> None:
        faulty.faults.next(fault)
        with pytest.raises(error):
            channel.send(message, DictJournal())
        assert faulty.published() == ()

    def test_a_rate_limit_says_until_when(
        self, channel: Channel[Any], faulty: StandIn, message: Message, clock: StillClock
    ) -> None:
        faulty.faults.next("429")
        with pytest.raises(RateLimitedError) as caught:
            channel.send(message, DictJournal())
        assert caught.value.until > clock()

    def test_a_refused_connection_is_transient(
        self, channel: Channel[Any], stand_in: StandIn, message: Message
    ) -> None:
        with stand_in.unreachable(), pytest.raises(TransientError):
            channel.send(message, DictJournal())
        channel.send(message, DictJournal())
        assert len(stand_in.published()) == 1

    @pytest.mark.parametrize("fault", ["drop", "refuse", "500"])
    def test_whatever_may_have_been_taken_is_ambiguous(
        self, channel: Channel[Any], faulty: StandIn, message: Message, fault: FaultName
    ) -> None:
        faulty.faults.next(fault)
        with pytest.raises(AmbiguousError):
            channel.send(message, DictJournal())

    def test_no_answer_in_time_is_ambiguous(
        self, channel: Channel[Any], faulty: StandIn, message: Message
    ) -> None:
        hasty = channel.config.model_copy(update={"timeout_s": 0.3})
        faulty.faults.next("stall")
        with pytest.raises(AmbiguousError):
            type(channel)(hasty, channel.context).send(message, DictJournal())

    def test_no_error_shows_a_secret(
        self, channel: Channel[Any], faulty: StandIn, message: Message
    ) -> None:
        shown: list[str] = []
        faults: tuple[FaultName, ...] = ("drop", "500", "429", "expired", "forbidden", "invalid")
        for fault in faults:
            # Each a post of its own: who looks before sending would find the one that got through.
            own = dataclasses.replace(message, key=f"{message.key}-{fault}")
            faulty.faults.next(fault)
            shown.append(_everything_said(channel, own))
        with faulty.unreachable():
            shown.append(_everything_said(channel, dataclasses.replace(message, key="unreached")))
        for secret in faulty.secrets().values():
            assert not any(secret in text for text in shown)


def _everything_said(channel: Channel[Any], message: Message) -> str:
    """All that an error says, and all that stands behind it."""
    with pytest.raises(ChannelError) as caught:
        channel.send(message, DictJournal())
    said: list[str] = []
    error: BaseException | None = caught.value
    while error is not None:
        said += [*traceback.format_exception_only(error), repr(error.args)]
        error = error.__cause__ or error.__context__
    return "\n".join(said)
