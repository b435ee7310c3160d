"""From the officers' folders to campaigns.

``campaigns/SLUG/campaign.toml`` and ``posts/*.md`` are read. Every fault of every file is collected
with its line; none is raised. A campaign with an error is not given, and the others are. The
daemon, the check and the preview read campaigns here.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import cache
from pathlib import Path

from pydantic import ValidationError

from publisher.campaign import rules
from publisher.campaign.covers import of_covers
from publisher.campaign.model import Campaign, CampaignFile, FrontMatter, Post
from publisher.campaign.names import POSTS, name_fault, same_names
from publisher.campaign.post_file import take_apart
from publisher.campaign.register import Register
from publisher.campaign.register_reader import read_register
from publisher.files.document import Document, read_document
from publisher.files.faults import Fault, Severity, any_error
from publisher.files.messages import faults_of
from publisher.files.text import shown
from publisher.i18n import _
from publisher.settings import Settings

CAMPAIGN_FILE = "campaign.toml"

Registered = Callable[[], Register | None]
"""Gives the coverage register: it is read when the first post names something of it."""

_OF_WINDOWS = frozenset({"thumbs.db", "desktop.ini"})


def campaign_folders(settings: Settings) -> list[Path]:
    """The folder of every campaign, by name. Raises ``OSError``."""
    entries = (one for one in settings.campaigns_folder.iterdir() if not _is_left_alone(one))
    return [entry for entry in sorted(entries) if entry.is_dir()]


def read_campaigns(
    settings: Settings, but: Collection[str] = ()
) -> tuple[list[Campaign], list[Fault]]:
    """Every campaign without an error, and every fault, in the order of the folders' names; those
    named in ``but`` are left out.

    Names that begin with ``.``, ``_`` or ``~`` are left alone: drafts, and what editors leave
    behind; so is what Windows puts into every folder.
    """
    try:
        folders = [one for one in campaign_folders(settings) if one.name not in but]
    except OSError:
        return [], [
            Fault(
                shown(settings.campaigns_folder),
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
    faults = list(name_fault(folder, folder.name))
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
    if document is None or file is None or any_error(faults):
        return None, faults
    campaign = Campaign(folder.name, folder, file, tuple(posts))
    faults += rules.of_whole(campaign, document)
    return (None if any_error(faults) else campaign), faults


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
    document = read_document(path, folder)
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
            faults += name_fault(entry, entry.stem)
            paths.append(entry)
    return paths, faults + same_names(paths)


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
