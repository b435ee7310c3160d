"""``channels``: which accounts there are, whose they are, and how an administrator logs one in."""

from __future__ import annotations

import io
import stat
import threading
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from channels.base import CredentialsExpiredError
from channels.oauth import consented
from channels.sealing import new_key
from channels.simulated.telegram.platform import TOKEN, Platform
from channels.simulated.youtube import platform as youtube
from publisher.cli.person import TerminalPerson
from publisher.clock import system_clock
from publisher.store import channel_states
from tests.cli.office import SCHEDULE, Office

pytestmark = pytest.mark.secret_files("bi-mat/*")


@pytest.fixture
def telegram() -> Iterator[Platform]:
    with Platform(system_clock) as platform:
        yield platform


def with_telegram(office: Office, telegram: Platform, **keys: object) -> None:
    """Let the office have a Telegram channel whose token isn't there yet."""
    given = {**telegram.config(), "token": "file:bi-mat/telegram", **keys}
    lines = [f'{key} = "{value}"' for key, value in given.items() if value]
    office.schedule("\n".join([SCHEDULE, "[channels.telegram]", 'adapter = "telegram"', *lines]))


def typing(office: Office, *answers: str) -> None:
    """What the administrator types at the next prompts."""
    office.patch.setattr("sys.stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))
    office.patch.setattr("click.termui.hidden_prompt_func", lambda _prompt: answers[0])


def test_the_channels_are_listed_with_their_platforms(office: Office, telegram: Platform) -> None:
    with_telegram(office, telegram)
    listed = office.run("channels", "list")
    assert listed.code == 0, listed.out
    (line,) = listed.lines("telegram")
    assert telegram.config()["account"] in line
    assert listed.lines("fanpage")


def test_a_token_that_is_pasted_is_proved_and_stored_for_its_owner_alone(
    office: Office, telegram: Platform
) -> None:
    with_telegram(office, telegram)
    typing(office, TOKEN)
    logged_in = office.run("channels", "login", "telegram")
    assert logged_in.code == 0, logged_in.out
    place = office.root / "bi-mat/telegram"
    assert place.read_text(encoding="utf-8") == TOKEN
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert TOKEN not in logged_in.out
    assert logged_in.lines("✓ Channel telegram")
    assert telegram.published() == ()


def test_a_wrong_token_is_not_stored_over_the_one_that_is_there(
    office: Office, telegram: Platform
) -> None:
    with_telegram(office, telegram)
    typing(office, TOKEN)
    office.run("channels", "login", "telegram")
    typing(office, "7000000009:AAWrong")
    failed = office.run("channels", "login", "telegram")
    assert failed.code == 1
    assert failed.lines("Not logged in")
    assert (office.root / "bi-mat/telegram").read_text(encoding="utf-8") == TOKEN


def test_another_account_s_token_is_not_stored(office: Office, telegram: Platform) -> None:
    with_telegram(office, telegram, account="-1009999999999")
    typing(office, TOKEN)
    failed = office.run("channels", "login", "telegram")
    assert failed.code == 1
    assert failed.lines("not to -1009999999999")
    assert not (office.root / "bi-mat/telegram").exists()


def test_who_has_not_said_which_account_it_is_gets_the_line_to_write(
    office: Office, telegram: Platform
) -> None:
    with_telegram(office, telegram, account="")
    typing(office, TOKEN)
    logged_in = office.run("channels", "login", "telegram")
    account = telegram.config()["account"]
    assert logged_in.lines(f'account = "{account}"')


def test_a_secret_without_a_file_to_stand_in_is_asked_for_nothing(
    office: Office, telegram: Platform
) -> None:
    with_telegram(office, telegram, token="env:NO_SUCH_TOKEN")
    told = office.run("channels", "login", "telegram")
    assert told.code != 0
    assert told.lines('token = "file:secrets/telegram-token"')


def test_a_stopped_channel_goes_on_once_it_is_logged_in(office: Office, telegram: Platform) -> None:
    with_telegram(office, telegram)
    office.run("status")
    with office.site() as site, site.database.writing() as session:
        channel_states.stop(session, "telegram", "expired", system_clock())
    typing(office, TOKEN)
    logged_in = office.run("channels", "login", "telegram")
    assert logged_in.lines("it was stopped and goes on")
    with office.site() as site, site.database.reading() as session:
        state = channel_states.known(session, "telegram")
    assert state is not None
    assert state.stopped == ""


def test_check_proves_one_channel_or_all_and_says_how_to_mend(
    office: Office, telegram: Platform
) -> None:
    with_telegram(office, telegram)
    all_of_them = office.run("channels", "check")
    assert all_of_them.code == 1
    assert all_of_them.lines("✓ Channel fanpage")
    assert all_of_them.lines("publisher channels login telegram")
    one = office.run("channels", "check", "fanpage")
    assert one.code == 0
    assert not one.lines("telegram")


def test_what_no_log_in_mends_is_told_with_what_does(office: Office) -> None:
    keys = 'host = "127.0.0.1"\nsecurity = "none"\nsender = "so@tinh.example.vn"\n'
    lists = 'subscribers = "nhan-tin.txt"\n'
    office.schedule(f'{SCHEDULE}\n[channels.thu]\nadapter = "email"\n{keys}{lists}')

    missing = office.run("channels", "check", "thu")
    (office.root / "nhan-tin.txt").write_bytes("An Lê <an@tinh.example.vn>".encode("utf-16"))
    unreadable = office.run("channels", "check", "thu")
    (office.root / "nhan-tin.txt").write_text("# chưa có ai\n", encoding="utf-8")
    empty = office.run("channels", "check", "thu")

    for ran, why in (
        (missing, "this list of addresses isn't there: put the file there"),
        (unreadable, "this list of addresses can't be read: save it as UTF-8"),
        (empty, "it names nobody to mail: add the addresses"),
    ):
        assert ran.code == 1
        assert ran.lines(f"nhan-tin.txt: {why}"), ran.out
        assert ran.lines("Mend that, then ask again: publisher channels check thu")
        assert "channels login" not in ran.out


def test_an_unknown_channel_is_named_with_those_there_are(office: Office) -> None:
    for command in ("check", "login"):
        told = office.run("channels", command, "fanpag")
        assert told.code != 0
        assert told.lines("fanpage")


# -- the person at the terminal -------------------------------------------------------------------


Consent = Callable[[str], Mapping[str, str]]


def browser(office: Office, consent: Consent) -> None:
    """A browser that opens the address that is shown; ``consent`` is what the platform's page sends
    it back with."""

    def open_it(address: str) -> None:
        back = parse_qs(urlsplit(address).query)["redirect_uri"][0]
        threading.Thread(
            target=lambda: requests.get(back, params=dict(consent(address)), timeout=5), daemon=True
        ).start()

    office.patch.setattr("publisher.cli.person.show", open_it)


def agreed(address: str) -> dict[str, str]:
    return {"state": parse_qs(urlsplit(address).query)["state"][0], "code": "the-code"}


def test_a_browser_on_this_machine_brings_the_code_by_itself(
    office: Office,
) -> None:
    browser(office, agreed)
    consent = consented(
        TerminalPerson(patience_s=20),
        "https://example.vn/oauth",
        {},
        redirect_uri="http://127.0.0.1:28738/",
    )
    assert consent.code == "the-code"


def test_who_never_comes_back_is_not_waited_for_for_ever(office: Office) -> None:
    with pytest.raises(CredentialsExpiredError):
        consented(
            TerminalPerson(patience_s=0.05),
            "https://example.vn/oauth",
            {},
            redirect_uri="http://127.0.0.1:28739/",
        )


def test_an_address_elsewhere_is_pasted(office: Office) -> None:
    typing(office, "https://congthong.example.vn/back?code=abc&state=s")
    came = TerminalPerson().consent("https://example.vn/oauth", "https://congthong.example.vn/back")
    assert came == {"code": "abc", "state": "s"}


# -- a platform with a log-in of its own -----------------------------------------------------------


def test_an_administrator_logs_in_to_youtube_through_the_browser(office: Office) -> None:
    with youtube.Platform(system_clock) as platform:
        keys = {
            "adapter": "youtube",
            **platform.config(),
            "client_secret": "file:bi-mat/app",
            "refresh_token": "file:bi-mat/youtube",
            "redirect_uri": "http://127.0.0.1:28740/",
        }
        lines = [f"{key} = {value!r}" for key, value in keys.items()]
        office.schedule("\n".join([SCHEDULE, "[channels.phim]", *lines]))
        app = office.root / "bi-mat/app"
        app.parent.mkdir()
        app.write_text(platform.secrets()["env:STAND_IN_YOUTUBE_CLIENT_SECRET"], encoding="utf-8")
        app.chmod(0o600)
        browser(office, platform.google.consent)
        office.patch.setattr("publisher.cli.person.PATIENCE_S", 20.0)
        office.patch.setenv("PUBLISHER_KEY", new_key())
        logged_in = office.run("channels", "login", "phim")
    assert logged_in.code == 0, logged_in.out
    token = (office.root / "bi-mat/youtube").read_text(encoding="utf-8")
    assert token not in logged_in.out
    assert logged_in.lines("✓ Channel phim")
