"""What goes out when: one entry a post and moment, from the store and from the files as of now."""

from __future__ import annotations

from datetime import date

from publisher.calendar.entries import Entry, Files, Wanted, entries, files_of
from publisher.delivery.lifecycle import CANCEL, State
from publisher.store import deliveries
from tests.calendar.conftest import SLUG, Planned
from tests.campaign.workspace import GOOD, OPENING, THANKS

AUTUMN = Wanted(date(2027, 9, 20), date(2027, 12, 31))


def path_of(office: Planned, post: str) -> object:
    return office.settings.campaigns_folder / SLUG / "posts" / f"{post}.md"


def write(office: Planned, post: str, text: str) -> None:
    folder = office.settings.campaigns_folder / SLUG / "posts"
    (folder / f"{post}.md").write_text(text, encoding="utf-8")


def files(office: Planned, wanted: Wanted = AUTUMN) -> Files:
    return files_of(office.desk, wanted)


def found(office: Planned, wanted: Wanted = AUTUMN, *, fresh: bool = True) -> list[Entry]:
    own = files(office, wanted) if fresh else None
    return entries(office.settings, office.database, wanted, own)


def test_a_post_is_one_entry_with_its_channels(office: Planned) -> None:
    opening, thanks = found(office)
    assert opening.key == f"{SLUG}/2027/mo-dau"
    assert f"{opening.local:%Y-%m-%d %H:%M %Z}" == "2027-10-03 08:00 +07"
    assert [one.channel for one in opening.channels] == ["fanpage", "x", "zalo"]
    assert {one.state for one in opening.channels} == {None}
    assert {one.approvals for one in opening.channels} == {2}
    assert thanks.key == f"{SLUG}/2027/cam-on"


def test_without_the_files_it_is_what_was_put_into_force(office: Planned) -> None:
    assert found(office, fresh=False) == []
    office.desk.refresh(force=True)
    assert [one.post for one in found(office, fresh=False)] == ["mo-dau", "cam-on"]
    assert {one.state for one in found(office, fresh=False)[0].channels} == {State.PLANNED}


def test_what_the_files_changed_since_counts(office: Planned) -> None:
    office.desk.refresh(force=True)
    write(office, "mo-dau", GOOD[OPENING].replace("D-7 08:00", "D-5 09:30"))
    assert f"{found(office)[0].local:%d %H:%M}" == "05 09:30"
    assert f"{found(office, fresh=False)[0].local:%d %H:%M}" == "03 08:00"
    assert {one.state for one in found(office)[0].channels} == {State.PLANNED}


def test_what_moved_out_of_the_days_or_into_them_is_found_where_it_is_now(office: Planned) -> None:
    office.desk.refresh(force=True)
    write(office, "mo-dau", GOOD[OPENING].replace("D-7 08:00", "D-5 09:30"))
    third = Wanted(date(2027, 10, 3), date(2027, 10, 3))
    fifth = Wanted(date(2027, 10, 5), date(2027, 10, 5))
    assert found(office, third) == []
    [entry] = found(office, fifth)
    assert {one.state for one in entry.channels} == {State.PLANNED}


def test_what_the_files_dropped_is_gone_and_what_is_out_stays(office: Planned) -> None:
    office.desk.refresh(force=True)
    folder = office.settings.campaigns_folder / SLUG / "posts"
    (folder / "mo-dau.md").unlink()
    assert [one.post for one in found(office)] == ["cam-on"]


def test_what_a_person_cancelled_is_left_out(office: Planned) -> None:
    office.desk.refresh(force=True)
    with office.database.writing() as session:
        for row in deliveries.matching(session, post="mo-dau"):
            number = deliveries.number_of(row)
            deliveries.move(session, number, CANCEL, office.clock(), cancelled_by="Lan")
    assert [one.post for one in found(office)] == ["cam-on"]
    assert [one.post for one in found(office, fresh=False)] == ["cam-on"]


def test_a_campaign_with_an_error_is_shown_as_it_was_put_into_force(office: Planned) -> None:
    office.desk.refresh(force=True)
    write(office, "cam-on", GOOD[THANKS].replace("when", "whne"))
    assert [one.post for one in found(office)] == ["mo-dau", "cam-on"]


def test_campaign_and_channel_narrow_it(office: Planned) -> None:
    x = Wanted(AUTUMN.first, AUTUMN.last, channels=["x"])
    [entry] = found(office, x)
    assert [one.channel for one in entry.channels] == ["x"]
    assert found(office, Wanted(AUTUMN.first, AUTUMN.last, campaigns=["tin-tuc"])) == []


def test_days_beyond_the_horizon_are_there_too(office: Planned) -> None:
    next_year = Wanted(date(2028, 10, 1), date(2028, 10, 31))
    assert [one.edition for one in found(office, next_year)] == [2028, 2028]
