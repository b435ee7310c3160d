"""Writes the references from the code itself: the officers' files, the commands, the life cycle.

``python -m publisher.reference docs/reference`` writes campaign.md, schedule.md and commands.md,
and the life cycle into the guarantee.md beside that folder. Tests keep what is committed equal to
what is written, so that the pages can't grow old.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin

import click
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

import channels
from publisher.campaign.model import Campaign, CampaignFile, FrontMatter
from publisher.campaign.schema import annotated, bare, bounds, is_model, is_secret, key_of
from publisher.campaign.when import When
from publisher.delivery.lifecycle import MOVES, State
from publisher.i18n import speaking
from publisher.rendering.render import known_names
from publisher.rendering.templates import FILTERS
from publisher.settings import Settings

MADE = "<!-- Made by `make docs` from the models in the code; edit those. -->"

_LIFE_CYCLE = re.compile(r"(?s)(<!-- life cycle: begin[^\n]*\n).*?(<!-- life cycle: end -->)")

_WORDS: dict[Any, str] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "`true` or `false`",
    date: "date",
    time: "time",
    timedelta: "duration",
    Path: "path",
    Any: "anything",
}

CAMPAIGN_INTRO = """\
# campaign.toml and posts

A campaign is a folder of `campaigns/`: its `campaign.toml`, its posts in `posts/*.md`, its pictures
and videos in `media/`. Names of folders and posts are small letters without accents, digits and
hyphens. Names that begin with `_` or `.` are left alone: drafts.

A post begins with keys between two lines of `+++`; below stands its text in Markdown. Files are
UTF-8. `publisher check` tells of every mistake with its file and line."""

CAMPAIGN_VALUES = """\
## How values are written

| value | written |
|---|---|
| text | between quotation marks: `"…"`; several lines between three: `\"\"\"…\"\"\"` |
| list | `["fanpage", "zalo"]` |
| date | `"2027-10-10"` |
| time | `"08:00"` |
| duration | `"30m"`, `"2h"`, `"1d"`, `"1d 12h"` |
| when: an offset | `"D"` (the campaign's day), `"D-7 08:00"` (seven days before) |
| when: working days | `"D+1 weekdays 09:30"` (Monday to Friday, no public holiday) |
| when: a date | `"2027-10-01 08:00"` |
| when: a recurrence (RFC 5545) | `"RRULE:FREQ=WEEKLY;BYDAY=MO;BYHOUR=8;BYMINUTE=0"` |
| when: a feed's entries | `"feed"` |

In TOML a line belongs to the last `[heading]` above it: headings stand below the simple keys."""

SCHEDULE_INTRO = """\
# schedule.toml

One file beside `campaigns/`: the office's channels, hours, blackouts and reports. Paths are taken
from its folder. Secrets never stand in it: `"env:NAME"` names a variable of the environment,
`"file:PATH"` a file that only the program may read (mode 0600), `"credential:NAME"` a credential of
systemd."""


COMMANDS_INTRO = """\
# The commands

`publisher COMMAND --help` shows the same on the terminal, in Vietnamese unless told otherwise. What
stands before the command's name holds for all of them: `publisher --lang en status`."""


def campaign_page() -> str:
    """docs/reference/campaign.md."""
    sections = [
        MADE,
        CAMPAIGN_INTRO,
        "## campaign.toml",
        *_tables(CampaignFile),
        "## Posts",
        *_tables(FrontMatter),
        CAMPAIGN_VALUES,
        "## Variables and filters",
        _variables(),
    ]
    return "\n\n".join(sections) + "\n"


def schedule_page() -> str:
    """docs/reference/schedule.md."""
    sections = [
        MADE,
        SCHEDULE_INTRO,
        "## Keys",
        *_tables(Settings),
        "## Channels",
        *_adapters(),
    ]
    return "\n\n".join(sections) + "\n"


def commands_page() -> str:
    """docs/reference/commands.md, in English; a command speaks the language it was imported in, so
    none may have been imported before."""
    with speaking("en"):
        from publisher.cli import cli

        top = click.Context(cli, info_name="publisher")
        sections = [MADE, COMMANDS_INTRO, _parameters(cli, top), *_commands(cli, top)]
    return "\n\n".join(sections) + "\n"


def life_cycle() -> str:
    """The drawing and the table of the one list of moves."""
    arrows = [
        f"    {before} --> {move.after}: {move.name}"
        for move in MOVES
        for before in State
        if before in move.before
    ]
    rows = [
        [
            move.name,
            ", ".join(state for state in State if state in move.before),
            move.after,
            move.by,
            move.meaning,
        ]
        for move in MOVES
    ]
    drawing = "\n".join(["```mermaid", "stateDiagram-v2", "    [*] --> planned", *arrows, "```"])
    head = ["move", "from", "to", "made by", "meaning"]
    table = "\n".join(_row(cells) for cells in (head, ["---"] * len(head), *rows))
    return f"{drawing}\n\n{table}\n\n"


def write(folder: Path) -> list[Path]:
    """Write the pages into ``folder``, the life cycle into its neighbour; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {
        folder / "campaign.md": campaign_page(),
        folder / "schedule.md": schedule_page(),
        folder / "commands.md": commands_page(),
    }
    guarantee = folder.parent / "guarantee.md"
    if guarantee.exists():
        before = guarantee.read_text(encoding="utf-8")
        pages[guarantee] = _LIFE_CYCLE.sub(rf"\g<1>{life_cycle()}\g<2>", before)
    for path, text in pages.items():
        path.write_text(text, encoding="utf-8")
    return list(pages)


def _tables(model: type[BaseModel], above: str = "") -> Iterator[str]:
    """The table of ``model``'s keys, and below it those of the tables inside."""
    yield _table(model)
    inside = above.count(".") > 1
    for name, field in model.model_fields.items():
        inner, many = _inner(field.annotation)
        if inner is None or field.exclude or (inside and many == "list"):
            continue
        key = f"{above}{key_of(name, field)}"
        heading = {"": f"[{key}]", "list": f"[[{key}]]", "table": f"[{key}.NAME]"}[many]
        yield f"### {heading}\n\n{inspect.cleandoc(inner.__doc__ or '')}"
        yield from _tables(inner, f"{key}.NAME." if many == "table" else f"{key}.")


def _table(model: type[BaseModel], *, meaning: bool = True) -> str:
    rows = []
    for name, field in model.model_fields.items():
        if field.exclude:
            continue
        row = [f"`{key_of(name, field)}`", _type(model, name, field), _default(field)]
        rows.append([*row, field.description or ""] if meaning else row)
    head = ["key", "type", "default", *(["meaning"] if meaning else [])]
    return "\n".join(_row(cells) for cells in (head, ["---"] * len(head), *rows))


def _row(cells: list[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _inner(annotation: Any) -> tuple[type[BaseModel] | None, str]:
    """The model inside, and whether it stands alone (empty), in a ``list`` or in a ``table``."""
    plain = bare(annotation)
    if is_model(plain):
        return plain, ""
    if get_origin(plain) is tuple and is_model(bare(get_args(plain)[0])):
        return bare(get_args(plain)[0]), "list"
    if get_origin(plain) is dict and is_model(bare(get_args(plain)[1])):
        return bare(get_args(plain)[1]), "table"
    return None, ""


def _type(model: type[BaseModel], name: str, field: FieldInfo) -> str:
    key = key_of(name, field)
    if is_secret(model, (key,)):
        return "place of a secret"
    least, most = bounds(model, (key,))
    words = _words(annotated(field))
    if least is not None and most is not None:
        return f"{words}, {least} to {most}"
    return f"{words}, at least {least}" if least is not None else words


def _words(annotation: Any) -> str:
    plain = bare(annotation)
    origin, inside = get_origin(plain), get_args(plain)
    if plain == When:
        return "when"
    if is_model(plain):
        return "table"
    if origin is Literal:
        return ", ".join(f'`"{choice}"`' for choice in inside)
    if origin is tuple:
        return f"list of {_plural(inside[0])}".replace("list of `", "list of: `")
    if origin is dict:
        return f"table of {_plural(inside[1])}"
    if origin in (Union, UnionType):
        return " or ".join(dict.fromkeys(_words(member) for member in inside))
    return _WORDS.get(plain, "text")


def _plural(annotation: Any) -> str:
    words = _words(annotation)
    return {"text": "texts", "table": "tables", "table of anything": "tables"}.get(words, words)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "**required**"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is None or value is PydanticUndefined or isinstance(value, BaseModel):
        return ""
    match value:
        case bool():
            return f"`{str(value).lower()}`"
        case timedelta():
            return f'`"{_span(value)}"`'
        case time():
            return f'`"{value:%H:%M}"`'
        case "" | () | {}:
            return ""
        case str() | Path():
            return f'`"{value}"`'
        case tuple():
            return "`[" + ", ".join(f'"{one}"' for one in value) + "]`"
        case _:
            return f"`{value}`" if value else ""


def _span(span: timedelta) -> str:
    seconds = int(span.total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("m", 60)):
        if seconds and seconds % size == 0:
            return f"{seconds // size}{unit}"
    return f"{seconds}s"


def _variables() -> str:
    """Every variable and filter that a text may use."""
    keys = {
        "title": "…",
        "owner": "…",
        "channels": ["x"],
        "anchor": {"every": "10-10"},
        "feed": {"url": "https://portal.example.vn/rss"},
    }
    known = dict(known_names(Campaign("x", Path(), CampaignFile.model_validate(keys), ())))
    names = []
    del known["vars"]
    for name, parts in sorted(known.items()):
        names += [f"`{name}.{part}`" for part in sorted(parts or ())] or [f"`{name}`"]
    filters = ", ".join(f"`{name}`" for name in FILTERS)
    return (
        "A text may use variables, `{{ days_left }}`, filters, `{{ anchor | date }}`, conditions "
        "and one level of loop.\n\n"
        f"Variables: {', '.join(names)}, and `vars.NAME` for each of the campaign's `[vars]`. "
        "`anchor`, `days_left` and `days_since` are there where the campaign has a day, `entry` "
        f"where it has a feed.\n\nFilters: {filters}."
    )


def _adapters() -> Iterator[str]:
    """The keys of every adapter that comes with the program."""
    yield (
        "Every `[channels.NAME]` names its adapter and has that adapter's keys; each adapter's "
        "page in [docs/channels](../channels) says how to get its credentials. `title` is the "
        "channel's name for people; `account` is the id or name that its credentials must belong "
        "to; `enabled = false` takes it out; `timeout_s` bounds one exchange with the platform."
    )
    for name in channels.known():
        adapter = channels.load(name)
        if adapter.__module__.startswith("channels."):
            text = inspect.cleandoc(adapter.Config.__doc__ or "").partition("\n")[2].strip()
            yield f'### adapter = "{name}"'
            if text:
                yield text.replace("``", "`")
            yield _table(adapter.Config, meaning=False)


def _commands(group: click.Group, above: click.Context) -> Iterator[str]:
    """Every command of ``group``, and below it those of the groups inside."""
    for name in group.list_commands(above):
        command = group.get_command(above, name)
        if command is None:
            continue
        ctx = click.Context(command, info_name=name, parent=above)
        if isinstance(command, click.Group):
            yield from _commands(command, ctx)
            continue
        usage = " ".join([ctx.command_path, *command.collect_usage_pieces(ctx)])
        parts = [f"## {ctx.command_path}", command.help or "", f"```\n{usage}\n```"]
        yield "\n\n".join([*parts, *filter(None, [_parameters(command, ctx)])])


def _parameters(command: click.Command, ctx: click.Context) -> str:
    """The table of the options of ``command``; empty where it has none but ``--help``."""
    options = [
        option
        for option in command.params
        if isinstance(option, click.Option) and not option.hidden
    ]
    if not options:
        return ""
    head = ["option", "meaning", "default"]
    rows = [[_option(option, ctx), option.help or "", _preset(option, ctx)] for option in options]
    return "\n".join(_row(cells) for cells in (head, ["---"] * len(head), *rows))


def _option(option: click.Option, ctx: click.Context) -> str:
    names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
    if option.is_flag:
        return names
    return f"{names[:-1]} {option.make_metavar(ctx)}`"


def _preset(option: click.Option, ctx: click.Context) -> str:
    if option.required:
        return "**required**"
    preset = option.get_default(ctx, call=False)
    if callable(preset):
        # Told by its name: what it gives differs from machine to machine.
        return {"user_name": "your name on this machine"}[preset.__name__]
    shown = isinstance(preset, (int, str, Path)) and not option.is_flag and preset != ""
    return f"`{preset}`" if shown else ""


if __name__ == "__main__":
    for page in write(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/reference")):
        sys.stdout.write(f"{page}\n")
