"""What a rehearsal leaves to look at.

A timeline, a calendar, the weekly mail, the half-year's report. All are marked.
"""

from __future__ import annotations

import email
import email.policy
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, PackageLoader, select_autoescape

from channels.outbox.post import TimelinePost
from channels.outbox.timeline import timeline
from publisher import notation
from publisher.assemble.shapes import Shapes
from publisher.delivery.lifecycle import State
from publisher.i18n import _, language
from publisher.media.places import place_of
from publisher.rehearsal.play import Played
from publisher.rehearsal.report import half_year_report
from publisher.site import Site
from publisher.states import state_words
from publisher.store import contents, deliveries
from publisher.store.models import Delivery


@dataclass(frozen=True, slots=True)
class Pages:
    """Where each thing is; ``mail`` is the last weekly mail as a page, ``eml`` as it arrived;
    ``reports`` are the files of the half-year's report; ``files`` holds what channels without a
    platform wrote (feeds, bulletins)."""

    timeline: Path
    calendar: Path
    mail: Path | None
    eml: Path | None
    reports: tuple[Path, ...]
    files: Path | None
    database: Path


def write(played: Played, out: Path) -> Pages:
    """Write all pages into ``out``."""
    site = played.site
    with site.database.reading() as session:
        rows = list(deliveries.matching(session))
    posts = [row for row in rows if row.holdable]
    mail, eml = _mail(played, out)
    return Pages(
        timeline=_timeline(site, [row for row in posts if row.state == State.SENT], out),
        calendar=_calendar(site, posts, played, out),
        mail=mail,
        eml=eml,
        reports=half_year_report(played, out / "report"),
        files=own if (own := out / "channels").is_dir() else None,
        database=site.database.path or out,
    )


def _timeline(site: Site, sent: Sequence[Delivery], out: Path) -> Path:
    records = []
    shapes = Shapes(site.settings)
    with site.database.reading() as session:
        for row in sorted(sent, key=lambda row: row.sent_at or row.due_at):
            keys = site.settings.channels[row.channel]
            key = deliveries.identity_of(row).key
            message = contents.load(
                session,
                row.fingerprint,
                key,
                row.due_at,
                lambda medium: place_of(medium, site.settings.var_folder),
            )
            message = shapes.of(row.channel).as_read(message)
            adapter = str(keys["adapter"])
            records.append(
                TimelinePost(
                    channel=str(keys.get("title") or row.channel),
                    platform=str(keys.get("like") or adapter),
                    at=(row.sent_at or row.due_at).astimezone(site.settings.zone),
                    title=message.title,
                    text=message.body.plain,
                    media=message.media,
                    url=row.url or "",
                )
            )
    target = out / "timeline.html"
    timeline(records, target, title=_("Rehearsal: what would have gone out"), rehearsal=True)
    return target


@dataclass(frozen=True, slots=True)
class _Entry:
    """One post at one time, with the channels on which the same came of it."""

    time: str
    channels: str
    words: str
    state: str
    state_words: str


@dataclass(frozen=True, slots=True)
class _Month:
    title: str
    weeks: tuple[tuple[tuple[date, bool, tuple[_Entry, ...]], ...], ...]


def _calendar(site: Site, rows: Sequence[Delivery], played: Played, out: Path) -> Path:
    zone = site.settings.zone
    by_day = _by_day(rows, zone)
    months = sorted({(day.year, day.month) for day in by_day})
    environment = Environment(
        loader=PackageLoader("publisher.rehearsal"), autoescape=select_autoescape()
    )
    page = environment.get_template("calendar.html").render(
        _=_,
        day_of=notation.day,
        language=language(),
        office=site.settings.office.name,
        weekdays=_weekdays(),
        months=[_month(year, month, by_day) for year, month in months],
        played=f"{notation.day(played.episodes[0].start.astimezone(zone), 'full')} – "
        f"{notation.day(played.episodes[-1].end.astimezone(zone), 'full')}",
    )
    target = out / "calendar.html"
    target.write_text(page, encoding="utf-8")
    return target


def _by_day(rows: Sequence[Delivery], zone: tzinfo) -> dict[date, list[_Entry]]:
    by_day: dict[date, list[_Entry]] = defaultdict(list)

    def entry(row: Delivery) -> tuple[datetime, str, str, str, str, str]:
        return row.due_at, row.campaign, row.post, row.occurrence, row.first_line, row.state

    for same, group in groupby(sorted(rows, key=entry), key=entry):
        local, state = same[0].astimezone(zone), State(same[-1])
        channels = ", ".join(row.channel for row in group)
        by_day[local.date()].append(
            _Entry(notation.hour(local), channels, same[-2], state.value, state_words(state))
        )
    return by_day


def _weekdays() -> tuple[str, ...]:
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))


def _month(year: int, month: int, by_day: dict[date, list[_Entry]]) -> _Month:
    first = date(year, month, 1)
    day = first - timedelta(days=first.weekday())
    weeks: list[tuple[tuple[date, bool, tuple[_Entry, ...]], ...]] = []
    while not weeks or day.month == month:
        week = [day + timedelta(days=offset) for offset in range(7)]
        weeks.append(tuple((one, one.month == month, tuple(by_day.get(one, ()))) for one in week))
        day += timedelta(days=7)
    return _Month(notation.day(first, "month"), tuple(weeks))


def _mail(played: Played, out: Path) -> tuple[Path | None, Path | None]:
    """The last weekly mail with something in it, as a page whose pictures are inside it."""
    if not played.mails:
        return None, None
    from publisher.reports.letter import self_contained

    folder = out / "mail"
    folder.mkdir(exist_ok=True)
    newest: tuple[Path, Path] | None = None
    for number, raw in enumerate(played.mails, start=1):
        eml = folder / f"{number:02d}.eml"
        eml.write_bytes(raw)
        message = email.message_from_bytes(raw, policy=email.policy.default)
        page = folder / f"{number:02d}.html"
        page.write_text(self_contained(message), encoding="utf-8")
        newest = page, eml
    return newest if newest is not None else (None, None)
