"""What needs a person, gathered from all over, each with the one thing to do about it.

The page, its number in the menu and the first page read the same list. What mends itself isn't in
it before it has had its time to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlmodel import Session, col, select

from publisher import notation
from publisher.delivery.lifecycle import State
from publisher.desk import queue
from publisher.i18n import _, ngettext
from publisher.site import Site
from publisher.states import note_words, state_words
from publisher.store import alerts, channel_states, deliveries, feeds, pulse
from publisher.store.models import Alert, Delivery

LOOKED_BACK = timedelta(days=28)
APPROVE_WITHIN = timedelta(days=1)
"""What is due so soon and lacks approval is a person's matter, and not just the queue's."""

_COVERED = ("delivery ", "channel ", "line of ", "feed ")
"""Matters of alerts that the list has from the store itself, with more to say of them."""


class Kind(StrEnum):
    """What sort of matter it is: the page has the deed for each."""

    DAEMON = "daemon"
    UNCONFIRMED = "unconfirmed"
    STOPPED = "stopped"
    APPROVE = "approve"
    FAILED = "failed"
    MISSED = "missed"
    BREAKER = "breaker"
    FEED = "feed"
    ALERT = "alert"


@dataclass(frozen=True, slots=True)
class Matter:
    """``title`` says what it is, ``why`` what is known of it, ``since`` from when on it is so.

    ``say`` is a command for who administers the machine; ``row`` the delivery that it is about;
    ``target`` what else a deed needs: a feed's campaign and address; ``look_at`` where a post of
    its channel can be seen.
    """

    kind: Kind
    title: str
    why: str
    since: datetime
    say: str = ""
    row: Delivery | None = None
    target: tuple[str, str] = ("", "")
    look_at: str = ""


def gathered(session: Session, site: Site, now: datetime) -> list[Matter]:
    """All that needs a person ``now``, the most urgent sort first, in each the latest first."""
    found = [
        *_daemon(session, site, now),
        *_deliveries(session, site, State.UNCONFIRMED, Kind.UNCONFIRMED, now),
        *_channels(session, site, now),
        *_unapproved(session, now),
        *_deliveries(session, site, State.FAILED, Kind.FAILED, now),
        *_deliveries(session, site, State.MISSED, Kind.MISSED, now),
        *_feeds(session, now),
        *_alerts(session),
    ]
    rank = list(Kind)
    found.sort(key=lambda one: one.since, reverse=True)
    return sorted(found, key=lambda one: rank.index(one.kind))


def _daemon(session: Session, site: Site, now: datetime) -> Iterator[Matter]:
    last = pulse.last_at(session)
    if pulse.is_at_work(last, now, site.settings):
        return
    if last is None:
        why = _("It has never run on this store: nothing goes out.")
    else:
        why = _("It was last at work then: until it runs, nothing goes out.")
    title = _("The program that sends isn't running")
    yield Matter(Kind.DAEMON, title, why, last or now, say="publisher run")


def _deliveries(
    session: Session, site: Site, state: State, kind: Kind, now: datetime
) -> Iterator[Matter]:
    for row in deliveries.in_state(session, state, after=now - LOOKED_BACK):
        if not row.holdable:
            title = row.first_line or deliveries.short(row)
        else:
            title = f"{site.settings.channel_title(row.channel)}: {row.first_line}"
        words = note_words(row.note) if row.note else ""
        why = f"{state_words(state)}: {words}" if words else state_words(state)
        look = _last_url(session, row.channel) if kind is Kind.UNCONFIRMED else ""
        yield Matter(kind, title, why, row.updated_at, row=row, look_at=look)


def _channels(session: Session, site: Site, now: datetime) -> Iterator[Matter]:
    most = site.settings.retry.breaks_after
    for state in channel_states.all_of_them(session):
        name = site.settings.channel_title(state.channel)
        if state.stopped:
            yield Matter(
                Kind.STOPPED,
                _("%(channel)s is stopped: its credentials") % {"channel": name},
                note_words(state.stopped) + " " + _("Its posts wait and are not lost."),
                state.updated_at,
                say=f"publisher channels login {state.channel}",
            )
        elif state.failing_since is not None and state.failures >= most:
            again = ""
            if state.paused_until is not None and state.paused_until > now:
                local = state.paused_until.astimezone(site.settings.zone)
                again = _("It is tried again by itself, next at %(hour)s.") % {
                    "hour": notation.hour(local)
                }
            failed = ngettext("%(n)s time in a row.", "%(n)s times in a row.", state.failures) % {
                "n": notation.number(state.failures)
            }
            yield Matter(
                Kind.BREAKER,
                _("%(channel)s doesn't answer") % {"channel": name},
                f"{failed} {again}".strip(),
                state.failing_since,
                say=f"publisher channels check {state.channel}",
            )


def _unapproved(session: Session, now: datetime) -> Iterator[Matter]:
    for post in queue.waiting(session, before=now + APPROVE_WITHIN):
        why = _("Waits for approval, and goes out soon only with it.")
        if post.first.due_at <= now:
            why = _("Its time has come, and it lacks approval.")
        yield Matter(Kind.APPROVE, post.first.first_line, why, post.first.due_at, row=post.first)


def _feeds(session: Session, now: datetime) -> Iterator[Matter]:
    for state in feeds.unread(session):
        title = _("A feed of %(campaign)s can't be read") % {"campaign": state.campaign}
        if state.stopped_at is not None:
            title = _("A feed of %(campaign)s is gone, and is asked no more") % {
                "campaign": state.campaign
            }
        yield Matter(
            Kind.FEED,
            title,
            f"{state.url} — {note_words(state.problem)}",
            state.stopped_at or state.failing_since or state.asked_at or now,
            say="" if state.stopped_at else f"publisher feeds check {state.url}",
            target=(state.campaign, state.url) if state.stopped_at else ("", ""),
        )


def _alerts(session: Session) -> Iterator[Matter]:
    for alert in alerts.still_open(session):
        if not alert.matter.startswith(_COVERED):
            yield Matter(Kind.ALERT, _title(alert), alert.text, alert.raised_at)


def _title(alert: Alert) -> str:
    matter, _space, what = alert.matter.partition(" ")
    if matter in ("campaign", "campaigns"):
        return _("Campaign files have errors: %(name)s") % {"name": what or _("all of them")}
    if alert.matter.startswith("gone "):
        key = what.split("/")
        post = f"{key[0]}/{key[2]}" if len(key) > 3 else what
        return _("No longer there: %(post)s") % {"post": post}
    if alert.matter.startswith("end of "):
        name = alert.matter.removeprefix("end of ")
        return _("Credentials end soon: %(channel)s") % {"channel": name}
    return _("A message of the program")


def _last_url(session: Session, channel: str) -> str:
    """Where the last post on ``channel`` can be seen: beside it, what is looked for would stand."""
    url = session.exec(
        select(Delivery.url)
        .where(Delivery.channel == channel, col(Delivery.url).startswith("http"))
        .order_by(col(Delivery.sent_at).desc())
        .limit(1)
    ).first()
    return url or ""
