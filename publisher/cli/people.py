"""The command ``people``: who may log in to the console, and what each of them may do.

A password is never an argument, which other users of the machine could read: it is asked for here,
or the person sets it by a link that works once.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NoReturn

import click

from publisher.cli.keyboard import user_name
from publisher.cli.opening import site
from publisher.cli.person import show
from publisher.cli.terminal import refuse, say
from publisher.i18n import _
from publisher.settings.console import Role
from publisher.site import Site

if TYPE_CHECKING:
    from sqlmodel import Session

    from publisher.store.console_tables import Person

FIRST = 'publisher people add lan --full-name "Trần Thị Lan" --role administrator'
"""What makes the first administrator."""

LINK_LASTS = timedelta(days=3)

_ROLES = click.Choice([role.value for role in Role])
_asks = click.option("--ask", is_flag=True, help=_("Ask for the password here, and print no link."))
_by = click.option("--by", default=user_name, help=_("Your name."))


@click.group(help=_("Who may log in to the console, and what each may do."))
def people() -> None:
    """Roles: viewer, writer, approver, administrator."""


@people.command(help=_("Take somebody in; prints a link by which they set their password."))
@click.argument("name", metavar="NAME")
@click.option("--full-name", required=True, help=_("Their name, as the record is to say it."))
@click.option("--role", type=_ROLES, default=Role.VIEWER.value, show_default=True, help=_("Role."))
@click.option("--email", default="", help=_("Their mail address."))
@_asks
@_by
@click.pass_context
def add(
    ctx: click.Context, name: str, full_name: str, role: str, email: str, ask: bool, by: str
) -> None:
    from publisher.store import people as stored

    if not name.strip() or not full_name.strip() or any(sign.isspace() for sign in name.strip()):
        raise click.UsageError(
            _("A name to log in by has no spaces, and nobody's full name is empty: %(command)s")
            % {"command": FIRST}
        )
    office = site(ctx)
    try:
        with office.database.writing() as session:
            person = stored.add(session, office.clock(), by, name, full_name, Role(role), email)
    except stored.NameTakenError:
        refuse(
            _("Somebody has this name already, or this full name: two people can't be one in the "
              "record. See: publisher people list")
        )  # fmt: skip
    say(_("%(name)s may log in as “%(login)s”.") % {"name": person.full_name, "login": person.name})
    _give_password(office, person, ask=ask, by=by)


@people.command("list", help=_("List the people, with their roles."))
@click.pass_context
def list_(ctx: click.Context) -> None:
    from publisher.store import people as stored
    from publisher.web.permissions import role_words

    office = site(ctx)
    with office.database.reading() as session:
        found = stored.everybody(session)
    for person in found:
        words = [role_words(person.role)]
        if person.disabled_at is not None:
            words.append(_("disabled"))
        if not person.password:
            words.append(_("has set no password"))
        if person.totp_since is not None:
            words.append(_("with codes from the telephone"))
        say(f"{person.name}  {person.full_name}  ·  {', '.join(words)}")
    if not found:
        say(nobody_yet())


@people.command(help=_("Give somebody another role."))
@click.argument("name", metavar="NAME")
@click.argument("new_role", metavar="ROLE", type=_ROLES)
@_by
@click.pass_context
def role(ctx: click.Context, name: str, new_role: str, by: str) -> None:
    from publisher.store import people as stored
    from publisher.web.permissions import role_words

    office = site(ctx)
    try:
        with office.database.writing() as session:
            person = _named(session, name)
            stored.set_role(session, office.clock(), by, person, Role(new_role))
    except stored.LastAdministratorError:
        _refuse_the_last()
    say(f"{person.full_name}: {role_words(new_role)}")


@people.command(help=_("Let somebody set a new password; prints a link for them."))
@click.argument("name", metavar="NAME")
@_asks
@_by
@click.pass_context
def password(ctx: click.Context, name: str, ask: bool, by: str) -> None:
    office = site(ctx)
    with office.database.reading() as session:
        person = _named(session, name)
    _give_password(office, person, ask=ask, by=by)


@people.command(help=_("Let somebody in no more, at once."))
@click.argument("name", metavar="NAME")
@_by
@click.pass_context
def disable(ctx: click.Context, name: str, by: str) -> None:
    from publisher.store import people as stored

    office = site(ctx)
    try:
        with office.database.writing() as session:
            person = _named(session, name)
            stored.disable(session, office.clock(), by, person)
    except stored.LastAdministratorError:
        _refuse_the_last()
    say(_("%(name)s can log in no more.") % {"name": person.full_name})


@people.command(help=_("Let somebody in again who was disabled."))
@click.argument("name", metavar="NAME")
@_by
@click.pass_context
def enable(ctx: click.Context, name: str, by: str) -> None:
    from publisher.store import people as stored

    office = site(ctx)
    with office.database.writing() as session:
        person = _named(session, name)
        stored.enable(session, office.clock(), by, person)
    say(_("%(name)s may log in as “%(login)s”.") % {"name": person.full_name, "login": person.name})


@people.command(help=_("Ask somebody for no codes any more: their telephone is lost."))
@click.argument("name", metavar="NAME")
@_by
@click.pass_context
def totp(ctx: click.Context, name: str, by: str) -> None:
    from publisher.store import people as stored

    office = site(ctx)
    with office.database.writing() as session:
        person = _named(session, name)
        if not person.totp:
            refuse(_("%(name)s has set up no telephone.") % {"name": person.full_name})
        stored.drop_totp(session, office.clock(), by, person)
    say(
        _("%(name)s logs in without a code, and can set up another telephone in their account.")
        % {"name": person.full_name}
    )


def nobody_yet() -> str:
    """What is said where nobody is taken in."""
    words = _("Nobody can log in yet. Take in the first administrator: %(command)s")
    return words % {"command": FIRST}


def _named(session: Session, name: str) -> Person:
    from publisher.store import people as stored

    person = stored.of_name(session, name)
    if person is None:
        refuse(_("There is nobody called “%(name)s”; see: publisher people list") % {"name": name})
    return person


def _give_password(office: Site, person: Person, *, ask: bool, by: str) -> None:
    from publisher.store import audit, one_time_links
    from publisher.store import people as stored

    if ask:
        kept = _asked(person)
        with office.database.writing() as session:
            stored.set_password(session, office.clock(), by, person, kept)
        say(_("The password is set."))
        return
    now, purpose = office.clock(), one_time_links.PASSWORD
    with office.database.writing() as session:
        token = one_time_links.make(session, now, person, purpose, LINK_LASTS)
        audit.record(session, now, by, "password link", person.name)
    say(_("Give them this link by a way that nobody else reads. It works once, for three days:"))
    show(f"{office.settings.console.address}/password/{token}")


def _asked(person: Person) -> str:
    from publisher.web.passwords import WeakPasswordError, hashed

    while True:
        typed = click.prompt(_("Password"), hide_input=True, type=str)
        if typed != click.prompt(_("Once more"), hide_input=True, type=str):
            say(_("The two passwords are not the same."))
            continue
        try:
            return hashed(typed, person.name, person.full_name)
        except WeakPasswordError as weak:
            say(str(weak))


def _refuse_the_last() -> NoReturn:
    refuse(_("This is the last administrator: nobody could let others in any more."))
