"""``doctor``: finds what would keep posts back, says what to do, and publishes nothing."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer

import pytest

from channels.simulated.telegram.platform import TOKEN, Platform
from publisher.clock import system_clock
from publisher.store import alerts, channel_states
from publisher.store.models import AlertWay
from tests.cli import office as an_office
from tests.cli.office import Office, just_now

pytestmark = pytest.mark.secret_files("bi-mat/*")

SCHEDULE = an_office.SCHEDULE + '[alerts]\nservices = ["env:ALERT_URL"]\n'


@pytest.fixture(autouse=True)
def _somebody_is_told(office: Office) -> None:
    """The office names who is told of trouble, as a sound office does."""
    office.patch.setenv("ALERT_URL", "json://127.0.0.1:1/nhom-truc-ban")
    office.schedule(SCHEDULE)


@pytest.fixture
def telegram() -> Iterator[Platform]:
    with Platform(system_clock) as platform:
        yield platform


def with_telegram(office: Office, telegram: Platform, **keys: object) -> None:
    """Let the office have a Telegram channel too, on the stand-in, with ``keys`` its own."""
    given = {**telegram.config(), "token": "file:bi-mat/telegram", **keys}
    lines = [f'{key} = "{value}"' for key, value in given.items()]
    office.schedule("\n".join([SCHEDULE, "[channels.telegram]", 'adapter = "telegram"', *lines]))
    secret = office.root / "bi-mat/telegram"
    secret.parent.mkdir(exist_ok=True)
    secret.write_text(TOKEN, encoding="utf-8")
    secret.chmod(0o600)


def test_a_sound_office_is_called_well(office: Office, telegram: Platform) -> None:
    with_telegram(office, telegram)

    examined = office.run("doctor")

    assert examined.code == 0, examined.out
    assert "All is well." in examined.out
    for what in ("Clock", "Time zone", "Disk", "Database", "Daemon", "Channel telegram"):
        assert examined.lines(f"✓ {what}"), what


def test_it_publishes_nothing(office: Office, telegram: Platform) -> None:
    with_telegram(office, telegram)
    office.campaign(keys='approvals = 0\nchannels = ["fanpage", "telegram"]')
    office.post("bai", just_now())
    office.run("apply")

    office.run("doctor")

    assert telegram.published() == ()
    assert set(office.states().values()) == {"planned"}


def test_a_secret_open_to_others_is_found_with_the_command_that_closes_it(
    office: Office, telegram: Platform
) -> None:
    with_telegram(office, telegram)
    (office.root / "bi-mat/telegram").chmod(0o644)

    examined = office.run("doctor")

    assert examined.code == 1
    [line] = examined.lines("✗ Secret of telegram")
    assert "-rw-r--r--" in line
    assert f"→ chmod 600 {office.root / 'bi-mat/telegram'}" in examined.out
    assert TOKEN not in examined.out
    (office.root / "bi-mat/telegram").chmod(0o600)
    assert office.run("doctor").lines("✓ Secret of telegram")


def test_the_mail_servers_password_is_looked_at_too(office: Office) -> None:
    office.schedule(
        SCHEDULE + '[mail]\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\n'
        'password = "file:mat-khau"\nsender = "publisher@example.vn"\n'
    )
    (office.root / "mat-khau").write_text("x", encoding="utf-8")
    (office.root / "mat-khau").chmod(0o640)

    examined = office.run("doctor")

    assert examined.lines("✗ Secret of mail")
    assert examined.lines("✗ Mail server")
    assert "→ Mend [mail] in schedule.toml." in examined.out


def test_a_mail_server_elsewhere_without_protection_is_a_finding_and_no_crash(
    office: Office,
) -> None:
    office.schedule(
        SCHEDULE + '[mail]\nhost = "thu.example.vn"\nsecurity = "none"\n'
        'sender = "publisher@example.vn"\n'
    )

    examined = office.run("doctor")

    # Refused by schedule.toml's own reading, or found here: told in either case, never a crash.
    assert examined.code == 1
    assert "should not have" not in examined.out


def test_a_missing_secret_is_named_with_the_command_that_gets_it(
    office: Office, telegram: Platform
) -> None:
    with_telegram(office, telegram, token="env:KHONG_CO")

    examined = office.run("doctor")

    assert examined.code == 1
    [line] = examined.lines("✗ Channel telegram")
    assert "env:KHONG_CO" in line
    assert "publisher channels login telegram" in examined.out


def test_a_wrong_account_is_told_with_the_one_that_was_expected(
    office: Office, telegram: Platform
) -> None:
    with_telegram(office, telegram, account="-100999")

    examined = office.run("doctor")

    assert examined.code == 1
    assert examined.lines("✗ Channel telegram")
    assert "expects the account -100999" in examined.out


def test_a_platform_out_of_reach_keeps_the_rest_from_nothing(
    office: Office, telegram: Platform
) -> None:
    with_telegram(office, telegram)
    with telegram.unreachable():
        examined = office.run("doctor")

    assert examined.code == 1
    assert examined.lines("✗ Channel telegram")
    assert examined.lines("✓ Channel fanpage")
    assert TOKEN not in examined.out


@pytest.mark.about_sqlite
def test_a_store_that_cannot_be_opened_is_a_finding_with_the_way_out(office: Office) -> None:
    (office.root / "var/publisher.db").write_bytes(b"half a database, after a disk died" * 200)

    examined = office.run("doctor")

    assert examined.code == 1
    assert examined.lines("✗ Database")
    assert "publisher restore FILE" in examined.out
    assert examined.lines("✓ Channel fanpage")


def test_a_running_daemon_is_seen_and_left_alone(office: Office) -> None:
    with office.site() as site, site.database.daemon_lock():
        examined = office.run("doctor")

    assert examined.code == 0
    assert "running, process" in "".join(examined.lines("✓ Daemon"))


def test_a_store_whose_folder_cannot_be_read_is_no_reason_to_restore(office: Office) -> None:
    office.patch.setenv("PUBLISHER_STORE", "sqlite:///campaigns")

    [line] = office.run("doctor").lines("    → Let the program's user read")

    assert "restore" not in line


def test_a_stopped_channel_whose_credentials_are_right_again_goes_on_at_once(
    office: Office,
) -> None:
    office.run("status")
    with office.site() as site, site.database.writing() as session:
        channel_states.stop(session, "portal", "401 Unauthorized", site.clock())
    assert "401 Unauthorized" in office.run("status").out

    [line] = office.run("doctor").lines("Channel portal")

    assert line.startswith("✓")
    assert "goes on" in line
    assert "401 Unauthorized" not in office.run("status").out


def test_a_channel_stopped_over_its_account_stays_so_and_is_told_why(office: Office) -> None:
    office.run("status")
    with office.site() as site:
        with site.switchboard.line("portal") as adapter:
            assert site.courier.credentials.prove("portal", adapter)
        with site.database.writing() as session:
            row = channel_states.of(session, "portal", site.clock())
            row.account_id, row.account_name = "another", "Trang khác"
            channel_states.stop(session, "portal", "…", site.clock())

    examined = office.run("doctor")

    assert examined.code == 1
    [line] = examined.lines("Channel portal")
    assert "belonged to Trang khác" in line


def with_media_host(office: Office, url: str) -> None:
    office.schedule(f'{SCHEDULE}\n[media_host]\nkind = "folder"\nfolder = "www"\nurl = "{url}"\n')


def test_a_media_host_is_well_where_what_is_put_there_can_be_fetched(office: Office) -> None:
    (office.root / "www").mkdir()
    handler = functools.partial(_QuietFiles, directory=str(office.root / "www"))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        with_media_host(office, f"http://127.0.0.1:{server.server_address[1]}")
        examined = office.run("doctor")
        server.shutdown()
    assert examined.code == 0, examined.out
    assert examined.lines("✓ Media host: 127.0.0.1")


def test_a_media_host_that_serves_something_else_is_found(office: Office) -> None:
    with ThreadingHTTPServer(("127.0.0.1", 0), _QuietFiles) as server:
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        with_media_host(office, f"http://127.0.0.1:{server.server_address[1]}/elsewhere")
        examined = office.run("doctor")
        server.shutdown()
    assert examined.code == 1
    assert examined.lines("✗ Media host")
    assert examined.lines("[media_host]")


class _QuietFiles(SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


def test_that_nobody_would_be_told_is_a_finding(office: Office) -> None:
    office.schedule(an_office.SCHEDULE)

    examined = office.run("doctor")

    assert examined.code == 1
    assert examined.lines("✗ Alerts: nobody is told")
    assert examined.lines("[alerts]")


def test_who_is_told_is_shown_without_the_secret_of_the_way_there(office: Office) -> None:
    examined = office.run("doctor")

    [line] = examined.lines("✓ Alerts: env:ALERT_URL")
    assert "127.0.0.1:1" in line
    assert "nhom-truc-ban" not in examined.out


def test_mail_for_alerts_without_a_mail_server_is_a_finding(office: Office) -> None:
    office.schedule(an_office.SCHEDULE + '[alerts]\nto = ["quan-tri@example.vn"]\n')

    [line] = office.run("doctor").lines("✗ Alerts: quan-tri@example.vn")

    assert "[mail]" in line


def test_a_way_of_telling_that_fails_the_daemon_is_a_finding(office: Office) -> None:
    with office.site() as site, site.database.writing() as session:
        problem = "127.0.0.1: the connection was refused"
        alerts.keep_way(session, AlertWay(name="env:ALERT_URL", failures=3, problem=problem))

    examined = office.run("doctor")

    assert examined.code == 1
    assert problem in "".join(examined.lines("✗ Alerts: env:ALERT_URL"))
    assert examined.lines("publisher alerts test")


def test_a_database_server_that_does_not_answer_is_a_finding_with_the_way_out(
    office: Office,
) -> None:
    office.patch.setenv("PUBLISHER_STORE", "postgresql+psycopg://publisher@127.0.0.1:1/publisher")

    examined = office.run("doctor")
    refused = office.run("status")

    assert examined.code == 1
    assert "Start PostgreSQL" in examined.out
    assert refused.code == 2
    assert "its server doesn't answer" in refused.out
    assert "Traceback" not in examined.out + refused.out
