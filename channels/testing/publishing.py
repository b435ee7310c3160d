"""The conformance suite: what is published, and that it is what was to be."""

# ruff: noqa: S101 -- these are tests: they assert, and take fixtures for their effect

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.base import Channel, InvalidContentError, Limits, Message, RateLimitedError
from channels.limits import violations
from channels.simulated import StandIn
from channels.testing.fixtures import Fixtures
from channels.testing.given import TEXT, DictJournal, StillClock
from channels.testing.messages import letters, pictured, threaded, words_for

_SIGNS = {"syllables": "ă ", "bytes": "a"}
"""What counts as one, by the unit of the limits; elsewhere a letter of Vietnam's own."""


class Publishing(Fixtures):
    """A text, pictures, a thread, whose account; and no more than the limits say."""

    def test_a_text_is_published_once(
        self, channel: Channel[Any], stand_in: StandIn, message: Message
    ) -> None:
        channel.send(message, DictJournal())
        (published,) = stand_in.published()
        assert letters(TEXT) in letters(published.text)

    def test_the_receipt_names_the_post_its_address_and_its_time(
        self, channel: Channel[Any], stand_in: StandIn, message: Message, clock: StillClock
    ) -> None:
        receipt = channel.send(message, DictJournal())
        (published,) = stand_in.published()
        assert receipt.remote_id == published.remote_id
        assert receipt.url == published.url
        assert receipt.at.utcoffset() is not None
        assert abs(receipt.at - clock()) < timedelta(minutes=1)

    def test_a_picture_is_published_with_its_text(
        self, channel: Channel[Any], stand_in: StandIn, message: Message, tmp_path: Path
    ) -> None:
        with_picture = pictured(channel, message, tmp_path, 1)
        channel.send(with_picture, DictJournal())
        (published,) = stand_in.published()
        assert published.media == 1
        assert letters(TEXT) in letters(published.text)
        if published.alts:
            assert published.alts == (with_picture.media[0].alt,)

    def test_several_pictures_are_one_post(
        self, channel: Channel[Any], stand_in: StandIn, message: Message, tmp_path: Path
    ) -> None:
        channel.send(pictured(channel, message, tmp_path, 3), DictJournal())
        (published,) = stand_in.published()
        assert published.media == 3

    def test_a_thread_is_one_chain(
        self, channel: Channel[Any], stand_in: StandIn, message: Message
    ) -> None:
        channel.send(threaded(channel, message), DictJournal())
        first, second, third = stand_in.published()
        assert (first.reply_to, second.reply_to) == ("", first.remote_id)
        assert third.reply_to == second.remote_id

    def test_a_half_sent_thread_is_finished_not_begun_again(
        self, channel: Channel[Any], faulty: StandIn, message: Message
    ) -> None:
        thread, journal = threaded(channel, message), DictJournal()
        faulty.faults.next("429", after=1)
        with pytest.raises(RateLimitedError):
            channel.send(thread, journal)
        assert len(faulty.published()) == 1
        receipt = channel.send(thread, journal)
        first, second, third = faulty.published()
        assert receipt.url == first.url
        assert third.reply_to == second.remote_id

    def test_identify_names_the_account_without_publishing(
        self, channel: Channel[Any], stand_in: StandIn
    ) -> None:
        account = channel.identify()
        assert account.id
        assert account.name
        assert channel.config.account in ("", account.id, account.name)
        assert stand_in.published() == ()

    def test_the_longest_text_is_taken_and_one_more_is_refused_as_the_limits_say(
        self, channel: Channel[Any], stand_in: StandIn, message: Message, limits: Limits
    ) -> None:
        if limits.text_max is None or message.media:
            pytest.skip("no limit of a text alone is known")
        sign = _SIGNS.get(limits.unit, "ă")
        longest = dataclasses.replace(message, body=words_for(channel, sign * limits.text_max))
        assert violations(longest, limits) == ()
        channel.send(longest, DictJournal())
        longer = dataclasses.replace(message, body=words_for(channel, sign * (limits.text_max + 1)))
        assert [violation.code for violation in violations(longer, limits)] == ["text_long"]
        with pytest.raises(InvalidContentError):
            channel.send(longer, DictJournal())
        assert len(stand_in.published()) == 1
