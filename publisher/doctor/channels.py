"""The channels' credentials, examined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlalchemy.exc import SQLAlchemyError

from channels.base import Channel, ChannelError, CredentialsExpiredError, ForbiddenError
from publisher import notation
from publisher.delivery.credentials import WARN_AHEAD
from publisher.doctor.finding import Finding
from publisher.i18n import _
from publisher.redaction import redact
from publisher.site import Site
from publisher.states import note_words
from publisher.store import channel_states
from publisher.switchboard import kind_of


def channel_findings(site: Site, names: Iterable[str]) -> Iterator[Finding]:
    """Whose credentials each of ``names`` has; one that was stopped and is well goes on."""
    stopped = _stopped(site)
    for name in names:
        title = _("Channel %(channel)s") % {"channel": name}
        instead = _("Get new credentials with: publisher channels login %(channel)s") % {
            "channel": name
        }
        mended = _("Mend that, then ask again: publisher channels check %(channel)s") % {
            "channel": name
        }
        try:
            with site.switchboard.line(name) as adapter:
                account = adapter.identify()
                expected = adapter.config.account
                # Who mended a stopped channel's credentials needn't wait for the daemon's next try.
                goes_on = name in stopped and site.courier.credentials.prove(name, adapter)
        except ChannelError as error:
            remedy = instead if _is_of_the_log_in(site, name, error) else mended
            yield Finding(title, False, redact(note_words(str(error))), remedy)
            continue
        except OSError as error:
            yield Finding(title, False, error.strerror or type(error).__name__, mended)
            continue
        who = account.name or account.id
        if goes_on:
            yield Finding(
                title, True, _("%(account)s; it was stopped and goes on") % {"account": who}
            )
        elif expected and not account.is_called(expected):
            instead = _(
                "schedule.toml expects the account %(account)s: log in as that one, "
                "or mend account there."
            ) % {"account": expected}
            yield Finding(title, False, who, instead)
        elif name in stopped:
            why = _stopped(site).get(name, stopped[name])
            detail = _("stopped: %(why)s") % {"why": redact(note_words(why))}
            yield Finding(title, False, detail, instead)
        elif account.expires_at is not None:
            day = notation.day(account.expires_at.astimezone(site.settings.zone), "full")
            soon = account.expires_at - site.clock() <= WARN_AHEAD
            detail = _("%(account)s; the credentials end on %(day)s") % {"account": who, "day": day}
            yield Finding(title, not soon, detail, instead)
        else:
            yield Finding(title, True, who)


def _is_of_the_log_in(site: Site, name: str, error: ChannelError) -> bool:
    """Whether logging in may mend it: a right that is lacking is granted on a platform's own pages,
    while a log-in that only asks for a secret changes nothing but that."""
    if isinstance(error, ForbiddenError):
        kind, _config = kind_of(site.settings, name)
        return kind.login is not Channel.login
    return isinstance(error, CredentialsExpiredError)


def _stopped(site: Site) -> dict[str, str]:
    """Why each channel that the daemon stopped was stopped; nothing where that can't be read."""
    try:
        with site.database.reading() as session:
            states = channel_states.all_of_them(session)
    except SQLAlchemyError:
        return {}
    return {state.channel: state.stopped for state in states if state.stopped}
