"""What a report says of how it went.

Whom the posts reached, and what went wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import tzinfo

from publisher import notation
from publisher.delivery.lifecycle import State
from publisher.reach.figures import Figures, comparable
from publisher.reach.period import PeriodSummary
from publisher.reports import span_words
from publisher.reports.documents import phrases
from publisher.reports.documents.facts import (
    FollowerRow,
    FollowerTable,
    PostTable,
    Reach,
    Shortcomings,
)
from publisher.reports.documents.lettering import printable
from publisher.reports.documents.tables import Captions, Names, listed_posts
from publisher.reports.documents.work import others
from publisher.store import holds
from publisher.store.models import Hold

_METRICS = {
    "shown": "Lượt hiển thị",
    "reach": "Lượt tiếp cận",
    "engagement": "Lượt tương tác",
    "link_clicks": "Lượt mở liên kết rút gọn",
}
_WRONG = {
    State.FAILED: "{n} lượt đăng không thành công do nền tảng từ chối hoặc báo lỗi",
    State.MISSED: "{n} lượt đăng không được thực hiện vì đã quá thời hạn cho phép",
    State.UNCONFIRMED: "{n} lượt đăng chưa xác nhận được đã lên kênh hay chưa, cần kiểm tra trực "
    "tiếp trên kênh",
}


def reach(summary: PeriodSummary, names: Names, captions: Captions) -> Reach | None:
    """Section II; ``None`` where nothing went out and nobody's followers are known."""
    if not summary.posts:
        followers = _followers(summary, names, captions)
        return Reach("", (), (), None, followers) if followers else None
    metrics = tuple(
        _metric(summary, name)
        for name in _METRICS
        # Short links of our own are an option: where there are none, nothing is lacking.
        if name != "link_clicks" or summary.total.now.figures.link_clicks is not None
    )
    return Reach(
        intro="Kết quả của các bài đăng trong kỳ, theo số liệu do các nền tảng cung cấp:",
        metrics=metrics,
        remarks=_how_to_read(summary),
        best=_best(summary, names, captions),
        followers=_followers(summary, names, captions),
    )


def shortcomings(summary: PeriodSummary, names: Names) -> Shortcomings:
    """Section V, from facts alone; says so where there is none."""
    items = phrases.listed(list(_wrong(summary)))
    if items:
        intro = "Trong kỳ báo cáo còn các tồn tại, hạn chế sau:"
    else:
        intro = (
            "Trong kỳ báo cáo không có lượt đăng nào bị lỗi, quá thời hạn hoặc chưa xác nhận"
            + ("; không có bài đăng nào bị gỡ và không có số liệu bất thường" * bool(summary.posts))
            + "."
        )
    return Shortcomings(intro, items, tuple(_besides(summary, names)))


def _metric(summary: PeriodSummary, name: str) -> str:
    now = summary.total.now
    value, label = getattr(now.figures, name), _METRICS[name]
    if value is None:
        return f"- {label}: chưa có nền tảng nào cung cấp số liệu."
    covered = (
        ""
        if now.of[name] == now.posts
        else f" (có số liệu của {phrases.covered_of(now, name)} lượt đăng)"
    )
    changes = [
        f"{phrases.change(value, getattr(earlier.figures, name))} so với "
        f"{span_words.span_name(span)}"
        for span, earlier in others(summary)
        if comparable(now, earlier, name)
    ]
    return (
        f"- {label}: {notation.number(value)} lượt{covered}"
        + "".join(f"; {words}" for words in changes)
        + "."
    )


def _how_to_read(summary: PeriodSummary) -> tuple[str, ...]:
    figures = summary.total.now.figures
    said = []
    if figures.reach is not None:
        said.append(
            "Lượt tiếp cận là số người do từng nền tảng thống kê cho từng bài trên từng kênh. Khi "
            "cộng lại, một người được tính một lần cho mỗi bài và mỗi kênh, nên tổng số này không "
            "phải là số người không trùng lặp."
        )
    if figures.engagement is not None:
        said.append(
            "Lượt tương tác gồm lượt bày tỏ cảm xúc, bình luận, chia sẻ, nhấp và lưu, trong phạm "
            "vi từng nền tảng cung cấp. Số liệu mà nền tảng không cung cấp thì để trống, không "
            "tính là 0."
        )
    if any(not _may_compare(summary, name) for name in _METRICS):
        said.append(
            "Chỉ so sánh số liệu khi hai kỳ có tỷ lệ lượt đăng có số liệu tương đương nhau."
        )
    return tuple(said)


def _may_compare(summary: PeriodSummary, name: str) -> bool:
    """False where both spans have a figure and it covers too different a share of them."""
    return all(
        getattr(summary.total.now.figures, name) is None
        or not getattr(earlier.figures, name)
        or comparable(summary.total.now, earlier, name)
        for _span, earlier in others(summary)
    )


def _best(summary: PeriodSummary, names: Names, captions: Captions) -> PostTable | None:
    if not summary.best:
        return None
    several = "Các bài đăng" if len(summary.best) > 1 else "Bài đăng"
    caption = f"{several} có nhiều lượt hiển thị nhất"
    return listed_posts(summary.best, names, caption=captions.next(caption))


def _followers(summary: PeriodSummary, names: Names, captions: Captions) -> FollowerTable | None:
    if not summary.followers:
        return None
    rows = tuple(
        FollowerRow(
            notation.number(place),
            names.of(one.channel),
            notation.number(one.first),
            notation.number(one.last),
            _gained(one.gained),
        )
        for place, one in enumerate(summary.followers, 1)
    )
    return FollowerTable(
        "Số người theo dõi của từng kênh như sau; một người có thể theo dõi nhiều kênh.",
        captions.next("Người theo dõi ở đầu kỳ và cuối kỳ"),
        rows,
    )


def _gained(gained: int | None) -> str:
    sign = "+" if gained is not None and gained > 0 else ""
    return f"{sign}{notation.number(gained)}"


def _wrong(summary: PeriodSummary) -> Iterator[str]:
    for state, words in _WRONG.items():
        if count := summary.undone.get(state, 0):
            yield words.format(n=notation.number(count))
    total = summary.total.now
    if total.gone:
        yield (
            f"{notation.number(total.gone)} lượt đăng không còn trên nền tảng vào lúc tổng hợp; số "
            "liệu đã đọc trước đó vẫn được tính"
        )
    if total.doubtful:
        yield (
            f"{notation.number(total.doubtful)} lượt đăng có số liệu bất thường, cần kiểm tra lại; "
            "số liệu được giữ nguyên như nền tảng cung cấp"
        )
    unknown = sum(
        delivery.figures == Figures(link_clicks=delivery.figures.link_clicks)
        for post in summary.posts
        for delivery in post.deliveries
    )
    if unknown:
        yield (
            f"{notation.number(unknown)}/{notation.number(total.posts)} "
            "lượt đăng không có số liệu: nền tảng không cung cấp, hoặc chưa đọc được"
        )


def _besides(summary: PeriodSummary, names: Names) -> Iterator[str]:
    if cancelled := summary.undone.get(State.CANCELLED, 0):
        yield f"Có {notation.number(cancelled)} lượt đăng được rút khỏi kế hoạch trước khi đăng."
    zone = summary.as_of.tzinfo
    for hold in summary.holds:
        yield _hold(hold, names, zone)


def _hold(hold: Hold, names: Names, zone: tzinfo | None) -> str:
    what = {
        holds.EVERYTHING: "toàn bộ các kênh",
        holds.CHANNEL: f"kênh {names.of(hold.target)}",
        holds.CAMPAIGN: f"chiến dịch {names.of(hold.target)}",
    }.get(hold.scope, names.of(hold.target))
    since = phrases.moment(hold.placed_at.astimezone(zone))
    end = holds.ended_at(hold)
    until = (
        f"đến {phrases.moment(end.astimezone(zone))}"
        if end is not None
        else "đến nay vẫn chưa kết thúc"
    )
    return f"Tạm dừng đăng {what} từ {since} {until}; lý do: {printable(hold.reason).rstrip('.')}."
