"""Every job of the running program, on one page.

APScheduler says "now" to each; what there is to do is always read from the store, so a job may be
lost at any moment without harm, and none is stored. ``jobs`` is the whole list. The rehearsal
gives the same jobs to a scheduler whose clock it moves.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from channels.base import ChannelError
from publisher.daemon import triggers
from publisher.daemon.feed_notices import tell_of_feeds
from publisher.daemon.lookout import Lookout
from publisher.daemon.reckoning import Reckoning
from publisher.daemon.schedule_file import ScheduleFile
from publisher.daemon.signs_of_life import SignsOfLife
from publisher.daemon.triggers import Due, Job
from publisher.desk import leftovers
from publisher.feeds.manners import HURRIED
from publisher.feeds.poll import poll
from publisher.redirect.server import LinkServer, not_answered
from publisher.reports import schedule
from publisher.reports.asking import mail_people
from publisher.reports.reminders import plan_reminders
from publisher.site import Site
from publisher.store import pulse

if TYPE_CHECKING:
    from publisher.web.server import ConsoleServer

log = structlog.get_logger("daemon")

DAILY = timedelta(days=1)


class Jobs:
    """What a site does by itself; ``idle`` is the longest that its sender sleeps."""

    def __init__(
        self,
        site: Site,
        idle: timedelta,
        schedule_file: ScheduleFile,
        reckoning: Reckoning,
        signs: SignsOfLife,
    ) -> None:
        self.site = site
        self.idle = idle
        self.schedule_file = schedule_file
        self.reckoning = reckoning
        self.signs = signs
        self.lookout = Lookout(site.database, site.clock)
        self.link_server = _link_server(site)
        self.web = _console_server(site)

    def reread(self) -> None:
        """Called where schedule.toml is another one."""

    def jobs(self) -> tuple[Job, ...]:
        """Everything that happens by itself, and how often."""
        often = self.site.settings.jobs
        return (
            Job("send", self.send_due, Due(self.lookout.next_moment, self.idle)),
            Job("plan", self.plan, triggers.every(often.plan)),
            Job("sweep", self.sweep, triggers.every(often.sweep)),
            Job("feeds", self.feeds, triggers.every(often.feeds)),
            Job("readings", self.readings, triggers.every(often.readings)),
            Job("accounts", self.accounts, triggers.every(often.accounts)),
            Job("leftovers", self.leftovers, triggers.every(DAILY)),
            Job("alerts", self.alerts, triggers.every(often.alerts)),
            # Not by the calendar alone: a summary that couldn't be written at its hour, or whose
            # hour a clock that was set leapt over, would wait a week.
            Job("weekly", self.weekly, triggers.every(often.sweep)),
            Job("reminders", self.reminders, triggers.every(often.sweep)),
            Job("mails", self.mails, triggers.every(often.sweep)),
            *([Job("links", self.links, triggers.every(often.sweep))] if self.link_server else ()),
            *([Job("console", self.console, triggers.every(often.sweep))] if self.web else ()),
        )

    def send_due(self) -> None:
        """Set the engine to every channel with something due; it takes what may go."""
        self.site.engine.start(self.lookout.due())

    def plan(self) -> None:
        """Campaign files that changed go into the store; another schedule.toml is taken up."""
        if self.schedule_file.has_changed():
            self.reread()
        self.site.desk.refresh()

    def sweep(self) -> None:
        """Late and interrupted sends, doubts, stopped channels."""
        # A rehearsal's clock leaps from one thing to the next.
        if self.site.rehearsal or self.signs.stuck() is None:
            with self.site.database.writing() as session:
                pulse.beat(session, self.site.clock())
        # Before anything is judged by how old it is.
        self.reckoning.anew()
        self.site.reconciler.sweep()

    def feeds(self) -> None:
        """Feeds whose time has come; new entries go into the plan at once."""
        site, campaigns = self.site, self.site.desk.campaigns()
        manners = HURRIED if site.rehearsal else None
        if poll(site.database, site.settings, campaigns, site.clock, manners):
            site.desk.refresh(force=True)
        tell_of_feeds(site)

    def readings(self) -> None:
        """Whom did it reach: posts whose age asks for a reading."""
        self.site.collector.round()

    def accounts(self) -> None:
        """Every account's credentials, proved and renewed; hosted media that nobody needs go."""
        self.site.courier.credentials.prove_all()
        host = self.site.switchboard.host
        try:
            gone = host.sweep() if host is not None else 0
        except (ChannelError, OSError) as error:
            log.warning("hosted media not swept", why=str(error))
        else:
            log.info("accounts proved", hosted_media_gone=gone)

    def leftovers(self) -> None:
        """Cards, films and small pictures that nobody has asked for in two months go."""
        if self.site.rehearsal:
            return  # its clock leaps over years
        with self.site.database.reading() as session:
            gone = leftovers.sweep(session, self.site.settings.var_folder, self.site.clock())
        log.info("leftovers swept", gone=gone)

    def weekly(self) -> None:
        """The weekly summary becomes a delivery like any other: sent once, whatever happens."""
        schedule.plan_weekly(self.site)

    def reminders(self) -> None:
        """A report that is owed soon is drafted and mailed ahead of its deadline, likewise once."""
        plan_reminders(self.site)

    def mails(self) -> None:
        """Approvers are asked, and writers told what was said, by mail."""
        if not self.site.rehearsal:
            mail_people(self.site)

    def alerts(self) -> None:
        """What a person must know goes out, in one message."""
        self.site.alerts.tell_due()

    def links(self) -> None:
        """Short links are answered; a person is told where they can't be."""
        if self.link_server is None or self.link_server.is_up:
            return
        try:
            self.link_server.start()
        except OSError as error:
            place = self.site.settings.links.listen
            self.site.alerts.raise_("links", not_answered(place, error))
        else:
            self.site.alerts.clear("links")

    def console(self) -> None:
        """The officers' pages are served; a person is told where they can't be."""
        if self.web is None or self.web.is_up:
            return
        from publisher.web.server import not_served

        try:
            self.web.start()
        except OSError as error:
            place = self.site.settings.console.listen
            self.site.alerts.raise_("console", not_served(place, error))
        else:
            self.site.alerts.clear("console")

    def stop_serving(self) -> None:
        """No links and no pages from now on."""
        if self.link_server is not None:
            self.link_server.stop()
        if self.web is not None:
            self.web.stop()


def _console_server(site: Site) -> ConsoleServer | None:
    """What serves the console, where this process is to; loaded only then."""
    if not site.settings.console.daemon or site.rehearsal:
        return None
    from publisher.web.server import ConsoleServer

    return ConsoleServer(site)


def _link_server(site: Site) -> LinkServer | None:
    """What answers short links, where this process is to; a rehearsal has no readers."""
    links = site.settings.links
    if not links.short or not links.listen or site.rehearsal:
        return None
    return LinkServer(site.settings, site.database, site.clock, links.listen)
