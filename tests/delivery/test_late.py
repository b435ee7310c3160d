"""Too late: what is past its grace is missed with its reason, and nobody misses the news."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels.base import ForbiddenError, TransientError
from publisher.delivery import lifecycle
from publisher.delivery.late import BLACKOUT, HELD, NOT_APPROVED
from publisher.delivery.lifecycle import State
from publisher.settings.blackouts import Blackout
from publisher.states import note_words
from publisher.store import deliveries, holds
from tests.delivery.conftest import Office

MINUTE = timedelta(minutes=1)
HALF_AN_HOUR = 30 * MINUTE


def note(office: Office) -> str:
    with office.database.reading() as session:
        [row] = deliveries.in_state(session, State.MISSED)
    return row.note


def hold_everything(office: Office) -> None:
    with office.database.writing() as session:
        holds.place(session, office.clock(), "Lan", "all", "", "quốc tang", None)


def black_out(office: Office) -> None:
    today = office.clock().date()
    blackout = Blackout(from_=today, to=today, reason="quốc tang")
    office.settings = office.settings.model_copy(update={"blackouts": (blackout,)})
    office.begin()


@pytest.mark.parametrize(
    ("keep", "asked", "why"),
    [
        (hold_everything, 0, HELD),
        (black_out, 0, BLACKOUT),
        (lambda office: None, 1, NOT_APPROVED),
    ],
    ids=["held", "blackout", "not approved"],
)
def test_what_kept_a_post_from_going_out_is_the_reason_told(
    office: Office, keep: object, asked: int, why: str
) -> None:
    assert callable(keep)
    keep(office)
    office.plan(grace=HALF_AN_HOUR, approvals=asked)
    office.pass_time(HALF_AN_HOUR + MINUTE)
    assert note(office) == why
    assert len(office.told) == 1
    assert note_words(why) in office.told[0]


def test_a_platform_that_was_down_is_the_reason_told(office: Office) -> None:
    office.platform.script = [TransientError("503 bảo trì")] * 100
    office.plan(grace=HALF_AN_HOUR)
    office.pass_time(HALF_AN_HOUR + MINUTE)
    assert note(office) == "503 bảo trì"
    assert "503 bảo trì" in office.told[0]


def test_what_was_begun_and_is_missed_is_told_as_perhaps_out_in_part(office: Office) -> None:
    office.platform.script = ["begin"] * 100
    office.plan(grace=HALF_AN_HOUR)
    office.pass_time(HALF_AN_HOUR + MINUTE)
    assert "một phần" in office.told[0]


def test_a_report_is_never_called_held(office: Office) -> None:
    row = office.plan(grace=HALF_AN_HOUR)
    with office.database.writing() as session:
        row.holdable = False
        session.add(row)
    hold_everything(office)
    office.clock.advance(HALF_AN_HOUR)
    office.reconciler.sweep()
    assert note(office) == ""


def test_a_miss_soon_after_a_refusal_of_the_same_post_is_told_too(office: Office) -> None:
    office.platform.script = [ForbiddenError("kicked"), *[TransientError("down")] * 100]
    row = office.plan(grace=HALF_AN_HOUR)
    office.deliver()
    with office.database.writing() as session:
        deliveries.move(
            session, row.id or 0, lifecycle.AGAIN, office.clock(), next_at=office.clock()
        )
    office.pass_time(HALF_AN_HOUR + MINUTE)
    assert office.state(row) == State.MISSED
    assert len(office.told) == 2


def test_a_second_refusal_after_again_is_told_too(office: Office) -> None:
    office.platform.script = [ForbiddenError("kicked"), ForbiddenError("kicked")]
    row = office.plan()
    office.deliver()
    with office.database.writing() as session:
        deliveries.move(session, row.id or 0, lifecycle.AGAIN, office.clock())
    office.deliver()
    assert len(office.told) == 2


@pytest.mark.parametrize(
    "steps",
    [(lifecycle.MISS,), (lifecycle.CLAIM, lifecycle.REFUSE)],
    ids=["missed", "refused"],
)
def test_what_a_process_died_before_telling_is_told_at_the_next_start(
    office: Office, steps: tuple[lifecycle.Move, ...]
) -> None:
    row = office.plan()
    with office.database.writing() as session:
        for step in steps:
            assert deliveries.move(session, row.id or 0, step, office.clock())
    for _start in range(2):
        office.begin()
        office.reconciler.recover()
    assert len(office.told) == 1


def test_what_was_told_is_not_told_again_at_a_start(office: Office) -> None:
    office.platform.script = [ForbiddenError("kicked")]
    office.plan()
    office.deliver()
    office.clock.advance(timedelta(hours=7))
    office.begin()
    office.reconciler.recover()
    assert len(office.told) == 1
