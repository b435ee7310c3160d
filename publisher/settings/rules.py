"""What must hold between the tables of schedule.toml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import channels
from channels.base import ChannelConfig
from publisher import notation
from publisher.cards.colours import LEAST_CONTRAST, contrast
from publisher.files.document import Document
from publisher.files.faults import Fault, Severity
from publisher.files.messages import near, quoted
from publisher.i18n import _
from publisher.settings import Settings


def of_engine(settings: Settings, document: Document) -> Iterator[Fault]:
    """Several processes can't share a file that only one of them may write at a time."""
    is_postgresql = settings.named_store.startswith("postgresql+psycopg://")
    if settings.engine == "cluster" and not is_postgresql:
        yield document.fault(
            ("engine",),
            "cluster_store",
            _("A cluster needs PostgreSQL; the database that is named is another one."),
            _(
                'Write store = "postgresql+psycopg://USER@HOST/DATABASE" (or put it into '
                'PUBLISHER_STORE), or engine = "local": docs/cluster.md.'
            ),
        )


def of_blackouts(settings: Settings, document: Document) -> Iterator[Fault]:
    """Channels and campaigns that there aren't: a blackout of theirs keeps nothing back."""
    is_of_some = any(blackout.campaigns for blackout in settings.blackouts)
    known = settings.campaign_names if is_of_some else []
    for place, blackout in enumerate(settings.blackouts):
        for number, name in enumerate(blackout.channels):
            if name not in settings.channels:
                yield document.fault(
                    ("blackouts", place, "channels", number),
                    "unknown_channel",
                    _("There is no channel “%(name)s” in schedule.toml.") % {"name": quoted(name)},
                    near(name, settings.channels),
                )
        # A campaign that was deleted must keep no daemon from its work.
        for number, name in enumerate(blackout.campaigns):
            if name not in known:
                yield document.fault(
                    ("blackouts", place, "campaigns", number),
                    "unknown_campaign",
                    _("There is no campaign “%(name)s”.") % {"name": quoted(name)},
                    near(name, known),
                    Severity.WARNING,
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


def of_cards(settings: Settings, document: Document) -> Iterator[Fault]:
    """Colours that people couldn't read upon one another; an emblem that isn't there."""
    cards = settings.cards
    written = document.data.get("cards", {})
    for key, ground in (("paper", "primary"), ("accent", "primary"), ("signal", "paper")):
        told = contrast(getattr(cards, key), getattr(cards, ground))
        if told < LEAST_CONTRAST:
            at = key if key in written else ground
            yield document.fault(
                ("cards", at),
                "contrast",
                _(
                    "“%(key)s” can hardly be read upon “%(ground)s”: their contrast is %(told)s, "
                    "and %(least)s is needed."
                )
                % {
                    "key": f"cards.{key}",
                    "ground": f"cards.{ground}",
                    "told": notation.decimal(told, 1),
                    "least": notation.decimal(LEAST_CONTRAST, 1),
                },
                _("Make the one darker or the other lighter."),
            )
    if cards.emblem is not None and not (settings.root / cards.emblem).is_file():
        yield document.fault(
            ("cards", "emblem"),
            "no_emblem",
            _("The emblem “%(file)s” is not there, so no card can be drawn.")
            % {"file": quoted(cards.emblem)},
            _("Put it there, or take the line out: cards then show the office's name alone."),
            Severity.WARNING,
        )
    if cards.designs is not None and not (settings.root / cards.designs).is_dir():
        yield document.fault(
            ("cards", "designs"),
            "no_designs",
            _("The folder “%(file)s” is not there.") % {"file": quoted(cards.designs)},
            _("Make it, or take the line out."),
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


def of_console(settings: Settings, document: Document) -> Iterator[Fault]:
    """Passwords cross no network unprotected, and the console answers to its own name alone."""
    console = settings.console
    if bool(console.certificate) != bool(console.key):
        lacks = "key" if console.certificate else "certificate"
        yield document.fault(
            ("console", "certificate" if console.certificate else "key"),
            "console_pair",
            _("A certificate and its key go together: “%(key)s” is missing.")
            % {"key": f"console.{lacks}"},
            _('Write both: certificate = "/etc/ssl/publisher.pem", key = "/etc/ssl/publisher.key"'),
        )
    for name in ("certificate", "key"):
        path = getattr(console, name)
        if path is not None and not (settings.root / path).is_file():
            yield document.fault(
                ("console", name),
                "no_certificate",
                _("The file “%(file)s” is not there.") % {"file": quoted(path)},
                _("Put it there, or name another."),
            )
    if console.is_local:
        return
    if not console.certificate and not console.trusted_proxy:
        yield document.fault(
            ("console", "listen"),
            "console_open",
            _("The console would be open to other machines without TLS."),
            _(
                'Write listen = "127.0.0.1:8082", or give it a certificate and a key, or name the '
                'web server in front of it: trusted_proxy = ["10.0.0.5"]'
            ),
        )
    elif not console.is_secure or not console.url:
        yield document.fault(
            ("console", "url" if console.url else "listen"),
            "console_name",
            _("People on other machines need an address with https:// for the console."),
            _('Write it under [console]: url = "https://publisher.dongthap.example.vn"'),
        )
