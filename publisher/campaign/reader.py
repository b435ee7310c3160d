"""From the officers' folders to campaigns: ``campaigns/SLUG/campaign.toml`` and ``posts/*.md``.

Every fault of every file is collected with its line; none is raised. A campaign with an error is
not given, and the others are. The daemon, the check and the preview read campaigns here.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from publisher.campaign import rules
from publisher.campaign.model import Campaign, CampaignFile, FrontMatter, Post
from publisher.campaign.register import Register, of_covers, read_register
from publisher.files.faults import Fault, Severity
from publisher.files.messages import faults_of, quoted
from publisher.files.source import Document, parse, read_text, shown
from publisher.i18n import _
from publisher.settings import Settings

CAMPAIGN_FILE = "campaign.toml"
POSTS = "posts"
FENCE = "+++"
SLUG_MAX = 80

Registered = Callable[[], Register | None]
"""Gives the coverage register: it is read when the first post names something of it."""

_OF_WINDOWS = frozenset({"thumbs.db", "desktop.ini"})
_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class PostFile:
    """A post file taken apart: its front matter, and its body with the line it begins on."""

    front: Document
    body: str
    body_line: int


def read_campaigns(settings: Settings) -> tuple[list[Campaign], list[Fault]]:
    """Every campaign without an error, and every fault, in the order of the folders' names.

    Names that begin with ``.``, ``_`` or ``~`` are left alone: drafts, and what editors leave
    behind; so is what Windows puts into every folder.
    """
    folder = settings.campaigns_folder
    try:
        entries = sorted(entry for entry in folder.iterdir() if not _is_left_alone(entry))
        folders = [entry for entry in entries if entry.is_dir()]
    except OSError:
        return [], [
            Fault(
                shown(folder),
                None,
                "no_campaigns",
                _("The campaigns' folder is not there, or it can't be opened."),
                _('Make it, or name another one in schedule.toml: campaigns = "…"'),
            )
        ]
    campaigns, faults = [], []
    registered = _registered(settings)
    for entry in folders:
        campaign, found = read_campaign(entry, settings, registered)
        faults += found
        if campaign is not None:
            campaigns.append(campaign)
    return campaigns, faults


def read_campaign(
    folder: Path, settings: Settings, registered: Registered | None = None
) -> tuple[Campaign | None, list[Fault]]:
    """The campaign in ``folder``, ``None`` where it has an error; and all of its faults."""
    faults = list(_name_fault(folder, folder.name))
    document, file, found = _campaign_file(folder, settings)
    faults += found
    paths, found = _post_files(folder)
    faults += found
    registered = registered or _registered(settings)
    posts: list[Post] = []
    for path in paths:
        post, found = _post(path, folder, file, settings, registered)
        faults += found
        posts += [post] if post is not None else []
    if document is None or file is None or _any_error(faults):
        return None, faults
    campaign = Campaign(folder.name, folder, file, tuple(posts))
    faults += rules.of_whole(campaign, document)
    return (None if _any_error(faults) else campaign), faults


def take_apart(path: Path, within: Path | None = None) -> PostFile | Fault:
    """The post file ``path``, its front matter parsed and not yet checked."""
    text = read_text(path, within)
    if isinstance(text, Fault):
        return text
    lines = text.split("\n")
    first = next((number for number, line in enumerate(lines) if line.strip()), None)
    if first is None:
        return _front_fault(path, None, "empty_file", _("This file is empty."))
    if lines[first].strip() != FENCE:
        return _front_fault(
            path, first + 1, "no_front_matter", _("A post begins with a line of “+++”.")
        )
    rest = range(first + 1, len(lines))
    last = next((number for number in rest if lines[number].strip() == FENCE), None)
    if last is None:
        return _front_fault(
            path, first + 1, "open_front_matter", _("The “+++” that opens here is never closed.")
        )
    front = parse(path, "\n".join(lines[first + 1 : last]), first + 2)
    if isinstance(front, Fault):
        return front
    start = next((number for number in rest if number > last and lines[number].strip()), last + 1)
    body_line = min(start + 1, len(lines))  # where there is none, the last line there is
    return PostFile(front, "\n".join(lines[start:]).rstrip(), body_line)


def slug_of(name: str) -> str:
    """``name`` as the name of a folder or a post: «Chuyển đổi số» becomes ``chuyen-doi-so``."""
    bare = unicodedata.normalize("NFD", name.casefold().replace("đ", "d"))
    ascii_only = "".join(sign for sign in bare if not unicodedata.combining(sign))
    return re.sub(r"[^a-z0-9]+", "-", ascii_only).strip("-")[:SLUG_MAX].strip("-")


def is_slug(name: str) -> bool:
    return len(name) <= SLUG_MAX and _SLUG.fullmatch(name) is not None


def _campaign_file(
    folder: Path, settings: Settings
) -> tuple[Document | None, CampaignFile | None, list[Fault]]:
    path = folder / CAMPAIGN_FILE
    if not path.exists() and not path.is_symlink():
        return (
            None,
            None,
            [
                Fault(
                    shown(folder),
                    None,
                    "no_campaign_file",
                    _("There is no campaign.toml in this folder."),
                    _(
                        "“publisher new-campaign” makes one to begin with. A folder that is no "
                        "campaign may stay if its name begins with “_”."
                    ),
                )
            ],
        )
    text = read_text(path, folder)
    document = text if isinstance(text, Fault) else parse(path, text)
    if isinstance(document, Fault):
        return None, None, [document]
    try:
        file = CampaignFile.model_validate(document.data)
    except ValidationError as error:
        found = faults_of(error, document, CampaignFile, document.data, quoting=True)
        return document, None, found
    return document, file, rules.of_campaign_file(file, document, settings)


def _post_files(folder: Path) -> tuple[list[Path], list[Fault]]:
    """The post files of a campaign, by name; and what is wrong with the names."""
    posts = folder / POSTS
    faults: list[Fault] = []
    paths: list[Path] = []
    try:
        if not posts.exists():
            return [], []
        entries = sorted(entry for entry in posts.iterdir() if not _is_left_alone(entry))
        folders = {entry for entry in entries if entry.is_dir()}
    except (OSError, RuntimeError):
        return [], [
            Fault(
                shown(posts),
                None,
                "unreadable_posts",
                _("The folder of the posts can't be opened."),
                _("Let the program's user read it, or ask your administrator."),
            )
        ]
    for entry in entries:
        if entry in folders:
            faults.append(_nested(entry))
        elif entry.suffix.lower() != ".md":
            faults.append(_no_post(entry))
        else:
            faults += _name_fault(entry, entry.stem)
            paths.append(entry)
    return paths, faults + _same_names(paths)


def _registered(settings: Settings) -> Registered:
    return cache(lambda: read_register(settings)[0])


def _post(
    path: Path,
    folder: Path,
    campaign: CampaignFile | None,
    settings: Settings,
    registered: Registered,
) -> tuple[Post | None, list[Fault]]:
    parts = take_apart(path, folder)
    if isinstance(parts, Fault):
        return None, [parts]
    document = parts.front
    try:
        front = FrontMatter.model_validate(document.data)
    except ValidationError as error:
        return None, faults_of(error, document, FrontMatter, document.data, quoting=True)
    post = Post(path.stem, path, front, parts.body, parts.body_line)
    faults = rules.of_post(post, document, campaign, settings)
    if front.covers:
        faults += of_covers(front.covers, document, registered())
    return post, faults


def _is_left_alone(path: Path) -> bool:
    return path.name.startswith((".", "_", "~")) or path.name.casefold() in _OF_WINDOWS


def _any_error(faults: Sequence[Fault]) -> bool:
    return any(fault.severity is Severity.ERROR for fault in faults)


def _name_fault(path: Path, name: str) -> list[Fault]:
    if is_slug(name):
        return []
    better = slug_of(name) or "bai-1"
    return [
        Fault(
            shown(path),
            None,
            "name",
            _("“%(name)s” can't be the name of a campaign or a post.") % {"name": quoted(name)},
            _("Small letters without accents, digits and hyphens only, at most 80: “%(better)s”.")
            % {"better": better + path.suffix.lower()},
        )
    ]


def _same_names(paths: Sequence[Path]) -> list[Fault]:
    once: dict[str, list[Path]] = defaultdict(list)
    for path in paths:
        once[unicodedata.normalize("NFC", path.stem).casefold()].append(path)
    return [
        Fault(
            shown(path),
            None,
            "name_twice",
            _("There is another post of the same name: %(other)s.")
            % {"other": quoted(same[0].name)},
            _("Give one of them another name."),
        )
        for same in once.values()
        for path in same[1:]
    ]


def _nested(path: Path) -> Fault:
    return Fault(
        shown(path),
        None,
        "nested_posts",
        _("There is a folder among the posts; what is in it isn't read."),
        _("Move its posts up, directly into the folder posts."),
    )


def _no_post(path: Path) -> Fault:
    return Fault(
        shown(path),
        None,
        "not_a_post",
        _("This is no post: its name doesn't end in “.md”."),
        _("Give it that ending, or move it to another folder."),
        Severity.WARNING,
    )


def _front_fault(path: Path, line: int | None, code: str, what: str) -> Fault:
    return Fault(
        shown(path),
        line,
        code,
        what,
        _('A line of “+++”, then when = "D-7 08:00", then “+++” again, then the text.'),
    )
