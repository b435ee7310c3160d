"""``reach``: the ledger's answers as people and programs get them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from publisher.cli.rich_console import console
from publisher.clock import system_clock
from publisher.reach.answers import BYS
from publisher.reach.export.json_schema import AccountsJson, DefinitionsJson
from publisher.store.reach_tables import AccountReading
from tests.cli.ledger import MONDAY, OCTOBER, ONE, READ, Keep, keeper, told
from tests.cli.office import ZONE, Office, local_now
from tests.reach.naive import (
    AUDIENCES,
    CAMPAIGNS,
    CHANNELS,
    EDITIONS,
    Look,
    Out,
    counted,
    ledgers,
)


@pytest.fixture
def keep(office: Office) -> Keep:
    return keeper(office)


def some(option: str, *names: Any) -> st.SearchStrategy[list[str]]:
    chosen = st.lists(st.sampled_from(names), unique=True, max_size=2)
    return chosen.map(lambda names: [word for name in names for word in (option, str(name))])


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    ledgers,
    st.sampled_from(BYS),
    some("--channel", *CHANNELS),
    some("--campaign", *CAMPAIGNS),
    some("--audience", *AUDIENCES),
    some("--edition", *EDITIONS),
)
def test_what_the_command_tells_is_what_an_independent_count_gives(
    office: Office,
    keep: Keep,
    ledger: Sequence[Out],
    by: str,
    channels: list[str],
    campaigns: list[str],
    audiences: list[str],
    editions: list[str],
) -> None:
    keep(*ledger)
    filters = [*channels, *campaigns, *audiences, *editions]

    answer = told(office, "--by", by, "--month", "10/2025", *filters)

    groups, total = counted(
        ledger,
        MONDAY,
        by,
        (datetime(2025, 10, 1, tzinfo=ZONE).date(), datetime(2025, 10, 31, tzinfo=ZONE).date()),
        system_clock(),
        ZONE,
        channels=channels[1::2],
        campaigns=campaigns[1::2],
        audiences=audiences[1::2],
        editions=[int(year) for year in editions[1::2]],
    )
    expected = {name: count.as_told() for name, count in groups.items()}
    assert {group["name"]: sums(group) for group in answer["groups"]} == expected
    assert sums(answer["total"]) == total.as_told()


def sums(group: Mapping[str, Any]) -> dict[str, Any]:
    names = ("posts", "deliveries", "figures", "of", "doubts", "doubtful", "gone")
    return {name: group[name] for name in names}


def test_without_a_span_it_is_the_last_28_days(office: Office, keep: Keep) -> None:
    today = local_now()
    keep(
        replace(ONE, post="mot"),
        replace(ONE, post="hai", minutes=-27 * 1440),
        replace(ONE, post="ba", minutes=-28 * 1440),
        start=today,
    )
    answer = told(office, "--by", "post")
    assert {group["post"]["post"] for group in answer["groups"]} == {"mot", "hai"}
    assert answer["asked"]["first"] == f"{today - timedelta(days=27):%Y-%m-%d}"
    assert answer["asked"]["last"] == f"{today:%Y-%m-%d}"


@pytest.mark.parametrize(
    ("span", "first", "last"),
    [
        (["--week", "8/10/2025"], "2025-10-06", "2025-10-12"),
        (["--month", "2/2028"], "2028-02-01", "2028-02-29"),
        (["--month", "2028-02"], "2028-02-01", "2028-02-29"),
        (["--year", "2025"], "2025-01-01", "2025-12-31"),
        (["--from", "1/10/2025", "--to", "2025-10-01"], "2025-10-01", "2025-10-01"),
        (["--to", "28/10/2025"], "2025-10-01", "2025-10-28"),
        (["--from", "1/10/2100"], "2100-10-01", "2100-10-01"),
    ],
)
def test_a_span_is_a_week_a_month_a_year_or_any_days(
    office: Office, keep: Keep, span: list[str], first: str, last: str
) -> None:
    asked = told(office, *span)["asked"]
    assert (asked["first"], asked["last"]) == (first, last)


# -- the table ------------------------------------------------------------------------------------


def test_a_figure_says_how_many_deliveries_it_covers_and_a_dash_is_what_nobody_gave(
    office: Office, keep: Keep
) -> None:
    keep(ONE, replace(ONE, post="hai", looks=[]), replace(ONE, channel="zalo", looks=[]))
    ran = office.run("reach", *OCTOBER)
    [fanpage] = ran.lines("fanpage")
    [zalo] = ran.lines("zalo")
    [total] = ran.lines("Total")
    assert fanpage.split() == [
        "fanpage",
        "2",
        "2",
        "1,200",
        "(1/2)",
        "3,456",
        "(1/2)",
        "2",
        "(1/2)",
    ]
    assert zalo.split() == ["zalo", "1", "1", "–", "–", "–"]
    assert total.split()[:3] == ["Total", "2", "3"]
    assert "(1/3)" in total
    assert ran.lines("(5/8) after a figure")
    assert ran.lines("– means that no platform gave the figure")


def test_numbers_are_written_as_a_vietnamese_reader_writes_them(office: Office, keep: Keep) -> None:
    keep(ONE)
    assert "1.200" in office.run("reach", *OCTOBER, lang="vi").out


@pytest.mark.parametrize("by", BYS)
@pytest.mark.parametrize("width", [300, 80, 40])
def test_wherever_reach_is_summed_it_is_said_that_it_is_no_number_of_people(
    office: Office, keep: Keep, by: str, width: int
) -> None:
    office.patch.setattr(console, "_width", width)
    keep(ONE, replace(ONE, channel="zalo"))
    ran = office.run("reach", "--by", by, *OCTOBER)
    assert ran.lines("2,400") or ran.lines("1,200")
    assert ran.lines("sums are not unique people")


@pytest.mark.parametrize("width", [200, 80, 60, 40, 20])
def test_no_figure_is_cut_however_narrow_the_terminal_is(
    office: Office, keep: Keep, width: int
) -> None:
    office.patch.setattr(console, "_width", width)
    much = Look(60, {"reach": 123_456_789, "views": 1_234_567_890, "shares": 99_999})
    keep(replace(ONE, looks=[much]), replace(ONE, post="hai"), replace(ONE, post="ba", looks=[]))
    out = office.run("reach", *OCTOBER).out
    for figure in ("123,457,989", "1,234,571,346", "100,001", "(2/3)"):
        assert figure in out
    table = out.partition("Reach counts")[0]
    if width >= 80:
        assert max(len(line) for line in table.splitlines()[2:]) <= width, table


def test_by_audience_there_is_no_total_and_it_is_said_why(office: Office, keep: Keep) -> None:
    keep(replace(ONE, audiences=("people", "business")), replace(ONE, post="hai"))
    ran = office.run("reach", "--by", "audience", *OCTOBER)
    assert ran.lines("People at large")
    assert not ran.lines("Total")
    assert ran.lines("don't add up to the whole")


def test_a_figure_in_doubt_is_marked_and_told_of(office: Office, keep: Keep) -> None:
    fell = replace(ONE, looks=[READ, Look(120, {"reach": 900}, ("falling:reach",))])
    keep(fell, replace(ONE, channel="zalo"))
    ran = office.run("reach", *OCTOBER)
    assert "900*" in ran.lines("fanpage")[0]
    assert "*" not in ran.lines("zalo")[0]
    assert ran.lines("* marks a figure that is in doubt")

    doubts = office.run("reach", "--doubts", *OCTOBER)
    assert doubts.lines("lower than at an earlier reading (1,200 → 900)")
    assert doubts.lines("Bài mot")


def test_where_nothing_is_in_doubt_it_is_said(office: Office, keep: Keep) -> None:
    keep(ONE)
    assert office.run("reach", "--doubts", *OCTOBER).lines("No figure is in doubt.")


def test_the_first_ones_are_shown_and_the_total_is_of_all(office: Office, keep: Keep) -> None:
    keep(ONE, *(replace(ONE, channel=name, looks=[]) for name in ("zalo", "portal")))
    ran = office.run("reach", "--top", "1", *OCTOBER)
    assert ran.lines("fanpage")
    assert not ran.lines("zalo")
    assert ran.lines("Total")[0].split()[2] == "3"
    assert ran.lines("1 of 3 groups are shown.")


def test_groups_are_sorted_as_asked(office: Office, keep: Keep) -> None:
    keep(
        ONE,
        replace(ONE, channel="portal", looks=[Look(60, {"shares": 9})]),
        replace(ONE, channel="zalo", looks=[]),
    )
    by_shares = told(office, "--sort", "shares", *OCTOBER)["groups"]
    by_name = told(office, "--sort", "name", *OCTOBER)["groups"]
    assert [group["name"] for group in by_shares] == ["portal", "fanpage", "zalo"]
    assert [group["name"] for group in by_name] == ["fanpage", "portal", "zalo"]


def test_people_know_channels_and_campaigns_by_their_titles(office: Office, keep: Keep) -> None:
    office.schedule('[channels.fanpage]\nadapter = "outbox"\ntitle = "Trang của Sở"\n')
    keep(ONE)
    assert office.run("reach", *OCTOBER).lines("Trang của Sở")
    assert office.run("reach", "--by", "edition", *OCTOBER).lines("Chiến dịch cds (2027)")
    [group] = told(office, *OCTOBER)["groups"]
    assert (group["name"], group["label"]) == ("fanpage", "Trang của Sở")


def test_a_span_in_which_nothing_went_out_says_so(office: Office, keep: Keep) -> None:
    keep()
    ran = office.run("reach", *OCTOBER)
    assert ran.code == 0
    assert ran.lines("Nothing went out in these days.")


def test_what_a_post_says_is_shown_as_it_stands(office: Office, keep: Keep) -> None:
    keep(replace(ONE, post="[/]"))
    assert office.run("reach", "--by", "post", *OCTOBER).lines("Bài [/]")


def test_what_went_out_on_a_channel_that_is_gone_since_can_be_asked_about(
    office: Office, keep: Keep
) -> None:
    keep(ONE, replace(ONE, channel="zalo", campaign="khcn"))
    office.schedule('[channels.fanpage]\nadapter = "outbox"\n')
    for path in sorted((office.root / "campaigns/khcn").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    answer = told(office, "--channel", "zalo", "--campaign", "khcn", *OCTOBER)
    assert [group["name"] for group in answer["groups"]] == ["zalo"]


# -- accounts, definitions ------------------------------------------------------------------------


def test_accounts_stand_at_both_ends_of_the_span(office: Office, keep: Keep) -> None:
    keep()
    with office.site() as site, site.database.writing() as session:
        for day, followers in ((-30, 1000), (1, 1250)):
            at = MONDAY + timedelta(days=day)
            session.add(
                AccountReading(
                    channel="fanpage", at=at, followers=followers, reach=77, reach_days=28
                )
            )
    [line] = office.run("reach", "--accounts", *OCTOBER).lines("fanpage")
    assert line.split(maxsplit=7) == [
        *("fanpage", "1,000", "1,250", "+250", "77", "(28", "days)", "7 Oct 2025")
    ]
    document = told(office, "--accounts", *OCTOBER)
    AccountsJson.model_validate(document)
    assert document["accounts"][0]["followers_last"]["value"] == 1250
    assert document["accounts"][0]["followers_last"]["at"] == "2025-10-07T00:00:00+07:00"


@pytest.mark.parametrize("width", [80, 70, 60, 40])
def test_the_day_of_an_account_s_figures_stays_in_one_piece_however_narrow_the_terminal_is(
    office: Office, keep: Keep, width: int
) -> None:
    office.patch.setattr(console, "_width", width)
    keep()
    with office.site() as site, site.database.writing() as session:
        at = MONDAY + timedelta(days=1)
        session.add(
            AccountReading(
                channel="fanpage", at=at, followers=1_234_567, reach=7_654_321, reach_days=28
            )
        )
    assert office.run("reach", "--accounts", *OCTOBER).lines("7 Oct 2025")


def test_the_definitions_are_told_in_every_form(office: Office, keep: Keep) -> None:
    table = office.run("reach", "--definitions")
    assert table.lines("a sum is never a number of different people")
    assert table.lines("Given by: outbox")
    document = told(office, "--definitions")
    DefinitionsJson.model_validate(document)
    assert document["figures"][0]["name"] == "reach"
    assert office.run("reach", "--definitions", "--out", "nghia.xlsx").code == 0
    assert len(openpyxl.load_workbook(office.root / "nghia.xlsx").sheetnames) == 1


# -- what can't be done ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--campaign", "la"], "There is no campaign “la”; there are: cds, khcn, thu."),
        (["--channel", "la"], "There is no channel “la”; there are: fanpage, portal, zalo."),
        (["--audience", "la"], "'la' is not one of 'officials'"),
        (["--by", "la"], "'la' is not one of 'post'"),
        (["--sort", "la"], "'la' is not one of 'name'"),
        (["--as", "pdf"], "'pdf' is not one of 'table'"),
        (["--from", "2/10/2025", "--to", "1/10/2025"], "2 Oct 2025 comes after 1 Oct 2025"),
        (["--from", "hôm qua"], "“hôm qua” is no day of the calendar"),
        (["--month", "13/2025"], "“13/2025” is no month. Write it like this: 10/2027"),
        (["--year", "0"], "0 is not in the range"),
        (["--top", "0"], "0 is not in the range"),
        (["--week", "1/10/2025", "--year", "2025"], "Name one span"),
        (["--month", "10/2025", "--to", "1/10/2025"], "Name one span"),
        (["--accounts", "--doubts"], "ask one at a time"),
        (["--as", "xlsx"], "XLSX needs a file"),
        (["--out", "bang.txt"], "name it so (reach.xlsx)"),
        (["--as", "table", "--out", "bang.xlsx"], "A file is written as CSV, XLSX or JSON"),
        (["--comma"], "--comma is for CSV alone"),
        (["--as", "csv", "--out", "campaigns"], "is a directory"),
    ],
)
def test_what_is_asked_wrongly_is_said_in_a_line(
    office: Office, keep: Keep, arguments: list[str], said: str
) -> None:
    ran = office.run("reach", *arguments)
    assert ran.code == 2
    assert said in ran.out
    assert "Traceback" not in ran.out


@pytest.mark.parametrize("name", ["bang.csv", "bang.json", "bang.xlsx"])
def test_a_file_that_cant_be_written_is_named_with_the_reason(
    office: Office, keep: Keep, name: str
) -> None:
    keep(ONE)
    (office.root / "tep").write_text("no folder")
    ran = office.run("reach", *OCTOBER, "--out", f"tep/{name}")
    assert ran.code == 2
    assert re.search(r"\btep\b", ran.out)
    assert "Traceback" not in ran.out
    assert (office.root / "tep").read_text() == "no folder"


def test_looking_puts_no_plan_into_force_and_changes_nothing(office: Office, keep: Keep) -> None:
    keep(ONE)
    office.post("bai", f"{local_now() + timedelta(days=3):%Y-%m-%d} 10:00")
    office.run("reach")
    assert list(office.states().values()) == ["sent"]
