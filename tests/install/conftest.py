"""The wheel, as ``make wheel`` makes it, and machines to install it on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.install.booted import booted, cant_be_made
from tests.install.machine import Machine
from tests.install.overlaid import overlaid
from tests.install.page import built
from tests.real.installed import require


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return built(tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A clean Debian, booted; where none can be, this machine's own disk without a systemd."""
    why = []
    with TemporaryDirectory(dir=tmp_path_factory.getbasetemp()) as folder, ExitStack() as stack:
        for made in (booted, overlaid):
            try:
                machine = stack.enter_context(made(Path(folder)))
            except OSError as error:
                why.append(str(error))
            else:
                break
        else:
            pytest.skip("; ".join(why))
        yield machine


@pytest.fixture(scope="module")
def systemd(machine: Machine) -> None:
    """What is asked of a machine that systemd runs can't be asked of another."""
    if not machine.is_booted:
        require(cant_be_made(), f"no clean Debian can be booted: {cant_be_made()}")
        pytest.skip("no container can be booted here")
