"""Apprise: the services that have no adapter of their own, through https://github.com/caronc/apprise.

A title, a text and, where the service takes them, files: one message to whom an Apprise URL names.
Apprise says yes or no and nothing else: no id, no readings, no way to ask what went out. So a doubt
is never settled by sending again; a person decides. Why it said no is read from the HTTP answers
that its plugins got. Only services reached by HTTP are let through: what comes of the others
(mail, MQTT, XMPP, IRC, syslog, the desktop's own) can't be known, and mail has its own adapter.
UNVERIFIED: what each service takes, which is what its plugin says, and that a service which
answers 4xx took nothing. ``docs/channels/apprise.md`` is its page.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from apprise import AppriseAttachment, NotifyBase
from apprise.attachment.file import AttachFile
from apprise.common import NotifyFormat, NotifyType, OverflowMode
from pydantic import AfterValidator

from channels import _apprise_services as services
from channels._apprise_http import Watched
from channels.base import (
    N_,
    Account,
    CannotTellError,
    Channel,
    ChannelConfig,
    Context,
    CredentialsExpiredError,
    InvalidContentError,
    Journal,
    Limits,
    Media,
    Message,
    Receipt,
    SecretRef,
    Settlement,
    TransientError,
)

OWN_RECEIVERS = frozenset({"json", "jsons", "xml", "xmls", "form", "forms"})
"""Services that are a receiver of the office's own: these get the key of a message, too."""

_LONGEST_PAUSE_S = 1.0
_TYPES = {each.value: each for each in NotifyType}


def _known(service: str) -> str:
    plugin = services.plugin_of(service)
    if plugin is None:
        raise ValueError(N_("no service of Apprise has this name"))
    if not services.is_let_through(service, plugin):
        raise ValueError(
            N_("this service is not reached by HTTP alone (for mail, use the adapter email)")
        )
    return service


class AppriseConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "apprise"``.

    ``service`` is what the Apprise URL begins with (``mmost``, ``msteams``, ``json``): it decides
    what a post may have. ``url`` is the whole URL, which holds secrets.
    """

    adapter: Literal["apprise"] = "apprise"
    service: Annotated[str, AfterValidator(_known)]
    url: SecretRef


class Adapter(Channel[AppriseConfig]):
    """What one Apprise URL names. Option of a post: ``type`` (``info``; ``success``, ``warning``,
    ``failure``), which some services show as a colour."""

    Config = AppriseConfig
    settlement: ClassVar[Settlement] = Settlement.NONE
    access: ClassVar[tuple[str, ...]] = (
        N_("Find the service at https://appriseit.com/services/ and do what its page says."),
        N_("Put the Apprise URL together as that page says, and paste it here."),
    )

    def __init__(self, config: AppriseConfig, context: Context) -> None:
        super().__init__(config, context)
        self._opened: tuple[NotifyBase, Watched, Account] | None = None

    @classmethod
    def limits(cls, config: AppriseConfig) -> Limits:
        return services.limits(services.plugin_of(config.service))

    @classmethod
    def limits_learned(cls, config: AppriseConfig, workdir: Path) -> Limits:
        return services.kept(workdir, _origin(config)) or cls.limits(config)

    # -- the verbs --------------------------------------------------------------------------------

    def identify(self) -> Account:
        """Which URL it is; the service isn't asked, for none could be asked without publishing."""
        service, _, account = self._line()
        services.keep(self.context.workdir, _origin(self.config), service)
        return account

    def send(self, message: Message, journal: Journal) -> Receipt:
        noted = journal.get("sent")
        if noted is None:
            self._publish(message)
            noted = self.context.clock().isoformat()
            journal.put("sent", noted)
        return _receipt(message, noted)

    def find(self, message: Message, since: datetime, journal: Journal) -> Receipt | None:
        """The receipt, where the service's yes was noted."""
        noted = journal.get("sent")
        if noted is None:
            raise CannotTellError(N_("Apprise: the service can't be asked what it published"))
        return _receipt(message, noted)

    def close(self) -> None:
        if self._opened is not None:
            self._opened[1].close()
            self._opened = None

    # -- publishing -------------------------------------------------------------------------------

    def _publish(self, message: Message) -> None:
        service, http, _ = self._line()
        kind = _kind(message)
        _check(message, service)
        if self.config.service in OWN_RECEIVERS:
            http.headers["Idempotency-Key"] = _name(message)
        with http.watching():
            try:
                # The plugin itself, not Apprise, which would try again where the URL says so.
                said = service.notify(
                    body=message.body.plain,
                    title=message.title,
                    notify_type=kind,
                    body_format=NotifyFormat.TEXT,
                    overflow=OverflowMode.UPSTREAM,
                    attach=_attached(message.media) if message.media else None,
                )
            except Exception:  # noqa: BLE001 -- ours or a plugin's; what it asked for decides
                said = False
        if not said:
            raise http.failure()

    def _line(self) -> tuple[NotifyBase, Watched, Account]:
        if self._opened is None:
            keys, url = self.config, self.context.secret(self.config.url)
            service = services.made(url, keys.title or self.context.name)
            if service is None or type(service) is not services.plugin_of(keys.service):
                raise CredentialsExpiredError(
                    N_("Apprise: what stands at url is no Apprise URL of this service")
                )
            http = Watched(self.context.clock, keys.timeout_s, services.secrets_in(url))
            service.throttle = _pauses(service, http)  # type: ignore[method-assign]
            account = Account(services.fingerprint(url), services.shown_name(service))
            self._opened = (service, http, account)
        return self._opened


def _pauses(service: NotifyBase, http: Watched) -> Any:
    """What a plugin does between two requests. Between posts the courier waits, by
    ``Limits.min_gap_s``, and what a service asks for in a refusal goes back to it."""

    def throttle(*_: Any, **__: Any) -> None:
        if http.asked:
            time.sleep(min(float(service.request_rate_per_sec or 0), _LONGEST_PAUSE_S))

    return throttle


def _check(message: Message, service: NotifyBase) -> None:
    """Apprise would leave out, cut or divide what the service doesn't take."""
    limits = services.limits(service)
    words = message.body.plain
    if message.title and limits.title_max is None:
        words = f"{message.title}\r\n{words}"  # it has no title: Apprise puts it before the text
    if limits.text_max is not None and limits.measure(words) > limits.text_max:
        raise InvalidContentError(f"Apprise: the text is longer than {limits.text_max} characters")
    if limits.title_max is not None and len(message.title) > limits.title_max:
        raise InvalidContentError(f"Apprise: the title is longer than {limits.title_max}")
    if message.replies:
        raise InvalidContentError("Apprise: there are no threads")
    if message.media and not limits.images_max:
        raise InvalidContentError("Apprise: the service takes no files")
    if not words.strip() and not message.media:
        raise InvalidContentError("Apprise: there is no text")
    for media in message.media:
        if not media.path.is_file():
            raise TransientError(f"the file of a {media.kind} ({media.sha256[:12]}) can't be read")


def _kind(message: Message) -> NotifyType:
    unknown = set(message.options) - {"type"}
    kind = message.options.get("type", "info")
    if unknown or not isinstance(kind, str) or kind not in _TYPES:
        name = min(unknown, default="type")
        raise InvalidContentError(f"Apprise: not an option, or not its value: {name}")
    return _TYPES[kind]


def _attached(media: Sequence[Media]) -> AppriseAttachment:
    files = AppriseAttachment()
    for each in media:
        file = AttachFile(str(each.path), name=each.path.name, mimetype=each.mime)  # type: ignore[no-untyped-call]
        files.add(file)
    return files


def _receipt(message: Message, noted: str) -> Receipt:
    return Receipt(_name(message), "", datetime.fromisoformat(noted))


def _name(message: Message) -> str:
    """What we call it, for the service calls it nothing."""
    return hashlib.sha256(message.key.encode()).hexdigest()[:32]


def _origin(config: AppriseConfig) -> str:
    return f"{config.service} {config.url}"
