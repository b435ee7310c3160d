"""[links] in schedule.toml: what is wrong is told with its line, and nothing is on unasked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from publisher.clock import MovedClock
from publisher.daemon.running import Daemon
from publisher.files.faults import Fault
from publisher.i18n import speaking
from publisher.secrets import secret_reader
from publisher.settings import Settings
from publisher.settings.links import Links
from publisher.settings.reader import read_settings
from publisher.site import Site
from publisher.store.database import Database
from tests.redirect.conftest import BASE


def read(folder: Path, lines: str) -> tuple[Settings | None, list[Fault]]:
    path = folder / "schedule.toml"
    path.write_text(f'[links]\nutm_hosts = ["tinh.example.vn"]\n{lines}\n', encoding="utf-8")
    with speaking("en"):
        return read_settings(path)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('short = "tinh.example.vn/l"', "no address for short links"),
        ('short = "http://tinh.example.vn/l"', "no address for short links"),
        ('short = "https://tỉnh.vn/l"', "no address for short links"),
        ('short = "https://tinh.example.vn/l?x=1"', "no address for short links"),
        ('short = "https://tinh.example.vn/l#x"', "no address for short links"),
        ('short = "https://a:b@tinh.example.vn/l"', "no address for short links"),
        ('short = "https://[::1/l"', "no address for short links"),
        ('short = "https://"', "no address for short links"),
        ('listen = "8081"', "no place to listen at"),
        ('listen = "127.0.0.1:0"', "no place to listen at"),
        ('listen = "127.0.0.1:70000"', "no place to listen at"),
        ('listen = "http://127.0.0.1:8081"', "no place to listen at"),
        ('not_short_on = ["cong"]', "There is no channel “cong”"),
    ],
)
def test_a_slip_is_told_with_its_line(tmp_path: Path, line: str, said: str) -> None:
    settings, faults = read(tmp_path, line)

    assert settings is None
    [fault] = faults
    assert fault.line == 3
    assert said in fault.what
    assert fault.instead


@pytest.mark.parametrize("listen", ["127.0.0.1:8081", "[::1]:8081", "0.0.0.0:80", ""])
def test_a_short_address_may_end_in_a_slash_and_be_answered_anywhere(
    tmp_path: Path, listen: str
) -> None:
    settings, faults = read(tmp_path, f'short = "{BASE}/"\nlisten = "{listen}"')

    assert faults == []
    assert settings is not None
    assert settings.links.short == BASE


def test_short_links_without_a_host_of_ours_are_warned_of(tmp_path: Path) -> None:
    path = tmp_path / "schedule.toml"
    path.write_text(f'[links]\nshort = "{BASE}"\n', encoding="utf-8")

    settings, [fault] = read_settings(path)

    assert settings is not None
    assert (fault.line, fault.code) == (2, "no_hosts")


@pytest.mark.parametrize(
    ("links", "rehearsal", "answers"),
    [
        (Links(), False, False),
        (Links(short=BASE), False, True),
        (Links(short=BASE, listen=""), False, False),
        (Links(short=BASE), True, False),
    ],
)
def test_the_daemon_answers_only_where_it_is_to(
    tmp_path: Path,
    database: Database,
    clock: MovedClock,
    links: Links,
    rehearsal: bool,
    answers: bool,
) -> None:
    settings = Settings(root=tmp_path, links=links)
    site = Site(settings, database, clock, secret_reader(tmp_path))

    jobs = Daemon(replace(site, rehearsal=rehearsal)).jobs()

    assert ("links" in [job.name for job in jobs]) is answers
