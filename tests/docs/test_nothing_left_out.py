"""Nothing that people can use is left out of the docs: commands, options, keys, adapters, pages."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import click
import pytest
from pydantic import BaseModel

import channels
from channels import simulated
from publisher.campaign.criteria import CriteriaFile
from publisher.campaign.model import CampaignFile, FrontMatter
from publisher.cli import COMMANDS, cli
from publisher.settings import Settings
from tests.docs.pages import PAGES, ROOT, links, named

REFERENCE = (ROOT / "docs/reference/commands.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE)


def commands(group: click.Group, above: click.Context) -> Iterator[tuple[str, click.Command]]:
    """Every command with its whole name, those inside groups too."""
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        assert command is not None
        context = click.Context(command, info_name=name, parent=above)
        yield context.command_path, command
        if isinstance(command, click.Group):
            yield from commands(command, context)


EVERY_COMMAND = dict(commands(cli, click.Context(cli, info_name="publisher")))


@pytest.mark.parametrize("name", EVERY_COMMAND)
def test_a_command_and_each_of_its_options_say_what_they_do(name: str) -> None:
    command = EVERY_COMMAND[name]
    assert command.help
    options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
    assert [option.opts for option in options if not option.help] == []


@pytest.mark.parametrize("name", EVERY_COMMAND)
def test_the_reference_has_each_command_with_its_options(name: str) -> None:
    command = EVERY_COMMAND[name]
    section = REFERENCE.partition(f"\n## {name}\n")[2].partition("\n## ")[0]
    if isinstance(command, click.Group) and not command.invoke_without_command:
        assert f"\n## {name} " in REFERENCE, "a group is there by its commands"
        return
    assert section
    options = [one for one in command.params if isinstance(one, click.Option) and not one.hidden]
    assert [one for option in options for one in option.opts if f"`{one}" not in section] == []


def test_the_readme_names_every_command() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    table = readme.partition("| you are | commands |")[2].partition("\n\n")[0]
    assert set(re.findall(r"`([a-z-]+)`", table)) == set(COMMANDS)


def models(*roots: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """The models of the officers' files and those inside them, each once."""
    seen: set[type[BaseModel]] = set()
    waiting: list[object] = list(roots)
    while waiting:
        one = waiting.pop()
        waiting += get_args(one)
        if isinstance(one, type) and issubclass(one, BaseModel) and one not in seen:
            seen.add(one)
            waiting += [field.annotation for field in one.model_fields.values()]
            yield one


FILES = sorted(
    models(Settings, CampaignFile, FrontMatter, CriteriaFile), key=lambda model: model.__name__
)


@pytest.mark.parametrize("model", FILES, ids=lambda model: model.__name__)
def test_every_key_of_every_file_says_what_it_is_for(model: type[BaseModel]) -> None:
    assert model.__doc__
    fields = {name: field for name, field in model.model_fields.items() if not field.exclude}
    assert [name for name, field in fields.items() if not field.description] == []


@pytest.mark.parametrize("adapter", channels.known())
def test_an_adapter_has_a_page_a_stand_in_and_a_test_of_its_name(adapter: str) -> None:
    assert (ROOT / "docs/channels" / f"{adapter}.md").is_file()
    assert (ROOT / "tests/channels" / f"test_{adapter}.py").is_file()
    # The outbox is a channel on this machine: a rehearsal turns it to another folder.
    assert simulated.load(adapter) is not None or adapter == "outbox"


def test_every_variable_of_the_environment_is_told() -> None:
    read = {
        name
        for path in (ROOT / "publisher").rglob("*.py")
        for name in re.findall(r"PUBLISHER_[A-Z]+(?:_[A-Z]+)*", path.read_text(encoding="utf-8"))
    }
    told = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert len(read) > 3
    assert [name for name in sorted(read) if name not in told] == []


def test_make_help_lists_every_target() -> None:
    asked = subprocess.run(
        ["make", "-s", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    listed = re.findall(r"^  make ([a-z-]+) +\S", asked.stdout, re.MULTILINE)
    phony = MAKEFILE.partition(".PHONY:")[2].splitlines()[0].split()
    assert sorted(listed) == sorted(TARGETS) == sorted(phony)


def test_contributing_names_every_target() -> None:
    told = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    assert [name for name in TARGETS if f"make {name}" not in told] == []


def test_the_page_of_tests_tells_of_every_folder_of_them() -> None:
    told = (ROOT / "docs/tests.md").read_text(encoding="utf-8").partition("| folder |")[2]
    folders = {path.parent.name for path in (ROOT / "tests").glob("*/*.py")}
    assert len(folders) > 30
    assert folders - set(re.findall(r"`(\w+)`", told)) == set()
    rows = [line.split("|")[1] for line in told.splitlines() if line.startswith("| `")]
    assert {name for row in rows for name in re.findall(r"`(\w+)`", row)} <= folders


def test_every_page_is_reached_from_the_readme() -> None:
    reached: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached:
            continue
        reached.add(page)
        inside = [page.parent / link.partition("#")[0] for link in links(page) if ":" not in link]
        for target in (path.resolve() for path in inside):
            waiting += target.glob("*.md") if target.is_dir() else [target] * (target in PAGES)
    assert [named(page) for page in PAGES if page not in reached] == []
