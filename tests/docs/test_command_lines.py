"""Every command line that the docs show is understood by the program that it names.

Those of ``publisher`` are typed, too: test_commands_typed.py. What ``make`` starts takes minutes,
so that the program behind it reads its arguments here and is stopped there.
"""

from __future__ import annotations

import argparse
import importlib.util
import re
import shlex
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bench import __main__ as benches
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


def reached(words: list[str]) -> tuple[click.Context, list[str]]:
    """The context of the command that ``words`` lead to, and what they leave for it to read.

    It is a group's where they name none of its commands. Raises ``click.UsageError`` where there is
    no such command. Nothing is run.
    """
    context = click.Context(cli, info_name="publisher")
    while isinstance(group := context.command, click.Group):
        parser = group.make_parser(context)
        parser.allow_interspersed_args = False
        _options, words, _order = parser.parse_args(list(words))
        if not words:
            break
        name, found, words = group.resolve_command(context, words)
        assert found is not None
        context = click.Context(found, info_name=name, parent=context)
    return context, words


def refusal(arguments: list[str]) -> str:
    """Why click would refuse ``arguments``; empty where it wouldn't. Nothing is run."""
    try:
        context, left = reached(arguments)
        _options, left, _order = context.command.make_parser(context).parse_args(list(left))
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


class Read(Exception):  # noqa: N818 -- nothing went wrong
    """A program has read its arguments."""


@pytest.fixture
def _stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every program ends where it has read its arguments."""
    reads = argparse.ArgumentParser.parse_args

    def reads_and_ends(self: argparse.ArgumentParser, *given: object) -> None:
        reads(self, *given)  # type: ignore[call-overload]
        raise Read

    monkeypatch.setattr(argparse.ArgumentParser, "parse_args", reads_and_ends)


def takes(module: str, arguments: list[str]) -> bool:
    """Whether ``python -m MODULE ARGUMENTS`` begins its work."""
    if module == "bench":
        return set(arguments) <= set(benches.FAMILIES)
    main = importlib.import_module(f"{module}.__main__").main
    try:
        main(arguments)
    except Read:
        return True
    except SystemExit as ended:
        return ended.code == 0  # --help
    return False


def behind(words: list[str]) -> Iterator[list[str]]:
    """What ``make WORDS`` would give the shell, were anything to be done."""
    told = subprocess.run(
        ["make", "--dry-run", "--old-file=.venv/.ready", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    yield from (shlex.split(line) for line in told.stdout.splitlines())


@pytest.mark.usefixtures("_stopped")
def test_what_make_starts_takes_what_the_docs_give_it() -> None:
    lines = {shlex.join(words): named(page) for page, words in shown("make") if len(words) > 1}
    assert len(lines) > 10
    wrong = []
    for line, page in lines.items():
        for program, *arguments in behind(shlex.split(line)):
            if program.endswith("/publisher") and (told := refusal(arguments)):
                wrong.append((page, line, told))
            if arguments[:1] == ["-m"] and arguments[1].startswith("bench"):
                wrong += [(page, line, "")] * (not takes(arguments[1], arguments[2:]))
    assert wrong == []


@pytest.mark.usefixtures("_stopped")
def test_what_is_shown_of_python_takes_what_the_docs_give_it() -> None:
    calls = [(page, words) for page, words in shown("python") if words[:1] == ["-m"]]
    with_arguments = [
        (named(page), words)
        for page, words in calls
        if words[1].startswith("bench.") and words[2:] and "[" not in str(words[2:])
    ]
    assert [one for one in with_arguments if not takes(one[1][1], one[1][2:])] == []
    modules = {words[1] for _page, words in calls if words[1].startswith("bench")}
    assert len(modules) > 3
    for module in modules:
        assert importlib.util.find_spec(module) is not None, module


@pytest.mark.usefixtures("_stopped")
def test_a_program_that_could_not_be_started_so_is_noticed() -> None:
    assert not takes("bench.chaos", ["--kils", "3"])
    assert not takes("bench", ["leger"])
    assert takes("bench.chaos", ["--kills", "3"])


def test_every_extra_that_is_to_be_installed_is_one() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = {word for _page, words in shown("pip") for word in words[1:]}
    assert asked
    extras = {f"publisher[{name}]" for name in project["optional-dependencies"]}
    assert asked - extras - {project["name"]} == set()
