"""The courier's part in an attempt: its steps, what is written down of it, when it goes again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import select

from channels.base import (
    AmbiguousError,
    Context,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    Journal,
    Media,
    Message,
    RateLimitedError,
    Receipt,
    TransientError,
)
from channels.sealing import KeySeal, is_sealed
from publisher.clock import MovedClock
from publisher.delivery import policy
from publisher.delivery.courier import (
    KEY_IS_OLD,
    OVERTAKEN,
    STEPS,
    Courier,
    Outcome,
    Probe,
    Step,
)
from publisher.delivery.lifecycle import State
from publisher.media.places import place_in
from publisher.settings import Settings
from publisher.store import channel_states, holds
from publisher.store.database import Database
from publisher.store.models import Delivery, JournalEntry
from tests.conftest import NOON
from tests.delivery.conftest import Office
from tests.delivery.platform import NativePlatform, Platform
from tests.store.builders import planned, store

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def probed(office: Office, probe: Probe) -> Courier:
    """The office's courier, which says each step to ``probe``."""
    board, alerts = office.courier.switchboard, office.alerts
    return Courier(office.database, board, office.settings, office.clock, alerts, "test", probe)


# -- its steps ------------------------------------------------------------------------------------


def test_each_step_of_a_delivery_is_told_as_it_is_reached(office: Office) -> None:
    told: list[Step] = []
    courier = probed(office, told.append)
    office.plan()
    assert courier.deliver_next("hop") is not None
    assert tuple(told) == STEPS
    told.clear()
    assert courier.deliver_next("hop") is None
    assert told == ["before claim"]


def test_what_is_being_sent_is_its_workers_until_the_lease_is_over(office: Office) -> None:
    seen: list[Delivery] = []
    row = office.plan()
    office.platform.script = [lambda: seen.append(office.now_of(row))]
    office.deliver()
    [going] = seen
    assert (going.state, going.owner, going.attempts) == (State.SENDING, "test", 1)
    assert going.lease_until == office.clock() + policy.LEASE
    assert (office.now_of(row).owner, office.now_of(row).lease_until) == (None, None)


def test_what_is_planned_for_a_channel_that_is_gone_from_schedule_toml_stays_planned(
    office: Office,
) -> None:
    [row] = store(office.database, planned(office.clock(), channel="cu"), now=office.clock())
    assert office.courier.deliver_next("cu") is None
    assert office.state(row) == State.PLANNED


def test_nothing_goes_out_on_a_day_of_mourning(office: Office) -> None:
    office.blackout()
    row = office.plan()
    assert office.deliver() is None
    office.clock.advance(HOUR)
    assert office.deliver() is None
    assert office.state(row) == State.PLANNED


def test_a_blackout_of_another_channel_lets_this_one_go(office: Office) -> None:
    office.blackout(channels=["khac"])
    row = office.plan()
    office.deliver()
    assert office.state(row) == State.SENT
    office.blackout(channels=["hop"])
    row = office.plan(post="hai")
    office.deliver()
    assert office.state(row) == State.PLANNED


def test_a_blackout_of_one_campaign_lets_the_others_go(office: Office) -> None:
    office.blackout(campaigns=["thu"])
    kept, free = office.plan(), office.plan(campaign="khac")
    office.pass_time(MINUTE)
    assert (office.state(kept), office.state(free)) == (State.PLANNED, State.SENT)


def test_a_hold_that_comes_after_the_claim_keeps_the_post_in_at_the_last_step(
    office: Office,
) -> None:
    def stop(step: Step) -> None:
        if step == "before request":
            with office.database.writing() as session:
                holds.place(session, office.clock(), "Lan", "all", "", "quốc tang", None)

    row = office.plan()
    courier = probed(office, stop)
    assert courier.deliver_next("hop") == Outcome("thu/2027/mot/hop", "retry")
    assert office.attempts() == [("retry", OVERTAKEN)]
    assert office.now_of(row).next_at == office.clock()
    assert office.platform.asked == 0


# -- what an adapter notes half-way ---------------------------------------------------------------


class Forgetful(NativePlatform):
    """Drops a repeat only within an hour."""

    key_lifetime = HOUR


class Halfway(Platform):
    """Notes an upload before it sends; what it had noted before is in ``found``."""

    found: str | None = ""

    def send(self, message: Message, journal: Journal) -> Receipt:
        self.found = journal.get("upload")
        journal.put("upload", f"begun for {message.key}", secret=True)
        return super().send(message, journal)


def test_what_an_adapter_noted_half_way_is_there_at_the_next_attempt_of_that_post(
    database: Database, clock: MovedClock, tmp_path: Path
) -> None:
    platform = Halfway(Context("hop", clock, lambda reference: "", tmp_path))
    office = Office(database, clock, platform, Settings(root=tmp_path))
    office.courier.switchboard.seal = KeySeal.fresh()
    platform.script = [TransientError("down")]
    office.plan()
    office.deliver()
    assert platform.found is None
    office.pass_time(MINUTE)
    assert platform.found == "begun for thu/2027/mot/hop"
    office.plan(post="hai")
    office.deliver()
    assert platform.found is None
    with database.reading() as session:
        notes = session.exec(select(JournalEntry)).all()
    assert [is_sealed(note.value) for note in notes] == [True, True]
    assert max(note.written_at for note in notes) == clock()


# -- what became of it ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "state", "move", "why"),
    [
        (TransientError("down"), State.RETRYING, "retry", "down"),
        (CredentialsExpiredError("expired"), State.RETRYING, "retry", "expired"),
        (ForbiddenError("kicked"), State.FAILED, "refuse", "kicked"),
        (InvalidContentError("too long"), State.FAILED, "refuse", "too long"),
        (AmbiguousError("reset"), State.UNCONFIRMED, "doubt", "reset"),
        (ZeroDivisionError("key"), State.UNCONFIRMED, "doubt", "unforeseen ZeroDivisionError"),
    ],
)
def test_whatever_an_adapter_raises_is_one_move_and_its_reason_is_kept(
    office: Office, error: Exception, state: State, move: str, why: str
) -> None:
    office.platform.script = [error]
    row = office.plan()
    outcome = office.deliver()
    assert outcome is not None
    assert (outcome.key, outcome.move, outcome.url) == ("thu/2027/mot/hop", move, "")
    assert office.state(row) == state
    assert office.now_of(row).note == why
    assert office.attempts() == [(move, why)]


def test_a_limit_that_names_its_end_is_waited_for_and_no_longer(office: Office) -> None:
    until = office.clock() + 10 * MINUTE
    office.platform.script = [RateLimitedError("slow down", until)]
    row = office.plan()
    assert office.deliver() == Outcome("thu/2027/mot/hop", "retry")
    assert office.now_of(row).next_at == until
    assert office.attempts() == [("retry", "slow down")]


def test_a_limit_that_is_over_at_once_is_waited_for_as_any_first_failure(office: Office) -> None:
    office.platform.script = [RateLimitedError("slow down", office.clock())] * 2
    row = office.plan()
    first = office.settings.retry.first
    for _attempt in range(2):
        office.deliver()
        assert first * 0.75 <= office.now_of(row).next_at - office.clock() <= first
        office.clock.move_to(office.now_of(row).next_at)


def test_each_failure_doubles_the_wait_of_that_post(office: Office) -> None:
    office.platform.script = [TransientError("down")] * 3
    row, first = office.plan(), office.settings.retry.first
    for wait in (first, first * 2, first * 4):
        office.deliver()
        assert wait * 0.75 <= office.now_of(row).next_at - office.clock() <= wait
        office.clock.move_to(office.now_of(row).next_at)


@pytest.mark.parametrize("error", [TransientError("down"), RateLimitedError("busy", NOON)])
def test_posts_that_failed_together_do_not_come_back_together(
    office: Office, error: Exception
) -> None:
    office.platform.script = [error] * 4
    rows = [office.plan(post=f"p{number}") for number in range(4)]
    for _row in rows:
        office.deliver()
    assert len({office.now_of(row).next_at for row in rows}) == len(rows)


def test_a_post_whose_grace_ends_before_its_next_try_is_tried_just_before_the_end(
    office: Office,
) -> None:
    office.platform.script = [TransientError("down")]
    row = office.plan(grace=timedelta(seconds=50))
    office.deliver()
    assert office.now_of(row).next_at == row.expires_at - policy.LAST_TRY


@pytest.mark.parametrize(
    ("errors", "failures"),
    [
        ([TransientError("down"), AmbiguousError("reset")], 2),
        ([TransientError("down"), ZeroDivisionError()], 2),
        ([TransientError("down"), RateLimitedError("busy", NOON)], 2),
        ([TransientError("down"), ForbiddenError("kicked")], 0),
        ([TransientError("down"), InvalidContentError("too long")], 0),
    ],
)
def test_a_platform_that_answers_has_not_failed_even_where_it_refuses(
    office: Office, errors: list[Exception], failures: int
) -> None:
    office.platform.script = [*errors]
    for number in range(len(errors)):
        office.plan(post=f"p{number}")
        office.deliver()
    with office.database.reading() as session:
        known = channel_states.known(session, "hop")
    assert known is not None
    assert known.failures == failures


def test_a_message_that_cannot_be_read_back_is_refused_and_no_failure_of_the_platform(
    office: Office,
) -> None:
    row = office.plan()
    with office.database.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE version SET content = '{}'")
    assert office.deliver() == Outcome("thu/2027/mot/hop", "refuse")
    assert office.state(row) == State.FAILED
    assert office.now_of(row).note == "unforeseen ValidationError"
    assert office.platform.asked == 0


def test_a_repeat_whose_key_is_forgotten_is_never_begun_and_says_why(
    database: Database, clock: MovedClock, tmp_path: Path
) -> None:
    platform = Forgetful(Context("hop", clock, lambda reference: "", tmp_path))
    office = Office(database, clock, platform, Settings(root=tmp_path))
    platform.script = ["lose"]
    row = office.plan(grace=5 * HOUR)
    office.deliver()
    office.reconciler.sweep()
    assert office.state(row) == State.RETRYING
    clock.advance(Forgetful.key_lifetime)
    assert office.deliver() == Outcome("thu/2027/mot/hop", "doubt")
    assert office.state(row) == State.UNCONFIRMED
    assert office.attempts()[-1] == ("doubt", KEY_IS_OLD)
    assert platform.asked == 1


def test_a_picture_is_sent_from_where_it_is_kept_now(office: Office, tmp_path: Path) -> None:
    was = Media(tmp_path / "old" / "anh.png", "ab12", "image/png", 3, "Ảnh")
    kept = place_in(office.settings.media_folder, was)
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"png")
    asked = planned(office.clock())
    asked = replace(asked, message=replace(asked.message, media=(was,)))
    store(office.database, asked, now=office.clock())
    office.deliver()
    [message] = office.platform.posts
    assert [medium.path for medium in message.media] == [kept]
