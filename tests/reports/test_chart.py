"""Charts are plain data that a browser could show, and are drawn here without one."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from publisher.reports.chart import Specification, bars, columns, png, ranking, svg, two_lines

CHARTS = {
    "columns": columns(["27/09", "04/10"], [10_000, 12_345], ["10.000", "12.345"]),
    "ranking": ranking(["Trang của tỉnh", "Zalo"], [9, 5], [7, None], ["9", "5"]),
    "two_lines": two_lines(["−1", "10/10"], [4, 9], [3, 5], "2027: 9", "2026: 5"),
}


@pytest.mark.parametrize("name", CHARTS)
def test_a_chart_is_data_and_draws_as_picture_and_as_lines(name: str) -> None:
    chart = CHARTS[name]
    assert json.loads(json.dumps(chart)) == chart
    assert chart["$schema"].endswith("/vega-lite/v5.json")
    with Image.open(io.BytesIO(png(chart))) as picture:
        assert picture.format == "PNG"
        assert picture.width >= 1000
    assert "<svg" in svg(chart)
    assert png(chart) == png(chart)


def test_words_stand_in_it_as_they_were_given() -> None:
    assert "Trang của tỉnh" in svg(CHARTS["ranking"])
    assert "12.345" in svg(CHARTS["columns"])
    assert "2026: 5" in svg(CHARTS["two_lines"])


def test_the_bars_of_a_week_are_the_columns_as_a_picture() -> None:
    assert bars(["a", "b"], [1, 2], ["1", "2"]) == png(columns(["a", "b"], [1, 2], ["1", "2"]))


def values(chart: Specification, field: str) -> list[Any]:
    return [row[field] for row in chart["data"]["values"]]


def test_what_is_absent_is_a_gap_and_no_zero() -> None:
    assert values(columns(["a", "b"], [None, 2], ["–", "2"]), "value") == [None, 2]
    assert values(ranking(["a"], [None], [None], ["–"]), "value") == [None]
    assert values(two_lines(["a", "b"], [None, 2], [1, 1], "2", "1"), "value") == [None, 2, 1, 1]


def test_bars_begin_at_zero() -> None:
    for chart in (CHARTS["columns"], CHARTS["ranking"]):
        for scale in scales(chart):
            assert scale.get("domainMin", 0) == 0
            assert scale.get("domain", [0])[0] == 0


def scales(chart: Specification) -> Iterator[dict[str, Any]]:
    """The scales of what is measured."""
    for layer in chart["layer"]:
        for channel in layer["encoding"].values():
            if channel.get("type") == "quantitative":
                yield channel["scale"]


def test_nothing_to_show_is_drawn_too() -> None:
    assert png(ranking([], [], [], []))
    assert png(two_lines(["a"], [None], [None], "–", "–"))
