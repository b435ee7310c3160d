"""What the commands print."""

from __future__ import annotations

import pytest

from publisher.cli.terminal import say


def test_a_line_is_printed_as_it_stands(capsys: pytest.CaptureFixture[str]) -> None:
    say("[/bold] 50 % ", ("Nghị quyết 57", "bold red"), "\tdòng")

    assert capsys.readouterr().out == "[/bold] 50 % Nghị quyết 57\tdòng\n"


def test_what_others_wrote_does_not_drive_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    say("xin\x1b[2J chào\x07\r\x9b31m", ("\x1b]0;tên\x07", "dim"))

    assert capsys.readouterr().out == "xin[2J chào31m]0;tên\n"


def test_styles_are_drawn_on_a_terminal_alone(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    say(("Cần người xử lý", "bold red"))
    monkeypatch.setenv("NO_COLOR", "1")
    say(("Cần người xử lý", "bold red"))

    coloured, plain = capsys.readouterr().out.splitlines()
    assert coloured == "\x1b[31m\x1b[1mCần người xử lý\x1b[0m"
    assert plain == "Cần người xử lý"
