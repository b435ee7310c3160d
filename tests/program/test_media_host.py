"""The media host that schedule.toml names: the portal's own library, kept by its channel."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from channels.base import TransientError
from channels.simulated.host import fetched
from channels.simulated.wordpress.platform import Platform
from channels.testing import picture
from publisher.clock import MovedClock
from publisher.settings import Settings
from publisher.switchboard import Switchboard
from tests.rehearsal.conftest import NOW


@pytest.fixture
def clock() -> MovedClock:
    return MovedClock(NOW)


@pytest.fixture
def portal(clock: MovedClock) -> Iterator[Platform]:
    with Platform(clock) as platform:
        yield platform


@pytest.fixture
def board(portal: Platform, clock: MovedClock, tmp_path: Path) -> Iterator[Switchboard]:
    keys = {"adapter": "wordpress", **portal.config()}
    settings = Settings.model_validate(
        {
            "channels": {"portal": keys},
            "media_host": {"kind": "channel", "channel": "portal"},
            "root": tmp_path,
        }
    )
    board = Switchboard(settings, clock, portal.secrets().__getitem__)
    yield board
    board.close()


def test_every_channel_is_given_the_portal_s_library(board: Switchboard, tmp_path: Path) -> None:
    medium = picture(tmp_path)
    address = board.context("zalo").address_of(medium)
    assert fetched(address)[0] == medium.path.read_bytes()


def test_what_nobody_fetches_any_more_is_taken_away(
    board: Switchboard, clock: MovedClock, tmp_path: Path
) -> None:
    address = board.context("zalo").address_of(picture(tmp_path))
    assert board.host is not None
    clock.advance(timedelta(days=1))
    assert board.host.sweep() == 0
    fetched(address)
    clock.advance(timedelta(days=7))
    assert board.host.sweep() == 1
    with pytest.raises(ValueError, match="404"):
        fetched(address)


def test_a_portal_that_is_down_lets_the_others_wait_and_blames_no_post(
    board: Switchboard, portal: Platform, tmp_path: Path
) -> None:
    portal.faults.always("expired", on="any")
    with pytest.raises(TransientError, match="media host portal"):
        board.context("zalo").address_of(picture(tmp_path))
