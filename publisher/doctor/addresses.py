"""The addresses under which others reach the office's, followed from outside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlsplit

from PIL import Image
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.urls import iri_to_uri

from channels.base import ChannelError, Media
from channels.web.http import HttpSession
from channels.web.uploads import content_of
from publisher.doctor.finding import Finding
from publisher.i18n import _
from publisher.media.library import measure
from publisher.redaction import redact
from publisher.redirect.app import MARK, NO_CODE
from publisher.site import Site
from publisher.states import note_words
from publisher.store import short_links
from publisher.store.reach_tables import ShortLink

_FETCH_S = 15.0


def media_host_findings(site: Site) -> Iterator[Finding]:
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


def _sample(folder: Path) -> Media:
    path = folder / "mau.png"
    Image.new("RGB", (8, 8), "navy").save(path)
    return measure(path, _("A sample picture"))


def short_link_findings(site: Site) -> Iterator[Finding]:
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
