"""A worker that is cut off from the store may live on, and go on uploading to its platform."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from channels.base import Context
from publisher.clock import MovedClock
from publisher.delivery.courier import Courier
from publisher.delivery.lifecycle import State
from publisher.delivery.policy import CLUSTER_LEASE
from publisher.delivery.reconcile import Reconciler
from publisher.settings import Settings
from publisher.store import claims
from publisher.store.database import Database
from tests.delivery.conftest import Office
from tests.delivery.platform import Platform

MINUTE = timedelta(minutes=1)


class ClusterOffice(Office):
    """An office whose sends have a cluster's lease."""

    def begin(self) -> None:
        super().begin()
        board = self.courier.switchboard
        self.courier = Courier(
            self.database,
            board,
            self.settings,
            self.clock,
            self.alerts,
            owner="may1:1:aa",
            lease=CLUSTER_LEASE,
        )
        self.reconciler = Reconciler(self.database, board, self.courier, self.alerts)

    def claim_elsewhere(self) -> None:
        """Another node claims what is due, and is cut off before anything came of it."""
        with self.database.writing() as session:
            now = self.clock()
            assert claims.claim(session, "hop", now, "may2:2:bb", CLUSTER_LEASE) is not None


@pytest.fixture
def office(database: Database, clock: MovedClock, tmp_path: Path) -> ClusterOffice:
    platform = Platform(Context("hop", clock, lambda reference: "", tmp_path / "hop"))
    return ClusterOffice(database, clock, platform, Settings(root=tmp_path))


def test_its_post_is_doubted_once_the_lease_is_over(office: ClusterOffice) -> None:
    row = office.plan()
    office.claim_elsewhere()
    office.clock.advance(CLUSTER_LEASE / 2)
    office.reconciler.sweep()
    assert office.state(row) == State.SENDING
    office.clock.advance(CLUSTER_LEASE / 2)
    office.reconciler.sweep()
    assert office.state(row) == State.UNCONFIRMED


def test_what_is_not_seen_is_sent_anew_only_once_its_upload_must_have_ended(
    office: ClusterOffice,
) -> None:
    row = office.plan(grace=timedelta(hours=2))
    office.claim_elsewhere()
    office.pass_time(10 * MINUTE)
    assert office.state(row) == State.UNCONFIRMED
    assert office.platform.asked == 0
    office.pass_time(10 * MINUTE)
    assert office.state(row) == State.SENT
    assert office.platform.asked == 1
