"""The cluster, examined: its processes, who has the duty, the queue, the database's clock."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from publisher import notation
from publisher.doctor.finding import Finding
from publisher.i18n import _
from publisher.site import Site
from publisher.store import pulse
from publisher.store.trouble import in_words


def cluster_findings(site: Site) -> Iterator[Finding]:
    """What there is to know of a cluster; nothing where there is none."""
    if not site.is_cluster:
        return
    try:
        yield from _processes(site)
        yield from _queue(site)
        yield from _clock(site)
    except SQLAlchemyError as error:
        yield Finding(_("Cluster"), False, in_words(error))


def _processes(site: Site) -> Iterator[Finding]:
    from publisher.engines.cluster.roll import seated

    found = seated(site.database)
    names = ", ".join(f"{one.name} ({one.role})" for one in found)
    yield Finding(
        _("Cluster"),
        bool(found),
        names or _("no process is running"),
        _("Start one on each node: publisher run"),
    )
    with site.database.reading() as session:
        hanging = ", ".join(one.name for one in found if _hangs(site, session, one.name))
    if hanging:
        yield Finding(
            _("Cluster"),
            False,
            _("not at work: %(names)s") % {"names": hanging},
            _("See its log, and start it anew."),
        )
    duty = next((one.name for one in found if one.has_duty), "")
    yield Finding(
        _("Duty"),
        bool(duty),
        duty or _("nobody has it: nothing is planned, nothing goes out"),
        _("At least one node must be running: publisher run"),
    )


def _hangs(site: Site, session: Session, process: str) -> bool:
    last = pulse.process_last_at(session, process)
    # One that has just begun has said nothing yet.
    return last is not None and not pulse.is_at_work(last, site.clock(), site.settings)


def _queue(site: Site) -> Iterator[Finding]:
    from publisher.engines.cluster.queue import Queue

    queue = Queue(site.database)
    is_there = queue.is_there()
    yield Finding(
        _("Queue"),
        is_there,
        queue.schema if is_there else _("its tables aren't there, or of another version"),
        _("They are made when a process of the cluster starts: publisher run"),
    )


def _clock(site: Site) -> Iterator[Finding]:
    from publisher.engines.cluster.clocks import TOLD, measured

    ahead = measured(site.database, site.clock)
    if ahead is None:
        detail, well = _("it answers too slowly to be compared"), False
    else:
        detail = _("%(time)s apart") % {"time": notation.seconds(abs(ahead.total_seconds()))}
        well = abs(ahead) <= TOLD
    yield Finding(
        _("Clock of the database"),
        well,
        detail,
        _("Switch time synchronisation on, on this machine and on the database's."),
    )
