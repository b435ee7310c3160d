"""Charts are plain data, and are drawn without a browser: what is drawn is looked at here."""

from __future__ import annotations

import io
import json

import pytest
import typst
from PIL import Image, ImageChops, ImageColor
from pypdf import PdfReader

from publisher.reports.chart import (
    FONTS,
    IN_A_MAIL,
    TEMPLATE,
    Look,
    Specification,
    bars,
    columns,
    picture,
    png,
    ranking,
    two_lines,
)

CHARTS = {
    "columns": columns(["27/09", "04/10"], [10_000, 12_345], ["10.000", "12.345"]),
    "ranking": ranking(["Trang của tỉnh", "Zalo"], [9, 5], [7, None], ["9", "5"]),
    "two_lines": two_lines(["−1", "10/10"], [4, 9], [3, 5], "2027: 9", "2026: 5"),
}
_INK, _MUTED, PALE, STRONG, _AXIS, BEFORE = IN_A_MAIL.colours
RGB = ImageColor.getrgb(STRONG)


def words_in(chart: Specification) -> str:
    """What is to be read in the chart, as one would copy it out of a page."""
    page = typst.compile(
        TEMPLATE,
        root=TEMPLATE.parent,
        font_paths=[FONTS],
        format="pdf",
        sys_inputs={"chart": json.dumps(chart)},
    )
    assert isinstance(page, bytes)
    return PdfReader(io.BytesIO(page)).pages[0].extract_text()


def drawn(chart: Specification) -> Image.Image:
    """The chart, a pixel a point."""
    return Image.open(io.BytesIO(picture(chart, scale=1))).convert("RGB")


def extent(chart: Specification, colour: str) -> tuple[int, int, int, int] | None:
    """Where ``colour`` stands, in points: left, top, right, bottom; ``None`` where it doesn't."""
    whole = drawn(chart)
    other = ImageChops.difference(whole, Image.new("RGB", whole.size, colour)).convert("L")
    return other.point([255] + [0] * 255).getbbox()


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_data_and_draws_as_the_same_picture_each_time(name: str) -> None:
    chart = CHARTS[name]
    assert json.loads(json.dumps(chart)) == chart
    with Image.open(io.BytesIO(png(chart))) as opened:
        assert opened.format == "PNG"
        assert opened.width >= 1000
    assert png(chart) == png(chart)


def test_words_stand_in_it_as_they_were_given() -> None:
    assert "Trang của tỉnh" in words_in(CHARTS["ranking"])
    assert "12.345" in words_in(CHARTS["columns"])
    assert "2026: 5" in words_in(CHARTS["two_lines"])


def test_what_an_officer_wrote_is_never_read_as_typst() -> None:
    named = '#sys.version *đậm* $x$ "trích" <nhãn> @dẫn'
    assert named in words_in(ranking([named], [1], [1], ["#1"]))


def test_a_name_that_is_too_long_is_cut_before_its_number() -> None:
    words = words_in(ranking(["Cổng thông tin " * 9], [5], [5], ["5"]))
    assert "…" in words
    assert len(words) < 60


def test_the_bars_of_a_week_are_the_columns_as_a_picture() -> None:
    assert bars(["a", "b"], [1, 2], ["1", "2"]) == png(columns(["a", "b"], [1, 2], ["1", "2"]))


def test_what_is_absent_is_a_gap_and_no_zero() -> None:
    assert extent(columns(["a", "b"], [1, 2], ["1", "2"]), PALE) is not None
    assert extent(columns(["a", "b"], [None, 2], ["–", "2"]), PALE) is None
    assert extent(ranking(["a", "b"], [1, 2], [1, None], ["1", "2"]), BEFORE) is not None
    assert extent(ranking(["a", "b"], [1, 2], [None, None], ["1", "2"]), BEFORE) is None


def test_a_line_is_broken_where_a_value_is_absent() -> None:
    steps = ["a", "b", "c"]
    whole = two_lines(steps, [8, 8, 8], [None, None, None], "", "")
    broken = two_lines(steps, [8, None, 8], [None, None, None], "", "")
    all_of_it, points = (
        sum(count for count, colour in drawn(chart).getcolors(100_000) or () if colour == RGB)
        for chart in (whole, broken)
    )
    # Two points of three, and none of the lines between them.
    assert 0 < points < all_of_it / 2


def test_bars_begin_at_zero() -> None:
    tall = [
        extent(columns(["a", "b"], [value, 1000], ["", ""]), PALE) for value in (500, 250, 1000)
    ]
    assert [one and one[3] - one[1] for one in tall] == pytest.approx([90, 45, 180], abs=2)
    wide = extent(ranking(["a"], [250], [1000], [""]), STRONG)
    assert wide is not None
    assert wide[2] - wide[0] == pytest.approx(110, abs=2)


def test_labels_stand_upright_where_there_are_many() -> None:
    labels = [f"{month:02d}/2027" for month in range(1, 13)]
    level, upright = (
        drawn(columns(labels, [1] * 12, [""] * 12, look)).height
        for look in (IN_A_MAIL, Look(upright=True))
    )
    assert upright > level + 30


def test_nothing_to_show_is_drawn_too() -> None:
    assert png(columns([], [], []))
    assert png(ranking([], [], [], []))
    assert png(two_lines(["a"], [None], [None], "–", "–"))
