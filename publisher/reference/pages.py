"""The pages of the references: what stands on each, in which order, and where it is written."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import channels
from publisher.campaign.criteria import CriteriaFile, Value
from publisher.campaign.model import Campaign, CampaignFile, FrontMatter
from publisher.reference.commands import commands
from publisher.reference.figures import figures_page
from publisher.reference.keys import keys_of, tables
from publisher.reference.lifecycle import life_cycle, picture
from publisher.reference.messages import messages_page
from publisher.reference.platform_errors import platform_errors_page
from publisher.reference.rooms import rooms_page
from publisher.reference.settlements import settlements
from publisher.rendering.filters import FILTERS
from publisher.rendering.variables import known_names
from publisher.settings import Settings

MADE = "<!-- Made by `make docs` from the models in the code; edit those. -->"


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

CRITERIA_INTRO = """\
# criteria.toml

One file in `campaigns/`: the indicators of the office's plan, each by a name of the office's own
under `[indicator.NAME]`, with a target and exactly one measure. What each measure counts, and what
it can't, stands in [docs/criteria.md](../criteria.md). A measure without keys of its own is written
`posts = {}`. `publisher check` tells of every mistake with its line; `publisher criteria` shows
what the indicators come to."""

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

ENVIRONMENT = """\
| variable of the environment | says |
| --- | --- |
| `PUBLISHER_CONFIG` | where schedule.toml is, as `--config` does |
| `PUBLISHER_LANG` | the language, as `--lang` does |
| `PUBLISHER_STORE` | where the store is; goes before `store` of schedule.toml |
| `PUBLISHER_KEY` | the key that stored tokens are sealed by ([security.md](../security.md)) |
| `PUBLISHER_DEBUG` | if it is set, an error that no command foresaw is shown whole |"""


def campaign_page() -> str:
    """docs/reference/campaign.md."""
    sections = [
        MADE,
        CAMPAIGN_INTRO,
        "## campaign.toml",
        *tables(CampaignFile),
        "## Posts",
        *tables(FrontMatter),
        CAMPAIGN_VALUES,
        "## Variables and filters",
        _variables(),
    ]
    return "\n\n".join(sections) + "\n"


def criteria_page() -> str:
    """docs/reference/criteria.md."""
    sections = [
        MADE,
        CRITERIA_INTRO,
        "## Keys",
        *tables(CriteriaFile),
        "### The values of by_hand",
        keys_of(Value),
    ]
    return "\n\n".join(sections) + "\n"


def schedule_page() -> str:
    """docs/reference/schedule.md."""
    sections = [
        MADE,
        SCHEDULE_INTRO,
        "## Keys",
        *tables(Settings),
        "## Channels",
        *_adapters(),
    ]
    return "\n\n".join(sections) + "\n"


def commands_page() -> str:
    """docs/reference/commands.md, in English."""
    of_all, *sections = commands()
    return "\n\n".join([MADE, COMMANDS_INTRO, of_all, ENVIRONMENT, *sections]) + "\n"


def write(folder: Path) -> list[Path]:
    """Write the pages into ``folder``, and parts into its neighbours; gives their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = {
        folder / "campaign.md": campaign_page(),
        folder / "criteria.md": criteria_page(),
        folder / "schedule.md": schedule_page(),
        folder / "commands.md": commands_page(),
        folder / "figures.md": figures_page(MADE),
        folder / "messages.md": messages_page(MADE),
        folder / "platform-errors.md": platform_errors_page(MADE),
        folder / "rooms.md": rooms_page(MADE),
    }
    for name, marks, made in (
        ("lifecycle.md", "life cycle", life_cycle),
        ("guarantee.md", "settlements", settlements),
    ):
        path = folder.parent / name
        if path.exists():
            pages[path] = _with_part(path.read_text(encoding="utf-8"), marks, made())
    pictures = folder.parent / "pictures"
    if pictures.exists():
        pages[pictures / "lifecycle.svg"] = picture()
    for path, text in pages.items():
        path.write_text(text, encoding="utf-8")
    return list(pages)


def _with_part(page: str, marks: str, part: str) -> str:
    """``page`` with ``part`` between the comments that ``marks`` names."""
    between = rf"(?s)(<!-- {marks}: begin[^\n]*\n).*?(<!-- {marks}: end -->)"
    return re.sub(between, lambda found: found[1] + part + found[2], page)


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
        "to, left out until the log-in has shown it; `enabled = false` takes it out; `timeout_s` "
        "bounds one exchange with the platform."
    )
    for name in channels.known():
        adapter = channels.load(name)
        if adapter.__module__.startswith("channels."):
            text = inspect.cleandoc(adapter.Config.__doc__ or "").partition("\n")[2].strip()
            yield f'### adapter = "{name}"'
            if text:
                yield text.replace("``", "`")
            yield keys_of(adapter.Config, meaning=False)
            if adapter.Options.model_fields:
                yield "Options of one post, under `[for.NAME.options]`:"
                yield keys_of(adapter.Options)
