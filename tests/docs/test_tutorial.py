"""docs/huong-dan.md: who follows it line by line comes to a post that is out."""

from __future__ import annotations

import shutil

import pytest

from publisher.store import deliveries
from tests.cli.conftest import office
from tests.cli.office import Office
from tests.docs.pages import links
from tests.docs.tutorial import PAGE, SCHEDULE, Step, follow

__all__ = ["office"]

pytestmark = pytest.mark.about_sqlite


@pytest.fixture
def steps(office: Office) -> list[Step]:
    shutil.rmtree(office.root / "campaigns/thu")
    office.schedule(SCHEDULE)
    return list(follow(office))


def test_every_command_does_what_the_page_says_and_only_the_faulty_file_is_refused(
    office: Office, steps: list[Step]
) -> None:
    refused = [step for step in steps if step.code != 0]
    assert [(step.command, bool(step.promised)) for step in refused] == [
        ("publisher check", False),
        ("publisher check", True),
    ], [step.out for step in refused]
    for step in steps:
        assert [line for line in step.promised.splitlines() if line not in step.out] == []
    assert len(steps) > 15


def test_the_first_post_is_out_and_what_was_approved_waits_for_its_hour(
    office: Office, steps: list[Step]
) -> None:
    with office.site() as site, site.database.reading() as session:
        rows = [(row.post, row.channel, row.state) for row in deliveries.matching(session)]
    # What was sent by hand is a delivery of its own: the plan's goes in its time.
    assert rows.count(("01-mo-dau", "fanpage", "sent")) == 1
    assert rows.count(("01-mo-dau", "fanpage", "planned")) == 1
    assert {state for _post, _channel, state in rows} == {"planned", "sent"}
    [timeline] = (office.root / "var").rglob("index.html")
    assert "Ngày Pháp luật Việt Nam" in timeline.read_text(encoding="utf-8")


def test_its_pictures_are_there() -> None:
    shown = [link for link in links(PAGE) if link.endswith(".png")]
    assert len(shown) == 4
    assert [link for link in shown if not (PAGE.parent / link).is_file()] == []
