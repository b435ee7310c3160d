"""A platform in trouble for hours: rate limits, errors of its own, credentials taken back."""

from __future__ import annotations

import socket
from collections.abc import Sequence
from datetime import timedelta
from email.utils import format_datetime
from itertools import pairwise
from typing import Any

import pytest

from channels.simulated import email
from channels.simulated.telegram import platform as telegram
from publisher.delivery import policy
from publisher.delivery.lifecycle import State
from tests.faults.line import spoilt, status
from tests.faults.office import HOUR, MINUTE, Kind, Office, Open, open_office

__all__ = ["open_office"]

KINDS: dict[str, Kind] = {
    "webhook": spoilt("webhook"),
    "wordpress": spoilt("wordpress"),
    "telegram": spoilt("telegram", private=True),
}
"""A native key, a look-up, and one that can't be asked."""


def trials(office: Office, kind: str, since: int = 0) -> list[Any]:
    """The moments at which a channel asked its platform anything, after the first requests."""
    return sorted({one.at for one in office.platforms[kind].came_in[since:]})


def gaps(moments: Sequence[Any]) -> list[timedelta]:
    return [after - before for before, after in pairwise(moments)]


# -- rate limits ----------------------------------------------------------------------------------

WAITS = {
    "in seconds": timedelta(seconds=120),
    "as a date": timedelta(seconds=600),
    "not at all": timedelta(seconds=60),
}
"""How the platform says when to come again; and how long it is left in peace: so long, and no
longer, for a limit is no failure that opens a breaker."""


@pytest.mark.parametrize("said", WAITS)
def test_a_storm_of_429_is_waited_out_and_every_post_goes_out_once(
    open_office: Open, said: str
) -> None:
    office, posts = open_office(KINDS), 6
    for kind in KINDS:
        office.plan(kind, posts, grace=3 * HOUR, every=5 * MINUTE)
    before = {kind: office.platforms[kind].requests() for kind in KINDS}

    def busy(line: socket.socket) -> None:
        date = format_datetime(office.clock() + WAITS[said], usegmt=True)
        heads = {"in seconds": "Retry-After: 120", "as a date": f"Retry-After: {date}"}
        status(429, heads.get(said, ""))(line)

    for platform in office.platforms.values():
        platform.spoil(busy, takes=False, on="any")
    office.deliver()
    office.pass_time(HOUR)
    assert set(office.outcomes()) == {"retry"}
    for kind in KINDS:
        asked = trials(office, kind, before[kind])
        assert min(gaps(asked)) >= WAITS[said]
        assert len(asked) >= HOUR / WAITS[said] / 2
        office.platforms[kind].spoil(None)
    office.pass_time(HOUR)
    assert [office.all_out_once(kind, posts) for kind in KINDS] == [True] * len(KINDS)
    assert "not sent in time" not in office.told


def test_a_look_up_that_is_told_to_wait_waits(open_office: Open) -> None:
    office = open_office({"wordpress": KINDS["wordpress"]})
    platform = office.platforms["wordpress"]
    office.plan("wordpress", grace=3 * HOUR)
    platform.faults.next("drop")
    office.deliver()
    platform.spoil(status(429, "Retry-After: 3600"), takes=False, on="any")
    before = platform.requests()
    office.pass_time(50 * MINUTE)
    assert len(trials(office, "wordpress", before)) == 1
    platform.spoil(None)
    office.pass_time(30 * MINUTE)
    assert office.all_out_once("wordpress", 1)


# -- errors of its own ----------------------------------------------------------------------------

OUTAGE = 6 * HOUR
MOST_TRIALS_OF_500 = 60
"""So often a channel asks in six hours of which every answer is 500: one trial at a time, at
doubling intervals of a quarter of an hour at most, and a look-up for each post in doubt."""

WITH_MAIL: dict[str, Kind] = {**KINDS, "email": email.Platform}


def after_six_hours_of_500(open_office: Open, grace: timedelta, posts: int) -> Office:
    office = open_office(WITH_MAIL)
    for kind in WITH_MAIL:
        office.plan(kind, posts, grace=grace, every=10 * MINUTE)
    before = {kind: office.platforms[kind].requests() for kind in KINDS}
    for kind, platform in office.platforms.items():
        # The portal can still be read: each doubt is looked up, over and over.
        platform.faults.always("500", on="publish" if kind == "wordpress" else "any")
    office.deliver()
    office.pass_time(OUTAGE, 5 * MINUTE)
    for kind in WITH_MAIL:
        assert office.out(kind) == []
        assert office.told.count(f"Channel {kind} has failed since") <= 2
    for kind in KINDS:
        assert len(trials(office, kind, before[kind])) <= MOST_TRIALS_OF_500
    for platform in office.platforms.values():
        platform.faults.clear()
    office.pass_time(HOUR)
    return office


def test_after_six_hours_of_500_what_is_within_its_grace_goes_out_once(
    open_office: Open,
) -> None:
    office = after_six_hours_of_500(open_office, grace=9 * HOUR, posts=3)
    for kind in ("webhook", "wordpress", "email"):
        assert office.all_out_once(kind, 3), kind
    # An answer of 500 may stand for a post that was taken: where nothing can tell, a person is
    # asked about what was tried; what wasn't goes out.
    rows = office.rows("telegram")
    doubted = [row for row in rows if row.state == State.UNCONFIRMED]
    assert {row.state for row in rows} <= {State.UNCONFIRMED, State.SENT}
    assert office.out("telegram") == [1] * (len(rows) - len(doubted))
    assert all(f"thu/2027/{row.post}/telegram" in office.told for row in doubted)


def test_six_hours_of_500_beyond_the_grace_leave_nothing_out_and_everything_told(
    open_office: Open,
) -> None:
    office = after_six_hours_of_500(open_office, grace=2 * HOUR, posts=3)
    for kind in WITH_MAIL:
        assert office.out(kind) == []
        assert set(office.states(kind)) <= {State.MISSED, State.UNCONFIRMED}
        for row in office.rows(kind):
            assert f"thu/2027/{row.post}/{kind}" in office.told
    # What can be looked up, and what surely wasn't taken, is no longer in doubt in the end.
    assert set(office.states("wordpress")) == {State.MISSED}
    assert set(office.states("email")) == {State.MISSED}


# -- credentials ----------------------------------------------------------------------------------

POSTS, EVERY = 10, 10 * MINUTE
NEW_TOKEN = "7203456789:AAHnew-token-that-an-administrator-got"


def revoked_after_three(
    open_office: Open, monkeypatch: pytest.MonkeyPatch, mended_after: timedelta
) -> Office:
    """A campaign on three channels; after its third post Telegram takes the old token no more, and
    an administrator puts a new one down later."""
    office = open_office(KINDS)
    for kind in KINDS:
        office.plan(kind, POSTS, grace=HOUR, every=EVERY)
    office.deliver()
    office.pass_time(2 * EVERY + MINUTE)
    assert office.states("telegram").count(State.SENT) == 3
    monkeypatch.setattr(telegram, "TOKEN", NEW_TOKEN)
    before = office.platforms["telegram"].requests()

    office.pass_time(mended_after)
    assert office.states("telegram").count(State.SENT) == 3
    assert office.told.count("Channel telegram is stopped") == 1
    tried = trials(office, "telegram", before)
    assert len(tried) <= 2 + mended_after / policy.REOPEN_EVERY

    [reference] = office.platforms["telegram"].secrets()
    office.secrets[reference] = NEW_TOKEN
    office.pass_time(POSTS * EVERY)
    for kind in ("webhook", "wordpress"):
        assert office.all_out_once(kind, POSTS)
        late = [(row.sent_at or row.due_at) - row.due_at for row in office.rows(kind)]
        assert max(late) <= MINUTE, "the other channels go on, at their times"
    assert office.told.count("Channel telegram is stopped") == 1
    return office


def test_a_token_revoked_in_mid_campaign_stops_its_channel_until_there_is_a_new_one(
    open_office: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = revoked_after_three(open_office, monkeypatch, 40 * MINUTE)
    assert office.all_out_once("telegram", POSTS)
    assert "not sent in time" not in office.told


def test_what_outlives_its_grace_while_a_channel_is_stopped_is_missed_and_told(
    open_office: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = revoked_after_three(open_office, monkeypatch, 95 * MINUTE)
    rows = office.rows("telegram")
    missed = [row for row in rows if row.state == State.MISSED]
    assert 0 < len(missed) < POSTS - 3
    assert [row.state for row in rows if row not in missed] == [State.SENT] * (POSTS - len(missed))
    assert office.out("telegram") == [1] * (POSTS - len(missed))
    assert all(f"thu/2027/{row.post}/telegram" in office.told for row in missed)
