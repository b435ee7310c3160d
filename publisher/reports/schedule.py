"""Puts the reports that fall due into the store, as deliveries like any other.

The weekly summary is the delivery ``reports/YEAR/weekly/reports/YYYY-Www``: composed once its
time has come, sent once whatever restarts happen, never held back by a hold. The daemon calls
``plan_weekly``.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from channels.base import Message
from publisher.planning.dates import moment
from publisher.planning.model import Identity
from publisher.reach.summary import week_summary
from publisher.reach.week import WeekSummary
from publisher.reports.weekly import compose
from publisher.settings import Settings
from publisher.settings.channels import REPORTS_CHANNEL
from publisher.store import audit, backups, contents, deliveries, doubts
from publisher.store.models import Delivery

if TYPE_CHECKING:
    from publisher.site import Site

REPORTS_CAMPAIGN = "reports"
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def plan_weekly(site: Site) -> Identity | None:
    """Put the summary whose time has come into the store, unless it is there.

    Gives its identity; ``None`` where nobody is to get it, it is there, or it is too late for it.
    """
    settings, now = site.settings, site.clock()
    weekly = settings.reports.weekly
    if settings.mail is None or not weekly.to:
        return None
    due = last_due(settings, now)
    if due + weekly.grace <= now:
        return None
    week = reported_week(settings, due)
    identity = identity_of_week(week)
    if is_stored(site, identity):
        return None
    mail = compose(
        summary_of(site, week, now),
        settings.office,
        weekly.language,
        names=names(site),
        rehearsal=site.rehearsal,
    )
    message = mail.to_message(identity.key, due, settings.var_folder / "reports")
    return identity if store(site, identity, message, due + weekly.grace) else None


def summary_of(site: Site, monday: date, now: datetime) -> WeekSummary:
    """The summary of the week that begins on ``monday``, as of ``now``."""
    anchors = {
        campaign.slug: campaign.file.anchor
        for campaign in site.desk.campaigns()
        if campaign.file.anchor is not None
    }
    settings = site.settings
    return week_summary(site.database, monday, settings.zone, now, anchors, settings.readings.ages)


def names(site: Site) -> dict[str, str]:
    """What leaders know campaigns and channels by."""
    known = {campaign.slug: campaign.file.title for campaign in site.desk.campaigns()}
    return known | site.settings.channel_titles


def last_due(settings: Settings, now: datetime) -> datetime:
    """The latest moment, not after ``now``, at which a weekly summary fell due."""
    weekly = settings.reports.weekly
    local = now.astimezone(settings.zone)
    back = (local.weekday() - _DAYS.index(weekly.day)) % 7
    day = local.date() - timedelta(days=back)
    due = moment(day, weekly.at, settings.zone)
    return due if due <= now else moment(day - timedelta(days=7), weekly.at, settings.zone)


def reported_week(settings: Settings, due: datetime) -> date:
    """The Monday of the last whole week before ``due``."""
    day = due.astimezone(settings.zone).date()
    return day - timedelta(days=day.weekday() + 7)


def identity_of_week(monday: date) -> Identity:
    """The identity of the summary of the week from ``monday``; its edition is the ISO year."""
    year, week, _day = monday.isocalendar()
    return Identity(REPORTS_CAMPAIGN, year, "weekly", REPORTS_CHANNEL, f"{year}-W{week:02d}")


def is_stored(site: Site, identity: Identity) -> bool:
    """Whether that report was already put into the store, whatever became of it."""
    with site.database.reading() as session:
        return deliveries.of_identity(session, identity) is not None


def store(site: Site, identity: Identity, message: Message, expires_at: datetime) -> bool:
    """Put a report into the store as a delivery; false where another was quicker."""
    due, now = message.due_at, site.clock()
    with site.database.writing() as session:
        if deliveries.of_identity(session, identity) is not None:
            return False
        fingerprint = contents.keep(session, message, now)
        row = Delivery(
            campaign=identity.campaign,
            edition=identity.edition,
            post=identity.post,
            channel=identity.channel,
            occurrence=identity.occurrence,
            due_at=due,
            expires_at=expires_at,
            next_at=due,
            zone=site.settings.timezone,
            fingerprint=fingerprint,
            first_line=message.title,
            holdable=False,
            created_at=now,
            updated_at=now,
        )
        session.add(row)
        session.flush()
        restored_at = audit.last_at(session, backups.RESTORE)
        if restored_at is not None and due <= restored_at:
            # The store that is gone may have mailed it.
            doubts.suspect(session, row, now, backups.WHY)
    return True
