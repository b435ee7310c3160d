"""The pages of reach: what a leader sees, and that page, picture and table tell the same."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest

from publisher.reports import chart
from publisher.settings.console import Role
from publisher.web import drawing
from tests.reach.builders import read, sent
from tests.store.builders import ZONE
from tests.web import reached
from tests.web.chromium import DESK, TELEPHONE, Chromium, is_wider_than_its_window, serious
from tests.web.office import ConsoleOffice, Visitor
from tests.web.reading import (
    description,
    english,
    link_in,
    rows_of,
    section,
    shown,
    table_of,
    words_of,
)


@pytest.fixture(scope="module")
def office(stores: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ConsoleOffice]:
    """An office of which ten weeks' posts were read, and last year's edition."""
    made = ConsoleOffice(tmp_path_factory.mktemp("reached"))
    reached.fill(made)
    reached.lay_plan(made)
    yield made
    made.close()


@pytest.fixture(scope="module")
def leader(office: ConsoleOffice) -> Visitor:
    return english(office.visitor(Role.VIEWER))


def test_last_week_stands_against_the_week_before_with_what_it_covers(leader: Visitor) -> None:
    page = leader.get("/reach")
    assert page.status_code == 200
    figures = words_of(page.text.partition('class="figures"')[2].partition("</dl>")[0])
    assert "7 posts before: 6 21 deliveries on 3 channels" in figures
    # Six posts at 97 to 582 times ten, one at 900, half as often on Zalo; the portal tells nothing.
    assert "Times shown 31,905 +16% before: 27,498 known of 14 of 21 deliveries" in figures
    assert "known of 7 of 21 deliveries" in figures


def test_what_no_platform_gave_is_a_dash_and_never_nought(leader: Visitor) -> None:
    page = leader.get("/reach").text
    [portal] = [row for row in table_of(section(page, "channels")) if "Cổng" in row[0]]
    assert portal[1:] == ["7", "–", "–", "–"]
    rows = rows_of(leader.get(link_in(section(page, "channels"), "channels.csv")))
    [told] = [row for row in rows if "Cổng" in row["Channel"]]
    assert told["Times shown"] == ""
    assert told["Times shown: known of deliveries"] == "0"


@pytest.mark.parametrize("metric", ["shown", "reach", "engagement", "link_clicks"])
@pytest.mark.parametrize("name", ["channels", "campaigns", "audiences"])
def test_page_picture_and_table_tell_the_same(leader: Visitor, name: str, metric: str) -> None:
    part = section(leader.get(f"/reach?metric={metric}&span=28-days").text, name)
    rows = rows_of(leader.get(link_in(part, f"{name}.csv")))
    column = heading(metric)
    told = [(row_name(row), shown(row[column]), shown(row[f"{column}, before"])) for row in rows]
    assert told
    assert [(row[0], row[2].split()[0], row[4].split()[0]) for row in table_of(part)] == told
    drawn = [row for row in told if row[1] != "–"]
    if len(drawn) < 2:
        assert "channels.png" not in part
        return
    said = description(leader.get(link_in(part, f"{name}.png")))
    assert said.partition(". ")[2].rstrip(".") == "; ".join(
        f"{who}: {now}, before {before}" for who, now, before in drawn
    )


@pytest.mark.parametrize("by", ["week", "month"])
def test_the_trend_tells_the_same_on_the_page_in_the_picture_and_in_the_table(
    leader: Visitor, by: str
) -> None:
    part = section(leader.get(f"/reach?by={by}&span=90-days").text, "trend")
    rows = rows_of(leader.get(link_in(part, "trend.csv")))
    told = [(next(iter(row.values())), shown(row["Times shown"])) for row in rows]
    assert len(told) > 2
    assert [(row[0], row[2].split()[0]) for row in table_of(part)] == told
    said = description(leader.get(link_in(part, "trend.png")))
    assert said.partition(". ")[2].rstrip(".") == "; ".join(f"{who}: {now}" for who, now in told)


def heading(metric: str) -> str:
    return {
        "shown": "Times shown",
        "reach": "Reach (not unique people)",
        "engagement": "Engagement",
        "link_clicks": "Short link clicks",
    }[metric]


def row_name(row: dict[str, str]) -> str:
    return next(iter(row.values()))


def test_the_last_bar_of_the_trend_is_the_figure_above_it(leader: Visitor) -> None:
    part = section(leader.get("/reach").text, "trend")
    last = table_of(part)[-1]
    assert last[0].startswith("27 Sep")
    assert last[2] == "31,905 (14/21)"
    assert table_of(part)[-2][2] == "27,498 (12/18)"


def test_an_edition_is_held_against_the_last_one_by_days_from_its_own_day(leader: Visitor) -> None:
    part = section(leader.get("/reach").text, "editions")
    assert "Ngày Chuyển đổi số quốc gia: 2027 against 2026" in part
    rows = rows_of(leader.get(link_in(part, "edition-10-10.csv")))
    # 10 October was a Saturday in 2026 and is a Sunday in 2027.
    assert (rows[0]["Day"], rows[0]["Day of 2027"], rows[0]["Day of 2026"]) == (
        "D−13 (27 Sep)",
        "2027-09-27",
        "2026-09-27",
    )
    assert [row["Times shown, before"] for row in rows[:3]] == ["450", "960", "1530"]
    assert rows[0]["Times shown"] == ""
    said = description(leader.get(link_in(part, "edition-10-10.png")))
    assert f"{rows[1]['Day']}: {shown(rows[1]['Times shown'])}, before 960" in said


def test_a_link_shows_what_its_filters_say_to_whoever_opens_it(leader: Visitor) -> None:
    path = "/reach?span=28-days&channel=zalo&campaign=10-10&audience=business&metric=engagement"
    page = leader.get(path).text
    assert [row[0] for row in table_of(section(page, "channels"))] == ["Zalo của tỉnh"]
    assert [row[0] for row in table_of(section(page, "campaigns"))] == [
        "Ngày Chuyển đổi số quốc gia"
    ]
    for name, value in (
        ("span", "28-days"),
        ("channel", "zalo"),
        ("campaign", "10-10"),
        ("audience", "business"),
        ("metric", "engagement"),
    ):
        field = page.partition(f'name="{name}"')[2].partition("</select>")[0]
        assert f'<option value="{value}" selected>' in field
    rows = rows_of(leader.get(link_in(section(page, "trend"), "trend.csv")))
    assert {row["Number of deliveries"] for row in rows[-4:-1]} == {"2"}


def test_days_of_ones_own_choice_are_counted_and_no_others(leader: Visitor) -> None:
    page = leader.get("/reach?span=days&from=2027-09-27&to=2027-09-28").text
    figures = words_of(page.partition('class="figures"')[2].partition("</dl>")[0])
    assert "3 posts" in figures
    assert "Times shown 5,715" in figures


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("from=&to=2027-10-01", "Choose the first day."),
        ("from=1.10.2027", "Choose the first day."),
        ("from=2027-10-05&to=2027-10-01", "exchange the two"),
        ("from=2027-10-11", "still to come"),
        ("from=2025-01-01&to=2027-01-01", "A year at most"),
    ],
)
def test_days_that_cannot_be_are_told_at_their_field_and_last_week_stands(
    leader: Visitor, query: str, told: str
) -> None:
    page = leader.get(f"/reach?span=days&{query}")
    assert page.status_code == 422
    assert told in words_of(page.text)
    assert "31,905" in page.text
    assert leader.get(f"/reach/pictures/trend.csv?span=days&{query}").status_code == 422


@pytest.mark.parametrize("query", ["metric=x", "span=x", "by=x", "audience=x", "at=x", "at=9999"])
def test_what_nobody_could_have_chosen_is_left_out(leader: Visitor, query: str) -> None:
    page = leader.get(f"/reach?{query}")
    assert page.status_code == 200
    assert "31,905" in page.text


def test_a_campaign_that_nobody_knows_finds_nothing_and_says_so(leader: Visitor) -> None:
    page = leader.get("/reach?campaign=%3Cb%3E")
    assert page.status_code == 200
    assert "Nothing went out in these days." in page.text
    assert "<b>0" not in page.text
    assert '<option value="<b>"' not in page.text


def test_a_week_that_runs_is_held_against_the_one_before_to_the_same_point(
    own_office: ConsoleOffice,
) -> None:
    for back in (0, 1):
        monday = datetime(2027, 10, 4, 8, tzinfo=ZONE) - timedelta(weeks=back)
        reached.put(own_office, monday, f"thu-hai-{back}", "Thứ hai", "10-10", 2027, 100, [])
        sunday_evening = monday + timedelta(days=6, hours=12)
        reached.put(own_office, sunday_evening, f"toi-{back}", "Tối", "10-10", 2027, 7000, [])
    page = english(own_office.visitor(Role.VIEWER)).get("/reach?span=this-week").text
    assert "not over yet" in page
    [campaign] = [r for r in table_of(section(page, "campaigns")) if "Chuyển đổi" in r[0]]
    # Neither this Sunday evening's, which is to come, nor the last one's.
    assert campaign[2:] == ["150 (2/5)", "–", "150 (2/3)"]


def test_the_week_before_is_read_at_the_age_that_last_week_has_now(
    own_office: ConsoleOffice,
) -> None:
    for back in (0, 1):
        at = reached.LAST_WEEK - timedelta(weeks=back)
        reached.put(own_office, at, f"bai-{back}", "Bài", "10-10", 2027, 100, [])
    row = own_office.row("bai-1", "fanpage")
    # Last week's posts have had no such time to be seen.
    read(own_office.site.database, row, own_office.clock() - timedelta(days=1), views=9000)
    page = english(own_office.visitor(Role.VIEWER)).get("/reach").text
    assert "Times shown 150 0% before: 150" in words_of(page)
    assert [row[2] for row in table_of(section(page, "trend"))] == ["150 (2/3)"] * 2


def test_figures_of_far_fewer_deliveries_are_told_but_not_compared(
    own_office: ConsoleOffice,
) -> None:
    last, before = reached.LAST_WEEK, reached.LAST_WEEK - timedelta(weeks=1)
    for number in range(6):
        at = before + timedelta(hours=number)
        reached.put(
            own_office, last + timedelta(hours=number), f"a-{number}", "A", "10-10", 2027, 60, []
        )
        sent(own_office.site.database, at, f"b-{number}", channel="portal", campaign="10-10")
    reached.put(own_office, before, "b", "B", "10-10", 2027, 60, [])
    page = words_of(english(own_office.visitor(Role.VIEWER)).get("/reach").text)
    assert "Times shown 540 before: 90, known of 2 of 9: not to be compared" in page


def test_the_files_of_a_page_tell_what_it_told_though_the_figures_went_on(
    own_office: ConsoleOffice,
) -> None:
    reached.fill(own_office, weeks=2)
    visitor = english(own_office.visitor(Role.VIEWER))
    before = visitor.get("/reach").text
    link = link_in(section(before, "channels"), "channels.csv")
    told = visitor.get(link).content
    own_office.clock.advance(timedelta(hours=1))
    row = own_office.row("bai-0-5", "fanpage")
    read(own_office.site.database, row, own_office.clock(), views=999_999)
    assert visitor.get(link).content == told
    own_office.clock.advance(timedelta(minutes=1))
    after = visitor.get("/reach").text
    rows = rows_of(visitor.get(link_in(section(after, "channels"), "channels.csv")))
    assert int(rows[0]["Times shown"]) > 999_999


def test_best_posts_lead_to_their_page_and_to_what_is_out_there(leader: Visitor) -> None:
    part = section(leader.get("/reach").text, "best")
    first = table_of(part)[0]
    assert first[0].startswith("Lịch tiếp công dân tuần tới 02 Oct 2027 08:00")
    assert first[1] == "8,730 (2/3)"
    assert 'href="/posts/10-10/bai-0-5?edition=2027"' in part
    assert 'href="https://fanpage.example.vn/bai-0-5"' in part
    rows = rows_of(leader.get(link_in(part, "best.csv")))
    assert rows[0]["First line"] == "Lịch tiếp công dân tuần tới"
    assert rows[0]["Times shown"] == "8730"


def test_what_an_officer_wrote_is_never_markup_nor_a_formula(own_office: ConsoleOffice) -> None:
    line = '=HYPERLINK("x")<script>alert(1)</script> #panic() $x$'
    reached.put(own_office, reached.LAST_WEEK, "la", line, "10-10", 2027, 100, ["people"])
    file = own_office.root / "campaigns" / "10-10" / "campaign.toml"
    text = file.read_text("utf-8").replace("Ngày Chuyển đổi số quốc gia", "#panic() <b>*x*")
    file.write_text(text, "utf-8")
    reached.put(own_office, reached.LAST_WEEK, "lb", "Khác", "dich-vu-cong", 2027, 50, [])
    visitor = english(own_office.visitor(Role.VIEWER))
    page = visitor.get("/reach").text
    assert "<script>alert" not in page
    assert "<b>*x*" not in page
    svg = visitor.get("/reach/pictures/campaigns.svg")
    assert svg.status_code == 200
    assert b"<script" not in svg.content
    rows = rows_of(visitor.get(link_in(section(page, "best"), "best.csv")))
    assert rows[0]["First line"] == f"'{line}"


@pytest.mark.parametrize("name", ["trend", "channels", "campaigns", "audiences", "edition-10-10"])
def test_a_picture_refers_to_nothing_outside_and_suits_window_and_colours(
    leader: Visitor, name: str
) -> None:
    light, dark, narrow = (
        leader.get(f"/reach/pictures/{name}.svg{query}") for query in ("", "?dark=1", "?narrow=1")
    )
    assert light.headers["content-type"] == "image/svg+xml"
    for one in (light, dark, narrow):
        links = re.findall(r'(?:href|src)="([^"]*)"', one.text)
        assert all(link.startswith("#") for link in links)
        assert not re.search(r"<(style|script|foreignObject|image)\b|style=", one.text)
    assert "#ffffff" in light.text
    assert "#ffffff" not in dark.text
    widths = [float(re.search(r'width="([\d.]+)pt"', one.text)[1]) for one in (light, narrow)]  # type: ignore[index]
    assert widths[1] < 400 < widths[0]


@pytest.mark.parametrize(
    "path", ["nowhere.svg", "trend.gif", "edition-none.png", "trend.svgz", "..%2Ftrend.svg"]
)
def test_a_picture_that_there_is_not_is_not_found(leader: Visitor, path: str) -> None:
    assert leader.get(f"/reach/pictures/{path}").status_code == 404


def test_a_chart_is_bounded_however_much_is_asked(leader: Visitor) -> None:
    def drawn(look: chart.Look) -> chart.Specification:
        many = drawing.MOST_LABELS + 1
        return chart.columns(["x"] * many, [1] * many, ["1"] * many, look)

    with pytest.raises(ValueError, match="too many"):
        drawing.as_svg(drawing.Chart(drawn, "", "", "", 1))
    assert drawing.cut("x" * 10_000) == "x" * (drawing.LONGEST_WORDS - 1) + "…"
    page = leader.get("/reach?span=days&from=2026-10-11&to=2027-10-10&by=week").text
    rows = rows_of(leader.get(link_in(section(page, "trend"), "trend.csv")))
    assert len(rows) <= drawing.MOST_LABELS


def test_an_office_of_which_nothing_was_read_yet_sees_no_pictures_and_no_noughts(
    own_office: ConsoleOffice,
) -> None:
    visitor = english(own_office.visitor(Role.VIEWER))
    page = visitor.get("/reach?span=this-week").text
    assert "no platform has given it yet" in page
    assert "<img" not in page
    assert visitor.get("/reach/pictures/trend.svg?span=this-week").status_code == 404
    rows = rows_of(visitor.get("/reach/pictures/trend.csv?span=this-week"))
    assert {row["Times shown"] for row in rows} == {""}


@pytest.mark.parametrize(("width", "theme"), [(DESK, "light"), (TELEPHONE, "dark")])
@pytest.mark.parametrize("path", ["/reach", "/reach/criteria?span=2027-09", "/reach/coverage"])
def test_pictures_are_seen_and_everything_can_be_read(
    office: ConsoleOffice, chromium: Chromium, path: str, width: int, theme: str
) -> None:
    page = chromium.open(office, path, role=Role.VIEWER, width=width, theme=theme)
    widths = page.evaluate("Array.from(document.images, one => one.naturalWidth)")
    assert all(widths)
    assert len(widths) == {"/reach": 5, "/reach/coverage": 0}.get(path, 4)
    drawn = page.evaluate("Array.from(document.images, one => one.currentSrc)")
    assert all(("dark=1" in one) == (theme == "dark") for one in drawn)
    assert serious(page) == []
    assert not is_wider_than_its_window(page)
    assert chromium.troubles == []


def test_days_are_asked_for_only_where_other_days_are_chosen(
    office: ConsoleOffice, chromium: Chromium
) -> None:
    page = chromium.open(office, "/reach", role=Role.VIEWER, language="en", scripts=False)
    page.click(".filters > summary")
    assert not page.is_visible("#f-from")
    page.select_option("#f-span", "days")
    assert page.is_visible("#f-from")
    page.fill("#f-from", "2027-09-27")
    page.fill("#f-to", "2027-09-28")
    page.click(".filters button")
    assert "span=days" in page.url
    assert "5,715" in page.inner_text(".figures")
