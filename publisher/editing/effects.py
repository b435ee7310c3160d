"""What a change does beyond the one post that somebody looked at, and what it can't do any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from publisher.campaign.model import CampaignFile, FrontMatter
from publisher.campaign.when import Offset, OnDate, When
from publisher.delivery.lifecycle import OUT, State
from publisher.editing.refusals import refused
from publisher.i18n import _
from publisher.planning.dates import in_blackout, is_at_night
from publisher.planning.diff import OUTSIDE
from publisher.settings import Settings
from publisher.store import deliveries
from publisher.store.database import Database
from publisher.store.models import Delivery


def zone_of(file: CampaignFile, settings: Settings) -> ZoneInfo:
    """The zone of the campaign's times; the office's where its file names none that there is."""
    try:
        return file.zone(settings.zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return settings.zone


def edition_of(file: CampaignFile, when: When, local: datetime, edition: int | None) -> int:
    """The edition in which a post that is moved to ``local`` is looked at."""
    if isinstance(when, OnDate):
        return when.day.year
    anchor = file.anchor
    if anchor is None:
        return local.year
    if edition is not None and anchor.day_in(edition) is not None:
        return edition
    years = [year for year in range(local.year - 2, local.year + 3) if anchor.day_in(year)]
    days = {year: day for year in years if (day := anchor.day_in(year)) is not None}
    if not days:
        return anchor.date.year if anchor.date is not None else local.year
    return min(days, key=lambda year: abs((days[year] - local.date()).days))


def refuse_gone(
    database: Database, path: Path, slug: str, post: str, edition: int, when: When
) -> None:
    """Refuse to move what is out: it would stay where it is, or go out a second time.

    Raises ``RefusedError``.
    """
    rows = [row for row in _rows(database, slug, post) if row.edition == edition]
    out = [row for row in rows if State(row.state) in OUT]
    leaves = isinstance(when, OnDate) and when.day.year != edition
    if out and (leaves or len(out) == len(rows)):
        raise refused(
            path,
            "move_gone",
            _("This post is already out, or on its way: %(channels)s.")
            % {"channels": ", ".join(sorted({row.channel for row in out}))},
            _("Write a new post for the other day."),
        )


def of_move(
    settings: Settings,
    slug: str,
    file: CampaignFile,
    front: FrontMatter,
    when: When,
    local: datetime,
) -> list[str]:
    """What is to be said with a post that moves to ``local``."""
    channels = front.channels if front.channels is not None else file.channels
    return list(_of_move(settings, slug, file, front, when, local, channels))


def of_words(database: Database, slug: str, post: str) -> list[str]:
    """What is to be said with a post whose words change."""
    rows = _rows(database, slug, post)
    out = sorted({row.channel for row in rows if State(row.state) in OUT})
    waiting = any(row.approvals and State(row.state) not in OUT for row in rows)
    notes = []
    if out:
        notes.append(
            _("Already out on %(channels)s: there it stays as it is.")
            % {"channels": ", ".join(out)}
        )
    if waiting:
        notes.append(_("A text that is changed has to be approved again."))
    return notes


def _of_move(
    settings: Settings,
    slug: str,
    file: CampaignFile,
    front: FrontMatter,
    when: When,
    local: datetime,
    channels: tuple[str, ...],
) -> Iterator[str]:
    if len(channels) > 1:
        yield _("The post moves on all of its channels: %(channels)s.") % {
            "channels": ", ".join(channels)
        }
    was = front.when
    if isinstance(when, Offset) and file.anchor is not None and file.anchor.every is not None:
        yield _("It moves in every year, for it counts from the campaign's day.")
    counted = isinstance(was, Offset) and was.working_days
    if counted and isinstance(when, Offset) and not when.working_days:
        yield _("It no longer counts in working days: the new day isn't one.")
    if isinstance(was, OnDate) and isinstance(when, OnDate) and was.day.year != when.day.year:
        yield _("It belongs to the edition of %(year)d from now on.") % {"year": when.day.year}
    if is_at_night(local, settings.hours):
        yield _("The new time lies outside the office's hours.")
    for channel in channels:
        blackout = in_blackout(local.date(), settings.blackouts, channel, slug)
        if blackout is not None:
            yield _("On that day nothing goes out on “%(channel)s”: %(reason)s.") % {
                "channel": channel,
                "reason": blackout.reason,
            }


def _rows(database: Database, slug: str, post: str) -> list[Delivery]:
    """What the plan has of the post, but for what was taken out."""
    with database.reading() as session:
        return [
            row
            for row in deliveries.matching(session, campaign=slug, post=post)
            if not row.occurrence.startswith(OUTSIDE) and row.state != State.CANCELLED
        ]
