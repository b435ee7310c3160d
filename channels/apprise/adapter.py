"""Publishes to services that have no adapter of their own, through Apprise.
(https://github.com/caronc/apprise)

A title, a text and, where the service takes them, files: one message to whom an Apprise URL names.
Apprise says yes or no and nothing else: no id, no readings, no way to ask what went out. So a doubt
is never settled by sending again; a person decides. Why it said no is read from the HTTP answers
that its plugins got (``http.py``). Only services reached by HTTP are let through: what comes
of the others (mail, MQTT, XMPP, IRC, syslog, the desktop's own) can't be known, and mail has its
own adapter. UNVERIFIED: what each service takes, which is what its plugin says, and that a service
which answers 4xx took nothing. ``docs/channels/apprise.md`` is its page.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, ClassVar, Literal

from apprise import AppriseAttachment
from apprise.attachment.file import AttachFile
from apprise.common import NotifyType
from pydantic import AfterValidator

from channels.apprise import services
from channels.apprise.line import NOT_BY_HTTP, Line
from channels.apprise.options import AppriseOptions
from channels.base import (
    N_,
    Account,
    CannotTellError,
    Channel,
    ChannelConfig,
    Context,
    InvalidContentError,
    Journal,
    Limits,
    Look,
    Media,
    Message,
    Receipt,
    SecretRef,
    Settlement,
    TransientError,
    options_of,
)
from channels.reasons import GONE, TEXT_LONG, TITLE_LONG
from channels.web.opened import Opened

_TYPES = {each.value: each for each in NotifyType}


def _known(service: str) -> str:
    plugin = services.plugin_of(service)
    if plugin is None:
        raise ValueError(N_("no service of Apprise has this name"))
    if not services.is_let_through(service, plugin):
        raise ValueError(NOT_BY_HTTP)
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
    Options = AppriseOptions
    look: ClassVar[Look] = Look("Apprise", "#3f6212")
    settlement: ClassVar[Settlement] = Settlement.NONE
    access: ClassVar[tuple[str, ...]] = (
        N_("Find the service at https://appriseit.com/services/ and do what its page says."),
        N_("Put the Apprise URL together as that page says, and paste it here."),
    )

    def __init__(self, config: AppriseConfig, context: Context) -> None:
        super().__init__(config, context)
        self._line = Opened(self._opening, Line.close)

    @classmethod
    def limits(cls, config: AppriseConfig) -> Limits:
        return services.limits(services.plugin_of(config.service))

    @classmethod
    def limits_learned(cls, config: AppriseConfig, workdir: Path) -> Limits:
        return services.kept(workdir, _origin(config)) or cls.limits(config)

    # -- the verbs --------------------------------------------------------------------------------

    def identify(self) -> Account:
        """Which URL it is; the service isn't asked, for none could be asked without publishing."""
        line = self._line()
        line.keep_limits(self.context.workdir, _origin(self.config))
        return line.account

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
        self._line.close()

    # -- publishing -------------------------------------------------------------------------------

    def _publish(self, message: Message) -> None:
        line = self._line()
        kind = _TYPES[options_of(message, AppriseOptions).type]
        _check(message, line.limits)
        line.send(
            message.title,
            message.body.plain,
            kind,
            key=_name(message),
            files=_attached(message.media) if message.media else None,
        )

    def _opening(self) -> Line:
        keys, url = self.config, self.context.secret(self.config.url)
        signature = keys.title or self.context.name
        return Line(url, signature, self.context.clock, keys.timeout_s, keys.service)


def _check(message: Message, limits: Limits) -> None:
    """Apprise would leave out, cut or divide what the service doesn't take."""
    words = message.body.plain
    if message.title and limits.title_max is None:
        words = f"{message.title}\r\n{words}"  # it has no title: Apprise puts it before the text
    if limits.text_max is not None and limits.measure(words) > limits.text_max:
        raise InvalidContentError(f"Apprise: {TEXT_LONG}: {limits.text_max}")
    if limits.title_max is not None and len(message.title) > limits.title_max:
        raise InvalidContentError(f"Apprise: {TITLE_LONG}: {limits.title_max}")
    if message.replies:
        raise InvalidContentError("Apprise: there are no threads")
    if message.media and not limits.images_max:
        raise InvalidContentError("Apprise: the service takes no files")
    if not words.strip() and not message.media:
        raise InvalidContentError("Apprise: there is no text")
    for media in message.media:
        if not media.path.is_file():
            raise TransientError(f"{media.path.name}: {GONE}")


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
