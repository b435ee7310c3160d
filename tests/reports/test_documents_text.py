"""What a report says in words: whole sentences, true for whatever there is and isn't."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from publisher.delivery.lifecycle import State
from publisher.i18n import speaking
from publisher.reach.coverage import Coverage
from publisher.reach.criteria import Result
from publisher.reach.figures import Figures
from publisher.reach.period import Followers, PeriodSummary
from publisher.reach.spans import any_span, before, month, whole_year
from publisher.reports.documents.compose import facts_of
from publisher.reports.documents.facts import Facts
from publisher.reports.documents.lettering import breakable, lines, printable
from publisher.store.models import Hold
from tests.reports.documents_builders import (
    COVERAGE,
    LETTERHEAD,
    OFFICE,
    RESULTS,
    a_half_year,
    empty_report,
    half_year_report,
    one_post_report,
    published,
    report,
    summary_of,
)
from tests.store.builders import ZONE

AT = datetime(2027, 3, 1, 8, 0, tzinfo=ZONE)


def facts(summary: PeriodSummary, **other: Any) -> Facts:
    return facts_of(report(summary, **other))


def texts(data: Any) -> list[str]:
    """Every text of a document."""
    if isinstance(data, str):
        return [data]
    inside = data.values() if isinstance(data, dict) else data
    return [text for one in inside for text in texts(one)] if hasattr(inside, "__iter__") else []


def said(made: Facts) -> str:
    data = asdict(made)
    if data["work"]["chart"]:
        del data["work"]["chart"]["png"]
    return "\n".join(texts(data))


def out(number: int, figures: Figures, channel: str = "fanpage", **more: Any) -> Any:
    return published(number, f"p{number}", channel, AT, figures, **more)


# -- what went out --------------------------------------------------------------------------------


def test_a_report_says_what_went_out_and_how_that_stands_to_before() -> None:
    this = [out(n, Figures(shown=100)) for n in range(3)]
    last = [out(n, Figures(shown=80)) for n in range(2)]
    first, against = facts(summary_of(this, last)).work.paragraphs
    assert "đã đăng 3 bài thuộc 1 chiến dịch truyền thông trên 1 kênh" in first
    assert "tổng cộng 3 lượt đăng" in first
    assert against == (
        "So với 6 tháng cuối năm 2026 (2 lượt đăng), số lượt đăng tăng 50%; không có lượt đăng nào "
        "của 6 tháng đầu năm 2026 để so sánh."
    )


def test_a_post_on_two_channels_is_one_post_and_two_deliveries() -> None:
    this = [out(1, Figures(shown=5)), replace(out(1, Figures(shown=5)), channel="zalo")]
    made = facts(summary_of(this))
    assert "đã đăng 1 bài" in made.work.paragraphs[0]
    assert "tổng cộng 2 lượt đăng" in made.work.paragraphs[0]
    assert made.work.channels is not None
    assert made.work.channels.total is not None
    assert (made.work.channels.total.posts, made.work.channels.total.deliveries) == ("1", "2")


def test_an_empty_span_is_reported_in_whole_sentences() -> None:
    made = facts_of(empty_report())
    assert made.work.paragraphs == (
        "Trong kỳ báo cáo không có bài nào được đăng.",
        "Không có lượt đăng nào của 6 tháng cuối năm 2026 và của 6 tháng đầu năm 2026 để so sánh.",
    )
    assert made.reach is None
    assert made.appendix is None
    assert "không có lượt đăng nào bị lỗi" in made.shortcomings.intro
    assert "Phụ lục" not in said(made)


def test_an_empty_span_after_a_busy_one_says_so() -> None:
    made = facts(summary_of((), [out(1, Figures())]))
    assert made.work.paragraphs[1].startswith("6 tháng cuối năm 2026 có 1 lượt đăng; ")


def test_a_year_is_compared_once() -> None:
    span = whole_year(2027, 14)
    made = facts(summary_of((), span=span))
    assert made.work.paragraphs[1].count("năm 2026") == 1


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (month(2027, 10, 14), "tháng 10 năm 2027"),
        (whole_year(2027, 14), "năm 2027"),
        (
            any_span(date(2027, 10, 1), date(2027, 10, 5)),
            "từ ngày 01/10/2027 đến hết ngày 05/10/2027",
        ),
        (any_span(date(2027, 10, 1), date(2027, 10, 1)), "ngày 01/10/2027"),
    ],
)
def test_a_report_is_named_by_its_span(span: Any, words: str) -> None:
    title = facts(summary_of((), span=span)).title
    assert title.subject[1] == words
    assert title.full.endswith(words)


# -- figures --------------------------------------------------------------------------------------


def test_a_figure_that_no_platform_gives_is_absent_and_never_nought() -> None:
    made = facts_of(one_post_report())
    assert made.reach is not None
    assert "- Lượt tiếp cận: chưa có nền tảng nào cung cấp số liệu." in made.reach.metrics
    assert not any("rút gọn" in line for line in made.reach.metrics)
    assert made.work.channels is not None
    [row] = made.work.channels.rows
    assert (row.shown, row.reach, row.engagement, row.change) == ("–", "–", "–", "–")
    assert made.reach.best is None
    assert made.work.chart is None


def test_a_sum_says_how_many_deliveries_it_covers() -> None:
    made = facts(summary_of([out(1, Figures(reach=1000, shown=1200)), out(2, Figures(shown=90))]))
    assert made.reach is not None
    assert "- Lượt hiển thị: 1.290 lượt." in made.reach.metrics
    assert "- Lượt tiếp cận: 1.000 lượt (có số liệu của 1/2 lượt đăng)." in made.reach.metrics
    assert made.work.channels is not None
    assert made.work.channels.rows[0].reach == "1.000 (1/2)"
    assert "số lượt đăng có số liệu/tổng số lượt đăng" in made.work.channels.note


def test_wherever_reach_is_shown_it_is_said_not_to_be_unique_people() -> None:
    made = facts_of(half_year_report())
    assert made.reach is not None
    assert made.appendix is not None
    assert any("không phải là số người không trùng lặp" in line for line in made.reach.remarks)
    for table in (
        made.work.channels,
        made.work.campaigns,
        made.work.audiences,
        made.work.kinds,
        made.reach.best,
        made.appendix.posts,
    ):
        assert table is not None
        assert "không phải số người không trùng lặp" in table.note


def test_sums_that_cover_different_shares_are_not_compared() -> None:
    this = [out(1, Figures(shown=100)), out(2, Figures())]
    made = facts(summary_of(this, [out(3, Figures(shown=100))]))
    assert made.reach is not None
    assert made.reach.metrics[0] == "- Lượt hiển thị: 100 lượt (có số liệu của 1/2 lượt đăng)."
    assert any("Chỉ so sánh số liệu khi" in line for line in made.reach.remarks)
    assert made.work.channels is not None
    assert made.work.channels.rows[0].change == "–"


@pytest.mark.parametrize(
    ("now", "before_", "words", "cell"),
    [
        (112, 100, "tăng 12% so với", "+12%"),
        (95, 100, "giảm 5% so với", "-5%"),
        (100, 100, "không thay đổi so với", "0%"),
        (1001, 1000, "tăng dưới 1% so với", "0%"),
        (1230, 100, "gấp 12,3 lần so với", "12,3 lần"),
    ],
)
def test_a_change_is_told_in_words_and_in_signs(
    now: int, before_: int, words: str, cell: str
) -> None:
    made = facts(summary_of([out(1, Figures(shown=now))], [out(2, Figures(shown=before_))]))
    assert made.reach is not None
    assert words in made.reach.metrics[0]
    assert made.work.channels is not None
    assert made.work.channels.rows[0].change == cell


def test_the_trend_tells_every_part_of_the_span_in_words() -> None:
    chart = facts_of(half_year_report()).work.chart
    assert chart is not None
    assert chart.png.startswith(b"\x89PNG")
    assert chart.caption == "Biểu đồ. Lượt hiển thị của các bài đăng theo tháng báo cáo"
    assert [f"{number:02d}/2027: " in chart.alt for number in range(1, 7)] == [True] * 6


def test_a_campaign_of_two_editions_is_told_by_edition() -> None:
    this = [out(1, Figures(shown=5)), out(2, Figures(shown=7), edition=2026)]
    made = facts(summary_of(this))
    assert made.work.editions is not None
    assert [row.name[-6:] for row in made.work.editions.rows] == ["(2026)", "(2027)"]
    assert facts(summary_of(this[:1])).work.editions is None


def test_followers_are_told_as_far_as_they_are_known() -> None:
    followers = (Followers("fanpage", 100, 90), Followers("zalo", None, 1200))
    made = facts(summary_of((), followers=followers))
    assert made.reach is not None
    assert made.reach.followers is not None
    assert [(row.first, row.last, row.change) for row in made.reach.followers.rows] == [
        ("100", "90", "-10"),
        ("–", "1.200", "–"),
    ]


# -- criteria, coverage, shortcomings -------------------------------------------------------------


def test_indicators_are_judged_in_words() -> None:
    made = facts(summary_of((), results=RESULTS)).criteria
    assert made is not None
    assert made.lead == (
        "Có 3 chỉ tiêu được theo dõi: 1 chỉ tiêu đạt, 1 chỉ tiêu chưa đạt, 1 chỉ tiêu chưa đánh "
        "giá được."
    )
    first, second, third = made.rows
    assert (first.target, first.value, first.verdict) == ("Ít nhất 100%", "95,3%", "Chưa đạt")
    assert first.trend == "12/2026: 88%; 06/2027: 95,3%"
    assert (second.value, second.verdict, second.basis) == ("–", "Chưa đủ số liệu", "–")
    assert third.verdict == "Đạt"


@pytest.mark.parametrize(
    ("result", "target", "value", "verdict"),
    [
        (Result("a", "A", "posts", 12, None, None, ""), "–", "12 bài", "Không đặt mục tiêu"),
        (
            Result("a", "A", "%", 3, 5, True, "", at_most=True),
            "Không quá 5%",
            "3%",
            "Đạt",
        ),
        (
            Result("a", "A", "%", 99.96, 100, None, ""),
            "Ít nhất 100%",
            "99,9%",
            "Chưa đến kỳ đánh giá",
        ),
        (Result("a", "A", "trạm", 7, 9, False, ""), "Ít nhất 9 trạm", "7 trạm", "Chưa đạt"),
    ],
)
def test_an_indicator_has_its_own_unit_and_direction(
    result: Result, target: str, value: str, verdict: str
) -> None:
    made = facts(summary_of((), results=(result,))).criteria
    assert made is not None
    [row] = made.rows
    assert (row.target, row.value, row.verdict) == (target, value, verdict)


def test_no_criteria_and_no_register_leave_their_sections_out() -> None:
    made = facts_of(empty_report())
    assert made.criteria is None
    assert made.topics is None
    assert facts(summary_of((), coverage=Coverage(()))).topics is None


def test_what_of_the_register_has_had_nothing_is_listed() -> None:
    made = facts(summary_of((), coverage=COVERAGE)).topics
    assert made is not None
    assert made.lead == (
        "Danh mục theo dõi có 3 nhiệm vụ, chủ đề phải truyền thông; 1 nhiệm vụ, chủ đề (33,3%) có "
        "bài đăng trong kỳ, 2 nhiệm vụ, chủ đề không có bài đăng nào trong kỳ:"
    )
    assert [row.code for row in made.rows] == ["NV-2027-02", "NV-2027-03"]
    whole = facts(summary_of((), coverage=Coverage(COVERAGE.of[:1]))).topics
    assert whole is not None
    assert whole.lead.endswith("tất cả đều có bài đăng trong kỳ.")
    assert whole.rows == ()


def test_what_went_wrong_is_told_one_by_one() -> None:
    undone = {State.FAILED: 3, State.MISSED: 2, State.UNCONFIRMED: 1, State.CANCELLED: 4}
    this = [
        out(1, Figures(shown=5), doubts=("fell",)),
        out(2, Figures(shown=5), gone_at=AT),
        out(3, Figures(link_clicks=7)),
    ]
    made = facts(summary_of(this, undone=undone)).shortcomings
    assert made.intro == "Trong kỳ báo cáo còn các tồn tại, hạn chế sau:"
    assert [item[:14] for item in made.items] == [
        "- 3 lượt đăng ",
        "- 2 lượt đăng ",
        "- 1 lượt đăng ",
        "- 1 lượt đăng ",
        "- 1 lượt đăng ",
        "- 1/3 lượt đăn",
    ]
    assert all(item.endswith(";") for item in made.items[:-1])
    assert made.items[-1].endswith(".")
    assert made.remarks == ("Có 4 lượt đăng được rút khỏi kế hoạch trước khi đăng.",)


def test_a_faultless_span_says_that_there_was_nothing() -> None:
    made = facts(summary_of([out(1, Figures(shown=5))])).shortcomings
    assert made.items == ()
    assert made.intro.startswith("Trong kỳ báo cáo không có lượt đăng nào bị lỗi")
    assert "không có bài đăng nào bị gỡ" in made.intro


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (
            {"scope": "all"},
            "Tạm dừng đăng toàn bộ các kênh từ 08 giờ 00 ngày 01/03/2027 đến nay vẫn chưa kết "
            "thúc; lý do: Quốc tang.",
        ),
        (
            {"scope": "channel", "target": "zalo", "until": datetime(2027, 3, 5, 1, tzinfo=UTC)},
            "kênh Zalo Chính quyền số Đồng Tháp từ 08 giờ 00 ngày 01/03/2027 đến 08 giờ 00 ngày "
            "05/03/2027",
        ),
        (
            {
                "scope": "campaign",
                "target": "khcn",
                "until": datetime(2027, 3, 5, 1, tzinfo=UTC),
                "released_at": datetime(2027, 3, 2, 1, tzinfo=UTC),
            },
            "chiến dịch Ngày Khoa học và Công nghệ Việt Nam 18/5 từ 08 giờ 00 ngày 01/03/2027 đến "
            "08 giờ 00 ngày 02/03/2027",
        ),
    ],
)
def test_a_hold_is_told_with_its_days_and_its_reason(more: dict[str, Any], words: str) -> None:
    hold = Hold(reason="Quốc tang.", placed_by="Lan", placed_at=AT.astimezone(UTC), **more)
    [told] = facts(summary_of((), holds=(hold,))).shortcomings.remarks
    assert words in told


# -- the frame ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2027, 2, 5), "ngày 05 tháng 02 năm 2027"),
        (date(2027, 3, 5), "ngày 05 tháng 3 năm 2027"),
        (date(2027, 12, 19), "ngày 19 tháng 12 năm 2027"),
    ],
)
def test_days_are_written_as_the_decree_says(day: date, words: str) -> None:
    made_at = datetime(day.year, day.month, day.day, 9, tzinfo=ZONE)
    assert facts_of(empty_report(made_at=made_at)).head.place_date == f"Đồng Tháp, {words}"


@pytest.mark.parametrize(
    ("given", "printed"),
    [
        ((), ("- Như trên;", "- Lưu: VT.")),
        (("Như trên", "Lưu: VT, CĐS"), ("- Như trên;", "- Lưu: VT, CĐS.")),
        (("- Như trên;", "- Lưu: VT."), ("- Như trên;", "- Lưu: VT.")),
        (("Giám đốc Sở",), ("- Giám đốc Sở;", "- Lưu: VT.")),
    ],
)
def test_the_list_of_recipients_ends_with_the_archive(
    given: tuple[str, ...], printed: tuple[str, ...]
) -> None:
    head = LETTERHEAD.model_copy(update={"copies": given})
    assert facts_of(empty_report(letterhead=head)).copies == printed


def test_a_unit_written_in_capitals_is_named_in_sentences_as_the_office_is() -> None:
    head = LETTERHEAD.model_copy(update={"unit": "SỞ KHOA HỌC VÀ CÔNG NGHỆ"})
    made = facts_of(empty_report(letterhead=head))
    assert f"{OFFICE.name} báo cáo" in made.intro[0]


def test_a_long_list_of_posts_is_left_to_the_workbook() -> None:
    made = facts(summary_of(a_half_year(152))).appendix
    assert made is not None
    assert len(made.posts.rows) == 40
    assert "trong tổng số 152 bài" in made.posts.lead
    short = facts(summary_of(a_half_year(12))).appendix
    assert short is not None
    assert len(short.posts.rows) == 12
    assert short.posts.lead == ""


def test_the_document_is_vietnamese_whatever_the_program_speaks() -> None:
    in_vietnamese = said(facts_of(half_year_report()))
    with speaking("en"):
        assert said(facts_of(half_year_report())) == in_vietnamese


# -- letters --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("🎉 Ngày\u00a0hội\n công nghệ 🇻🇳!", "Ngày hội công nghệ !"),
        ("𝗡𝗴𝗮̀𝘆 𝗵𝗼̣̂𝗶", "Ngày hội"),
        ("Đồng Tháp".encode().decode(), "Đồng Tháp"),
        ("a\x00b\u200bc\u202ed\ufeff", "abcd"),
        ("© 2027 – 50% ≥ 3", "© 2027 – 50% ≥ 3"),
        ("👨‍👩‍👧", ""),
    ],
)
def test_what_cannot_be_printed_is_left_out(written: str, printed: str) -> None:
    assert printable(written) == printed


def test_a_long_word_may_break_in_a_cell() -> None:
    assert max(map(len, breakable("x" * 100).split("\u200b"))) <= 18
    assert breakable("Xin chào Đồng Tháp") == "Xin chào Đồng Tháp"


def test_lines_of_a_name_are_of_like_length() -> None:
    assert lines("ỦY BAN NHÂN DÂN TỈNH ĐỒNG THÁP", 12, 70) == [
        "ỦY BAN NHÂN DÂN",
        "TỈNH ĐỒNG THÁP",
    ]
    assert lines("", 12, 70) == []
    assert lines("X" * 80, 12, 70) == ["X" * 80]


def test_a_post_without_words_is_named_all_the_same() -> None:
    appendix = facts_of(one_post_report("🎉🎉")).appendix
    assert appendix is not None
    assert appendix.posts.rows[0].post == "(bài không có chữ)"


def test_the_spans_that_are_compared_are_named() -> None:
    span = month(2027, 1, 14)
    made = facts(summary_of([out(1, Figures(shown=1))], [out(2, Figures(shown=1))], span=span))
    assert before(span, 14).year == 2026
    assert "tháng 12 năm 2026" in made.work.paragraphs[1]


# -- what is planned, and on what ground ----------------------------------------------------------


def test_what_is_planned_next_is_told_by_campaign_with_its_days() -> None:
    told = facts_of(half_year_report()).ahead
    assert told is not None
    assert told.intro == (
        "Theo kế hoạch đăng bài đã lập đến thời điểm báo cáo, từ ngày 21/06/2027 đến ngày "
        "12/07/2027 sẽ đăng 5 bài (13 lượt đăng), gồm:"
    )
    assert len(told.items) == 2
    assert told.items[0].endswith(": 4 bài, từ ngày 21/06/2027 đến ngày 12/07/2027;")
    assert told.items[1].endswith(": 1 bài, ngày 25/06/2027.")


def test_where_nothing_is_planned_the_report_says_nothing_of_what_comes() -> None:
    assert facts_of(empty_report()).ahead is None


def test_an_office_may_name_the_documents_that_it_reports_by() -> None:
    own = LETTERHEAD.model_copy(update={"basis": "Thực hiện Kế hoạch số 123/KH-UBND."})
    assert (
        facts_of(empty_report(letterhead=own))
        .intro[0]
        .startswith("Thực hiện Kế hoạch số 123/KH-UBND, ")
    )
    assert "1169/QĐ-TTg" in facts_of(empty_report()).intro[0]


def test_a_trend_begins_where_something_was_known() -> None:
    trend = tuple((date(2027, month, 14), value) for month, value in enumerate((None, 3, None), 1))
    made = facts(summary_of((), results=(replace(RESULTS[0], trend=trend),)))
    assert made.criteria is not None
    assert made.criteria.rows[0].trend == "02/2027: 3%; 03/2027: –"
