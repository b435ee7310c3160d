"""Where the coverage register stands."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from publisher.files.keys import Keys


class CoverageRegister(Keys):
    """The coverage register: the tasks and topics that the office owes the public."""

    file: Path | None = Field(
        None,
        description=(
            "Where it stands, a CSV or XLSX file; campaigns/coverage.csv or "
            "campaigns/coverage.xlsx when left out."
        ),
    )
