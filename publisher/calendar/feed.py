"""The plan as an iCalendar feed, for the calendars that people have on their telephones.

One event a post and moment, its channels in the description. An event is known by what it is for
ever, so a calendar that looks again moves it and makes no second one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from channels.web.hosts import is_web
from publisher import notation
from publisher.calendar.entries import Entry, Going
from publisher.delivery.lifecycle import State
from publisher.i18n import _, language
from publisher.settings import Settings
from publisher.states import state_words

if TYPE_CHECKING:
    from icalendar import Event

SHOWN_FOR = timedelta(minutes=15)
"""An event has an end, though a post has none."""

LOOK_AGAIN = timedelta(hours=1)

MIME = "text/calendar; charset=utf-8"


def to_ics(
    settings: Settings, found: Sequence[Entry], titles: Mapping[str, str], made_at: datetime
) -> bytes:
    """The entries as a calendar (RFC 5545); ``titles`` are what people know campaigns by.

    Times are in their campaigns' zones, which the calendar brings along. The same entries give the
    same bytes but for ``made_at``, which stands only with those that are in no store yet.
    """
    # Imported late: few who work with entries write a calendar.
    from icalendar import Calendar

    calendar = Calendar()
    calendar.add("prodid", "-//Publisher//publisher calendar//VI")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    name = _("Posts of %(office)s") % {"office": settings.office.name}
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("x-wr-timezone", settings.timezone)
    calendar.add("refresh-interval", LOOK_AGAIN, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", LOOK_AGAIN)
    host = urlsplit(settings.office.url).hostname or "publisher"
    taken: set[str] = set()
    for entry in found:
        calendar.add_component(_event(settings, entry, titles, made_at, host, taken))
    calendar.add_missing_timezones()
    content: bytes = calendar.to_ical()
    return content


def _event(
    settings: Settings,
    entry: Entry,
    titles: Mapping[str, str],
    made_at: datetime,
    host: str,
    taken: set[str],
) -> Event:
    from icalendar import Event

    campaign = titles.get(entry.campaign, entry.campaign)
    changed = max((one.updated_at for one in entry.channels if one.updated_at), default=made_at)
    event = Event()
    event.add("uid", _uid(entry, host, taken))
    event.add("dtstamp", changed.astimezone(UTC).replace(microsecond=0))
    event.add("last-modified", changed.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", entry.local.replace(microsecond=0))
    event.add("dtend", entry.local.replace(microsecond=0) + SHOWN_FOR)
    event.add("summary", entry.first_line or entry.post)
    event.add("description", _description(settings, entry, campaign))
    event.add("categories", [campaign], parameters={"language": language()})
    event.add("status", _status(entry))
    # A post takes nobody's time.
    event.add("transp", "TRANSPARENT")
    address = next((one.url for one in entry.channels if is_web(one.url)), "")
    if address:
        event.add("url", address)
    return event


def _uid(entry: Entry, host: str, taken: set[str]) -> str:
    """By what the entry is, not by when: moved, it stays the same event. Where its channels go out
    at several moments, as when a part was moved after another was sent, the later ones say when."""
    uid = f"{entry.key}@{host}"
    if uid in taken:
        uid = f"{entry.key}/{entry.local.astimezone(UTC):%Y%m%dT%H%M%SZ}@{host}"
    taken.add(uid)
    return uid


def _status(entry: Entry) -> str:
    if any(one.state in (None, *_OPEN) and one.given < one.approvals for one in entry.channels):
        return "TENTATIVE"
    if all(one.state is State.MISSED for one in entry.channels):
        return "CANCELLED"
    return "CONFIRMED"


_OPEN = (State.PLANNED, State.RETRYING)


def _description(settings: Settings, entry: Entry, campaign: str) -> str:
    lines = [f"{campaign} ({entry.edition})", ""]
    lines += [_line(settings, one) for one in entry.channels]
    return "\n".join([*lines, "", entry.key])


def _line(settings: Settings, one: Going) -> str:
    words = going_words(one)
    address = f" {one.url}" if is_web(one.url) else ""
    return f"{settings.channel_title(one.channel)}: {words}{address}"


def going_words(one: Going) -> str:
    """An entry's state on one channel, in words."""
    if one.state is None:
        return _("not in the plan yet")
    if one.state in _OPEN and one.given < one.approvals:
        return _("awaits approval (%(given)s of %(needed)s)") % {
            "given": notation.number(one.given),
            "needed": notation.number(one.approvals),
        }
    return state_words(one.state)
