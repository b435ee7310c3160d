"""The conformance suite: what is told of a post that is out, and that it can be taken back."""

# ruff: noqa: S101 -- these are tests: they assert, and take fixtures for their effect

from __future__ import annotations

from typing import Any

import pytest

from channels.base import Channel, Message
from channels.simulated import StandIn
from channels.testing.fixtures import Fixtures
from channels.testing.given import DictJournal
from channels.testing.messages import numbered


class Afterwards(Fixtures):
    """Readings are the platform's own; what it doesn't tell is absent."""

    def test_readings_are_what_people_did_and_nothing_made_up(
        self, channel: Channel[Any], stand_in: StandIn, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        did = {"views": 321, "impressions": 321, "reactions": 12, "comments": 3, "shares": 4}
        stand_in.readers(receipt.remote_id, **did)
        readings = channel.read([receipt])
        if not readings:
            pytest.skip("this platform tells nothing of readers")
        reading = readings[receipt.remote_id]
        assert reading.exists
        assert reading.metrics
        assert reading.metrics.keys() <= type(channel).metrics
        assert all(did.get(metric, 0) == count for metric, count in reading.metrics.items())

    def test_a_post_that_was_taken_back_has_no_figures_any_more(
        self, channel: Channel[Any], stand_in: StandIn, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        if not channel.delete(receipt):
            pytest.skip("this platform takes no post back")
        reading = channel.read([receipt]).get(receipt.remote_id)
        assert reading is None or (not reading.exists and not reading.metrics)

    def test_several_posts_are_read_at_once_each_by_its_own_figures(
        self, channel: Channel[Any], stand_in: StandIn, message: Message
    ) -> None:
        assert type(channel).reads_at_once >= 1
        receipts = []
        for number in range(min(3, type(channel).reads_at_once)):
            nth = numbered(channel, message, number)
            receipts.append(channel.send(nth, DictJournal()))
            stand_in.readers(receipts[-1].remote_id, views=100 + number, reactions=10 + number)
        readings = channel.read(receipts)
        if not readings:
            pytest.skip("this platform tells nothing of readers")
        for number, receipt in enumerate(receipts):
            found = readings[receipt.remote_id].metrics
            assert {found.get("views"), found.get("reactions")} & {100 + number, 10 + number}

    def test_the_account_is_read_and_nothing_made_up(
        self, channel: Channel[Any], stand_in: StandIn
    ) -> None:
        figures = channel.read_account()
        for count in (figures.followers, figures.reach):
            assert count is None or type(count) is int
        assert (figures.reach is None) == (figures.reach_days is None)
        assert figures.reach_days is None or figures.reach_days >= 1
        assert stand_in.published() == ()

    def test_a_post_can_be_taken_back_where_the_platform_offers_it(
        self, channel: Channel[Any], stand_in: StandIn, message: Message
    ) -> None:
        receipt = channel.send(message, DictJournal())
        gone = channel.delete(receipt)
        assert len(stand_in.published()) == (0 if gone else 1)
