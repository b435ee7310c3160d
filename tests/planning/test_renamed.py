"""A post whose file or campaign is renamed after it went out: the same, never sent again."""

from __future__ import annotations

from datetime import timedelta

import pytest

from publisher.delivery.lifecycle import State
from publisher.planning.diff import Alteration, Changes, diff
from tests.planning.builders import GRACE, identity, planned, scope, stored, vietnam

NOW = vietnam(2027, 10, 3, 12)
JUST_NOW = NOW - GRACE / 2


@pytest.mark.parametrize("state", [State.SENDING, State.SENT, State.UNCONFIRMED])
def test_under_its_new_name_it_is_not_sent_again(state: State) -> None:
    before = planned(JUST_NOW, identity("mot"), text="Chào")
    after = planned(JUST_NOW, identity("hai"), text="Chào")
    changes = diff([after], [stored(before, state)], NOW, scope(NOW, "hai"))
    assert changes == Changes(untouchable=(Alteration(stored(before, state), after),))


def test_before_it_went_out_it_only_changes_its_name() -> None:
    before = planned(NOW + timedelta(days=1), identity("mot"), text="Chào")
    after = planned(NOW + timedelta(days=1), identity("hai"), text="Chào")
    changes = diff([after], [stored(before)], NOW, scope(NOW, "hai"))
    assert changes.added == (after,)
    assert [row.identity for row in changes.removed] == [before.identity]


def test_another_text_at_that_time_is_another_post() -> None:
    gone = planned(JUST_NOW, identity("mot"), text="Chào")
    fresh = planned(JUST_NOW, identity("hai"), text="Tin khác")
    changes = diff([fresh], [stored(gone, State.SENT)], NOW, scope(NOW, "hai"))
    assert changes.added == (fresh,)


def test_a_copy_beside_the_one_that_went_out_is_a_post_of_its_own() -> None:
    gone = planned(JUST_NOW, identity("mot"), text="Chào")
    copy = planned(JUST_NOW, identity("hai"), text="Chào")
    changes = diff([gone, copy], [stored(gone, State.SENT)], NOW, scope(NOW, "mot", "hai"))
    assert changes.added == (copy,)


def test_under_its_campaigns_new_name_it_is_not_sent_again() -> None:
    before = planned(JUST_NOW, identity("mot", campaign="cu"), text="Chào")
    after = planned(JUST_NOW, identity("mot", campaign="thu"), text="Chào")
    changes = diff([after], [stored(before, State.SENT)], NOW, scope(NOW, "mot"))
    assert changes == Changes(untouchable=(Alteration(stored(before, State.SENT), after),))
