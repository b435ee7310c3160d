"""Whether anybody would be told when a person must act."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.exc import SQLAlchemyError

from channels.base import ChannelError
from channels.mail.smtp import Relay
from publisher.alerts.ways import ways_of
from publisher.doctor.finding import Finding
from publisher.i18n import _
from publisher.redaction import redact
from publisher.site import Site
from publisher.states import note_words
from publisher.store import alerts
from publisher.store.models import AlertWay


def mail_findings(site: Site) -> Iterator[Finding]:
    """Whether the mail server lets us in; nothing where none is named."""
    mail = site.settings.mail
    if mail is None:
        return
    try:
        password = site.secret(mail.password) if mail.password else ""
        with Relay(mail.host, mail.port, mail.security, mail.username, password):
            yield Finding(_("Mail server"), True, f"{mail.host}:{mail.port}")
    except ChannelError as error:
        yield Finding(
            _("Mail server"),
            False,
            redact(note_words(str(error))),
            _("Mend [mail] in schedule.toml."),
        )


def alert_findings(site: Site) -> Iterator[Finding]:
    """Whether anybody would be told when a person must act, as far as that shows without telling.

    A mail address is as good as its server; a service can't be asked anything.
    """
    title, instead = _("Alerts"), _("Try it: publisher alerts test")
    ways = ways_of(site.settings, site.secret, site.clock)
    if not ways:
        yield Finding(
            title,
            False,
            _("nobody is told when something goes wrong"),
            _("Name somebody in schedule.toml under [alerts], to or services."),
        )
    fared = _ways_as_known(site)
    for way in ways:
        known = fared.get(way.name)
        try:
            where = way.prove()
        except ChannelError as error:
            why = redact(note_words(str(error)))
            yield Finding(title, False, f"{way.name}: {why}", instead)
            continue
        if known is not None and known.failures:
            why = redact(note_words(known.problem))
            yield Finding(title, False, f"{way.name}: {why}", instead)
        else:
            yield Finding(title, True, f"{way.name} ({where})")


def _ways_as_known(site: Site) -> dict[str, AlertWay]:
    """How the daemon fared with each way; nothing where that can't be read."""
    try:
        with site.database.reading() as session:
            return alerts.ways(session)
    except SQLAlchemyError:
        return {}
