"""A site: one schedule.toml, opened with its store.

Its clock and its secrets come along. Every command and the daemon begin here; the rehearsal makes a
site of its own.

A part is imported when it is first asked for: ``status`` needs the store alone, and would else wait
for all that plans, sends, reads back and writes mails. Nothing fails late by it: the daemon asks
for its parts before it says that it runs.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from channels.base import Channel
from channels.sealing import KeySeal
from publisher.clock import Clock
from publisher.files.faults import Fault
from publisher.secrets import SecretReader, seal_of_the_office, secret_reader
from publisher.settings import Settings
from publisher.settings.channels import REPORTS_CHANNEL
from publisher.settings.reader import read_settings
from publisher.store.database import Database, is_there

if TYPE_CHECKING:
    from channels.hosting import SweptHost
    from publisher.alerts.alerts import Alerts
    from publisher.alerts.ways import Teller
    from publisher.delivery.courier import Courier
    from publisher.delivery.outcomes import Probe, Step
    from publisher.delivery.reconcile import Reconciler
    from publisher.delivery.verdicts import Verdicts
    from publisher.desk.desk import Desk
    from publisher.editing.editor import Editor
    from publisher.engines.cluster.engine import ClusterEngine
    from publisher.engines.local import LocalEngine
    from publisher.media.record import Library
    from publisher.reach.collect import Collector
    from publisher.switchboard import Switchboard


_MACHINE_LONGEST = 36
"""PostgreSQL cuts the name of a connection (``engines/cluster/seat.py``) after 63 letters."""


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
        from publisher.alerts.alerts import Alerts
        from publisher.alerts.ways import Called, ways_of

        ways = (
            (Called(self.tell),) if self.tell else ways_of(self.settings, self.secret, self.clock)
        )
        return Alerts(self.database, self.settings, self.clock, ways)

    @cached_property
    def switchboard(self) -> Switchboard:
        from publisher.switchboard import Switchboard

        extra = dict(self.extra)
        if self.settings.mail is not None and REPORTS_CHANNEL not in extra:
            from publisher.reports.channel import ReportChannel

            extra[REPORTS_CHANNEL] = ReportChannel.of(
                self.settings, self.clock, self.secret, self.settings.var_folder
            )
        return Switchboard(self.settings, self.clock, self.secret, extra, self.host, self.seal)

    @cached_property
    def courier(self) -> Courier:
        from publisher.delivery import policy
        from publisher.delivery.courier import Courier

        return Courier(
            self.database,
            self.switchboard,
            self.settings,
            self.clock,
            self.alerts,
            owner=f"{self.process}:{secrets.token_hex(4)}",
            probe=self.probe,
            lease=policy.CLUSTER_LEASE if self.is_cluster else policy.LEASE,
        )

    @property
    def process(self) -> str:
        """What this process is called among those that work on its store: its machine and number.
        The owner of a send bears a random number besides, for machines may be called the same."""
        return f"{self.machine}:{os.getpid()}"

    @property
    def machine(self) -> str:
        """What this machine is called there: as much of its name as PostgreSQL lists."""
        return os.uname().nodename[:_MACHINE_LONGEST]

    @property
    def is_cluster(self) -> bool:
        """Whether others may work on its store at the same time; a rehearsal's is its own."""
        return self.settings.engine == "cluster" and not self.rehearsal

    @cached_property
    def reconciler(self) -> Reconciler:
        from publisher.delivery.reconcile import Reconciler

        return Reconciler(self.database, self.switchboard, self.courier, self.alerts)

    @cached_property
    def collector(self) -> Collector:
        from publisher.reach.collect import Collector

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
        from publisher.engines.local import LocalEngine

        return LocalEngine(self.courier)

    @cached_property
    def cluster(self) -> ClusterEngine:
        """The engine of a cluster; raises ``ModuleNotFoundError`` where it isn't installed."""
        from publisher.engines.cluster.engine import ClusterEngine

        return ClusterEngine(self.courier)

    @cached_property
    def verdicts(self) -> Verdicts:
        from publisher.delivery.verdicts import Verdicts

        return Verdicts(
            self.database, self.clock, lambda: self.alerts, lambda: self.reconciler.settling
        )

    @cached_property
    def desk(self) -> Desk:
        from publisher.desk.desk import Desk

        return Desk(self.settings, self.database, self.clock, self.alerts)

    @cached_property
    def editor(self) -> Editor:
        from publisher.editing.editor import Editor

        return Editor(self.settings, self.database, self.clock)

    def close(self) -> None:
        if "switchboard" in self.__dict__:
            self.switchboard.close()
        self.database.close()


def open_site(
    config: Path,
    clock: Clock,
    read: Callable[[Path], tuple[Settings | None, list[Fault]]] = read_settings,
) -> tuple[Site | None, list[Fault]]:
    """The site of ``config`` with its store brought up to date; ``None`` where the file is faulty.

    ``read`` is ``read_settings_but_channels`` for a site that is only looked at. Raises
    ``StoreError`` where the store can't be used.
    """
    settings, faults = read(config)
    if settings is None:
        return None, faults
    database = Database(store_url(settings))
    database.prepare(clock())
    secret = secret_reader(settings.root)
    return Site(settings, database, clock, secret, seal=seal_of_the_office()), faults


def library_of(settings: Settings) -> Library | None:
    """The media library, for whoever looks at files alone; ``None`` where its store isn't on this
    machine, or can't be read by this version of the program."""
    from sqlalchemy.exc import SQLAlchemyError

    from publisher.store import library

    url = store_url(settings)
    if not is_there(url):
        return None
    database = Database(url)
    try:
        return library.of_office(database, settings)
    except SQLAlchemyError:
        return None
    finally:
        database.close()


def store_url(settings: Settings) -> str:
    """Where the store is: PUBLISHER_STORE, else schedule.toml; a relative file lies beside it."""
    return at(settings, settings.named_store)


def at(settings: Settings, url: str) -> str:
    """The address of a store, of which a relative file lies beside schedule.toml."""
    prefix = "sqlite:///"
    if url.startswith(prefix) and not url.startswith(prefix + "/"):
        return f"{prefix}{(settings.root / url[len(prefix) :]).resolve()}"
    return url
