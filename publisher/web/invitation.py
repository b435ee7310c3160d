"""The mail by which somebody gets the link that sets their password."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import EmailMessage

from channels.base import ChannelError, CredentialsExpiredError
from publisher import notation
from publisher.alerts.ways import NO_MAIL_SERVER
from publisher.i18n import _
from publisher.reports import person_mail
from publisher.settings.mail import Mail
from publisher.site import Site
from publisher.store.console_tables import Person


def send(site: Site, person: Person, address: str, days: int) -> ChannelError | None:
    """Mail ``person`` the link at ``address``, which works for so many ``days``; gives why it
    couldn't be, or may not have arrived."""
    mail = site.settings.mail
    try:
        if mail is None:
            raise CredentialsExpiredError(NO_MAIL_SERVER)
        message = _message(site, mail, person, address, days)
        person_mail.send(mail, site.secret, message, person.email)
    except ChannelError as error:
        return error
    return None


def _message(site: Site, mail: Mail, person: Person, address: str, days: int) -> EmailMessage:
    office = site.settings.office.name
    text = _(
        "%(name)s,\n\nby this link you set your password for Publisher, the console of %(office)s. "
        "It works once, for %(days)s days:\n\n%(address)s\n\nYou log in as “%(login)s”. If you "
        "didn't expect this mail, tell your administrator."
    )
    to = Address(person.full_name, addr_spec=person.email)
    message = person_mail.headed(office, mail, to, _("Set your password for Publisher"))
    words = {"name": person.full_name, "office": office, "login": person.name}
    message.set_content(text % {**words, "days": notation.number(days), "address": address} + "\n")
    return message
