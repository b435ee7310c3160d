"""The conformance suite: whichever answer is lost, the post is there once and whole in the end."""

# ruff: noqa: S101 -- these are tests: they assert, and take fixtures for their effect

from __future__ import annotations

import dataclasses
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.base import AmbiguousError, CannotTellError, Channel, Message, Settlement
from channels.simulated import StandIn
from channels.testing.fixtures import Fixtures
from channels.testing.given import DictJournal, StillClock
from channels.testing.messages import numbered, pictured, words_for
from channels.testing.settling import settled

CLOCKS_APART = timedelta(minutes=1)
"""By how much a platform's clock may be behind ours, at the least."""


class Doubts(Fixtures):
    """A doubt ends as the adapter declares (``Channel.settlement``)."""

    def test_a_post_whose_answer_was_lost_is_settled_as_the_adapter_declares(
        self, channel: Channel[Any], faulty: StandIn, message: Message, clock: StillClock
    ) -> None:
        journal, since = DictJournal(), clock()
        faulty.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        clock.advance(timedelta(minutes=1))
        if channel.settlement is Settlement.NATIVE_KEY:
            receipt = channel.send(message, journal)
        elif channel.settlement is Settlement.LOOKUP:
            found = channel.find(message, since, journal)
            assert found is not None
            receipt = found
        else:
            try:
                found = channel.find(message, since, journal)
            except CannotTellError:
                return
            assert found is not None, "without a lookup, absence can't be proved"
            receipt = found
        (published,) = faulty.published()
        assert receipt.remote_id == published.remote_id

    def test_a_post_that_the_platform_dates_a_little_earlier_is_found_all_the_same(
        self, channel: Channel[Any], faulty: StandIn, message: Message, clock: StillClock
    ) -> None:
        """Its clock is behind ours, and what is called absent would be sent again."""
        if channel.settlement is not Settlement.LOOKUP:
            pytest.skip("a doubt isn't settled by the times of posts")
        journal = DictJournal()
        faulty.faults.next("drop")
        with pytest.raises(AmbiguousError):
            channel.send(message, journal)
        clock.advance(timedelta(minutes=2))
        found = channel.find(message, clock() - CLOCKS_APART, journal)
        assert found is not None

    def test_whichever_answer_is_lost_there_is_one_post_in_the_end(
        self, channel: Channel[Any], faulty: StandIn, message: Message, clock: StillClock
    ) -> None:
        self._lose_each_answer(channel, faulty, message, clock)

    def test_whichever_answer_is_lost_a_post_with_pictures_is_there_once_and_whole(
        self,
        channel: Channel[Any],
        faulty: StandIn,
        message: Message,
        clock: StillClock,
        tmp_path: Path,
    ) -> None:
        self._lose_each_answer(channel, faulty, pictured(channel, message, tmp_path, 2), clock)

    def _lose_each_answer(
        self, channel: Channel[Any], faulty: StandIn, message: Message, clock: StillClock
    ) -> None:
        """Send ``message`` again and again, losing the first answer, then the second, and so on."""
        channel.send(dataclasses.replace(message, key=f"{message.key}-whole"), DictJournal())
        (whole,) = faulty.published()
        number = 0
        while True:
            # Other words each time: where none of its requests is hit any more, all were.
            nth = numbered(channel, message, number)
            before = len(faulty.published())
            faulty.faults.next("drop", on="any", after=number)
            receipt = settled(channel, nth, DictJournal(), clock)
            was_met = not faulty.faults.pending
            faulty.faults.clear()
            new = faulty.published()[before:]
            if receipt is None:
                assert channel.settlement is Settlement.NONE
                assert len(new) <= 1
            else:
                assert [each.remote_id for each in new] == [receipt.remote_id]
                assert new[0].media == whole.media
            if not was_met:
                return
            number += 1

    def test_what_was_never_sent_is_not_found(
        self, channel: Channel[Any], stand_in: StandIn, message: Message, clock: StillClock
    ) -> None:
        words = words_for(channel, "Một bài khác hẳn.")
        other = dataclasses.replace(message, key=f"{message.key}-khac", body=words)
        channel.send(other, DictJournal())
        try:
            found = channel.find(message, clock(), DictJournal())
        except CannotTellError:
            assert channel.settlement is not Settlement.LOOKUP
        else:
            assert found is None
            assert channel.settlement is not Settlement.NONE, "without a lookup, none is proved"
