"""Periodic reports of made-up spans: a half-year as a province has it, and the odd ones."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta

from publisher.campaign.register import Topic
from publisher.delivery.lifecycle import State
from publisher.reach.coverage import Coverage, Covered
from publisher.reach.criteria import Result
from publisher.reach.figures import Figures, Sum
from publisher.reach.ledger import Published, sum_of, sums_by
from publisher.reach.period import Ahead, Followers, PeriodSummary, PostSum, Row
from publisher.reach.spans import Span, a_year_earlier, before, half_year, parts
from publisher.reports.periodic import PeriodicReport
from publisher.settings.office import Office
from publisher.settings.reports import Letterhead
from publisher.store.models import Hold
from tests.store.builders import ZONE

CLOSES_ON = 14
SPAN = half_year(2027, 1, CLOSES_ON)
AS_OF = datetime(2027, 6, 15, 8, 0, tzinfo=ZONE)
OFFICE = Office(name="Sở Khoa học và Công nghệ tỉnh Đồng Tháp")
LETTERHEAD = Letterhead(
    parent="Ủy ban nhân dân tỉnh Đồng Tháp",
    unit="Sở Khoa học và Công nghệ",
    symbol="BC-SKHCN",
    place="Đồng Tháp",
    to="Ủy ban nhân dân tỉnh Đồng Tháp",
    copies=("Như trên", "Giám đốc, các Phó Giám đốc Sở", "Lưu: VT, CĐS"),
    title="Giám đốc",
    signer="Nguyễn Thị Minh Nguyệt",
)
CHANNELS = {
    "fanpage": "Trang Facebook của tỉnh",
    "zalo": "Zalo Chính quyền số Đồng Tháp",
    "portal": "Cổng Thông tin điện tử Đồng Tháp",
    "youtube": "Kênh YouTube Đồng Tháp TV",
    "x": "X (Twitter) của tỉnh",
    "loudspeaker": "Truyền thanh cơ sở",
}
CAMPAIGNS = {
    "khcn": "Ngày Khoa học và Công nghệ Việt Nam 18/5",
    "hoc-vu-so": "Bình dân học vụ số",
    "tin": "Tin từ Cổng Thông tin điện tử",
    "doi-moi": "Đổi mới sáng tạo tại cơ sở",
}
NAMES = CHANNELS | CAMPAIGNS
LINES = (
    "Còn 7 ngày nữa đến Ngày Khoa học và Công nghệ Việt Nam 18/5",
    "Năm bước nộp hồ sơ trực tuyến trên Cổng Dịch vụ công quốc gia",
    "Bình dân học vụ số: hướng dẫn cài đặt và sử dụng VNeID cho người cao tuổi",
    "Đồng Tháp đưa cảm biến đo mặn vào vùng trồng sầu riêng",
    "Kết quả Cuộc thi Sáng tạo khoa học kỹ thuật tỉnh năm 2027",
    "Nghị quyết 57: năm điểm doanh nghiệp cần biết",
    "Trường tiểu học ở Hồng Ngự ra mắt câu lạc bộ lập trình",
)
KINDS = ("picture", "video", "link", "text")
DIACRITICS = (
    "aàáảãạ ăằắẳẵặ âầấẩẫậ đ eèéẻẽẹ êềếểễệ iìíỉĩị oòóỏõọ ôồốổỗộ ơờớởỡợ uùúủũụ ưừứửữự yỳýỷỹỵ "
    "AÀÁẢÃẠ ĂẰẮẲẴẶ ÂẦẤẨẪẬ Đ EÈÉẺẼẸ ÊỀẾỂỄỆ IÌÍỈĨỊ OÒÓỎÕỌ ÔỒỐỔỖỘ ƠỜỚỞỠỢ UÙÚỦŨỤ ƯỪỨỬỮỰ YỲÝỶỸỴ"
)
MARKUP = 'A&B <b>đậm</b> "x" #set page() $1$ *sao* _gạch_ `mã` @ref [ngoặc] \\ {{ 7*7 }} {% if %}'


def published(
    number: int,
    post: str,
    channel: str,
    at: datetime,
    figures: Figures,
    *,
    campaign: str = "khcn",
    edition: int = 2027,
    line: str = "Xin chào",
    kind: str = "picture",
    audiences: tuple[str, ...] = ("people",),
    doubts: tuple[str, ...] = (),
    gone_at: datetime | None = None,
) -> Published:
    return Published(
        number, campaign, edition, post, channel, "", line, at, at, "", kind, audiences, (),
        figures, doubts, gone_at,
    )  # fmt: skip


def a_half_year(
    posts: int = 152, channels: Iterable[str] = CHANNELS, seed: int = 57, span: Span = SPAN
) -> list[Published]:
    """What a province puts out: every figure is made up."""
    chance = random.Random(seed)
    start, end = span.bounds(ZONE)
    made: list[Published] = []
    for number in range(posts):
        at = start + (end - start) * ((number + 0.5) / posts)
        at = at.astimezone(ZONE).replace(hour=chance.choice((7, 8, 11, 17, 19)), minute=30)
        campaign = chance.choice(list(CAMPAIGNS))
        facts = {
            "campaign": campaign,
            "line": LINES[number % len(LINES)],
            "kind": chance.choice(KINDS),
            "audiences": tuple(chance.sample(("people", "learners", "business", "officials"), 2)),
        }
        for channel in channels:
            if chance.random() < 0.75:
                figures = _made_up(chance, channel)
                made.append(published(len(made), f"p{number}", channel, at, figures, **facts))
    return made


def _made_up(chance: random.Random, channel: str) -> Figures:
    shown = int(chance.paretovariate(1.3) * 900)
    if channel == "loudspeaker":
        return Figures()
    if channel in ("portal", "x", "youtube"):
        return Figures(shown=shown, engagement=shown // 40, views=shown, link_clicks=None)
    engagement = shown // 17
    return Figures(
        reach=shown * 3 // 4, shown=shown, engagement=engagement, impressions=shown,
        link_clicks=shown // 90,
    )  # fmt: skip


def summary_of(
    this: Sequence[Published],
    last: Sequence[Published] = (),
    year_before: Sequence[Published] = (),
    *,
    span: Span = SPAN,
    as_of: datetime = AS_OF,
    **more: object,
) -> PeriodSummary:
    """The summary of what went out, as the ledger makes it."""
    sets = (this, last, year_before)

    def rows(names_of: Callable[[Published], Iterable[str]]) -> tuple[Row, ...]:
        sums = [sums_by(posts, names_of) for posts in sets]
        nothing = sum_of(())
        made = [
            Row(
                name,
                len({post.of_post for post in this if name in names_of(post)}),
                *(one.get(name, nothing) for one in sums),
            )
            for name in {*sums[0], *sums[1]}
        ]
        return tuple(sorted(made, key=lambda row: (-(row.now.figures.shown or 0), row.name)))

    groups: dict[tuple[str, int, str, str], list[Published]] = {}
    for post in this:
        groups.setdefault(post.of_post, []).append(post)
    posts = tuple(
        PostSum(
            *of_post, first_line=group[0].first_line, at=group[0].sent_at.astimezone(ZONE),
            kind=group[0].kind, audiences=group[0].audiences, covers=(),
            deliveries=tuple(group), sum=sum_of(group),
        )
        for of_post, group in groups.items()
    )  # fmt: skip
    measured = [post for post in posts if post.sum.figures.shown or post.sum.figures.engagement]
    trend = []
    for part in parts(span, CLOSES_ON):
        first, last_ = part.bounds(ZONE)
        trend.append((part, sum_of(post for post in this if first <= post.sent_at < last_)))
    facts: dict[str, object] = {
        "span": span,
        "span_before": before(span, CLOSES_ON),
        "span_year_before": a_year_earlier(span, CLOSES_ON),
        "as_of": as_of,
        "total": Row("", len(posts), *(sum_of(one) for one in sets)),
        "channels": rows(lambda post: (post.channel,)),
        "campaigns": rows(lambda post: (post.campaign,)),
        "editions": rows(lambda post: (f"{post.campaign}/{post.edition}",)),
        "audiences": rows(lambda post: post.audiences),
        "kinds": rows(lambda post: (post.kind,) if post.kind else ()),
        "trend": tuple(trend),
        "posts": posts,
        "best": tuple(sorted(measured, key=lambda post: -(post.sum.figures.shown or 0))[:10]),
        "undone": {},
        "holds": (),
        "followers": (),
    }
    return PeriodSummary(**(facts | more))  # type: ignore[arg-type]


def report(summary: PeriodSummary, **other: object) -> PeriodicReport:
    facts: dict[str, object] = {
        "summary": summary,
        "office": OFFICE,
        "letterhead": LETTERHEAD,
        "names": NAMES,
        "deadline": date(2027, 6, 19),
        "made_at": datetime(2027, 6, 15, 8, 5, tzinfo=ZONE),
    }
    return PeriodicReport(**(facts | other))  # type: ignore[arg-type]


def half_year_report(**other: object) -> PeriodicReport:
    """A half-year with everything that a report can say."""
    this = a_half_year()
    this[3] = replace(this[3], doubts=("fell",))
    this[9] = replace(this[9], gone_at=AS_OF - timedelta(days=20))
    earlier, year_before = before(SPAN, CLOSES_ON), a_year_earlier(SPAN, CLOSES_ON)
    return report(
        summary_of(
            this,
            a_half_year(118, seed=56, span=earlier),
            a_half_year(64, seed=55, span=year_before),
            undone={State.FAILED: 3, State.MISSED: 2, State.UNCONFIRMED: 1, State.CANCELLED: 4},
            holds=(
                Hold(
                    id=1, scope="all", reason="Quốc tang", placed_by="Lan",
                    placed_at=datetime(2027, 3, 9, 1, 0, tzinfo=ZONE),
                    until=datetime(2027, 3, 11, 0, 0, tzinfo=ZONE),
                ),
            ),
            followers=tuple(
                Followers(name, first, last)
                for name, first, last in (
                    ("fanpage", 41_200, 48_915), ("zalo", 12_040, 15_377), ("portal", None, None),
                    ("youtube", None, 3_012), ("x", 1_290, 1_254),
                )
            ),
            ahead=AHEAD,
            results=RESULTS,
            coverage=COVERAGE,
        ),
        **other,
    )  # fmt: skip


AHEAD = (
    Ahead(
        "tin-cong", 2027, 4, 8,
        datetime(2027, 6, 21, 8, 0, tzinfo=ZONE), datetime(2027, 7, 12, 8, 0, tzinfo=ZONE),
    ),
    Ahead(
        "khcn", 2027, 1, 5,
        datetime(2027, 6, 25, 8, 0, tzinfo=ZONE), datetime(2027, 6, 25, 8, 0, tzinfo=ZONE),
    ),
)  # fmt: skip

RESULTS = (
    Result(
        "kip-thoi", "Tỷ lệ tin của Cổng được đăng trong vòng 24 giờ", "%", 95.3, 100, False,
        "41/43 tin", "II.2.b",
        ((date(2026, 12, 14), 88.0), (date(2027, 6, 14), 95.3)),
    ),
    Result(
        "tiep-can", "Tỷ lệ người dân được tiếp cận thông tin định hướng", "%", None, 80, None, "",
        "II.2.d",
    ),
    Result(
        "tap-huan", "Tỷ lệ cán bộ làm công tác truyền thông được tập huấn", "%", 72, 70, True,
        "Nhập theo báo cáo của các đơn vị", by_hand=True,
    ),
)  # fmt: skip

_EMPTY = Sum(0, Figures(), {})
COVERAGE = Coverage(
    (
        Covered(Topic("NV-2027-01", "Giám sát mặn bằng cảm biến", "Sở KH&CN"), 3, None, _EMPTY),
        Covered(
            Topic("NV-2027-02", "Chế biến sâu xoài cát Hòa Lộc", "Trường Đại học Đồng Tháp"),
            0, None, _EMPTY,
        ),
        Covered(Topic("NV-2027-03", "Bản đồ số vùng trồng cây ăn trái"), 0, None, _EMPTY),
    )
)  # fmt: skip


def empty_report(**other: object) -> PeriodicReport:
    """A span in which nothing happened at all."""
    return report(summary_of(()), **other)


def one_post_report(line: str = "Xin chào", **other: object) -> PeriodicReport:
    """A span with a single post on a single channel, of which nothing is known."""
    at = datetime(2027, 3, 1, 8, 0, tzinfo=ZONE)
    return report(summary_of([published(1, "mot", "fanpage", at, Figures(), line=line)]), **other)


def talkative_report() -> PeriodicReport:
    """Eight indicators whose grounds together are taller than a page."""
    told = "Ít nhất 45.678 trên 4.300.000 người, tính theo kênh tiếp cận được nhiều nhất. " * 4
    results = [replace(RESULTS[0], id=f"chi-tieu-{n}", basis=told) for n in range(8)]
    return report(summary_of(a_half_year(12), results=tuple(results)))


def crowded_report() -> PeriodicReport:
    """Thirty channels, 500 posts, names as long as they come."""
    names = {
        f"kenh-{number}": f"Trang thông tin điện tử xã vùng biên giới số {number} " + "dài " * 12
        for number in range(30)
    }
    names["kenh-7"] = "https://dongthap.gov.vn/" + "chuyen-doi-so" * 20
    return report(
        summary_of(
            a_half_year(500, tuple(names)),
            coverage=Coverage(
                tuple(
                    Covered(Topic(f"NV-2027-{number:03d}", "Nhiệm vụ " * 25), 0, None, _EMPTY)
                    for number in range(70)
                )
            ),
        ),
        names=names | {"khcn": "Chiến dịch có tên rất dài " * 8},
        letterhead=LETTERHEAD.model_copy(
            update={
                "unit": "Trung tâm Giám sát, điều hành thông minh và Chuyển đổi số trực thuộc Sở "
                "Khoa học và Công nghệ",
                "signs_for": "KT. Giám đốc",
                "title": "Phó Giám đốc phụ trách",
            }
        ),
    )
