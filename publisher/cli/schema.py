"""The command ``schema``: JSON Schemas of the officers' files, put where an editor finds them."""

from __future__ import annotations

import json
from pathlib import Path

import click

from publisher.cli.terminal import say
from publisher.files.text import shown
from publisher.i18n import _
from publisher.settings.reader import read_settings

TAPLO = ".taplo.toml"
"""Where Taplo, and with it Even Better TOML in Visual Studio Code, looks for its settings."""

_FILES = {"schedule": "schedule.toml", "campaign": "{campaigns}/*/campaign.toml"}
_TITLE = "# Made by `publisher schema`: which schema an editor checks which file by.\n"


@click.command(
    help=_("Write JSON Schemas, by which an editor completes and checks files as one types.")
)
@click.option(
    "--out",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(".schemas"),
    show_default=True,
    help=_("The folder for them."),
)
@click.pass_context
def schema(ctx: click.Context, out: Path) -> None:
    from publisher.schemas.files import schemas

    settings, _faults = read_settings(ctx.obj["config"])
    made = schemas(list(settings.channels) if settings else ())
    out.mkdir(parents=True, exist_ok=True)
    for name, whole in made.items():
        path = out / f"{name}.schema.json"
        path.write_text(json.dumps(whole, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        say(f"  {shown(path)}")
    rules = _rules(out, settings.campaigns if settings else Path("campaigns"))
    taplo = ctx.obj["config"].parent / TAPLO
    if not taplo.exists() or taplo.read_text(encoding="utf-8").startswith(_TITLE):
        taplo.write_text(_TITLE + rules, encoding="utf-8")
        say(f"  {shown(taplo)}")
        say(_("An editor with Taplo reads them: Visual Studio Code with Even Better TOML, say."))
    elif rules not in taplo.read_text(encoding="utf-8"):
        own = _("%(file)s is yours and was left as it is; put this into it:")
        say(own % {"file": shown(taplo)})
        click.echo(rules)


def _rules(out: Path, campaigns: Path) -> str:
    """What says to Taplo which file goes by which schema."""
    return "".join(
        f'\n[[rule]]\ninclude = ["{pattern.format(campaigns=campaigns.as_posix())}"]\n'
        f'[rule.schema]\npath = "{(out / name).as_posix()}.schema.json"\n'
        for name, pattern in _FILES.items()
    )
