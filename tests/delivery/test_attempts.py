"""The courier's part in an attempt: its steps, what is written down of it, when it goes again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError
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
from publisher.settings.blackouts import Blackout
from publisher.store import channel_states, claims, deliveries, holds
from publisher.store.database import Database
from publisher.store.models import Attempt, Delivery, JournalEntry
from tests.conftest import NOON
from tests.delivery.conftest import Office
from tests.delivery.platform import NativePlatform, Platform
from tests.store.builders import planned, store

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)


def now_of(office: Office, row: Delivery) -> Delivery:
    """The delivery as the store has it now."""
    with office.database.reading() as session:
        return deliveries.by_number(session, deliveries.number_of(row))


def attempts(office: Office) -> list[tuple[str | None, str]]:
    """Of each attempt its outcome and what is told of it."""
    with office.database.reading() as session:
        return [(one.outcome, one.detail) for one in session.exec(select(Attempt)).all()]


def rename(office: Office, table: str, name: str) -> None:
    """A store without its ``table`` takes nothing that needs it."""
    with office.database.engine.begin() as connection:
        connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {name}")


def probed(office: Office, probe: Probe) -> Courier:
    """The office's courier, which says each step to ``probe``."""
    board, alerts = office.courier.switchboard, office.alerts
    return Courier(office.database, board, office.settings, office.clock, alerts, "test", probe)


def blackout(office: Office, **keys: object) -> None:
    today = {"from": "2027-10-10", "to": "2027-10-10", "reason": "Quốc tang"}
    kept = (Blackout.model_validate({**today, **keys}),)
    office.settings = office.settings.model_copy(update={"blackouts": kept})
    office.begin()


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
    office.platform.script = [lambda: seen.append(now_of(office, row))]
    office.deliver()
    [going] = seen
    assert (going.state, going.owner, going.attempts) == (State.SENDING, "test", 1)
    assert going.lease_until == office.clock() + policy.LEASE
    assert (now_of(office, row).owner, now_of(office, row).lease_until) == (None, None)


def test_what_is_planned_for_a_channel_that_is_gone_from_schedule_toml_stays_planned(
    office: Office,
) -> None:
    [row] = store(office.database, planned(office.clock(), channel="cu"), now=office.clock())
    assert office.courier.deliver_next("cu") is None
    assert office.state(row) == State.PLANNED


def test_nothing_goes_out_on_a_day_of_mourning(office: Office) -> None:
    blackout(office)
    row = office.plan()
    assert office.deliver() is None
    office.clock.advance(HOUR)
    assert office.deliver() is None
    assert office.state(row) == State.PLANNED


def test_a_blackout_of_another_channel_lets_this_one_go(office: Office) -> None:
    blackout(office, channels=["khac"])
    row = office.plan()
    office.deliver()
    assert office.state(row) == State.SENT
    blackout(office, channels=["hop"])
    row = office.plan(post="hai")
    office.deliver()
    assert office.state(row) == State.PLANNED


def test_a_blackout_of_one_campaign_lets_the_others_go(office: Office) -> None:
    blackout(office, campaigns=["thu"])
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
    assert attempts(office) == [("retry", OVERTAKEN)]
    assert now_of(office, row).next_at == office.clock()
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
    assert now_of(office, row).note == why
    assert attempts(office) == [(move, why)]


def test_a_limit_that_names_its_end_is_waited_for_and_no_longer(office: Office) -> None:
    until = office.clock() + 10 * MINUTE
    office.platform.script = [RateLimitedError("slow down", until)]
    row = office.plan()
    office.deliver()
    assert now_of(office, row).next_at == until
    assert attempts(office) == [("retry", "slow down")]


def test_a_limit_that_is_over_at_once_is_waited_for_as_any_first_failure(office: Office) -> None:
    office.platform.script = [RateLimitedError("slow down", office.clock())] * 2
    row = office.plan()
    first = office.settings.retry.first
    for _attempt in range(2):
        office.deliver()
        assert first * 0.75 <= now_of(office, row).next_at - office.clock() <= first
        office.clock.move_to(now_of(office, row).next_at)


def test_each_failure_doubles_the_wait_of_that_post(office: Office) -> None:
    office.platform.script = [TransientError("down")] * 3
    row, first = office.plan(), office.settings.retry.first
    for wait in (first, first * 2, first * 4):
        office.deliver()
        assert wait * 0.75 <= now_of(office, row).next_at - office.clock() <= wait
        office.clock.move_to(now_of(office, row).next_at)


@pytest.mark.parametrize("error", [TransientError("down"), RateLimitedError("busy", NOON)])
def test_posts_that_failed_together_do_not_come_back_together(
    office: Office, error: Exception
) -> None:
    office.platform.script = [error] * 4
    rows = [office.plan(post=f"p{number}") for number in range(4)]
    for _row in rows:
        office.deliver()
    assert len({now_of(office, row).next_at for row in rows}) == len(rows)


def test_a_post_whose_grace_ends_before_its_next_try_is_tried_just_before_the_end(
    office: Office,
) -> None:
    office.platform.script = [TransientError("down")]
    row = office.plan(grace=timedelta(seconds=50))
    office.deliver()
    assert now_of(office, row).next_at == row.expires_at - policy.LAST_TRY


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
    assert now_of(office, row).note == "unforeseen ValidationError"
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
    assert attempts(office)[-1] == ("doubt", KEY_IS_OLD)
    assert platform.asked == 1


def test_a_picture_is_sent_from_where_it_is_kept_now(office: Office, tmp_path: Path) -> None:
    was = Media(tmp_path / "old" / "anh.png", "ab12", "image/png", 3, "Ảnh")
    kept = place_in(office.settings.var_folder / "media", was)
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"png")
    asked = planned(office.clock())
    asked = replace(asked, message=replace(asked.message, media=(was,)))
    store(office.database, asked, now=office.clock())
    office.deliver()
    [message] = office.platform.posts
    assert [medium.path for medium in message.media] == [kept]


# -- what the store doesn't take ------------------------------------------------------------------


def test_a_receipt_that_the_store_does_not_take_is_kept_and_written_down_later(
    office: Office,
) -> None:
    office.platform.script = [lambda: rename(office, "attempt", "away")]
    row = office.plan()
    with pytest.raises(SQLAlchemyError):
        office.deliver()
    # It is tried at every look, and keeps no other channel waiting.
    office.courier.write_down()
    assert office.state(row) == State.SENDING
    rename(office, "away", "attempt")
    office.courier.write_down()
    assert office.state(row) == State.SENT
    assert attempts(office) == [("sent", "")]
    assert len(office.platform.posts) == 1


def test_what_was_kept_of_a_channel_is_written_down_before_its_next_post_goes(
    office: Office,
) -> None:
    office.platform.script = [lambda: rename(office, "attempt", "away")]
    row, after = office.plan(), office.plan(post="hai")
    with pytest.raises(SQLAlchemyError):
        office.deliver()
    with pytest.raises(SQLAlchemyError):
        office.deliver()
    rename(office, "away", "attempt")
    office.deliver()
    assert (office.state(row), office.state(after)) == (State.SENT, State.SENT)
    assert [message.key for message in office.platform.posts] == [
        "thu/2027/mot/hop",
        "thu/2027/hai/hop",
    ]


def test_a_store_that_fails_before_a_byte_left_costs_a_try_and_says_what_it_was(
    office: Office,
) -> None:
    row = office.plan()
    rename(office, "version", "away")
    assert office.deliver() == Outcome("thu/2027/mot/hop", "retry")
    assert attempts(office) == [("retry", "OperationalError")]
    assert now_of(office, row).next_at > office.clock()
    rename(office, "away", "version")
    office.pass_time(MINUTE)
    assert office.state(row) == State.SENT
    assert len(office.platform.posts) == 1


# -- whether a channel is to be left to its sends --------------------------------------------------


def test_a_channel_is_left_to_its_sends_while_one_may_go_or_is_going(office: Office) -> None:
    seen: list[bool] = []
    assert not office.courier.wants("hop")
    office.platform.script = [lambda: seen.append(office.courier.wants("hop"))]
    office.plan()
    assert office.courier.wants("hop")
    office.deliver()
    assert seen == [True]
    assert not office.courier.wants("hop")


def test_a_channel_that_is_stopped_or_paused_is_left_alone(office: Office) -> None:
    with office.database.writing() as session:
        channel_states.pause(session, "hop", office.clock() + HOUR, office.clock())
    assert office.courier.wants("hop")
    office.clock.advance(HOUR)
    assert not office.courier.wants("hop")
    with office.database.writing() as session:
        channel_states.stop(session, "hop", "token hết hạn", office.clock())
    assert office.courier.wants("hop")


def test_what_another_channel_is_about_leaves_this_one_free(office: Office) -> None:
    store(office.database, planned(office.clock(), channel="khac"), now=office.clock())
    with office.database.writing() as session:
        channel_states.stop(session, "cu", "token hết hạn", office.clock())
    assert not office.courier.wants("hop")
    with office.database.writing() as session:
        claims.claim(session, "khac", office.clock(), "test", policy.LEASE)
    assert not office.courier.wants("hop")


def test_what_a_blackout_or_its_hour_keeps_in_needs_no_channel(office: Office) -> None:
    store(office.database, planned(office.clock() + HOUR, post="mai"), now=office.clock())
    assert not office.courier.wants("hop")
    office.plan()
    blackout(office, channels=["khac"])
    assert office.courier.wants("hop")
    blackout(office, channels=["hop"])
    assert not office.courier.wants("hop")
    blackout(office, campaigns=["thu"])
    assert not office.courier.wants("hop")
    blackout(office)
    assert not office.courier.wants("hop")
