"""Fetches a feed politely, from the public web.

Only what changed, bounded in time and size. Conditional requests (ETag, If-Modified-Since) as RFC
9110 has them, "later" taken at its word; nothing here is trusted. The exchange itself is
``channels.web.http``'s, which says who asks (User-Agent). An officer names the address and the
portal where it redirects to, so neither may lead into the office's own network: only hosts that an
administrator trusts may stand there.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urljoin, urlsplit

import requests

from channels.base import N_, ChannelError
from channels.web.http import HttpSession, retry_after
from channels.web.public import OffTheWebError, PublicWeb
from publisher.clock import Clock

MAX_BYTES = 5 * 1024 * 1024
MAX_REDIRECTS = 5
TIMEOUT_S = 30.0
"""From the first byte of a request to the last one of its answer, however slowly they drip."""

OFF_THE_WEB = N_(
    "its address is not on the public web; where it is the office's own, an administrator names it "
    "in schedule.toml: [feeds] trusted_hosts"
)
GONE = N_("the portal says that this feed is gone for good")

_FOR_GOOD = (requests.codes.moved_permanently, requests.codes.permanent_redirect)
_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,9})", re.I)
_LONGEST_TAG = 1000
_ACCEPTED = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"
_PICTURES = "image/jpeg, image/png, image/webp;q=0.9, image/gif;q=0.8"


class FeedError(Exception):
    """The feed can't be had now; the text says why, ``until`` when to ask again where it said.

    ``is_gone``: it won't be had any more at this address (410).
    """

    def __init__(self, text: str, until: datetime | None = None, *, is_gone: bool = False) -> None:
        super().__init__(text)
        self.until = until
        self.is_gone = is_gone


@dataclass(frozen=True, slots=True)
class Fetched:
    """A feed's body (``None``: unchanged), where it was found, and what to send next time.

    ``moved_to`` is where it is for good ("" where it is said to stand), ``patience`` how long the
    answer is good for by its own word (``Cache-Control: max-age``).
    """

    body: bytes | None
    url: str
    etag: str
    modified: str
    moved_to: str = ""
    patience: timedelta = timedelta()


def fetch(
    url: str,
    clock: Clock,
    etag: str = "",
    modified: str = "",
    *,
    trusted_hosts: Collection[str] = (),
    timeout_s: float = TIMEOUT_S,
) -> Fetched:
    """Fetch ``url`` unless it is unchanged; raises ``FeedError``.

    ``trusted_hosts`` may stand anywhere; every other address must be on the public web.
    """
    headers = {"Accept": _ACCEPTED}
    if etag:
        headers["If-None-Match"] = etag
    if modified:
        headers["If-Modified-Since"] = modified
    answer, moved_to = _asked(url, clock, headers, trusted_hosts, timeout_s, MAX_BYTES)
    if answer.status_code == requests.codes.not_modified:
        return Fetched(None, url, etag, modified, moved_to, _patience(answer.headers))
    if answer.status_code != requests.codes.ok:
        raise _refused(answer, clock())
    return Fetched(
        answer.content,
        answer.url,
        _tag(answer, "ETag"),
        _tag(answer, "Last-Modified"),
        moved_to,
        _patience(answer.headers),
    )


def fetch_bytes(
    url: str, clock: Clock, *, trusted_hosts: Collection[str], timeout_s: float, most: int
) -> bytes:
    """What stands at ``url``, a picture, of at most so many bytes; raises ``FeedError``."""
    answer, _moved = _asked(url, clock, {"Accept": _PICTURES}, trusted_hosts, timeout_s, most)
    if answer.status_code != requests.codes.ok:
        raise _refused(answer, clock())
    return answer.content


def _asked(
    url: str,
    clock: Clock,
    headers: Mapping[str, str],
    trusted_hosts: Collection[str],
    timeout_s: float,
    most: int,
) -> tuple[requests.Response, str]:
    """The answer behind the redirects, and where it moved to for good."""
    web = PublicWeb(trusted_hosts)
    with HttpSession(clock, timeout_s, answer_max_bytes=most, web=web) as http:
        try:
            return _followed(http, web, url, headers)
        except OffTheWebError as error:
            host, _colon, _why = str(error).partition(": ")
            raise FeedError(f"{host}: {OFF_THE_WEB}") from None
        except ChannelError as error:
            raise FeedError(str(error)) from None
        except ValueError:
            # ``requests`` looks at the place of a redirect before it gives it to us.
            raise FeedError(N_("a redirect leads to what is no address")) from None


def _followed(
    http: HttpSession, web: PublicWeb, url: str, headers: Mapping[str, str]
) -> tuple[requests.Response, str]:
    moved_to, is_for_good = "", True
    for _number in range(MAX_REDIRECTS + 1):
        answer: requests.Response = http.get(url, headers=headers)
        if not answer.is_redirect:
            return answer, moved_to
        url = _led_on(web, url, answer.headers["Location"])
        # What is behind a passing redirect may be elsewhere tomorrow.
        is_for_good = is_for_good and answer.status_code in _FOR_GOOD
        moved_to = url if is_for_good else moved_to
    raise FeedError(N_("it leads on too many times: write the last address itself"))


def _led_on(web: PublicWeb, url: str, place: str) -> str:
    """Where a redirect from ``url`` leads, which may not be off the protected web.

    Nor may a stranger lead to a trusted host: it is trusted with what the officers name.

    Raises ``FeedError``, and ``ValueError`` where ``place`` is no address at all.
    """
    led = urljoin(url, place)
    schemes = ("https",) if urlsplit(url).scheme == "https" else ("https", "http")
    if urlsplit(led).scheme not in schemes:
        raise FeedError(N_("a redirect leads off the web, or to an unprotected address"))
    if web.trusts_address(led) and not web.trusts_address(url):
        raise FeedError(N_("a redirect from the public web leads to a trusted host"))
    return led


def _refused(answer: requests.Response, now: datetime) -> FeedError:
    if answer.status_code == requests.codes.gone:
        return FeedError(GONE, is_gone=True)
    text = f"HTTP {answer.status_code}"
    if "Retry-After" in answer.headers:
        return FeedError(text, retry_after(answer, now))
    return FeedError(text)


def _tag(answer: requests.Response, name: str) -> str:
    value: str = answer.headers.get(name, "")
    return value if len(value) <= _LONGEST_TAG else ""


def _patience(headers: Mapping[str, str]) -> timedelta:
    said = _MAX_AGE.search(headers.get("Cache-Control", ""))
    return timedelta(seconds=int(said[1])) if said else timedelta()
