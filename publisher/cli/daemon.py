"""The command ``run``: the daemon in the foreground, as systemd likes it."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import click

from publisher.cli.opening import lasting_site
from publisher.cli.terminal import refuse
from publisher.i18n import _

if TYPE_CHECKING:
    from publisher.daemon.running import End
    from publisher.site import Site


@click.command(
    help=_("Run the daemon until it is told to stop (SIGTERM); SIGHUP rereads the files.")
)
@click.option(
    "--concurrency",
    type=click.IntRange(0),
    help=_("In a cluster: so many channels at once, 64 if left out; 0: it sends nothing itself."),
)
@click.pass_context
def run(ctx: click.Context, concurrency: int | None) -> None:
    office = _that_takes_writes(ctx)
    if office.is_cluster:
        from publisher.daemon.node import Node
        from publisher.engines.cluster.engine import CONCURRENCY

        channels_at_once = CONCURRENCY if concurrency is None else concurrency
        end_with(Node(office, ctx.obj["config"], channels_at_once).run())
        return
    if concurrency is not None:
        refuse(_("--concurrency is for a cluster: here every channel has a thread of its own."))
    from publisher.daemon.running import Daemon

    end_with(Daemon(office, config=ctx.obj["config"]).run())


def _that_takes_writes(ctx: click.Context) -> Site:
    """The site, once its schedule.toml is without fault and its store takes what a daemon writes
    first; under systemd that is waited for, and somebody is told. Nothing has been begun by then.
    """
    from sqlalchemy.exc import SQLAlchemyError

    from publisher.alerts import last_good
    from publisher.cli.mishaps import explain
    from publisher.cli.opening import settings_of
    from publisher.daemon.kept_out import KeptOut
    from publisher.daemon.supervisor import Supervisor
    from publisher.store.errors import StoreBusyError, StoreError

    _wait_for_a_fit_schedule(ctx)
    kept_out = None
    while True:
        trial = click.Context(ctx.command, parent=ctx, obj=ctx.obj)
        try:
            office = lasting_site(trial)
            _try_to_write(office)
        except StoreBusyError:
            raise
        except (StoreError, SQLAlchemyError, OSError) as error:
            trial.close()
            if not Supervisor().is_there:
                raise
            kept_out = kept_out or KeptOut(settings_of(ctx))
            kept_out.bear(explain(error))
        else:
            ctx.call_on_close(trial.close)
            last_good.note(ctx.obj["config"], office.settings)
            return office


def _wait_for_a_fit_schedule(ctx: click.Context) -> None:
    """Return once schedule.toml is without fault, or nobody waits for this process: then it ends
    by that."""
    from publisher import logs
    from publisher.alerts import last_good
    from publisher.cli.opening import speak
    from publisher.daemon.kept_out import KeptOut
    from publisher.daemon.supervisor import Supervisor
    from publisher.files.faults import Severity, as_lines
    from publisher.settings import Settings
    from publisher.settings.reader import read_settings

    kept_out = None
    while Supervisor().is_there:
        settings, faults = read_settings(ctx.obj["config"])
        if settings is not None:
            return
        if kept_out is None:
            known = last_good.noted(ctx.obj["config"]) or Settings()
            speak(ctx, known)
            logs.set_up(known.zone)
            kept_out = KeptOut(known)
        first = next(fault for fault in faults if fault.severity is Severity.ERROR)
        why = _("schedule.toml can't be read as it is: %(fault)s") % {"fault": as_lines([first])}
        kept_out.bear(why)


def _try_to_write(office: Site) -> None:
    from publisher.store import pulse

    if not office.is_cluster:
        with office.database.daemon_lock():
            pass
    with office.database.writing() as session:
        pulse.beat(session, office.clock(), "start")


def end_with(end: End) -> None:
    """End the process as its work ended, or let it begin anew."""
    sys.stderr.flush()
    if end.again:
        # The same process begins anew: whoever watches it sees no end, and what hangs is gone.
        os.execv(sys.executable, [sys.executable, "-m", "publisher", *sys.argv[1:]])  # noqa: S606
    if not end.finished:
        # A hanging send must not keep the process: its row says "sending", the next start settles.
        os._exit(0)
