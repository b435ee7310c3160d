"""The content calendar as an office suite saves it: opened, saved and read again, nothing changed.

Runs where LibreOffice Calc is; where ``CI`` is "true" it has to be.
"""

from __future__ import annotations

import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from publisher.calendar.entries import Wanted
from publisher.calendar.table import export
from tests.calendar.conftest import ROW, Planned, codes, office
from tests.real.installed import require

__all__ = ["office"]

pytestmark = pytest.mark.real


def saved_anew(table: Path) -> Path:
    """``table`` as LibreOffice saves it."""
    require(
        "" if shutil.which("soffice") else "soffice",
        "soffice is not installed: apt-get install libreoffice-calc-nogui",
    )
    folder = table.parent / "saved"
    subprocess.run(
        [
            *("soffice", "--headless", f"-env:UserInstallation=file://{table.parent}/profile"),
            *("--convert-to", "xlsx", "--outdir", str(folder), str(table)),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    found = folder / table.name
    require("" if found.exists() else "calc", "apt-get install libreoffice-calc-nogui")
    return found


def test_an_export_that_libreoffice_saved_changes_nothing(office: Planned) -> None:
    office.desk.refresh(force=True)
    export(office.table, office.desk, Wanted(date(2027, 9, 1), date(2027, 12, 31)))
    saved_anew(office.table).replace(office.table)
    read = office.read()
    assert (read.written, codes(read), read.faults) == ((), [], ())
    assert read.unchanged == 2


def test_an_offices_own_table_that_libreoffice_saved_becomes_posts(office: Planned) -> None:
    office.lay(ROW, ("02/10/2027", "=TIME(9;15;0)", "Bài hai", '=2&" lần"', "fanpage"))
    saved_anew(office.table).replace(office.table)
    read = office.read()
    assert [one.proposal.path.name for one in read.written][:1] == ["moi-du-ngay-hoi.md"]
    assert {slip.row for slip in read.slips} <= {3}
