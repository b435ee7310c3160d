"""A post is moved: it keeps its manner, and what has no single moment is refused with a way out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publisher.campaign.when import Offset, OnDate, When, parse_when
from publisher.editing.editor import Editor
from publisher.editing.moving import Turn, as_written, moved
from publisher.editing.refusals import RefusedError
from publisher.planning.dates import occurrences, public_holidays
from publisher.settings import Settings
from tests.campaign.workspace import GOOD, OPENING
from tests.editing.conftest import SLUG

at = datetime.fromisoformat
"""A local moment, by the clock on the wall."""

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
ANCHOR = date(2027, 10, 10)
CLOSED = frozenset(public_holidays(range(2025, 2030)))
TURN = Turn(ANCHOR, at("2027-01-01 08:00").time(), CLOSED)
HERE = Path("bai.md")


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


WHENS = st.one_of(
    st.builds(Offset, st.integers(-60, 60), st.none() | st.times(), st.booleans()),
    st.builds(OnDate, st.dates(date(2027, 1, 1), date(2027, 12, 31)), st.none() | st.times()),
)


@given(WHENS, st.datetimes(at("2027-01-01 00:00"), at("2028-09-01 00:00")))
def test_it_falls_on_the_moment_that_was_chosen_and_is_read_back_as_written(
    when: When, to: datetime
) -> None:
    to = to.replace(second=0, microsecond=0, tzinfo=ZONE)
    found = moved(when, to, TURN, HERE)
    assert type(found) is type(when)
    assert parse_when(as_written(found)) == found
    falls = occurrences(
        found, ANCHOR, TURN.usual, ZONE, to - timedelta(days=1), to + timedelta(days=1), CLOSED
    )
    assert falls == [(to.astimezone(UTC), "")]


@pytest.mark.parametrize(
    ("when", "to", "becomes"),
    [
        ("D-7 08:00", "2027-10-05 09:30", "D-5 09:30"),
        ("D-7", "2027-10-05 08:00", "D-5"),
        ("D-7", "2027-10-03 09:00", "D-7 09:00"),
        ("D-7 08:00", "2027-10-10 08:00", "D 08:00"),
        ("D", "2027-10-12 08:00", "D+2"),
        # 10 October 2027 is a Sunday.
        ("D+1 weekdays 09:30", "2027-10-13 10:00", "D+3 weekdays 10:00"),
        ("D+1 weekdays 09:30", "2027-10-16 09:30", "D+6 09:30"),
        ("D+1 weekdays 09:30", "2027-10-08 09:30", "D-1 weekdays 09:30"),
        ("D+1 weekdays 09:30", "2027-10-11 07:00", "D+1 weekdays 07:00"),
        ("2027-10-01 08:00", "2027-10-02 07:15", "2027-10-02 07:15"),
        ("2027-10-01", "2027-10-02 08:00", "2027-10-02"),
    ],
)
def test_a_post_keeps_its_manner(when: str, to: str, becomes: str) -> None:
    assert as_written(moved(parse_when(when), local(to), TURN, HERE)) == becomes


@pytest.mark.parametrize(
    ("when", "code"),
    [("RRULE:FREQ=WEEKLY;BYDAY=MO", "move_recurring"), ("feed", "move_feed")],
)
def test_what_falls_several_times_is_refused_with_what_to_do(when: str, code: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        moved(parse_when(when), local("2027-10-05 09:30"), TURN, HERE)
    [fault] = refusal.value.faults
    assert fault.code == code
    assert "publisher cancel" in fault.instead


def test_a_day_more_than_a_year_away_is_refused() -> None:
    with pytest.raises(RefusedError) as refusal:
        moved(parse_when("D-7 08:00"), local("2029-10-05 09:30"), TURN, HERE)
    assert refusal.value.faults[0].code == "move_far"


def test_only_the_line_of_the_day_changes(editor: Editor, file: Callable[[str], Path]) -> None:
    proposal = editor.move(SLUG, "mo-dau", at("2027-10-05 09:30"))
    assert proposal.is_sound
    assert proposal.after == GOOD[OPENING].replace("D-7 08:00", "D-5 09:30")
    assert [line for line in proposal.diff.splitlines() if line[0] in "+-"][2:] == [
        '-when = "D-7 08:00"',
        '+when = "D-5 09:30"',
    ]
    assert file("mo-dau").read_text() == GOOD[OPENING]  # nothing is written before it is told to
    proposal.write("Lan")
    assert file("mo-dau").read_text() == proposal.after


def test_it_is_said_what_moves_along(editor: Editor) -> None:
    notes = " ".join(editor.move(SLUG, "mo-dau", at("2027-10-05 22:30")).notes)
    for word in ("fanpage, zalo, x",):
        assert word in notes
    assert len(editor.move(SLUG, "mo-dau", at("2027-10-05 22:30")).notes) == 3


def test_a_blackout_on_the_new_day_is_told(office: Settings, editor: Editor) -> None:
    office.campaigns_folder.joinpath(SLUG, "campaign.toml").write_text(
        GOOD["campaigns/chuyen-doi-so/campaign.toml"].replace("10-10", "02-10")
    )
    notes = editor.move(SLUG, "mo-dau", at("2028-02-06 09:00"), edition=2028).notes
    assert not any("Tết" in note for note in notes)
    editor._clock = lambda: datetime(2026, 1, 1, tzinfo=UTC)
    notes = editor.move(SLUG, "mo-dau", at("2027-02-06 09:00"), edition=2027).notes
    assert any("Nghỉ Tết" in note for note in notes)


def test_a_moment_in_another_zone_is_the_same_moment(editor: Editor) -> None:
    to = datetime(2027, 10, 5, 2, 30, tzinfo=UTC)
    assert 'when = "D-5 09:30"' in editor.move(SLUG, "mo-dau", to).after


def test_the_edition_that_was_looked_at_counts(editor: Editor) -> None:
    to = at("2028-05-01 08:00")
    assert 'when = "D+204' in editor.move(SLUG, "mo-dau", to, edition=2027).after
    assert 'when = "D-162' in editor.move(SLUG, "mo-dau", to).after


def test_where_it_is_already_nothing_changes(editor: Editor) -> None:
    proposal = editor.move(SLUG, "mo-dau", at("2027-10-03 08:00"))
    assert proposal.changes_nothing
    assert proposal.diff == ""
    assert proposal.notes == ()


def test_a_moment_that_is_over_is_refused(editor: Editor) -> None:
    with pytest.raises(RefusedError) as refusal:
        editor.move(SLUG, "mo-dau", at("2027-09-19 08:00"))
    assert refusal.value.faults[0].code == "move_past"
