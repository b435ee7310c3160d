"""Every command line that the docs show can be typed as it stands there."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from publisher.cli import cli
from tests.docs.pages import PAGES, ROOT, code_lines, named

MADE_FROM_THE_COMMANDS = ROOT / "docs" / "reference" / "commands.md"
TARGETS = set(
    re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
)


def shown(program: str) -> Iterator[tuple[Path, list[str]]]:
    """Every call of ``program`` in the docs: its page, its arguments."""
    for page in PAGES:
        if page == MADE_FROM_THE_COMMANDS:
            continue
        for line in code_lines(page):
            words = shlex.split(line, comments=True) if line.startswith(f"{program} ") else []
            # What is left to the reader ("…", COMMAND) can't be told from what belongs there.
            if words and "COMMAND" not in words:
                yield page, [word for word in words[1:] if word != "…"]


def refusal(arguments: list[str]) -> str:
    """Why click would refuse ``arguments``; empty where it wouldn't. Nothing is run."""
    command: click.Command = cli
    context = click.Context(cli, info_name="publisher")
    try:
        while isinstance(command, click.Group):
            parser = command.make_parser(context)
            parser.allow_interspersed_args = False
            _options, arguments, _order = parser.parse_args(list(arguments))
            if not arguments:
                return ""
            name, found, arguments = command.resolve_command(context, arguments)
            if found is None:
                return f"there is no command {name}"
            command, context = found, click.Context(found, info_name=name, parent=context)
        _options, left, _order = command.make_parser(context).parse_args(list(arguments))
    except click.UsageError as error:
        return error.format_message()
    return f"too much: {left}" if left else ""


def test_every_publisher_line_names_a_command_and_options_that_exist() -> None:
    calls = list(shown("publisher"))
    assert len(calls) > 20, "the docs show commands, or this test doesn't see them"
    wrong = [(named(page), words, refusal(words)) for page, words in calls if refusal(words)]
    assert wrong == []


@pytest.mark.parametrize(
    "line",
    ["stauts", "status --dyas 3", "report daily", "send a/b --channel", "check twice", "--loud"],
)
def test_a_line_that_could_not_be_typed_is_noticed(line: str) -> None:
    assert refusal(line.split())


def test_every_make_target_that_is_named_exists() -> None:
    calls = list(shown("make"))
    assert calls
    wrong = [
        (named(page), word)
        for page, words in calls
        for word in words
        if "=" not in word and word not in TARGETS
    ]
    assert wrong == []
