"""The plan against the store: what changes, what never does, and that once is enough."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.base import Message, Text
from publisher.campaign.model import Campaign
from publisher.delivery.lifecycle import CANCEL, CLAIMABLE, REPLAN, State
from publisher.planning.bookkeeping import Retagging, TaggedDelivery, Tags
from publisher.planning.diff import BY_PLAN, Alteration, Changes, Scope, StoredDelivery, diff
from publisher.planning.model import Identity, PlannedDelivery
from publisher.planning.plan import slots
from tests.planning.builders import (
    GRACE,
    VIETNAM,
    campaign,
    campaigns,
    identity,
    moments,
    planned,
    post,
    scope,
    stored,
    vietnam,
)

NOW = vietnam(2027, 10, 3, 12)
SOON = NOW + timedelta(days=1)
LATER = NOW + timedelta(days=2)
JUST_NOW = NOW - timedelta(hours=1)
TOO_LATE = NOW - timedelta(hours=2)
BEYOND = NOW + timedelta(days=90)

UNTOUCHABLE = (State.SENDING, State.SENT, State.UNCONFIRMED)
HERE = scope(NOW, "mot")
GONE = scope(NOW)


def applied(rows: Iterable[StoredDelivery], changes: Changes) -> list[StoredDelivery]:
    """``rows`` once ``changes`` are in force; fails where the life cycle forbids one of them."""
    after = {row.identity: row for row in rows}
    for delivery in changes.added:
        assert delivery.identity not in after
        after[delivery.identity] = stored(delivery)
    for alteration in changes.altered:
        state = after[alteration.stored.identity].state
        assert state in CLAIMABLE | {State.FAILED}
        after[alteration.stored.identity] = stored(alteration.planned, state)
    for delivery in changes.restored:
        assert after[delivery.identity].state in REPLAN.before
        after[delivery.identity] = stored(delivery, REPLAN.after)
    for row in changes.removed:
        assert row.state in CANCEL.before
        after[row.identity] = dataclasses.replace(row, state=CANCEL.after, cancelled_by=BY_PLAN)
    return list(after.values())


def is_nothing(changes: Changes) -> bool:
    return changes.empty and not changes.too_late and not changes.untouchable


# -- what always holds ----------------------------------------------------------------------------

identities = st.builds(
    Identity,
    st.sampled_from(["thu", "hong"]),
    st.just(2027),
    st.sampled_from(["mot", "hai"]),
    st.sampled_from(["x", "zalo"]),
    st.sampled_from(["", "2027-10-04", "now-1"]),
)
plans = st.builds(
    lambda of, hours, text, grace, approvals, zone: planned(
        NOW + timedelta(hours=hours),
        of,
        text=text,
        grace=timedelta(hours=grace),
        approvals=approvals,
        zone=ZoneInfo(zone),
    ),
    identities,
    st.integers(-6, 72),
    st.sampled_from(["Xin chào", "Chào bạn"]),
    st.integers(1, 6),
    st.integers(0, 2),
    st.sampled_from(["Asia/Ho_Chi_Minh", "Asia/Bangkok"]),
)
rows = st.builds(
    lambda delivery, state, by, longer, holdable: stored(
        delivery,
        state,
        cancelled_by=by if state is State.CANCELLED else None,
        expires_at=delivery.slot.due_at + delivery.slot.grace + timedelta(hours=longer),
        holdable=holdable,
    ),
    plans,
    st.sampled_from(list(State)),
    st.sampled_from([BY_PLAN, "an"]),
    st.integers(0, 3),
    st.booleans(),
)
scopes = st.builds(
    Scope,
    st.just(NOW - timedelta(hours=6)),
    st.just(NOW + timedelta(hours=48)),
    st.frozensets(st.sampled_from(["hong", "*"])),
    st.frozensets(
        st.tuples(
            st.sampled_from(["thu", "hong"]),
            st.sampled_from(["mot", "hai"]),
            st.sampled_from(["x", "zalo"]),
        )
    ),
)
many_plans = st.lists(plans, max_size=8, unique_by=lambda delivery: delivery.identity)
many_rows = st.lists(rows, max_size=8, unique_by=lambda row: row.identity)


@given(many_plans, many_rows, scopes)
def test_what_is_applied_once_changes_nothing_the_second_time(
    asked: list[PlannedDelivery], there: list[StoredDelivery], within: Scope
) -> None:
    changes = diff(asked, there, NOW, within)
    assert diff(asked, applied(there, changes), NOW, within).empty


@given(many_plans, many_rows, scopes)
def test_what_went_out_or_may_have_is_never_changed(
    asked: list[PlannedDelivery], there: list[StoredDelivery], within: Scope
) -> None:
    changes = diff(asked, there, NOW, within)
    out = {row.identity for row in there if row.state in UNTOUCHABLE}
    assert out.isdisjoint(delivery.identity for delivery in changes.added)
    assert out.isdisjoint(alteration.stored.identity for alteration in changes.altered)
    assert out.isdisjoint(delivery.identity for delivery in changes.restored)
    assert out.isdisjoint(row.identity for row in changes.removed)


@given(many_plans, many_rows, scopes, st.randoms())
def test_the_order_of_files_and_rows_makes_no_difference(
    asked: list[PlannedDelivery],
    there: list[StoredDelivery],
    within: Scope,
    random: Random,
) -> None:
    shuffled_plan, shuffled_rows = list(asked), list(there)
    random.shuffle(shuffled_plan)
    random.shuffle(shuffled_rows)
    assert diff(shuffled_plan, shuffled_rows, NOW, within) == diff(asked, there, NOW, within)


@given(many_plans, many_rows, scopes)
def test_every_delivery_of_the_plan_is_accounted_for(
    asked: list[PlannedDelivery], there: list[StoredDelivery], within: Scope
) -> None:
    changes = diff(asked, there, NOW, within)
    told = (changes.added, changes.altered, changes.restored, changes.too_late, changes.untouchable)
    assert sum(map(len, told)) + changes.unchanged == len(asked)


@given(campaigns(), moments)
def test_adding_a_post_to_a_stored_campaign_only_adds(made: Campaign, now: datetime) -> None:
    more = Campaign(made.slug, made.folder, made.file, (*made.posts, post("moi", "D-1")))
    names = [one.id for one in more.posts]
    within = scope(now, *names)

    def asked(campaign: Campaign) -> list[PlannedDelivery]:
        found = slots(campaign, VIETNAM, within.start, within.end)
        return [
            PlannedDelivery(slot, Message(slot.identity.key, Text("x", "x"), slot.due_at))
            for slot in found
        ]

    there = applied([], diff(asked(made), [], now, within))
    changes = diff(asked(more), there, now, within)
    assert not changes.altered
    assert not changes.removed
    assert not changes.restored


# -- new, changed, taken out ----------------------------------------------------------------------


def test_a_new_post_is_added() -> None:
    changes = diff([planned(SOON)], [], NOW, HERE)
    assert changes == Changes(added=(planned(SOON),))
    assert changes.counts() == {"added": 1, "altered": 0, "restored": 0, "removed": 0}


def test_a_new_post_within_its_grace_is_added_and_past_it_only_told() -> None:
    assert diff([planned(JUST_NOW)], [], NOW, HERE).added == (planned(JUST_NOW),)
    changes = diff([planned(TOO_LATE)], [], NOW, HERE)
    assert changes == Changes(too_late=(planned(TOO_LATE),))
    assert changes.empty


def test_what_is_as_it_was_is_only_counted() -> None:
    same = [planned(SOON), planned(SOON, identity("hai"))]
    assert diff(same, [stored(one) for one in same], NOW, HERE) == Changes(unchanged=2)


@pytest.mark.parametrize(
    ("kind", "one"),
    [
        ("added", planned(SOON)),
        ("altered", Alteration(stored(planned(SOON)), planned(LATER))),
        ("restored", planned(SOON)),
        ("removed", stored(planned(SOON))),
        ("retagged", Retagging(TaggedDelivery(1, identity(), True, "f", Tags()), Tags(("all",)))),
    ],
)
def test_one_change_of_any_kind_is_something_to_write(kind: str, one: object) -> None:
    assert not Changes(**{kind: (one,)}).empty  # type: ignore[arg-type]


def test_a_campaign_that_is_left_out_of_the_changes_leaves_the_others_in() -> None:
    def of(name: str) -> Changes:
        mine = identity(campaign=name)
        row = stored(planned(SOON, mine))
        tagged = TaggedDelivery(1, mine, True, "f", Tags())
        return Changes(
            added=(planned(SOON, mine),),
            altered=(Alteration(row, planned(LATER, mine)),),
            restored=(planned(LATER, mine),),
            removed=(row,),
            too_late=(planned(TOO_LATE),),
            unchanged=3,
            retagged=(Retagging(tagged, Tags(("all",))),),
        )

    here, there = of("thu"), of("hong")
    both = Changes(
        added=here.added + there.added,
        altered=here.altered + there.altered,
        restored=here.restored + there.restored,
        removed=here.removed + there.removed,
        too_late=here.too_late,
        unchanged=here.unchanged,
        retagged=here.retagged + there.retagged,
    )
    assert both.without("hong") == here


@pytest.mark.parametrize(
    ("after", "moved", "reworded", "reapproved"),
    [
        (planned(LATER), True, False, False),
        (planned(SOON, grace=timedelta(hours=3)), True, False, False),
        (planned(SOON, zone=ZoneInfo("Asia/Bangkok")), True, False, False),
        (planned(SOON, text="Chào bạn"), False, True, False),
        (planned(SOON, approvals=2), False, False, True),
        (planned(LATER, text="Chào bạn"), True, True, False),
    ],
)
@pytest.mark.parametrize("state", [State.PLANNED, State.RETRYING, State.FAILED])
def test_a_delivery_that_may_still_change_takes_what_the_files_say(
    state: State, after: PlannedDelivery, moved: bool, reworded: bool, reapproved: bool
) -> None:
    [alteration] = diff([after], [stored(planned(SOON), state)], NOW, HERE).altered
    assert alteration.planned == after
    assert (alteration.moved, alteration.reworded, alteration.reapproved) == (
        moved,
        reworded,
        reapproved,
    )


def test_what_is_late_but_moved_to_a_time_to_come_is_moved() -> None:
    changes = diff([planned(SOON)], [stored(planned(TOO_LATE))], NOW, HERE)
    assert [alteration.moved for alteration in changes.altered] == [True]


def test_what_is_past_its_grace_is_left_to_be_called_missed() -> None:
    changes = diff([planned(TOO_LATE, text="Chào bạn")], [stored(planned(TOO_LATE))], NOW, HERE)
    assert changes == Changes(unchanged=1)


def test_what_the_files_move_into_the_past_does_not_go_out_at_its_old_hour() -> None:
    row = stored(planned(SOON))
    assert diff([planned(TOO_LATE)], [row], NOW, HERE) == Changes(
        removed=(row,), too_late=(planned(TOO_LATE),)
    )


def test_what_has_come_due_is_not_called_back_by_a_file_that_moves_it_into_the_past() -> None:
    row = stored(planned(NOW))
    assert diff([planned(TOO_LATE)], [row], NOW, HERE) == Changes(unchanged=1)


def test_a_removed_post_is_taken_out_and_comes_back_with_its_file() -> None:
    row = stored(planned(SOON))
    changes = diff([], [row], NOW, GONE)
    assert changes == Changes(removed=(row,))
    there = applied([row], changes)
    assert is_nothing(diff([], there, NOW, GONE))
    assert diff([planned(SOON)], there, NOW, HERE) == Changes(restored=(planned(SOON),))


def test_changes_are_told_in_order_of_their_time() -> None:
    hai, ba = identity("hai"), identity("ba")
    changes = diff(
        [planned(LATER), planned(SOON, hai)],
        [stored(planned(LATER, ba)), stored(planned(SOON, identity("bon")))],
        NOW,
        scope(NOW, "mot", "hai"),
    )
    assert [delivery.slot.due_at for delivery in changes.added] == [SOON, LATER]
    assert [row.due_at for row in changes.removed] == [SOON, LATER]


# -- what went out --------------------------------------------------------------------------------


@pytest.mark.parametrize("state", UNTOUCHABLE)
@pytest.mark.parametrize("after", [planned(JUST_NOW, text="Chào bạn"), planned(LATER)])
def test_what_went_out_is_told_where_its_file_says_otherwise(
    state: State, after: PlannedDelivery
) -> None:
    changes = diff([after], [stored(planned(JUST_NOW), state)], NOW, HERE)
    assert changes.empty
    assert [alteration.planned for alteration in changes.untouchable] == [after]


@pytest.mark.parametrize("state", UNTOUCHABLE)
def test_rules_that_no_reader_sees_are_not_told_of_what_went_out(state: State) -> None:
    after = planned(JUST_NOW, approvals=2, grace=timedelta(hours=9))
    changes = diff([after], [stored(planned(JUST_NOW), state)], NOW, HERE)
    assert changes == Changes(unchanged=1)


@pytest.mark.parametrize("state", [*UNTOUCHABLE, State.MISSED, State.CANCELLED])
def test_what_is_settled_or_under_way_is_not_taken_out(state: State) -> None:
    assert is_nothing(diff([], [stored(planned(JUST_NOW), state)], NOW, GONE))


# -- refused, missed, cancelled -------------------------------------------------------------------


def test_a_refused_post_takes_its_mended_text_even_past_its_grace() -> None:
    row = stored(planned(TOO_LATE), State.FAILED)
    [alteration] = diff([planned(TOO_LATE, text="Chào bạn")], [row], NOW, HERE).altered
    assert alteration.reworded
    assert diff([planned(TOO_LATE)], [row], NOW, HERE) == Changes(unchanged=1)


def test_a_refused_post_past_its_grace_takes_nothing_but_a_text() -> None:
    row = stored(planned(TOO_LATE), State.FAILED)
    after = planned(TOO_LATE - timedelta(days=1), approvals=2, zone=ZoneInfo("Asia/Bangkok"))
    assert diff([after], [row], NOW, HERE) == Changes(unchanged=1)


def test_the_grace_given_by_a_person_who_said_again_is_not_taken_back() -> None:
    fresh = NOW + timedelta(hours=2)
    row = stored(planned(JUST_NOW), State.RETRYING, expires_at=fresh)
    assert diff([planned(JUST_NOW)], [row], NOW, HERE) == Changes(unchanged=1)
    row = stored(planned(TOO_LATE), State.RETRYING, expires_at=fresh)
    assert diff([planned(TOO_LATE)], [row], NOW, HERE) == Changes(unchanged=1)


def test_a_missed_post_comes_back_only_with_a_new_time_to_come() -> None:
    row = stored(planned(TOO_LATE), State.MISSED)
    assert diff([planned(SOON)], [row], NOW, HERE) == Changes(restored=(planned(SOON),))
    assert diff([planned(TOO_LATE)], [row], NOW, HERE) == Changes(unchanged=1)
    longer = planned(TOO_LATE, grace=timedelta(days=1))
    assert diff([longer], [row], NOW, HERE) == Changes(unchanged=1)


def test_a_clock_that_is_set_back_does_not_bring_back_what_was_missed() -> None:
    row = stored(planned(SOON), State.MISSED)
    assert diff([planned(SOON)], [row], NOW, HERE) == Changes(unchanged=1)


def test_what_a_person_cancelled_stays_cancelled() -> None:
    row = stored(planned(SOON), State.CANCELLED, cancelled_by="an")
    assert diff([planned(LATER, text="Chào bạn")], [row], NOW, HERE) == Changes(unchanged=1)


def test_what_the_plan_cancelled_does_not_come_back_late() -> None:
    for due_at in (JUST_NOW, NOW):
        row = stored(planned(due_at), State.CANCELLED, cancelled_by=BY_PLAN)
        assert diff([planned(due_at)], [row], NOW, HERE) == Changes(unchanged=1)


# -- how far the plan speaks ----------------------------------------------------------------------


@pytest.mark.parametrize("faulty", ["thu", "*"])
@pytest.mark.parametrize("due_at", [SOON, BEYOND])
def test_a_campaign_that_could_not_be_read_keeps_what_was_planned(
    faulty: str, due_at: datetime
) -> None:
    assert is_nothing(diff([], [stored(planned(due_at))], NOW, scope(NOW, faulty=[faulty])))


@pytest.mark.parametrize("due_at", [HERE.end, BEYOND])
def test_what_the_plan_cannot_see_yet_is_not_taken_out(due_at: datetime) -> None:
    assert is_nothing(diff([], [stored(planned(due_at))], NOW, HERE))


def test_the_first_moment_of_the_window_is_one_the_plan_speaks_of() -> None:
    row = stored(planned(HERE.start), expires_at=SOON)
    assert diff([], [row], NOW, HERE) == Changes(removed=(row,))


@pytest.mark.parametrize("state", [State.PLANNED, State.RETRYING])
def test_what_is_older_than_the_window_and_still_retried_is_not_taken_out(state: State) -> None:
    row = stored(planned(NOW - timedelta(days=1)), state, expires_at=SOON)
    assert is_nothing(diff([], [row], NOW, HERE))


@pytest.mark.parametrize("due_at", [NOW - timedelta(days=1), JUST_NOW, SOON, BEYOND])
def test_a_deleted_post_is_taken_out_whenever_it_was_due(due_at: datetime) -> None:
    row = stored(planned(due_at))
    assert diff([], [row], NOW, GONE) == Changes(removed=(row,))


def test_a_post_that_left_a_channel_is_taken_out_there() -> None:
    there = Scope(HERE.start, HERE.end, frozenset(), frozenset({("thu", "mot", "zalo")}))
    row = stored(planned(BEYOND))
    assert diff([], [row], NOW, there) == Changes(removed=(row,))


def test_a_day_that_a_recurrence_no_longer_has_is_taken_out() -> None:
    row = stored(planned(SOON, identity(occurrence="2027-10-04")))
    assert diff([], [row], NOW, HERE) == Changes(removed=(row,))


def test_tidying_the_files_does_not_rewrite_what_failed_long_ago() -> None:
    old = stored(planned(NOW - timedelta(days=400)), State.FAILED)
    recent = stored(planned(JUST_NOW, identity("hai")), State.FAILED)
    assert diff([], [old, recent], NOW, GONE) == Changes(removed=(recent,))


def test_reports_and_what_was_sent_by_hand_are_none_of_the_plans_business() -> None:
    report = stored(planned(SOON, identity(campaign="reports")), holdable=False)
    by_hand = stored(planned(SOON, identity(occurrence="now-20271003T120000")))
    assert is_nothing(diff([], [report, by_hand], NOW, GONE))


def test_a_campaign_whose_day_moves_takes_its_deliveries_along() -> None:
    def asked(anchor: str) -> list[PlannedDelivery]:
        made = campaign(post("mot", "D-3 08:00"), anchor=anchor)
        return [planned(slot.due_at, slot.identity) for slot in slots(made, VIETNAM, *window)]

    window = HERE.start, HERE.end
    there = applied([], diff(asked("10-10"), [], NOW, HERE))
    [alteration] = diff(asked("10-20"), there, NOW, HERE).altered
    assert alteration.stored.due_at == vietnam(2027, 10, 7, 8)
    assert alteration.planned.slot.due_at == vietnam(2027, 10, 17, 8)
    assert alteration.stored.expires_at - alteration.stored.due_at == GRACE
