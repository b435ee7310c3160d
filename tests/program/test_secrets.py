"""Secrets are found where schedule.toml says, closed to others, and named but never shown."""

from __future__ import annotations

from pathlib import Path

import pytest

from channels.base import CredentialsExpiredError
from publisher.secrets import MAX_SECRET_BYTES, secret_reader

SECRET = "rat-bi-mat-7203456789"


def kept(path: Path, mode: int = 0o600, content: bytes = SECRET.encode()) -> Path:
    """A file with a secret in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_a_secret_stands_in_the_environment(tmp_path: Path) -> None:
    assert secret_reader(tmp_path, {"TOKEN": SECRET})("env:TOKEN") == SECRET


def test_a_secret_stands_in_a_file_beside_schedule_toml_or_anywhere(tmp_path: Path) -> None:
    elsewhere = kept(tmp_path / "khac/token")
    kept(tmp_path / "goc/bi-mat/token")
    read = secret_reader(tmp_path / "goc", {})

    assert read("file:bi-mat/token") == SECRET
    assert read(f"file:{elsewhere}") == SECRET


def test_the_line_end_that_an_editor_leaves_is_no_part_of_a_secret(tmp_path: Path) -> None:
    kept(tmp_path / "token", content=f"{SECRET}\r\n".encode())

    assert secret_reader(tmp_path, {})("file:token") == SECRET


def test_a_secret_is_a_credential_of_systemd(tmp_path: Path) -> None:
    # systemd gives its files their own modes and closes the folder instead.
    kept(tmp_path / "credentials/token", mode=0o440)
    environment = {"CREDENTIALS_DIRECTORY": str(tmp_path / "credentials")}

    assert secret_reader(tmp_path, environment)("credential:token") == SECRET


@pytest.mark.parametrize("mode", [0o400, 0o600, 0o700])
def test_a_file_that_only_its_owner_may_touch_is_read(tmp_path: Path, mode: int) -> None:
    kept(tmp_path / "token", mode)

    assert secret_reader(tmp_path, {})("file:token") == SECRET


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o602, 0o610])
def test_a_file_open_to_others_is_refused_with_the_command_that_closes_it(
    tmp_path: Path, mode: int
) -> None:
    path = kept(tmp_path / "token", mode)

    with pytest.raises(CredentialsExpiredError) as refused:
        secret_reader(tmp_path, {})("file:token")

    assert f"chmod 600 {path}" in str(refused.value)
    assert SECRET not in str(refused.value)


@pytest.mark.parametrize(
    "reference",
    ["env:KHONG_CO", "env:RONG", "file:khong-co", "file:rong", "file:.", "credential:khong-co"],
)
def test_a_missing_secret_is_named_by_where_it_should_be(tmp_path: Path, reference: str) -> None:
    kept(tmp_path / "rong", content=b"\n")

    with pytest.raises(CredentialsExpiredError, match=reference):
        secret_reader(tmp_path, {"RONG": "", "TOKEN": SECRET})(reference)


def test_credentials_outside_of_systemd_are_missing_and_no_crash(tmp_path: Path) -> None:
    with pytest.raises(CredentialsExpiredError, match="credential:token"):
        secret_reader(tmp_path, {})("credential:token")


@pytest.mark.parametrize("wrong", [SECRET, f"plain:{SECRET}", f"ENV:{SECRET}"])
def test_a_secret_written_in_place_of_its_reference_is_not_repeated(
    tmp_path: Path, wrong: str
) -> None:
    with pytest.raises(CredentialsExpiredError) as refused:
        secret_reader(tmp_path, {})(wrong)

    assert SECRET not in str(refused.value)


def test_a_file_that_is_no_text_is_no_secret_and_is_not_shown(tmp_path: Path) -> None:
    kept(tmp_path / "token", content=b"\xff\xfe" + SECRET.encode())

    with pytest.raises(CredentialsExpiredError) as refused:
        secret_reader(tmp_path, {})("file:token")

    assert SECRET not in str(refused.value)


def test_no_more_is_read_than_a_secret_can_be(tmp_path: Path) -> None:
    kept(tmp_path / "token", content=b"x" * (MAX_SECRET_BYTES + 1000))

    assert len(secret_reader(tmp_path, {})("file:token")) == MAX_SECRET_BYTES


def test_what_a_rehearsal_gives_goes_before_the_real_secret(tmp_path: Path) -> None:
    read = secret_reader(tmp_path, {"TOKEN": SECRET}, {"env:TOKEN": "diễn tập"})

    assert read("env:TOKEN") == "diễn tập"
