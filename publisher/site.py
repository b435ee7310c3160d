"""A site: one schedule.toml with its store, its clock and its secrets, opened together.

Every command and the daemon begin here; the rehearsal makes a site of its own.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from channels.base import Channel
from channels.hosting import SweptHost
from channels.sealing import KeySeal
from publisher.alerts import Alerts
from publisher.alerts.ways import Called, Teller, ways_of
from publisher.clock import Clock
from publisher.delivery.courier import Courier, Probe, Step
from publisher.delivery.reconcile import Reconciler
from publisher.desk import Desk
from publisher.engines.local import LocalEngine
from publisher.faults import Fault
from publisher.reach.collect import Collector
from publisher.reports.channel import ReportChannel
from publisher.secrets import SecretReader, seal_of_the_office, secret_reader
from publisher.settings import Settings
from publisher.settings_reader import read_settings
from publisher.store.database import Database
from publisher.switchboard import REPORTS_CHANNEL, Switchboard


def no_probe(step: Step) -> None:
    """Watches nothing."""


@dataclass
class Site:
    """The parts of a running Publisher, put together when first asked for; ``seal`` is what it
    seals secrets by."""

    settings: Settings
    database: Database
    clock: Clock
    secret: SecretReader
    rehearsal: bool = False
    probe: Probe = no_probe
    extra: dict[str, Channel[Any]] = field(default_factory=dict)
    tell: Teller | None = None
    host: SweptHost | None = None
    seal: KeySeal = field(default_factory=KeySeal)

    @cached_property
    def alerts(self) -> Alerts:
        ways = (
            (Called(self.tell),) if self.tell else ways_of(self.settings, self.secret, self.clock)
        )
        return Alerts(self.database, self.settings, self.clock, ways)

    @cached_property
    def switchboard(self) -> Switchboard:
        extra = dict(self.extra)
        if self.settings.mail is not None and REPORTS_CHANNEL not in extra:
            extra[REPORTS_CHANNEL] = ReportChannel.of(
                self.settings, self.clock, self.secret, self.settings.var_folder
            )
        return Switchboard(self.settings, self.clock, self.secret, extra, self.host, self.seal)

    @cached_property
    def courier(self) -> Courier:
        return Courier(
            self.database,
            self.switchboard,
            self.settings,
            self.clock,
            self.alerts,
            owner=f"{os.uname().nodename}:{os.getpid()}",
            probe=self.probe,
        )

    @cached_property
    def reconciler(self) -> Reconciler:
        return Reconciler(self.database, self.switchboard, self.courier, self.alerts)

    @cached_property
    def collector(self) -> Collector:
        return Collector(
            self.database,
            self.switchboard,
            self.settings,
            self.clock,
            self.alerts,
            self.courier.wants,
            # A rehearsal's clock stands still until everybody has answered.
            patience_s=600.0 if self.rehearsal else None,
        )

    @cached_property
    def engine(self) -> LocalEngine:
        return LocalEngine(self.courier)

    @cached_property
    def desk(self) -> Desk:
        return Desk(self.settings, self.database, self.clock, self.alerts)

    def close(self) -> None:
        if "switchboard" in self.__dict__:
            self.switchboard.close()
        self.database.close()


def open_site(config: Path, clock: Clock) -> tuple[Site | None, list[Fault]]:
    """The site of ``config`` with its store brought up to date; ``None`` where the file is faulty.

    Raises ``StoreError`` where the store can't be used.
    """
    settings, faults = read_settings(config)
    if settings is None:
        return None, faults
    database = Database(store_url(settings))
    database.prepare(clock())
    secret = secret_reader(settings.root)
    return Site(settings, database, clock, secret, seal=seal_of_the_office()), faults


def store_url(settings: Settings) -> str:
    """Where the store is: PUBLISHER_STORE, else schedule.toml; a relative file lies beside it."""
    url = os.environ.get("PUBLISHER_STORE") or settings.store
    prefix = "sqlite:///"
    if url.startswith(prefix) and not url.startswith(prefix + "/"):
        return f"{prefix}{(settings.root / url[len(prefix) :]).resolve()}"
    return url
