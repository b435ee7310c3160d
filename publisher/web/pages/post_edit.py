"""Changing the words of a post: typed and seen on every channel, shown as a change to its file, and
written by one more click."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from fastapi import HTTPException
from fastapi.responses import Response

from publisher.campaign.names import is_slug
from publisher.campaign.post_file import take_apart
from publisher.campaign.reader import CAMPAIGN_FILE
from publisher.editing.literals import Value
from publisher.editing.proposal import Proposal
from publisher.editing.refusals import RefusedError
from publisher.editing.splice import Way
from publisher.files.document import read_document
from publisher.files.faults import Fault
from publisher.i18n import _
from publisher.web import access
from publisher.web.looks import Looks
from publisher.web.permissions import Action
from publisher.web.routes import Routes
from publisher.web.saving import save
from publisher.web.visit import Visit

routes = Routes()

_LINES = ("title", "summary", "link")


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a post: its ``body``, its ``lines`` by key, and its other texts by the way to
    each. They stand in forms under ``name_of`` their way."""

    body: str
    lines: dict[str, str]
    texts: dict[Way, str]


@routes.get("/posts/{campaign}/{post}/edit", Action.WRITE, name="edit_post")
def edit(visit: Visit, campaign: str, post: str) -> Response:
    written = _written(visit, campaign, post)
    if isinstance(written, Fault):
        return _form(visit, campaign, post, None, [written])
    return _form(visit, campaign, post, written)


@routes.post("/posts/{campaign}/{post}/edit", Action.WRITE)
def check(visit: Visit, campaign: str, post: str) -> Response:
    """What was typed, seen on every channel (``preview``) or as a change to the file."""
    typed = _typed(visit, campaign, post)
    proposal, faults = _proposed(visit, campaign, post, typed)
    if visit.asked("deed") == "preview" or proposal is None or proposal.changes_nothing:
        told = ""
        if visit.asked("deed") != "preview" and proposal is not None:
            told = _("You have changed nothing.")
        return _form(visit, campaign, post, typed, faults, told=told)
    return _changes(visit, campaign, post, typed, proposal)


@routes.post("/posts/{campaign}/{post}/preview", Action.WRITE)
def preview(visit: Visit, campaign: str, post: str) -> Response:
    """The part of the page that shows what is typed, while it is typed."""
    typed = _typed(visit, campaign, post)
    proposal, faults = _proposed(visit, campaign, post, typed)
    return visit.page("post_previews.html", **_seen_as(visit, proposal, faults))


@routes.post("/posts/{campaign}/{post}/save", Action.WRITE)
def write(visit: Visit, campaign: str, post: str) -> Response:
    typed = _typed(visit, campaign, post)
    proposal, faults = _proposed(visit, campaign, post, typed)
    if proposal is None:
        return _form(visit, campaign, post, typed, faults, status=422)
    if proposal.fingerprint != visit.asked("seen"):
        told = _("Somebody changed this file meanwhile: look at what would change now.")
        return _changes(visit, campaign, post, typed, proposal, told, 409)
    if not proposal.is_sound:
        return _changes(visit, campaign, post, typed, proposal, status=422)
    try:
        done = save(visit, proposal)
    except RefusedError as refusal:
        return _form(visit, campaign, post, typed, refusal.faults, status=409)
    return visit.go(_back(visit, campaign, post), done)


def name_of(way: Way) -> str:
    """The name of a text's field."""
    return ":".join(way)


def _form(
    visit: Visit,
    campaign: str,
    post: str,
    typed: Words | None,
    faults: Sequence[Fault] = (),
    told: str = "",
    status: int = 200,
) -> Response:
    proposal: Proposal | None = None
    if typed is not None:
        proposal, found = _proposed(visit, campaign, post, typed)
        faults = list(dict.fromkeys([*faults, *found]))
    return visit.page(
        "post_edit.html",
        status,
        campaign=campaign,
        post=post,
        typed=typed,
        told=told,
        name_of=name_of,
        way_words=_way_words,
        next=_back(visit, campaign, post),
        **_seen_as(visit, proposal, faults),
    )


def _changes(
    visit: Visit,
    campaign: str,
    post: str,
    typed: Words,
    proposal: Proposal,
    told: str = "",
    status: int = 200,
) -> Response:
    return visit.page(
        "post_changes.html",
        status,
        campaign=campaign,
        post=post,
        typed=typed,
        told=told,
        name_of=name_of,
        next=_back(visit, campaign, post),
        **_seen_as(visit, proposal, ()),
    )


def _seen_as(visit: Visit, proposal: Proposal | None, faults: Sequence[Fault]) -> dict[str, object]:
    """What a page shows of a proposal: what is wrong, and how it would look."""
    looks = Looks(visit.settings)
    planned = proposal.planned if proposal is not None else ()
    return {
        "proposal": proposal,
        "faults": [*faults, *(proposal.faults if proposal is not None else ())],
        "standing_faults": proposal.standing if proposal is not None else (),
        "looks": [looks.of_planned(one) for one in planned],
    }


def _proposed(
    visit: Visit, campaign: str, post: str, typed: Words
) -> tuple[Proposal | None, Sequence[Fault]]:
    """The change that makes the file say what was typed; or why there is none."""
    written = _written(visit, campaign, post)
    if isinstance(written, Fault):
        return None, [written]
    values: dict[Way, Value | None] = {
        (name,): line or None for name, line in typed.lines.items() if line != written.lines[name]
    }
    for way, text in typed.texts.items():
        if text != written.texts.get(way, ""):
            values[way] = text or None
    body = typed.body if typed.body != written.body else None
    try:
        return visit.site.editor.change(campaign, post, values, body), ()
    except RefusedError as refusal:
        return None, refusal.faults


def _written(visit: Visit, campaign: str, post: str) -> Words | Fault:
    """The words as they stand in the file. Raises ``HTTPException`` where there is none."""
    folder = visit.settings.campaigns_folder / campaign
    path = folder / "posts" / f"{post}.md"
    if not is_slug(campaign) or not is_slug(post) or not path.is_file():
        raise HTTPException(404)
    parts = take_apart(path, folder)
    if isinstance(parts, Fault):
        return parts
    front = parts.front.data
    found: dict[Way, str] = {
        ("for", channel, "text"): _text(_table(_table(front, "for"), channel).get("text"))
        for channel in _channels(folder, front)
    }
    for language, one in _table(front, "translation").items():
        found["translation", language, "text"] = _text(_table({"": one}, "").get("text"))
    return Words(parts.body.strip(), {name: _text(front.get(name)) for name in _LINES}, found)


def _channels(folder: Path, front: dict[str, object]) -> list[str]:
    """Where the post goes out, as far as its files can be read."""
    own = front.get("channels")
    if not isinstance(own, list):
        document = read_document(folder / CAMPAIGN_FILE, folder)
        own = [] if isinstance(document, Fault) else document.data.get("channels", [])
    named = own if isinstance(own, list) else []
    return [*dict.fromkeys([*map(str, named), *_table(front, "for")])]


def _table(data: dict[str, object], name: str) -> dict[str, object]:
    found = data.get(name)
    return found if isinstance(found, dict) else {}


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""


def _typed(visit: Visit, campaign: str, post: str) -> Words:
    """What the form holds; what it hasn't is as in the file."""
    written = _written(visit, campaign, post)
    if isinstance(written, Fault):
        return Words(_said(visit, "body"), {name: _said(visit, name) for name in _LINES}, {})
    return Words(
        _said(visit, "body") if "body" in visit.form else written.body,
        {
            name: _said(visit, name) if name in visit.form else line
            for name, line in written.lines.items()
        },
        {
            way: _said(visit, name_of(way)) if name_of(way) in visit.form else text
            for way, text in written.texts.items()
        },
    )


def _said(visit: Visit, name: str) -> str:
    # Forms end lines in their own way, whatever the file does.
    return visit.asked(name).replace("\r\n", "\n").replace("\r", "\n")


def _way_words(way: Way) -> str:
    """What the form calls a text that isn't the post's own."""
    if way[0] == "for":
        return _("Other words on %(channel)s") % {"channel": way[1]}
    return _("In the language “%(language)s”") % {"language": way[1]}


def _back(visit: Visit, campaign: str, post: str) -> str:
    page = visit.link("post", campaign=campaign, post=post)
    return access.own_path(visit.asked("next") or page)
