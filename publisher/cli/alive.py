"""The command ``alive``: is the daemon at work?

For a container's health check, or a watch of one's own. It reads a row or two of the store and
changes nothing. In a cluster it tells of the processes of this machine, and of no other.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

import click

from publisher.cli.opening import site_as_it_lies
from publisher.cli.terminal import refuse, say
from publisher.i18n import _

if TYPE_CHECKING:
    from publisher.site import Site

Told = tuple[bool, str]
"""Whether something is at work, and that in words."""


@click.command(
    help=_(
        "Say whether the daemon is at work: it ends with 1 where it isn't. "
        "In a cluster: whether every process of this machine is."
    )
)
@click.pass_context
def alive(ctx: click.Context) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    from publisher.store.trouble import in_words

    office = site_as_it_lies(ctx)
    try:
        told = list(_of_this_machine(office) if office.is_cluster else _of_the_daemon(office))
    except SQLAlchemyError as error:
        refuse(_("The database can't be used: %(why)s") % {"why": in_words(error)})
    for _well, words in told:
        say(words)
    if not all(well for well, _words in told):
        sys.exit(1)


def _of_the_daemon(office: Site) -> Iterator[Told]:
    from publisher.site import store_url
    from publisher.store import pulse
    from publisher.store.database import is_there

    last = None
    # To look into a store that isn't there would make an empty one.
    if is_there(store_url(office.settings)):
        with office.database.reading() as session:
            last = pulse.last_at(session)
    when = _when(office, last)
    if last is None:
        yield False, _("The daemon has never run here: publisher run")
    elif pulse.is_at_work(last, office.clock(), office.settings):
        yield True, _("The daemon is at work; last seen at %(when)s.") % {"when": when}
    else:
        yield False, _("The daemon isn't at work; it was at %(when)s.") % {"when": when}


def _of_this_machine(office: Site) -> Iterator[Told]:
    from publisher.engines.cluster.roll import seated
    from publisher.store import pulse

    ours = [one for one in seated(office.database) if one.machine == office.machine]
    if not ours:
        nothing = _(
            "Nothing of the cluster runs on %(machine)s: publisher run, or publisher worker"
        )
        yield False, nothing % {"machine": office.machine}
    with office.database.reading() as session:
        last_of = {one.name: pulse.process_last_at(session, one.name) for one in ours}
    for one in ours:
        last = last_of[one.name]
        words = {"name": one.name, "role": one.role, "when": _when(office, last)}
        if last is None:
            yield False, _("%(name)s (%(role)s) has begun, and isn't at work yet.") % words
        elif pulse.is_at_work(last, office.clock(), office.settings):
            yield True, _("%(name)s (%(role)s) is at work; last seen at %(when)s.") % words
        else:
            yield False, _("%(name)s (%(role)s) isn't at work; it was at %(when)s.") % words


def _when(office: Site, moment: datetime | None) -> str:
    from publisher import notation

    return notation.moment(moment, office.settings.zone) if moment is not None else ""
