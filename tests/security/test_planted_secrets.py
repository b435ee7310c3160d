"""The search for planted secrets finds them wherever they are put, and nothing where none is.

The tests that leak are run by a pytest of their own, in a folder that isn't this test's: what they
write would be found here, too.
"""

from __future__ import annotations

import base64
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

import pytest

from channels import simulated
from channels.simulated.planted import MARK, planted
from publisher.clock import system_clock
from tests.planted import is_in

ROOT = Path(__file__).parents[2]

LEAKS = """
import logging, smtplib, sqlite3
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from urllib.parse import quote
import base64
import pytest, structlog
from channels.base import TransientError
from channels.simulated import email
from channels.simulated.telegram import platform as telegram
from channels.simulated.planted import planted
from publisher.clock import system_clock
from publisher.store.database import Database

SECRET = planted(8)

def letter(subject):
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.vn", "b@example.vn", subject
    message["Date"], message["Message-ID"] = formatdate(), make_msgid(domain="example.vn")
    message.set_content("Báo cáo tuần", cte="base64")
    return message

def test_nothing_at_all(tmp_path, capsys):
    print("chào")
    (tmp_path / "trang.html").write_text("<p>chào")
    assert "chào" in capsys.readouterr().out

@pytest.mark.secret_files("secrets/*")
def test_where_the_administrator_keeps_it(tmp_path):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "token").touch(0o600)
    (tmp_path / "secrets" / "token").write_text(SECRET)

@pytest.mark.secret_files("secrets/*")
def test_leak_where_the_administrator_keeps_it_for_all_to_read(tmp_path):
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / "token").touch(0o644)
    (tmp_path / "secrets" / "token").write_text(SECRET)

def test_leak_in_a_log_line():
    logging.getLogger("kênh").warning("refused: %s", SECRET)

def test_leak_in_a_line_of_structlog():
    structlog.get_logger("kênh").info("refused", token=SECRET)

def test_leak_in_what_was_printed():
    print(SECRET)

def test_leak_in_what_was_printed_and_looked_at(capsys):
    print(SECRET)
    assert SECRET in capsys.readouterr().out

def test_leak_in_an_error_that_was_expected():
    with pytest.raises(TransientError):
        raise TransientError(f"no answer from /bot{SECRET}/sendMessage")

def test_leak_in_a_page(tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "trang.html").write_text(f"<a href='?token={SECRET}'>")

def test_leak_in_an_address_that_is_quoted(tmp_path):
    (tmp_path / "trang.html").write_text(quote(f"token={SECRET}&a=b", safe=""))

def test_leak_in_a_mail_that_is_kept(tmp_path):
    message = letter("Báo cáo")
    message.set_content(f"Báo cáo {SECRET}", cte="base64")
    (tmp_path / "bao-cao.eml").write_bytes(bytes(message))

def test_leak_in_a_mail_that_was_sent():
    with email.Platform(system_clock) as server:
        keys = server.config()
        with smtplib.SMTP(keys["host"], keys["port"]) as relay:
            relay.login(keys["username"], server.secrets()[keys["password"]])
            relay.send_message(letter(f"Báo cáo {SECRET}"))

def test_leak_in_the_store(tmp_path):
    database = Database(f"sqlite:///{tmp_path}/publisher.db")
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE note (text TEXT)")
        connection.exec_driver_sql("INSERT INTO note VALUES (?)", (SECRET,))
    database.close()

def test_leak_in_a_store_that_is_still_open(tmp_path):
    connection = sqlite3.connect(tmp_path / "publisher.db")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA wal_autocheckpoint = 0")
    connection.execute("CREATE TABLE note (text TEXT)")
    connection.execute("INSERT INTO note VALUES (?)", (SECRET,))
    connection.commit()
    test_leak_in_a_store_that_is_still_open.kept = connection

def test_leak_in_a_backup(tmp_path, tmp_path_factory):
    database = Database("sqlite:///" + str(tmp_path / "publisher.db"))
    with database.engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE delivery (note TEXT)")
        connection.exec_driver_sql("INSERT INTO delivery VALUES (?)", (SECRET,))
    database.backup(tmp_path_factory.mktemp("backups") / "backup.db")
    database.close()
    (tmp_path / "publisher.db").unlink()

def test_leak_in_a_header(tmp_path):
    packed = base64.b64encode(f"publisher:{SECRET}".encode()).decode()
    (tmp_path / "daemon.log").write_text(f"Authorization: Basic {packed}")

@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    return tmp_path_factory.mktemp("rehearsal")

def test_leak_in_a_folder_that_tests_share(shared):
    (shared / "index.html").write_text(SECRET)

@pytest.fixture
def closing(tmp_path):
    yield
    (tmp_path / "late.log").write_text(SECRET)

def test_leak_while_a_fixture_is_taken_down(closing):
    pass
"""


@pytest.fixture(scope="module")
def told() -> Iterator[str]:
    """What pytest says of the tests above."""
    with TemporaryDirectory() as folder:
        (Path(folder) / "test_leaks.py").write_text(LEAKS, encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-p", "tests.planted", "-p", "no:cacheprovider"]
        options = ["-q", "-rA", "--basetemp", f"{folder}/base", f"{folder}/test_leaks.py"]
        ended = subprocess.run(
            [*command, *options],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        yield ended.stdout + ended.stderr


def test_every_leak_fails_the_test_that_made_it(told: str) -> None:
    leaks = set(re.findall(r"def (test_leak\w+)", LEAKS))
    assert len(leaks) > 15
    late = "test_leak_while_a_fixture_is_taken_down"
    assert set(re.findall(r"ERROR \S+::(\w+)", told)) == leaks, told
    assert "late.log" in told.partition(f"ERROR at teardown of {late}")[2]


def test_where_no_secret_is_no_test_fails(told: str) -> None:
    clean = {"test_nothing_at_all", "test_where_the_administrator_keeps_it"}
    assert clean.isdisjoint(re.findall(r"ERROR \S+::(\w+)", told)), told
    assert "failed" not in told.splitlines()[-1]


def test_a_secret_is_found_at_every_place_of_a_header() -> None:
    for before in range(6):
        text = f"{'người dùng:'[:before]}{planted(4)}{'!' * (before % 3)}".encode()
        assert is_in(base64.b64encode(text))
        assert is_in(base64.urlsafe_b64encode(text).rstrip(b"="))
        assert is_in(quote(text, safe=""))
    assert not is_in(base64.b64encode(b"publisher:nothing of value"))


IDS = {
    "env:STAND_IN_LINKEDIN_CLIENT_ID",
    "env:STAND_IN_TIKTOK_CLIENT_KEY",
    "env:STAND_IN_X_CONSUMER_KEY",
}
"""What schedule.toml takes from the same places as secrets, and that anybody may know."""


@pytest.mark.parametrize("kind", simulated.known())
def test_every_secret_of_a_stand_in_bears_the_mark(kind: str) -> None:
    platform = simulated.load(kind)
    assert platform is not None
    with platform(system_clock) as stand_in:
        given = stand_in.secrets()
        unmarked = {where for where, secret in given.items() if not is_in(secret)}
        assert unmarked <= IDS
        assert MARK not in repr(stand_in.config())
