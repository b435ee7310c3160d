"""The courier and the reconciler: what becomes of a delivery, whatever its platform does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels.base import (
    AmbiguousError,
    CredentialsExpiredError,
    ForbiddenError,
    InvalidContentError,
    RateLimitedError,
    TransientError,
)
from publisher.delivery import policy
from publisher.delivery.courier import Outcome
from publisher.delivery.late import HELD
from publisher.delivery.lifecycle import State
from publisher.settings.retry import Retry
from publisher.store import deliveries, holds
from tests.delivery.conftest import Office

MINUTE = timedelta(minutes=1)


def test_a_due_post_is_sent_once_with_its_receipt(office: Office) -> None:
    row = office.plan()
    key = "thu/2027/mot/hop"
    assert office.deliver() == Outcome(key, "receive", f"https://example.vn/{key}")
    assert office.state(row) == State.SENT
    assert office.deliver() is None
    [message] = office.platform.posts
    assert (message.key, message.due_at) == (key, row.due_at)
    assert message.fingerprint == row.fingerprint


def test_what_surely_failed_is_tried_again_until_it_goes(office: Office) -> None:
    office.platform.script = [TransientError("down"), TransientError("down")]
    row = office.plan()
    office.deliver()
    assert office.state(row) == State.RETRYING
    office.pass_time(5 * MINUTE)
    assert office.state(row) == State.SENT
    assert len(office.platform.posts) == 1


def test_a_poison_post_does_not_block_the_queue_behind_it(office: Office) -> None:
    office.platform.script = [TransientError("down")]
    first = office.plan(post="doc")
    second = office.plan(post="lanh")
    office.deliver()
    office.deliver()
    assert office.state(first) == State.RETRYING
    assert office.state(second) == State.SENT


def test_a_rate_limit_pauses_the_whole_channel_until_its_end(office: Office) -> None:
    until = office.clock() + 10 * MINUTE
    office.platform.script = [RateLimitedError("slow down", until)]
    office.plan(post="mot")
    office.plan(post="hai")
    office.deliver()
    assert office.deliver() is None
    office.pass_time(9 * MINUTE)
    assert office.platform.posts == []
    office.pass_time(2 * MINUTE)
    assert len(office.platform.posts) == 2


@pytest.mark.parametrize("error", [ForbiddenError("kicked"), InvalidContentError("too long")])
def test_a_refusal_for_good_is_told_to_a_person_once(office: Office, error: Exception) -> None:
    office.platform.script = [error]
    row = office.plan()
    office.pass_time(5 * MINUTE)
    assert office.state(row) == State.FAILED
    assert len(office.told) == 1
    assert str(error) in office.told[0]


def test_expired_credentials_stop_the_channel_and_lose_nothing(office: Office) -> None:
    office.platform.script = [CredentialsExpiredError("token expired")]
    row = office.plan(grace=timedelta(hours=3))
    office.deliver()
    office.platform.credentials = CredentialsExpiredError("token expired")
    office.pass_time(20 * MINUTE)
    assert office.state(row) == State.RETRYING
    assert len(office.told) == 1
    office.platform.credentials = None
    office.pass_time(10 * MINUTE)
    assert office.state(row) == State.SENT


def test_nothing_goes_out_on_the_wrong_account(office: Office) -> None:
    office.platform.config = office.platform.config.model_copy(update={"account": "tinh"})
    office.platform.owner = "mot-nguoi-khac"
    row = office.plan()
    office.pass_time(5 * MINUTE)
    assert office.platform.posts == []
    assert office.state(row) == State.PLANNED
    assert "mot-nguoi-khac" in office.told[0]


def test_a_token_that_is_suddenly_anothers_stops_the_channel(office: Office) -> None:
    office.plan(post="mot")
    office.deliver()
    office.platform.owner = "mot-nguoi-khac"
    office.begin()
    row = office.plan(post="hai")
    office.pass_time(5 * MINUTE)
    assert office.state(row) == State.PLANNED
    assert len(office.platform.posts) == 1
    assert 'account = "mot-nguoi-khac"' in office.told[0]


def test_another_account_that_schedule_toml_names_is_taken(office: Office) -> None:
    office.plan(post="mot")
    office.deliver()
    office.platform.owner = "trang-moi"
    office.platform.config = office.platform.config.model_copy(update={"account": "trang-moi"})
    office.begin()
    row = office.plan(post="hai")
    office.deliver()
    assert office.state(row) == State.SENT


def test_a_lost_answer_is_looked_up_and_found(office: Office) -> None:
    office.platform.script = ["lose"]
    row = office.plan()
    office.deliver()
    assert office.state(row) == State.UNCONFIRMED
    office.pass_time(5 * MINUTE)
    assert office.state(row) == State.SENT
    assert len(office.platform.posts) == 1


def test_what_was_never_taken_is_sent_again_after_the_look(office: Office) -> None:
    office.platform.script = [AmbiguousError("reset")]
    row = office.plan()
    office.deliver()
    office.pass_time(5 * MINUTE)
    assert office.state(row) == State.SENT
    assert len(office.platform.posts) == 1


@pytest.mark.parametrize("step", ["lose", AmbiguousError("reset")])
def test_a_native_key_is_simply_sent_again(native: Office, step: Exception | str) -> None:
    native.platform.script = [step]
    row = native.plan()
    native.pass_time(5 * MINUTE)
    assert native.state(row) == State.SENT
    assert len(native.platform.posts) == 1


@pytest.mark.parametrize("step", ["lose", AmbiguousError("reset")])
def test_where_nothing_can_tell_a_person_is_asked_and_nothing_repeated(
    silent: Office, step: Exception | str
) -> None:
    silent.platform.script = [step]
    row = silent.plan()
    silent.pass_time(5 * MINUTE)
    silent.clock.advance(timedelta(hours=4))
    silent.pass_time(5 * MINUTE)
    assert silent.state(row) == State.UNCONFIRMED
    assert len(silent.platform.posts) == (1 if step == "lose" else 0)
    assert len(silent.told) == 1


def test_an_unforeseen_error_counts_as_perhaps_taken(silent: Office) -> None:
    silent.platform.script = [ZeroDivisionError("secret detail")]
    row = silent.plan()
    silent.pass_time(5 * MINUTE)
    assert silent.state(row) == State.UNCONFIRMED
    assert "secret detail" not in silent.told[0]


def test_a_post_past_its_grace_is_missed_and_told_never_sent(office: Office) -> None:
    row = office.plan(grace=30 * MINUTE)
    office.clock.advance(31 * MINUTE)
    office.pass_time(5 * MINUTE)
    assert office.state(row) == State.MISSED
    assert office.platform.posts == []
    assert len(office.told) == 1


def test_a_server_down_over_the_due_time_sends_late_within_grace(office: Office) -> None:
    row = office.plan(grace=30 * MINUTE)
    office.clock.advance(29 * MINUTE)
    office.begin()
    office.pass_time(MINUTE)
    assert office.state(row) == State.SENT


def test_what_was_held_over_its_time_is_missed_with_its_reason(office: Office) -> None:
    row = office.plan(grace=30 * MINUTE)
    with office.database.writing() as session:
        holds.place(session, office.clock(), "Lan", "all", "", "quốc tang", None)
    office.pass_time(31 * MINUTE)
    assert office.state(row) == State.MISSED
    with office.database.reading() as session:
        assert deliveries.by_number(session, row.id or 0).note == HELD


@pytest.mark.usefixtures("stores")
@pytest.mark.parametrize("fixture", ["office", "native", "silent"])
def test_a_process_that_died_in_mid_send_neither_loses_nor_repeats(
    fixture: str, request: pytest.FixtureRequest
) -> None:
    office: Office = request.getfixturevalue(fixture)

    class Killed(BaseException):
        """Stands for SIGKILL: nothing of ours runs after it."""

    def die() -> None:
        raise Killed

    office.platform.script = [die]
    row = office.plan()
    with pytest.raises(Killed):
        office.deliver()
    assert office.state(row) == State.SENDING
    office.begin()
    assert office.reconciler.recover() == 1
    office.pass_time(10 * MINUTE)
    if fixture == "silent":
        assert office.state(row) == State.UNCONFIRMED
        assert len(office.told) == 1
    else:
        assert office.state(row) == State.SENT
        assert len(office.platform.posts) == 1


def test_a_doubt_that_outlives_the_grace_is_never_called_missed(native: Office) -> None:
    native.platform.script = ["lose", *[TransientError("down")] * 50]
    row = native.plan(grace=10 * MINUTE)
    native.pass_time(15 * MINUTE)
    assert native.state(row) == State.SENT
    assert len(native.platform.posts) == 1


def test_waits_double_up_to_the_most_and_never_reach_twice_it(office: Office) -> None:
    retry = Retry()
    waits = [policy.next_try(office.clock(), n, retry, 7) - office.clock() for n in range(1, 12)]
    assert retry.first * 0.75 <= waits[0] <= retry.first
    assert all(wait <= retry.most for wait in waits)
    assert waits[-1] >= retry.most * 0.75
