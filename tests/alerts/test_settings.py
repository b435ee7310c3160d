"""``[alerts]`` in schedule.toml: who is told stands there, and never a secret."""

from __future__ import annotations

from pathlib import Path

from publisher.files.faults import Fault, Severity
from publisher.i18n import speaking
from publisher.settings import Settings
from publisher.settings.reader import read_settings

SECRET = "tgram://123456789:AAEhBOweik6ad9r/-100"


def read(folder: Path, text: str) -> tuple[Settings | None, list[Fault]]:
    path = folder / "schedule.toml"
    path.write_text(text, encoding="utf-8")
    with speaking("en"):
        return read_settings(path)


def test_a_url_itself_is_refused_at_its_line_and_not_repeated(tmp_path: Path) -> None:
    for given in (f'services = ["{SECRET}"]', f'services = "{SECRET}"', f'to = ["{SECRET}"]'):
        settings, [fault] = read(tmp_path, f"[alerts]\n{given}\n")
        assert settings is None
        assert fault.line == 2
        assert "AAEhBOweik6ad9r" not in fault.what + fault.instead


def test_a_url_itself_is_told_where_to_put_it(tmp_path: Path) -> None:
    _settings, [fault] = read(tmp_path, f'[alerts]\nservices = ["{SECRET}"]\n')
    assert fault.code == "secret_literal"
    assert "file:PATH" in fault.instead


def test_places_of_urls_are_taken(tmp_path: Path) -> None:
    places = '["file:secrets/alert-telegram", "env:ALERT_URL", "credential:alert"]'
    settings, faults = read(tmp_path, f"[alerts]\nservices = {places}\n")
    assert faults == []
    assert settings is not None
    assert len(settings.alerts.services) == 3


def test_mail_without_a_server_is_worth_a_warning_and_stops_nothing(tmp_path: Path) -> None:
    settings, [fault] = read(tmp_path, '[alerts]\nto = ["a@example.vn"]\n')
    assert settings is not None
    assert (fault.line, fault.severity) == (2, Severity.WARNING)
    assert "[mail]" in fault.instead
