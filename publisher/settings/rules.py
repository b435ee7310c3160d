"""What must hold between the tables of schedule.toml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import channels
from channels.base import ChannelConfig
from publisher.files.document import Document
from publisher.files.faults import Fault, Severity
from publisher.files.messages import near, quoted
from publisher.i18n import _
from publisher.settings import Settings


def of_blackouts(settings: Settings, document: Document) -> Iterator[Fault]:
    for place, blackout in enumerate(settings.blackouts):
        for number, name in enumerate(blackout.channels):
            if name not in settings.channels:
                yield document.fault(
                    ("blackouts", place, "channels", number),
                    "unknown_channel",
                    _("There is no channel “%(name)s” in schedule.toml.") % {"name": quoted(name)},
                    near(name, settings.channels),
                )


def of_media_host(
    settings: Settings, configs: Mapping[str, ChannelConfig], document: Document
) -> Iterator[Fault]:
    """A channel that is to keep media for others must be there, and be able to."""
    hosting = settings.media_host
    if hosting is None or hosting.kind != "channel":
        return
    if hosting.channel in settings.channels and hosting.channel not in configs:
        return  # what is wrong with the channel itself is told already
    able = [name for name, config in configs.items() if _hosts(config)]
    if hosting.channel not in able:
        yield document.fault(
            ("media_host", "channel"),
            "media_host_channel",
            _("“%(name)s” is no channel that can keep media for others.")
            % {"name": quoted(hosting.channel)},
            near(hosting.channel, able)
            if able
            else _('A channel with adapter = "wordpress" can; else choose another kind of host.'),
        )


def _hosts(config: ChannelConfig) -> bool:
    return config.enabled and hasattr(channels.load(config.adapter), "address")


def of_links(settings: Settings, document: Document) -> Iterator[Fault]:
    links = settings.links
    for number, name in enumerate(links.not_short_on):
        if name not in settings.channels:
            yield document.fault(
                ("links", "not_short_on", number),
                "unknown_channel",
                _("There is no channel “%(name)s” in schedule.toml.") % {"name": quoted(name)},
                near(name, settings.channels),
            )
    if links.short and not links.utm_hosts:
        yield document.fault(
            ("links", "short"),
            "no_hosts",
            _("No link becomes a short one: only links to our own hosts do, and none is named."),
            _('Name them under [links]: utm_hosts = ["dongthap.example.vn"]'),
            Severity.WARNING,
        )


def of_alerts(settings: Settings, document: Document) -> Iterator[Fault]:
    """Who is to be told by mail can't be where no server takes it; posts go out all the same."""
    if settings.alerts.to and settings.mail is None:
        yield document.fault(
            ("alerts", "to"),
            "no_mail",
            _("Alerts can't be mailed: there is no mail server."),
            _('Add the table [mail], or name chat services: services = ["file:…"]'),
            Severity.WARNING,
        )
