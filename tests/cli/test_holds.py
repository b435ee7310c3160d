"""``hold`` and ``release``: a stop that holds at once, and never one that only looks like it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from tests.cli.office import ZONE, Office, days_ahead, just_now


@pytest.fixture(autouse=True)
def _two_posts_due(office: Office) -> None:
    """A post due on the fanpage in each of two campaigns."""
    office.post("mot", just_now())
    office.campaign("khac")
    office.post("hai", just_now(), slug="khac")
    office.run("apply")


@pytest.mark.parametrize(
    ("stop", "goes"),
    [
        (("--all",), set()),
        (("--channel", "fanpage"), set()),
        (("--channel", "portal"), {"mot", "hai"}),
        (("--campaign", "thu"), {"hai"}),
    ],
)
def test_what_is_held_waits_and_goes_out_once_released(
    office: Office, stop: tuple[str, ...], goes: set[str]
) -> None:
    held = office.run("hold", *stop, "--reason", "Quốc tang")
    office.send_due()

    assert held.code == 0
    assert {name for name, state in office.states().items() if state == "sent"} == goes

    assert office.run("release", *stop).code == 0
    office.send_due()
    assert set(office.states().values()) == {"sent"}


def test_a_stop_is_shown_with_its_reason_and_who_placed_it(office: Office) -> None:
    office.run("hold", "--all", "--reason", "Quốc tang [/toàn tỉnh]", "--by", "Lan")

    [line] = office.run("status").lines("Stopped")

    assert line == "Stopped: everything — Quốc tang [/toàn tỉnh] (Lan)"
    assert "Lan" in "".join(office.run("log").lines("hold"))


@pytest.mark.parametrize(
    ("stop", "known"),
    [(("--channel", "fanpgae"), "fanpage, portal"), (("--campaign", "th"), "khac, thu")],
)
def test_a_stop_on_a_misspelt_name_is_refused(
    office: Office, stop: tuple[str, ...], known: str
) -> None:
    refused = office.run("hold", *stop, "--reason", "Quốc tang")

    assert refused.code == 2
    assert f"there are: {known}." in refused.out
    assert office.run("status").lines("Stopped") == []


def test_a_campaign_whose_folder_is_gone_can_still_be_held(office: Office) -> None:
    office.post("mai", days_ahead(2))
    office.run("apply")
    (office.root / "campaigns/thu").rename(office.root / "cat-di")

    assert office.run("hold", "--campaign", "thu", "--reason", "x").code == 0


@pytest.mark.parametrize("scope", [(), ("--all", "--channel", "fanpage")])
@pytest.mark.parametrize("command", [("hold", "--reason", "x"), ("release",)])
def test_it_must_be_said_what_to_stop(
    office: Office, command: tuple[str, ...], scope: tuple[str, ...]
) -> None:
    assert office.run(*command, *scope).code == 2


def test_a_stop_needs_a_reason(office: Office) -> None:
    assert office.run("hold", "--all").code == 2


def test_a_stop_can_end_by_itself_but_not_in_the_past(office: Office) -> None:
    past = office.run("hold", "--all", "--reason", "x", "--until", days_ahead(-1))
    later = office.run("hold", "--all", "--reason", "x", "--until", days_ahead(1))

    assert past.code == 2
    assert "--until lies in the past" in past.out
    assert later.code == 0
    assert len(office.run("status").lines("Stopped")) == 1


def test_releasing_what_is_not_held_says_so(office: Office) -> None:
    released = office.run("release", "--channel", "fanpage")

    assert released.code == 1
    assert "There was no such stop" in released.out


@pytest.mark.parametrize("written", ["%d/%m/%Y", "%Y-%m-%d", "%d-%m-%Y"])
def test_a_day_alone_is_held_to_its_end(office: Office, written: str) -> None:
    last = datetime.now(ZONE).date() + timedelta(days=2)

    held = office.run("hold", "--all", "--reason", "x", "--until", last.strftime(written))

    assert f"It ends by itself at the end of {last.day} {last:%b %Y}." in held.out
    [line] = office.run("status").lines("Stopped")
    until = last + timedelta(days=1)
    assert f"until {until:%d %b %Y} 00:00" in line


@pytest.mark.parametrize("written", ["31/02/2027", "mai", "2027-13-01", "24:00 01/01/2027"])
def test_a_day_that_doesnt_exist_is_answered_with_one_that_does(
    office: Office, written: str
) -> None:
    refused = office.run("hold", "--all", "--reason", "x", "--until", written, lang="vi")

    assert refused.code == 2
    assert f"“{written}” không phải là" in refused.out
    assert "27/11/2026" in refused.out
    assert "%" not in refused.out


@pytest.mark.parametrize(
    "scope", [("--all",), ("--channel", "fanpage"), ("--campaign", "thu")], ids=str
)
def test_the_command_that_ends_a_stop_is_told_whole(office: Office, scope: tuple[str, ...]) -> None:
    held = office.run("hold", *scope, "--reason", "x")

    command = held.out.partition("publisher release ")[2].split()
    assert office.run("release", *command).code == 0
