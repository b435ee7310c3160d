"""``key``: a key is made, installed and changed, and whoever needs one is told in time."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from channels.sealing import KeySeal, new_key
from channels.simulated.bluesky.platform import Platform
from channels.simulated.planted import MARK
from channels.state import SealedState
from publisher.cli import main
from publisher.clock import system_clock
from publisher.store.journal import StoredJournal
from tests.cli.office import SCHEDULE, Office, just_now


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PUBLISHER_KEY", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def bluesky(office: Office) -> Iterator[Platform]:
    """Bluesky, where the office has an account: its session has to be kept."""
    with Platform(system_clock) as platform:
        lines = [f'{key} = "{value}"' for key, value in platform.config().items()]
        keys = "\n".join([SCHEDULE, "[channels.bluesky]", 'adapter = "bluesky"', *lines])
        office.schedule(keys)
        for reference, secret in platform.secrets().items():
            office.patch.setenv(reference.removeprefix("env:"), secret)
        yield platform


def test_a_new_key_is_printed_alone_so_that_it_can_be_piped_on(office: Office) -> None:
    office.patch.setattr("sys.argv", ["publisher", "--lang", "en", "key", "new"])
    with pytest.raises(SystemExit):
        main()
    printed = office.capture.readouterr()
    assert KeySeal([printed.out.strip()]).seal("x")
    assert printed.out.strip() not in printed.err
    assert "systemd-creds encrypt" in printed.err


def test_who_has_no_key_is_told_by_the_doctor_and_before_logging_in(
    office: Office, bluesky: Platform
) -> None:
    examined = office.run("doctor")
    assert examined.code == 1
    [key] = examined.lines("Key: ")
    assert "bluesky" in key
    assert "publisher key new" in examined.out
    # Nobody is at the keyboard: to be asked for anything would end otherwise.
    logged_in = office.run("channels", "login", "bluesky")
    assert logged_in.code == 1
    assert "Not logged in: there is no key" in logged_in.out
    assert bluesky.asked == []

    office.patch.setenv("PUBLISHER_KEY", new_key())
    assert "1 key" in office.run("doctor").out
    assert office.run("channels", "check", "bluesky").code == 0


def test_where_a_service_has_its_own_key_one_is_told_how_to_have_it(
    office: Office, bluesky: Platform, tmp_path: Path
) -> None:
    installed = tmp_path / "publisher.service"
    installed.touch()
    office.patch.setattr("publisher.install.unit.INSTALLED", installed)
    as_it_does = (
        f"systemd-run --pty --uid={office.root.owner()} --working-directory={office.root} "
        "--property=LoadCredentialEncrypted=publisher-key publisher"
    )
    examined = office.run("doctor")
    assert f"Look as it does: {as_it_does} doctor" in examined.out
    logged_in = office.run("channels", "login", "bluesky")
    assert logged_in.code == 1
    assert f"Begin as it does: {as_it_does} channels login bluesky" in logged_in.out

    # The service, and whoever does as it was told, has credentials: there the key is missing.
    office.patch.setenv("CREDENTIALS_DIRECTORY", str(tmp_path))
    assert "systemd-run" not in office.run("doctor").out


def test_an_office_whose_channels_keep_nothing_needs_no_key(office: Office) -> None:
    examined = office.run("doctor")
    assert "Key: there is none, and no channel needs one" in examined.out


def test_what_is_no_key_is_told(office: Office) -> None:
    office.patch.setenv("PUBLISHER_KEY", f"no key {MARK}")
    examined = office.run("doctor")
    assert examined.code == 1
    assert "PUBLISHER_KEY" in examined.out


def test_keys_are_changed_without_logging_in_again(office: Office, bluesky: Platform) -> None:
    old, new = new_key(), new_key()
    office.post("mot", just_now(), keys='channels = ["bluesky"]')
    office.patch.setenv("PUBLISHER_KEY", old)
    office.run("apply")
    office.send_due("bluesky")
    assert len(bluesky.published()) == 1
    with office.site() as site:
        StoredJournal(site.database, 1, site.clock, site.seal).put("address", "x", secret=True)

    office.patch.setenv("PUBLISHER_KEY", f"{new} {old}")
    renewed = office.run("key", "renew")
    assert renewed.code == 0, renewed.out
    # The session's tokens, whose they are, and the note.
    assert "3 texts are sealed with the newest key" in renewed.out

    office.patch.setenv("PUBLISHER_KEY", new)
    made = bluesky.sessions.made
    assert office.run("channels", "check", "bluesky").code == 0
    assert bluesky.sessions.made == made
    with office.site() as site:
        assert StoredJournal(site.database, 1, site.clock, site.seal).get("address") == "x"


def test_what_no_key_opens_is_named_and_left(office: Office, bluesky: Platform) -> None:
    lost = KeySeal.fresh()
    folder = office.root / "var/channels/bluesky/state"
    SealedState(folder, lost).put("tokens", f"access-{MARK}")
    assert "no key" in office.run("key", "renew").out
    office.patch.setenv("PUBLISHER_KEY", new_key())
    renewed = office.run("key", "renew")
    assert renewed.code == 1
    assert str(folder / "tokens.json") in renewed.out
    assert SealedState(folder, lost).get("tokens") == f"access-{MARK}"


def test_a_channel_whose_key_was_lost_says_what_to_do(office: Office, bluesky: Platform) -> None:
    office.patch.setenv("PUBLISHER_KEY", new_key())
    assert office.run("channels", "check", "bluesky").code == 0
    office.patch.setenv("PUBLISHER_KEY", new_key())
    checked = office.run("channels", "check", "bluesky")
    assert checked.code == 1
    assert "sealed with another key" in checked.out
