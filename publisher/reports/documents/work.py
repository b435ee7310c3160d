"""What a report says went out in its span.

In sentences, tables and a picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from publisher import notation
from publisher.reach.figures import Sum
from publisher.reach.period import PeriodSummary, Row
from publisher.reach.spans import Span
from publisher.reports import span_words
from publisher.reports.documents import phrases, tables
from publisher.reports.documents.charts import trend
from publisher.reports.documents.facts import FigureTable, Work
from publisher.reports.documents.tables import Captions, Names


def work(summary: PeriodSummary, names: Names, captions: Captions) -> Work:
    """Section I."""
    if not summary.posts:
        nothing = "Trong kỳ báo cáo không có bài nào được đăng."
        return Work((nothing, _against_others(summary)), None, None, None, None, None, None)
    return Work(
        paragraphs=(_what(summary), _against_others(summary)),
        chart=trend(summary),
        channels=_by_channel(summary, names, captions),
        campaigns=_by_campaign(summary, names, captions),
        editions=_by_edition(summary, names, captions),
        audiences=_by_audience(summary, names, captions),
        kinds=_by_kind(summary, names, captions),
    )


def others(summary: PeriodSummary) -> list[tuple[Span, Sum]]:
    """The spans that this one is compared with, each once: before a year and in the year before
    are the same for a year."""
    pairs = [(summary.span_before, summary.total.before)]
    if summary.span_year_before != summary.span_before:
        pairs.append((summary.span_year_before, summary.total.year_before))
    return pairs


def _what(summary: PeriodSummary) -> str:
    campaigns, channels, audiences = (
        notation.number(sum(bool(row.now.posts) for row in rows))
        for rows in (summary.campaigns, summary.channels, summary.audiences)
    )
    told = (
        f"Trong kỳ báo cáo đã đăng {notation.number(len(summary.posts))} bài thuộc {campaigns} "
        f"chiến dịch truyền thông trên {channels} kênh, tổng cộng "
        f"{notation.number(summary.total.now.posts)} lượt đăng (một bài đăng trên một kênh là một "
        "lượt)"
    )
    aimed = "" if audiences == "0" else f", hướng tới {audiences} nhóm đối tượng"
    return f"{told}{aimed}. Danh mục bài đăng có tại Phụ lục kèm theo."


def _against_others(summary: PeriodSummary) -> str:
    now = summary.total.now.posts
    known = [
        (span_words.span_name(span), sum_.posts) for span, sum_ in others(summary) if sum_.posts
    ]
    unknown = [span_words.span_name(span) for span, sum_ in others(summary) if not sum_.posts]
    parts = [_against(now, name, count) for name, count in known]
    if unknown:
        parts.append(f"không có lượt đăng nào của {' và của '.join(unknown)} để so sánh")
    told = "; ".join(parts)
    return f"{told[0].upper()}{told[1:]}."


def _against(now: int, name: str, before: int) -> str:
    if not now:
        return f"{name} có {notation.number(before)} lượt đăng"
    changed = phrases.change(now, before)
    return f"so với {name} ({notation.number(before)} lượt đăng), số lượt đăng {changed}"


def _by_channel(summary: PeriodSummary, names: Names, captions: Captions) -> FigureTable:
    several = len(summary.channels) > 1
    return tables.figures(
        summary.channels,
        names.of,
        lead=_most("Kênh", summary.channels, names.of, summary.total),
        caption=captions.next("Kết quả theo kênh"),
        total=summary.total if several else None,
        remark="Dòng tổng cộng tính mỗi bài một lần, dù đăng trên nhiều kênh." if several else "",
    )


def _by_campaign(summary: PeriodSummary, names: Names, captions: Captions) -> FigureTable:
    return tables.figures(
        summary.campaigns,
        names.of,
        lead=_most("Chiến dịch", summary.campaigns, names.of, summary.total),
        caption=captions.next("Kết quả theo chiến dịch"),
    )


def _by_edition(summary: PeriodSummary, names: Names, captions: Captions) -> FigureTable | None:
    out = [row for row in summary.editions if row.now.posts]
    campaigns = {row.name.rpartition("/")[0] for row in out}
    if len(campaigns) == len(out):
        # It would say what the campaigns' table says.
        return None
    return tables.figures(
        out,
        names.edition,
        lead="Trong kỳ báo cáo có chiến dịch được tổ chức ở nhiều năm; kết quả theo từng năm "
        "của chiến dịch như sau:",
        caption=captions.next("Kết quả theo từng năm của chiến dịch"),
    )


def _by_audience(summary: PeriodSummary, names: Names, captions: Captions) -> FigureTable | None:
    if not summary.audiences:
        return None
    return tables.figures(
        summary.audiences,
        names.audience,
        lead=(
            "Một bài có thể hướng tới nhiều nhóm đối tượng, nên số liệu của các nhóm không cộng "
            "thành số liệu chung."
            if len(summary.audiences) > 1
            else ""
        ),
        caption=captions.next("Kết quả theo đối tượng"),
    )


def _by_kind(summary: PeriodSummary, names: Names, captions: Captions) -> FigureTable | None:
    if not summary.kinds:
        return None
    return tables.figures(
        summary.kinds,
        names.kind,
        lead=_most("Hình thức", summary.kinds, names.kind, summary.total),
        caption=captions.next("Kết quả theo hình thức thể hiện"),
    )


def _most(what: str, rows: Sequence[Row], name_of: Callable[[str], str], total: Row) -> str:
    """Which row was shown most, and its share of all; empty where there is nothing to choose."""
    shown = [row for row in rows if row.now.figures.shown]
    whole = total.now.figures.shown
    if len(shown) < 2 or not whole:
        return ""
    best = max(shown, key=lambda row: row.now.figures.shown or 0)
    value = best.now.figures.shown or 0
    return (
        f"{what} có nhiều lượt hiển thị nhất là “{name_of(best.name)}”: {notation.number(value)} "
        f"lượt, chiếm {phrases.decimal(100 * value / whole)}% tổng số."
    )
