"""The weekly mail goes out once for each week: daemons that are killed, doubled or set to another
time, a disk that is full as it is written."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from apscheduler.schedulers.background import BackgroundScheduler

from channels.sealing import new_key
from channels.simulated.email import Platform
from publisher.clock import MovedClock, system_clock
from publisher.daemon.running import Daemon
from publisher.reports.schedule import identity_of_week, plan_weekly
from publisher.secrets import secret_reader
from publisher.settings import Settings
from publisher.settings.mail import Mail
from publisher.settings.reports import Reports, Weekly
from publisher.site import Site
from publisher.store import deliveries
from publisher.store.database import Database
from tests.daemon.conftest import ZONE, Installation
from tests.reach.builders import read, sent

LEADERS = ("chu-tich@example.vn", "pho-chu-tich@example.vn")


@pytest.fixture
def server() -> Iterator[Platform]:
    with Platform(system_clock) as running:
        yield running


@pytest.fixture
def office(server: Platform, tmp_path: Path, office_store: str) -> Iterator[Installation]:
    """An office whose weekly mail fell due two minutes ago, with a picture to draw."""
    secrets = {ref.partition(":")[2]: text for ref, text in server.secrets().items()}
    secrets["PUBLISHER_KEY"] = new_key()
    made = Installation(tmp_path, {"kenh": {"adapter": "outbox"}}, secrets, office_store)
    keys = server.config()
    due = datetime.now(ZONE) - timedelta(minutes=2)
    with (tmp_path / "schedule.toml").open("a", encoding="utf-8") as schedule:
        schedule.write(
            f'\n[mail]\nhost = "{keys["host"]}"\nport = {keys["port"]}\nsecurity = "none"\n'
            f'username = "{keys["username"]}"\npassword = "{keys["password"]}"\n'
            f'sender = "bao-cao@example.vn"\n[reports.weekly]\nto = {list(LEADERS)}\n'
            f'day = "{due:%A}"\nat = "{due:%H:%M}"\n'.replace(f"{due:%A}", f"{due:%A}".lower())
        )
    database = Database(office_store)
    for number in range(2):
        at = due - timedelta(days=due.weekday() + 2, weeks=number)
        read(database, sent(database, at, f"bai-{number}"), at + timedelta(hours=1), views=90)
    database.close()
    yield made
    for process in made.running:
        if process.poll() is None:
            made.kill(process)


def weekly_state(office: Installation) -> str:
    return office.states().get("weekly", "")


def pictures(office: Installation) -> list[Path]:
    return list((office.root / "var" / "reports").glob("*.png"))


def received(server: Platform) -> list[str]:
    return sorted(str(mail["To"]) for mail in server.mailbox)


PLANNING = """
import sys
from pathlib import Path
from publisher.clock import system_clock
from publisher.reports.schedule import plan_weekly
from publisher.site import open_site
site, _faults = open_site(Path("schedule.toml"), system_clock)
print("open", flush=True)
sys.stdin.readline()
plan_weekly(site)
"""


def test_killed_between_composing_and_storing_it_is_composed_anew_and_mailed_once(
    office: Installation, server: Platform
) -> None:
    planning = subprocess.Popen(
        [sys.executable, "-c", PLANNING],
        cwd=office.root,
        env=os.environ | office.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert planning.stdin is not None
    assert planning.stdout is not None
    planning.stdout.readline()
    other = Database(office.store)
    # While another writes, the mail is composed and can't be stored.
    with other.writing() as session:
        session.connection()
        planning.stdin.write(b"\n")
        planning.stdin.flush()
        office.until(lambda: bool(pictures(office)), "it is composed")
        office.kill(planning)
    other.close()
    assert weekly_state(office) == ""
    office.start()
    office.until(lambda: weekly_state(office) == "sent", "it is sent")
    assert received(server) == sorted(LEADERS)


def test_killed_once_it_is_planned_it_is_neither_lost_nor_repeated(
    office: Installation, server: Platform
) -> None:
    with server.unreachable():
        for _start in range(2):
            process = office.start()
            office.until(lambda: weekly_state(office) in ("planned", "retrying"), "it is planned")
            office.kill(process)
    office.start()
    # Killed in mid-try, nobody can say whether the server had it: then a person is asked.
    office.until(lambda: weekly_state(office) in ("sent", "unconfirmed"), "it is settled")
    assert received(server) == (sorted(LEADERS) if weekly_state(office) == "sent" else [])


def test_a_second_daemon_started_beside_the_first_mails_nothing(
    office: Installation, server: Platform
) -> None:
    office.start()
    second = office.start()
    office.until(lambda: weekly_state(office) == "sent", "it is sent")
    office.until(lambda: any(one.poll() is not None for one in office.running), "one is refused")
    assert [one.poll() for one in office.running].count(2) == 1
    third = office.start()
    assert third.wait(timeout=120) == 2
    assert second.poll() in (None, 2)
    assert received(server) == sorted(LEADERS)


def test_started_again_and_again_it_mails_once(office: Installation, server: Platform) -> None:
    for _start in range(3):
        process = office.start()
        office.until(lambda: weekly_state(office) == "sent", "it is sent")
        office.kill(process)
    assert received(server) == sorted(LEADERS)


# -- on a clock that is set ------------------------------------------------------------------------

MONDAY_8 = datetime(2027, 10, 11, 8, 0, tzinfo=ZONE)
WEEK = identity_of_week(MONDAY_8.date() - timedelta(days=7))


class Machine:
    """A daemon on a scheduler that runs none of its jobs by itself, and the time that went by."""

    def __init__(self, site: Site, clock: MovedClock) -> None:
        self.site, self.clock, self.uptime = site, clock, 0.0
        self.scheduler = BackgroundScheduler(timezone=UTC)
        self.scheduler.start(paused=True)
        self.daemon = Daemon(site, steady=lambda: self.uptime)
        self.daemon.start(self.scheduler)

    def next_look(self) -> datetime:
        """When the weekly mail is thought of next."""
        found: datetime = self.scheduler.get_job("weekly").next_run_time
        return found

    def is_planned(self) -> bool:
        with self.site.database.reading() as session:
            return deliveries.of_identity(session, WEEK) is not None


@pytest.fixture
def machine(
    database: Database, clock: MovedClock, server: Platform, tmp_path: Path
) -> Iterator[Machine]:
    """Started on Monday at seven; the mail is due at eight."""
    relay = server.config()
    names = ("host", "port", "security", "username", "password")
    mail = {name: relay[name] for name in names}
    settings = Settings(
        root=tmp_path,
        mail=Mail.model_validate({**mail, "sender": "bao-cao@example.vn"}),
        reports=Reports(weekly=Weekly(to=LEADERS)),
    )
    (tmp_path / "campaigns").mkdir()
    for number in range(2):
        at = MONDAY_8 - timedelta(days=4, weeks=number)
        read(database, sent(database, at, f"bai-{number}"), at + timedelta(hours=1), views=90)
    clock.move_to(MONDAY_8 - timedelta(hours=1))
    secret = secret_reader(tmp_path, environment={}, given=server.secrets())
    site = Site(settings, database, clock, secret, tell=lambda _subject, _text: None)
    made = Machine(site, clock)
    yield made
    made.scheduler.shutdown(wait=False)
    site.engine.drain(5)
    site.switchboard.close()


def test_a_clock_that_leaps_over_its_hour_does_not_make_it_wait_a_week(machine: Machine) -> None:
    assert not machine.is_planned()
    machine.clock.advance(timedelta(hours=3))
    machine.daemon.mind_the_clock(machine.scheduler)
    assert machine.next_look() <= machine.clock()
    machine.daemon.weekly()
    assert machine.is_planned()


def test_a_clock_set_back_before_its_hour_brings_no_second_one(
    machine: Machine, server: Platform
) -> None:
    machine.clock.move_to(MONDAY_8)
    machine.daemon.weekly()
    while machine.site.courier.deliver_next("reports") is not None:
        pass
    machine.clock.move_to(MONDAY_8 - timedelta(minutes=30))
    machine.daemon.mind_the_clock(machine.scheduler)
    machine.daemon.weekly()
    machine.clock.move_to(MONDAY_8 + timedelta(minutes=1))
    machine.daemon.weekly()
    while machine.site.courier.deliver_next("reports") is not None:
        pass
    assert received(server) == sorted(LEADERS)


def test_what_could_not_be_written_at_its_hour_is_written_at_the_next_look(
    machine: Machine, tmp_path: Path
) -> None:
    (tmp_path / "var").mkdir(exist_ok=True)
    in_the_way = tmp_path / "var" / "reports"
    in_the_way.write_text("no folder")
    machine.clock.move_to(MONDAY_8)
    with pytest.raises(FileExistsError):
        plan_weekly(machine.site)
    assert not machine.is_planned()
    in_the_way.unlink()
    assert machine.next_look() - machine.clock() < timedelta(minutes=10)
    machine.daemon.weekly()
    assert machine.is_planned()


def test_a_mail_that_cannot_be_written_keeps_no_daemon_from_starting(
    machine: Machine, tmp_path: Path
) -> None:
    (tmp_path / "var").mkdir(exist_ok=True)
    (tmp_path / "var" / "reports").write_text("no folder")
    machine.clock.move_to(MONDAY_8)
    again = Machine(machine.site, machine.clock)
    assert again.next_look() <= machine.clock()
    again.scheduler.shutdown(wait=False)
