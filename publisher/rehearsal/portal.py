"""The portal's feed in a rehearsal.

A real HTTP server on loopback whose items appear with time.
"""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections.abc import Iterable, Sequence
from datetime import timedelta
from email.utils import format_datetime
from html import escape

from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from publisher.clock import Clock
from publisher.rehearsal.episodes import Episode

EVERY = timedelta(hours=47)
"""So often something new appears while an episode plays."""

SHOWN = 20
"""So many items a feed shows, the newest first."""

_LOOK_S = 0.05
"""So often the server looks whether it is to stop."""

_HEADLINES = (
    "Hướng dẫn người dân nộp hồ sơ trực tuyến tại nhà",
    "Tổ công nghệ số cộng đồng đến từng ấp giúp bà con cài ứng dụng",
    "Học sinh trình bày mô hình khoa học tại ngày hội sáng tạo",
    "Doanh nghiệp nhỏ bắt đầu chuyển đổi số từ việc nào trước",
    "Bình dân học vụ số: lớp học buổi tối ở nhà văn hóa",
    "Nhận biết cuộc gọi lừa đảo: những điều cần nhớ",
    "Giới thiệu thiết bị tưới tự động do nhóm kỹ sư trẻ chế tạo",
    "Thư viện số mở cửa: mượn sách không cần đến quầy",
)


class PortalFeed:
    """Serves ``/rss``: one new item every ``EVERY`` of each episode, by the given clock."""

    def __init__(self, clock: Clock, episodes: Sequence[Episode]) -> None:
        self._clock = clock
        self._moments = sorted(
            episode.start + number * EVERY
            for episode in episodes
            for number in range((episode.end - episode.start) // EVERY + 1)
        )
        self._server = make_server("127.0.0.1", 0, self._answer, threaded=True)
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(_LOOK_S,), daemon=True
        )

    @property
    def host(self) -> str:
        """Where it stands, to be trusted: on this machine, and at this port alone."""
        return f"127.0.0.1:{self._server.server_port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/rss"

    def __enter__(self) -> PortalFeed:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def _answer(self, environ: dict[str, object], start_response: object) -> Iterable[bytes]:
        request = Request(environ)
        count = bisect_right(self._moments, self._clock())
        etag = f'"{count}"'
        if request.headers.get("If-None-Match") == etag:
            response = Response(status=304)
        else:
            response = Response(self._rss(count), mimetype="application/rss+xml")
        response.headers["ETag"] = etag
        return response(environ, start_response)  # type: ignore[arg-type]

    def _rss(self, count: int) -> str:
        items = "".join(self._item(number) for number in range(max(count - SHOWN, 0), count)[::-1])
        return (
            '<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel>'
            "<title>Cổng Thông tin điện tử (diễn tập)</title>"
            f"<link>{self.url}</link><description>Diễn tập</description>{items}</channel></rss>"
        )

    def _item(self, number: int) -> str:
        title = _HEADLINES[number % len(_HEADLINES)]
        link = f"https://portal.example.vn/tin/{number}"
        return (
            f"<item><title>{escape(title)} ({number + 1})</title><link>{link}</link>"
            f'<guid isPermaLink="false">tin-{number}</guid>'
            f"<pubDate>{format_datetime(self._moments[number])}</pubDate>"
            f"<description>{escape('Tin khoa học, công nghệ và chuyển đổi số của tỉnh.')}"
            "</description></item>"
        )
