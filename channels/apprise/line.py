"""Opens one Apprise URL, and says by our errors why a message doesn't go to whom it names.

Apprise says yes or no and nothing else; why it said no is read from the HTTP answers that its
plugins got (``channels.apprise.http``). Used by ``channels.apprise``, and by Publisher's own
alerts.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from apprise import AppriseAttachment
from apprise.common import NotifyFormat, NotifyType, OverflowMode

from channels.apprise import services
from channels.apprise.http import Watched
from channels.base import N_, Account, CredentialsExpiredError, Limits

OWN_RECEIVERS = frozenset({"json", "jsons", "xml", "xmls", "form", "forms"})
"""Services that are a receiver of the office's own: these get the key of a message, too."""

LONGEST_PAUSE_S = 1.0

NO_URL = N_("Apprise: what stands at url is no Apprise URL of this service")
NOT_BY_HTTP = N_("this service is not reached by HTTP alone (for mail, use the adapter email)")


class Line:
    """Opened with the URL, which is a secret, and the name with which messages are signed.

    Raises ``CredentialsExpiredError`` where the URL names no service, or one that isn't ``service``
    (what its URLs begin with; any that is let through where left out).
    """

    def __init__(
        self,
        url: str,
        signature: str,
        clock: Callable[[], datetime],
        timeout_s: float,
        service: str = "",
    ) -> None:
        plugin = services.made(url, signature)
        if plugin is None or (service and type(plugin) is not services.plugin_of(service)):
            raise CredentialsExpiredError(NO_URL)
        scheme = urlsplit(url).scheme.lower()
        if not services.is_let_through(scheme, type(plugin)):
            raise CredentialsExpiredError(NOT_BY_HTTP)
        self._plugin = plugin
        self._is_own = scheme in OWN_RECEIVERS
        self._http = Watched(clock, timeout_s, services.secrets_in(url))
        self._plugin.throttle = self._pause  # type: ignore[method-assign]
        self.account = Account(services.fingerprint(url), services.shown_name(plugin))

    @property
    def limits(self) -> Limits:
        """What the service takes, as its plugin says it of this URL."""
        return services.limits(self._plugin)

    def keep_limits(self, workdir: Any, origin: str) -> None:
        """Keep what only the URL decides (``services.keep``)."""
        services.keep(workdir, origin, self._plugin)

    def send(
        self,
        title: str,
        text: str,
        kind: NotifyType,
        key: str,
        files: AppriseAttachment | None = None,
    ) -> None:
        """Hand the message over; its ``key`` goes along to a receiver of the office's own.

        Raises a ``ChannelError``: ``AmbiguousError`` where it may have been taken.
        """
        if self._is_own:
            self._http.headers["Idempotency-Key"] = key
        with self._http.watching():
            try:
                # The plugin itself, not Apprise, which would try again where the URL says so.
                said = self._plugin.notify(
                    body=text,
                    title=title,
                    notify_type=kind,
                    body_format=NotifyFormat.TEXT,
                    overflow=OverflowMode.UPSTREAM,
                    attach=files,
                )
            except Exception:  # noqa: BLE001 -- ours or a plugin's; what it asked for decides
                said = False
        if not said:
            raise self._http.failure()

    def close(self) -> None:
        self._http.close()

    def _pause(self, *_: Any, **__: Any) -> None:
        """What a plugin does between two requests. Between posts the courier waits, by
        ``Limits.min_gap_s``, and what a service asks for in a refusal goes back to it."""
        if self._http.asked:
            gap_s = float(self._plugin.request_rate_per_sec or 0)
            time.sleep(min(gap_s, LONGEST_PAUSE_S))
