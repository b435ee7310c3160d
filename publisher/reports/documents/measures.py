"""What a report says of the plan's indicators.

The tasks that have had nothing stand beside them.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import dropwhile

from publisher import notation
from publisher.reach.coverage import Coverage
from publisher.reach.criteria import Result, value_words
from publisher.reports.documents.facts import (
    CriterionRow,
    CriterionTable,
    TopicRow,
    TopicTable,
)
from publisher.reports.documents.lettering import breakable, printable
from publisher.reports.documents.tables import Captions

MOST_TOPICS = 40
TREND_LONGEST = 4
"""So many spans of an indicator's past are told, this one among them."""

_UNITS = {"posts": "bài", "people": "người"}


def criteria(results: Sequence[Result], captions: Captions) -> CriterionTable | None:
    """Section III; ``None`` where the office keeps no indicators."""
    if not results:
        return None
    met, unmet = (sum(result.met is verdict for result in results) for verdict in (True, False))
    open_ = len(results) - met - unmet
    parts = [
        f"{notation.number(count)} chỉ tiêu {words}"
        for count, words in (
            (met, "đạt"),
            (unmet, "chưa đạt"),
            (open_, "chưa đánh giá được"),
        )
        if count
    ]
    return CriterionTable(
        f"Có {notation.number(len(results))} chỉ tiêu được theo dõi: {', '.join(parts)}.",
        captions.next("Kết quả thực hiện các chỉ tiêu"),
        tuple(_criterion(notation.number(place), one) for place, one in enumerate(results, 1)),
    )


def topics(coverage: Coverage | None, captions: Captions) -> TopicTable | None:
    """Section IV; ``None`` where the office keeps no register."""
    if coverage is None or not coverage.of:
        return None
    every, without = len(coverage.of), coverage.without
    known = f"Danh mục theo dõi có {notation.number(every)} nhiệm vụ, chủ đề phải truyền thông"
    if not without:
        return TopicTable(f"{known}; tất cả đều có bài đăng trong kỳ.", "", (), "")
    done = every - len(without)
    share = value_words(100 * done / every, "%")
    rows = tuple(
        TopicRow(
            notation.number(place),
            breakable(topic.code),
            breakable(topic.title),
            breakable(topic.unit) or notation.ABSENT,
        )
        for place, topic in enumerate(without[:MOST_TOPICS], 1)
    )
    more = len(without) - len(rows)
    return TopicTable(
        f"{known}; {notation.number(done)} nhiệm vụ, chủ đề ({share}) có bài đăng trong kỳ, "
        f"{notation.number(len(without))} nhiệm vụ, chủ đề không có bài đăng nào trong kỳ:",
        captions.next("Nhiệm vụ, chủ đề không có bài đăng trong kỳ"),
        rows,
        f"Và {notation.number(more)} nhiệm vụ, chủ đề khác." if more else "",
    )


def _criterion(number: str, result: Result) -> CriterionRow:
    source = f" (mục {printable(result.source)})" if result.source else ""
    told = list(dropwhile(lambda point: point[1] is None, result.trend[-TREND_LONGEST:]))
    trend = [f"{notation.day(day, 'month')}: {_value(value, result.unit)}" for day, value in told]
    return CriterionRow(
        number,
        breakable(result.title) + source,
        _target(result),
        _value(result.value, result.unit),
        _verdict(result),
        breakable(result.basis) or notation.ABSENT,
        "; ".join(trend) or notation.ABSENT,
    )


def _target(result: Result) -> str:
    if result.target is None:
        return notation.ABSENT
    bound = "Không quá" if result.at_most else "Ít nhất"
    return f"{bound} {_value(result.target, result.unit)}"


def _verdict(result: Result) -> str:
    if result.met is not None:
        return "Đạt" if result.met else "Chưa đạt"
    if result.target is None:
        return "Không đặt mục tiêu"
    return "Chưa đủ số liệu" if result.value is None else "Chưa đến kỳ đánh giá"


def _value(value: float | None, unit: str) -> str:
    return value_words(value, printable(_UNITS.get(unit, unit)))
