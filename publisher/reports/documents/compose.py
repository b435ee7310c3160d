"""A report put into the words of its document."""

from __future__ import annotations

from collections.abc import Sequence

from publisher import notation
from publisher.i18n import speaking
from publisher.reports import span_words
from publisher.reports.documents import phrases
from publisher.reports.documents.ahead import ahead
from publisher.reports.documents.facts import Appendix, Facts, Head, Signature, Title
from publisher.reports.documents.form import HEAD_PT, LEFT_MM, TITLE_PT
from publisher.reports.documents.lettering import lines, printable, width_mm
from publisher.reports.documents.measures import criteria, topics
from publisher.reports.documents.outcome import reach, shortcomings
from publisher.reports.documents.tables import Captions, Names, listed_posts
from publisher.reports.documents.work import work
from publisher.reports.periodic import PeriodicReport

WHAT = "kết quả truyền thông thực hiện Nghị quyết số 57-NQ/TW"
BASIS = (
    "Thực hiện Nghị quyết số 57-NQ/TW ngày 22 tháng 12 năm 2024 của Bộ Chính trị về đột phá phát "
    "triển khoa học, công nghệ, đổi mới sáng tạo và chuyển đổi số quốc gia; Quyết định số "
    "1169/QĐ-TTg ngày 16 tháng 6 năm 2025 của Thủ tướng Chính phủ về đẩy mạnh truyền thông thực "
    "hiện Nghị quyết số 57-NQ/TW và Kế hoạch của Ủy ban nhân dân tỉnh triển khai thực hiện Quyết "
    "định này"
)

ALL_POSTS = 40
"""So many posts are listed in the document itself; more stand in the workbook that goes with it."""


def facts_of(report: PeriodicReport) -> Facts:
    """Everything that the document of ``report`` says."""
    with speaking("vi"):
        summary, captions, names = report.summary, Captions(), Names(report.names)
        unit = _unit(report)
        span = span_words.span_name(summary.span)
        head = _head(report)
        # In the order in which they stand, since captions are numbered on the way.
        done = work(summary, names, captions)
        reached = reach(summary, names, captions)
        measured = criteria(summary.results, captions)
        registered = topics(summary.coverage, captions)
        return Facts(
            author=unit,
            head=head,
            draft="DỰ THẢO" if report.draft else "",
            rehearsal=(
                "BẢN DIỄN TẬP - SỐ LIỆU GIẢ ĐỊNH, KHÔNG CÓ GIÁ TRỊ BÁO CÁO"
                if report.rehearsal
                else ""
            ),
            title=_title(span),
            intro=_intro(report, unit, span),
            work=done,
            reach=reached,
            criteria=measured,
            topics=registered,
            shortcomings=shortcomings(summary, names),
            ahead=ahead(summary, names),
            closing=_closing(report, unit, span),
            signature=Signature(
                printable(report.letterhead.signs_for).upper(),
                printable(report.letterhead.title).upper(),
                printable(report.letterhead.signer),
            ),
            copies=_copies(report.letterhead.copies, addressed=bool(report.letterhead.to)),
            appendix=_appendix(report, names, unit),
        )


def _unit(report: PeriodicReport) -> str:
    """The unit as a sentence names it: a letterhead may have it in capitals."""
    unit = printable(report.letterhead.unit)
    return printable(report.office.name) if not unit or unit.isupper() else unit


def _head(report: PeriodicReport) -> Head:
    letterhead = report.letterhead
    parent, unit = (
        tuple(lines(printable(name).upper(), HEAD_PT, LEFT_MM))
        for name in (letterhead.parent, letterhead.unit or report.office.name)
    )
    place, dated = printable(letterhead.place), _dated(report)
    return Head(
        parent=parent,
        unit=unit,
        unit_rule_mm=_rule(unit, HEAD_PT),
        number=f"Số:{_number(report)}",
        place_date=f"{place}, {dated}" if place else dated[0].upper() + dated[1:],
        to=printable(letterhead.to).rstrip("."),
    )


def _dated(report: PeriodicReport) -> str:
    made_on = report.made_at.date()
    return phrases.bare(made_on) if report.draft else phrases.dated(made_on)


def _number(report: PeriodicReport) -> str:
    """The document's number, for the clerk to write in, and its symbol."""
    gap = "\u00a0" * 8
    return f"{gap}/{printable(report.letterhead.symbol)}"


def _rule(above: Sequence[str], points: float) -> float:
    """A rule is a third to a half as long as the line above it."""
    return round(0.4 * max((width_mm(line, points) for line in above), default=0), 1)


def _title(span: str) -> Title:
    subject = (f"{WHAT[0].upper()}{WHAT[1:]}", span)
    return Title("BÁO CÁO", subject, _rule(subject, TITLE_PT), f"Báo cáo {WHAT} {span}")


def _intro(report: PeriodicReport, unit: str, span: str) -> tuple[str, ...]:
    summary = report.summary
    basis = printable(report.letterhead.basis).rstrip(".,; ") or BASIS
    opening = f"{basis}, {unit} báo cáo kết quả truyền thông trên các kênh số {span} như sau:"
    counted = f"Báo cáo tính các bài đăng {span_words.span_days(summary.span)}"
    read = f"số liệu đọc từ các nền tảng đến {phrases.moment(summary.as_of)}."
    early = (
        " Kỳ báo cáo chưa kết thúc nên số liệu chưa đầy đủ; số liệu của kỳ trước và cùng kỳ "
        "năm trước được tính trong khoảng thời gian tương ứng."
    )
    return opening, f"{counted}; {read}{early if report.draft else ''}"


def _closing(report: PeriodicReport, unit: str, span: str) -> str:
    to = printable(report.letterhead.to).rstrip(".")
    told = f"Trên đây là báo cáo {WHAT} {span} của {unit}"
    return f"{told}, kính gửi {to} tổng hợp./." if to else f"{told}./."


def _copies(given: Sequence[str], *, addressed: bool) -> tuple[str, ...]:
    """The lines below "Nơi nhận:"; the last says what stays in the archive."""
    lines_ = [text for line in given if (text := printable(line).lstrip("-– ").rstrip(";.,/ "))]
    if not lines_ and addressed:
        lines_ = ["Như trên"]
    if not any(line.casefold().startswith("lưu") for line in lines_):
        lines_.append("Lưu: VT")
    return phrases.listed(lines_)


def _appendix(report: PeriodicReport, names: Names, unit: str) -> Appendix | None:
    posts = report.summary.posts
    if not posts:
        return None
    note = ""
    if len(posts) > ALL_POSTS:
        posts = tuple(
            sorted(posts, key=lambda post: post.sum.figures.shown or 0, reverse=True)[:ALL_POSTS]
        )
        note = (
            f"Phụ lục nêu {ALL_POSTS} bài đăng có lượt hiển thị cao nhất trong tổng số "
            f"{notation.number(len(report.summary.posts))} bài; toàn bộ bài đăng cùng số "
            "liệu của từng lượt đăng có trong tệp Excel gửi kèm báo cáo."
        )
    return Appendix(
        title="Phụ lục",
        name="DANH MỤC BÀI ĐĂNG TRONG KỲ BÁO CÁO",
        reference=f"(Kèm theo Báo cáo số{_number(report)} {_dated(report)} của {unit})",
        posts=listed_posts(posts, names, lead=note),
    )
