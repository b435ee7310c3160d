"""The command ``alive``: is the daemon at work?

For a container's health check, or a watch of one's own. It reads one row of the store and changes
nothing.
"""

from __future__ import annotations

import click

from publisher.cli.opening import site_as_it_lies
from publisher.cli.terminal import refuse, say
from publisher.i18n import _


@click.command(help=_("Say whether the daemon is at work: it ends with 1 where it isn't."))
@click.pass_context
def alive(ctx: click.Context) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    from publisher.desk.standing import local
    from publisher.site import store_url
    from publisher.store import pulse
    from publisher.store.database import is_there
    from publisher.store.trouble import in_words

    office = site_as_it_lies(ctx)
    last = None
    # To look into a store that isn't there would make an empty one.
    if is_there(store_url(office.settings)):
        try:
            with office.database.reading() as session:
                last = pulse.last_at(session)
        except SQLAlchemyError as error:
            refuse(_("The database can't be used: %(why)s") % {"why": in_words(error)})
    if last is None:
        refuse(_("The daemon has never run here: publisher run"))
    when = local(last, office.settings.zone)
    if not pulse.is_at_work(last, office.clock(), office.settings):
        refuse(_("The daemon isn't at work; it was at %(when)s.") % {"when": when})
    say(_("The daemon is at work; last seen at %(when)s.") % {"when": when})
