"""Somebody who has never seen the console finds the way from the log-in page alone."""

from __future__ import annotations

from typing import Any

import pytest

from publisher.settings.console import Role
from publisher.store import approvals, holds
from tests.web.chromium import DESK, TELEPHONE, Chromium
from tests.web.office import PASSWORD, PEOPLE, ConsoleOffice


def menu(page: Any, name: str) -> None:
    if page.viewport_size["width"] == TELEPHONE:
        # The page may be there before the script that unfolds the menu.
        page.wait_for_load_state()
        page.get_by_role("button", name="Menu").click()
    page.get_by_role("navigation").get_by_role("link", name=name).first.click()


@pytest.mark.parametrize("width", [DESK, TELEPHONE])
def test_tomorrows_posts_are_found_looked_at_approved_and_stopped_and_last_weeks_reach_seen(
    own_office: ConsoleOffice, chromium: Chromium, width: int
) -> None:
    page = chromium.open(own_office, "/", role=None, width=width)
    page.set_default_timeout(30_000)
    page.get_by_label("Tên đăng nhập").fill(PEOPLE[Role.APPROVER][0])
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("button", name="Đăng nhập").click()

    tomorrow = page.get_by_role("region", name="Ngày mai")
    assert "Nộp hồ sơ tại nhà" in tomorrow.inner_text()
    tomorrow.get_by_role("link", name="Cảm ơn hơn 12.000").first.click()
    page.get_by_role("heading", name="Zalo của tỉnh").wait_for()
    page.get_by_text("Cảm ơn hơn 12.000 lượt người dân đã dự ngày hội.").last.wait_for()

    menu(page, "Duyệt bài")
    asked = page.get_by_role("article", name="Nộp hồ sơ tại nhà")
    asked.get_by_role("button", name="Duyệt", exact=True).click()
    page.get_by_role("status").wait_for()
    with own_office.site.database.reading() as session:
        assert approvals.given(session, own_office.row("nop-ho-so", "portal"))

    menu(page, "Tạm dừng")
    page.get_by_label("Lý do").first.fill("Quốc tang")
    page.get_by_role("button", name="Dừng tất cả").click()
    page.get_by_role("status").wait_for()
    with own_office.site.database.reading() as session:
        assert holds.in_force(session, own_office.clock())

    menu(page, "Lượt tiếp cận")
    page.get_by_role("link", name="Tuần trước").click()
    page.get_by_text("Từ ngày 27/09/2027 đến hết ngày 03/10/2027").wait_for()
    assert chromium.troubles == []
