"""An office with a campaign that asks nobody, and an assistant at work in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.assistant.visitor import Visitor, visitor
from tests.cli.conftest import office
from tests.cli.office import Office, days_ahead

__all__ = ["office"]

SCHEDULE = """\
[office]
name = "UBND tỉnh"

[channels.fanpage]
adapter = "outbox"
like = "facebook"

[channels.x]
adapter = "outbox"
like = "x"
title = "X của tỉnh"
"""


@pytest.fixture
def furnished(office: Office) -> Office:
    """Campaign "thu", which asks for no approval, on the fanpage and X; a post ten days ahead."""
    office.schedule(SCHEDULE)
    office.campaign(keys='channels = ["fanpage", "x"]\napprovals = 0')
    office.post("mo-dau", days_ahead(10), "Mời bà con dự ngày hội.")
    return office


@pytest.fixture
def assistant(furnished: Office) -> Iterator[Visitor]:
    """The assistant of Lan."""
    with furnished.site() as site:
        site.desk.refresh(force=True)
    with visitor(furnished.root) as opened:
        yield opened
