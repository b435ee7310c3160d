"""docs/assistant.md: its table of tools is that of the server."""

from __future__ import annotations

import re
from pathlib import Path

from tests.assistant.visitor import Visitor

PAGE = Path(__file__).parents[2] / "docs" / "assistant.md"


def test_the_page_names_each_tool_and_no_other(assistant: Visitor) -> None:
    rows = re.findall(r"^\| (`[^|]+`) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    assert named == {one.name for one in assistant.tools()}
