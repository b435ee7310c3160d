"""What Prometheus may read: how many deliveries stand where, what is late, how channels fare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector
from sqlmodel import Session, col, func, select

import publisher
from publisher.delivery.lifecycle import CLAIMABLE, State
from publisher.desk.standing import Standing
from publisher.settings import Settings
from publisher.site import Site
from publisher.store import alerts, deliveries, feeds, pulse, sending
from publisher.store.models import Delivery


class Measured(Collector):
    """The figures of ``site``, read anew whenever they are asked for."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def describe(self) -> list[Metric]:
        """Nothing is read before it is asked for."""
        return []

    def collect(self) -> Iterator[Metric]:
        site, now = self._site, self._site.clock()
        with site.database.reading() as session:
            standing = Standing.read(session, site.settings.zone, now)
            yield _gauge("publisher_info", "The program.", {(publisher.__version__,): 1}, "version")
            yield from _deliveries(session, standing, now)
            yield from _channels(session, standing, now, site.settings)
            yield _gauge("publisher_holds", "Holds in force.", {(): len(standing.holds)})
            matters = alerts.still_open(session)
            yield _gauge("publisher_alerts_open", "Matters for a person.", {(): len(matters)})
            asked = [state.asked_at for state in feeds.states(session) if state.asked_at]
            if asked:
                last_poll = {(): max(asked).timestamp()}
                yield _gauge("publisher_feeds_asked_timestamp_seconds", "Last poll.", last_poll)
            unread = len(feeds.unread(session))
            yield _gauge("publisher_feeds_unread", "Feeds that can't be read.", {(): unread})
            beat = pulse.last_at(session)
        if beat is not None:
            told = {(): beat.timestamp()}
            yield _gauge("publisher_daemon_seen_timestamp_seconds", "Daemon last at work.", told)
        at_work = float(pulse.is_at_work(beat, now, site.settings))
        yield _gauge("publisher_daemon_up", "Whether the daemon is at work.", {(): at_work})


def _deliveries(session: Session, standing: Standing, now: datetime) -> Iterator[Metric]:
    rows = session.exec(select(Delivery.state, func.count()).group_by(col(Delivery.state))).all()
    counts = {(state.value,): 0 for state in State} | {(state,): n for state, n in rows}
    yield _gauge("publisher_deliveries", "Deliveries by state.", counts, "state")
    due = deliveries.in_state(session, *CLAIMABLE, before=now)
    waiting = sum(standing.lacks_approval(row) for row in due)
    yield _gauge("publisher_due", "Deliveries whose time has come.", {(): len(due)})
    yield _gauge("publisher_due_unapproved", "Those that lack approval.", {(): waiting})
    oldest = max(((now - row.due_at).total_seconds() for row in due), default=0.0)
    yield _gauge("publisher_queue_age_seconds", "How long the oldest is due.", {(): oldest})
    sent = session.exec(select(func.max(Delivery.sent_at))).one()
    if sent is not None:
        last = {(): sent.timestamp()}
        yield _gauge("publisher_last_sent_timestamp_seconds", "When the last went out.", last)


def _channels(
    session: Session, standing: Standing, now: datetime, settings: Settings
) -> Iterator[Metric]:
    names = sorted(settings.channels)
    known = {state.channel: state for state in standing.channels}
    failures: Counter[str] = Counter({name: one.failures for name, one in known.items()})
    pauses = {name: one.paused_until for name, one in known.items() if one.failures}
    paused = {(name,): float((pauses.get(name) or now) > now) for name in names}
    stopped = {(name,): float(name in standing.stopped) for name in names}
    yield _gauge("publisher_channel_stopped", "Stopped: credentials.", stopped, "channel")
    yield _gauge("publisher_channel_breaker_open", "Pausing: it failed.", paused, "channel")
    in_a_row = {(name,): failures[name] for name in names}
    yield _gauge("publisher_channel_failures", "Failures in a row.", in_a_row, "channel")
    queue = {(name,): sending.waiting(session, name, now) for name in names}
    yield _gauge("publisher_channel_waiting", "What should be out.", queue, "channel")


def _gauge(name: str, told: str, values: Mapping[Any, float], *labels: str) -> GaugeMetricFamily:
    # By the values of ``labels``, in their order; () where there are none.
    family = GaugeMetricFamily(name, told, labels=labels)
    for labelled, value in values.items():
        family.add_metric(labelled, value)
    return family
