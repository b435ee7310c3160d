"""The doctor: examines what the daemon leans on, one finding at a time, without publishing."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from PIL import Image
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.urls import iri_to_uri

from channels.base import ChannelError, Media
from channels.mail.smtp import Relay
from channels.sealing import FAULTY_KEY
from channels.web.http import HttpSession, content_of
from publisher import __version__
from publisher.alerts.ways import ways_of
from publisher.campaign.reader import read_campaigns
from publisher.delivery.credentials import WARN_AHEAD
from publisher.feeds.entries import parse
from publisher.feeds.fetch import FeedError, fetch
from publisher.i18n import _, ngettext
from publisher.logs import redact
from publisher.media.library import measure
from publisher.redirect.app import MARK, NO_CODE
from publisher.site import Site
from publisher.states import note_words
from publisher.store import alerts, channel_states, short_links
from publisher.store.database import StoreBusyError
from publisher.store.models import AlertWay, ShortLink

LEAST_FREE_BYTES = 500 * 1024 * 1024
_FETCH_S = 15.0


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, how it is, and what to do where it isn't ``well``."""

    what: str
    well: bool
    detail: str
    instead: str = ""


def examine(site: Site) -> Iterator[Finding]:
    """Every finding, as it is made; channels are asked over the network, one by one."""
    yield Finding("Publisher", True, __version__)
    yield _clock(site)
    yield _zone(site)
    yield _disk(site)
    yield from _store(site)
    yield from _secrets(site)
    yield _key(site)
    yield from channel_findings(site, site.switchboard.names())
    yield from _feeds(site)
    yield from _media_host(site)
    yield from _short_links(site)
    yield from _mail(site)
    yield from _alerts(site)


def _clock(site: Site) -> Finding:
    now = site.clock()
    newest = max(
        (path.stat().st_mtime for path in Path(__file__).parent.rglob("*.py")), default=0.0
    )
    well = now.timestamp() >= newest
    return Finding(
        _("Clock"),
        well,
        f"{now.astimezone(site.settings.zone):%d/%m/%Y %H:%M:%S} ({now:%H:%M:%S} UTC)",
        _("The clock stands before the program was made: switch time synchronisation on."),
    )


def _zone(site: Site) -> Finding:
    moment = datetime(2027, 10, 10, tzinfo=UTC).astimezone(ZoneInfo(site.settings.timezone))
    return Finding(_("Time zone"), True, f"{site.settings.timezone} (UTC{moment:%z})")


def _disk(site: Site) -> Finding:
    folder = site.settings.var_folder
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    writable = os.access(folder, os.W_OK)
    return Finding(
        _("Disk"),
        writable and free >= LEAST_FREE_BYTES,
        _("%(free).1f GB free in %(folder)s") % {"free": free / 1e9, "folder": folder},
        _("Make room, and let the program's user write there."),
    )


def _store(site: Site) -> Iterator[Finding]:
    try:
        with site.database.reading() as session:
            if site.database.path is not None:
                verdict = str(session.execute(text("PRAGMA quick_check")).scalar())
            else:
                verdict = "ok" if session.execute(text("SELECT 1")).scalar() == 1 else "?"
    except SQLAlchemyError as error:
        verdict = redact(str(getattr(error, "orig", None) or type(error).__name__))
    instead = _("Stop the daemon and bring back the last backup: publisher restore FILE")
    if "unable to open" in verdict or "readonly" in verdict:
        instead = _("Let the program's user read and write this file and its folder.")
    yield Finding(
        _("Database"),
        verdict == "ok",
        f"{site.database.path or 'PostgreSQL'}: {verdict}",
        instead,
    )
    if verdict != "ok":
        return
    try:
        with site.database.daemon_lock():
            yield Finding(_("Daemon"), True, _("not running"))
    except StoreBusyError as busy:
        yield Finding(_("Daemon"), True, _("running, process %(pid)s") % {"pid": busy.holder})


def _secrets(site: Site) -> Iterator[Finding]:
    places = dict(site.settings.channels)
    if site.settings.mail is not None:
        places["mail"] = {"password": site.settings.mail.password}
    places["alerts"] = {place: place for place in site.settings.alerts.services}
    for name, keys in places.items():
        for reference in _references(keys):
            path = site.settings.root / reference[len("file:") :]
            if not path.exists():
                continue
            open_to_others = bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))
            yield Finding(
                _("Secret of %(channel)s") % {"channel": name},
                not open_to_others,
                f"{path}: {stat.filemode(path.stat().st_mode)}",
                f"chmod 600 {path}",
            )


def _key(site: Site) -> Finding:
    """What the tokens are sealed by that channels have to keep."""
    title, lacking = _("Key"), site.switchboard.lacking_a_key()
    instead = _("Make one, and install it as it says: publisher key new")
    if len(site.seal):
        words = ngettext("%(n)d key", "%(n)d keys", len(site.seal)) % {"n": len(site.seal)}
        return Finding(title, True, words)
    if site.seal.why == FAULTY_KEY:
        return Finding(title, False, _(FAULTY_KEY), instead)
    if lacking:
        words = _("there is none, and these channels have to keep tokens: %(channels)s")
        return Finding(title, False, words % {"channels": ", ".join(lacking)}, instead)
    return Finding(title, True, _("there is none, and no channel needs one"))


def _references(keys: Mapping[str, object]) -> list[str]:
    """The places of secrets that are files: what else stands where, only its channel can say."""
    return [one for one in keys.values() if isinstance(one, str) and one.startswith("file:")]


def _stopped(site: Site) -> dict[str, str]:
    """Why each channel that the daemon stopped was stopped; nothing where that can't be read."""
    try:
        with site.database.reading() as session:
            states = channel_states.all_of_them(session)
    except SQLAlchemyError:
        return {}
    return {state.channel: state.stopped for state in states if state.stopped}


def channel_findings(site: Site, names: Iterable[str]) -> Iterator[Finding]:
    """Whose credentials each of ``names`` has; one that was stopped and is well goes on."""
    stopped = _stopped(site)
    for name in names:
        title = _("Channel %(channel)s") % {"channel": name}
        instead = _("Get new credentials with: publisher channels login %(channel)s") % {
            "channel": name
        }
        try:
            with site.switchboard.line(name) as adapter:
                account = adapter.identify()
                expected = adapter.config.account
                # Who mended a stopped channel's credentials needn't wait for the daemon's next try.
                goes_on = name in stopped and site.courier.credentials.prove(name, adapter)
        except ChannelError as error:
            yield Finding(title, False, redact(note_words(str(error))), instead)
            continue
        except OSError as error:
            yield Finding(title, False, error.strerror or type(error).__name__, instead)
            continue
        who = account.name or account.id
        if goes_on:
            yield Finding(
                title, True, _("%(account)s; it was stopped and goes on") % {"account": who}
            )
        elif expected and not account.is_called(expected):
            instead = _("schedule.toml expects the account %(account)s.") % {"account": expected}
            yield Finding(title, False, who, instead)
        elif name in stopped:
            why = _stopped(site).get(name, stopped[name])
            detail = _("stopped: %(why)s") % {"why": redact(note_words(why))}
            yield Finding(title, False, detail, instead)
        elif account.expires_at is not None:
            day = f"{account.expires_at.astimezone(site.settings.zone):%d/%m/%Y}"
            soon = account.expires_at - site.clock() <= WARN_AHEAD
            detail = _("%(account)s; the credentials end on %(day)s") % {"account": who, "day": day}
            yield Finding(title, not soon, detail, instead)
        else:
            yield Finding(title, True, who)


def _feeds(site: Site) -> Iterator[Finding]:
    """Fetch and read every campaign's feed, as the daemon would."""
    campaigns, _faults = read_campaigns(site.settings)
    for campaign in campaigns:
        source = campaign.file.feed
        if source is None:
            continue
        title = _("Feed of %(campaign)s") % {"campaign": campaign.slug}
        try:
            trusted = site.settings.feeds.trusted_hosts
            fetched = fetch(source.url, site.clock, trusted_hosts=trusted)
            found = len(parse(fetched.body or b"", fetched.url))
        except FeedError as error:
            instead = _("Look whether “url” under [feed] in campaign.toml opens in a browser.")
            yield Finding(title, False, redact(note_words(str(error))), instead)
            continue
        words = ngettext("%(n)d entry", "%(n)d entries", found) % {"n": found}
        yield Finding(title, True, words)


def _media_host(site: Site) -> Iterator[Finding]:
    """Put a picture there and fetch it as a platform would."""
    title, host = _("Media host"), site.switchboard.host
    if host is None:
        return
    instead = _("Mend [media_host] in schedule.toml: platforms fetch pictures from there.")
    with TemporaryDirectory() as folder:
        sample = _sample(Path(folder))
        try:
            address = host.address(sample)
            http = HttpSession(site.clock, _FETCH_S)
            answer = http.get(address)
        except ChannelError as error:
            yield Finding(title, False, redact(note_words(str(error))), instead)
            return
        well = answer.status_code == 200 and answer.content == content_of(sample)
    where = urlsplit(address).hostname or ""
    if not well:
        where = _("%(host)s answers %(status)s, not with the picture that was put there") % {
            "host": where,
            "status": answer.status_code,
        }
    yield Finding(title, well, where, instead)


def _short_links(site: Site) -> Iterator[Finding]:
    """Follow a short link from outside, as readers do; HEAD isn't counted."""
    base = site.settings.links.short
    if not base:
        return
    title = _("Short links")
    instead = _(
        "Let the web server pass on what stands below %(address)s, and let the daemon run (or "
        "publisher links serve): docs/links.md."
    ) % {"address": base}
    known = _newest_link(site)
    # Where no post has a link yet, it is enough to be told by our own program that there is none.
    address = f"{base}/{known.code if known is not None else NO_CODE}"
    try:
        answer = HttpSession(site.clock, _FETCH_S).head(address)
    except ChannelError as error:
        yield Finding(title, False, redact(note_words(str(error))), instead)
        return
    words = _("%(address)s leads here")
    well = answer.headers.get(MARK) is not None and answer.status_code == (302 if known else 404)
    if not well:
        words = _("%(address)s answers %(status)s, not we")
    elif known is not None and answer.headers.get("Location") != iri_to_uri(known.target):
        well, words = False, _("the web server changes where %(address)s sends readers (Location)")
    yield Finding(title, well, words % {"address": base, "status": answer.status_code}, instead)


def _newest_link(site: Site) -> ShortLink | None:
    try:
        with site.database.reading() as session:
            return short_links.newest(session)
    except SQLAlchemyError:
        return None


def _sample(folder: Path) -> Media:
    path = folder / "mau.png"
    Image.new("RGB", (8, 8), "navy").save(path)
    return measure(path, _("A sample picture"))


def _mail(site: Site) -> Iterator[Finding]:
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


def _alerts(site: Site) -> Iterator[Finding]:
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
