"""Draws the console's pages: templates, what all of them may use, and the files they name."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context

from publisher import notation
from publisher.i18n import LANGUAGES, _, language, ngettext
from publisher.states import note_words
from publisher.web.permissions import Action, role_words

if TYPE_CHECKING:
    from publisher.web.routes import Entry
    from publisher.web.visit import Visit

ASSETS = Path(__file__).parent / "assets"

THEMES = ("auto", "light", "dark")


def rendered(visit: Visit, template: str, **shown: Any) -> str:
    """The page of ``template``, in the present language."""
    theme = visit.request.cookies.get("theme", "auto")
    return (
        _environment()
        .get_template(template)
        .render(
            visit=visit,
            zone=visit.zone,
            language=language(),
            languages=LANGUAGES,
            theme=theme if theme in THEMES else "auto",
            themes=THEMES,
            office=visit.settings.office.name,
            menu=_menu(visit),
            **shown,
        )
    )


def _menu(visit: Visit) -> list[tuple[Entry, int]]:
    """What the person who visits may go to, and how much waits for them there."""
    entries: list[Entry] = visit.request.app.state.menu
    return [
        (entry, entry.count(visit) if entry.count else 0)
        for entry in entries
        if visit.may(entry.action)
    ]


@lru_cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("publisher.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        _=_,
        ngettext=ngettext,
        asset=_asset,
        Action=Action,
        link=_link,
        is_here=_is_here,
        role_words=role_words,
        note_words=note_words,
        titled=_titled,
    )
    environment.filters.update(
        at=_at,
        hour=_hour,
        day=_day,
        short_day=_short_day,
        number=notation.number,
        size=notation.size,
        iso=_iso,
    )
    return environment


@cache
def _asset(name: str) -> str:
    """The address of a file of ours: another one whenever the file is another."""
    mark = hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:12]
    return f"/assets/{name}?{mark}"


@pass_context
def _link(context: Context, name: str, **parameters: Any) -> str:
    visit: Visit = context["visit"]
    return visit.link(name, **parameters)


@pass_context
def _titled(context: Context, channel: str) -> str:
    """What people call a channel."""
    visit: Visit = context["visit"]
    return visit.settings.channel_title(channel)


@pass_context
def _is_here(context: Context, path: str) -> bool:
    """Whether the page shown is the one at ``path``, or one below it."""
    here = context["visit"].request.url.path
    return bool(here == path or (path != "/" and here.startswith(path + "/")))


@pass_context
def _at(context: Context, moment: datetime) -> str:
    """``10/10/2027 08:00``, in the office's zone."""
    return notation.moment(moment, context["zone"])


@pass_context
def _hour(context: Context, moment: datetime) -> str:
    """``08:00``, in the office's zone."""
    return notation.hour(_local(context, moment))


@pass_context
def _day(context: Context, moment: datetime | date) -> str:
    """A day with its weekday, in words."""
    found = _local(context, moment).date() if isinstance(moment, datetime) else moment
    return notation.day(found, "weekday")


@pass_context
def _short_day(context: Context, moment: datetime | date) -> str:
    found = _local(context, moment).date() if isinstance(moment, datetime) else moment
    return notation.day(found, "full")


@pass_context
def _iso(context: Context, moment: datetime) -> str:
    """For ``<time datetime>`` and fields: ``2027-10-10T08:00``, in the office's zone."""
    return f"{_local(context, moment):%Y-%m-%dT%H:%M}"


def _local(context: Context, moment: datetime) -> datetime:
    zone: ZoneInfo = context["zone"]
    return moment.astimezone(zone)
