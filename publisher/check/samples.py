"""A made-up entry of a feed, by which its posts are shown before there is any.

The check and the preview use it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from publisher.planning.plan import FeedItem


@dataclass(frozen=True, slots=True)
class Sample:
    """An entry as portals have them, of usual length."""

    key: str
    title: str
    summary: str
    link: str

    def due(self, now: datetime) -> FeedItem:
        """The entry, published at ``now`` and due an hour later."""
        return FeedItem(
            key=self.key,
            due_at=now + timedelta(hours=1),
            title=self.title,
            summary=self.summary,
            link=self.link,
            published=now,
        )


SAMPLE = Sample(
    key="sample",
    title="Tin mẫu: hướng dẫn người dân nộp hồ sơ trực tuyến tại bộ phận một cửa",
    summary="Đây là tin mẫu để xem trước; khi chạy thật, tin của cổng thông tin thay vào đây.",
    link="https://portal.example.vn/tin-mau",
)
