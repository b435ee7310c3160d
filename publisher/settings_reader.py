"""From schedule.toml to ``Settings``: every fault with its line, and every path made absolute.

A channel's keys are checked by its adapter's own ``Config``. No message repeats a value from a
channel or from ``[mail]``: it may be a secret that was put in the wrong place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import channels
from channels.base import ChannelConfig, secret_keys
from publisher.campaign.messages import faults_of, near, quoted
from publisher.campaign.schema import bare
from publisher.campaign.source import Document, parse, read_text
from publisher.faults import Fault, Severity
from publisher.i18n import _
from publisher.settings import Settings

RESERVED = ("reports",)
"""Names that the program gives to channels of its own."""


def read_settings(path: Path) -> tuple[Settings | None, list[Fault]]:
    """The settings in ``path``, ``None`` where they have an error; and all of the faults."""
    text = read_text(path)
    document = text if isinstance(text, Fault) else parse(path, text)
    if isinstance(document, Fault):
        return None, [document]
    configs, faults = _channels(document)
    root = path.absolute().parent
    try:
        settings = Settings.model_validate({**document.data, "root": root})
    except ValidationError as error:
        faults = faults_of(error, document, Settings, document.data, quoting=False) + faults
        return None, _in_order(faults)
    if "root" in document.data:
        faults.append(_unknown_root(document))
    faults += _blackouts(settings, document)
    faults += _same_accounts(configs, document)
    faults += _media_host(settings, configs, document)
    faults += _links(settings, document)
    faults += _alerts(settings, document)
    if any(fault.severity is Severity.ERROR for fault in faults):
        return None, _in_order(faults)
    absolute = {name: _absolute(root, settings.channels[name], configs[name]) for name in configs}
    return settings.model_copy(update={"channels": absolute}), faults


def _channels(document: Document) -> tuple[dict[str, ChannelConfig], list[Fault]]:
    """The channels that are right, by name; and what is wrong with the others."""
    given = document.data.get("channels", {})
    configs: dict[str, ChannelConfig] = {}
    faults: list[Fault] = []
    for name, keys in given.items() if isinstance(given, dict) else ():
        if not isinstance(keys, dict):
            continue
        if name in RESERVED:
            faults.append(
                document.fault(
                    ("channels", name),
                    "reserved",
                    _("The name “%(name)s” is taken: the program sends its reports under it.")
                    % {"name": name},
                    _("Give the channel another name."),
                )
            )
        found = _channel(name, keys, document)
        if isinstance(found, ChannelConfig):
            configs[name] = found
        else:
            faults += found
    return configs, faults


def _channel(name: str, keys: Mapping[str, Any], document: Document) -> ChannelConfig | list[Fault]:
    above = ("channels", name)
    adapter = keys.get("adapter")
    if not isinstance(adapter, str):
        return [
            document.fault(
                (*above, "adapter"),
                "missing_key",
                _("“%(key)s” doesn't say which platform it is on.") % {"key": quoted(name)},
                _('Add the line: adapter = "outbox". %(there_are)s')
                % {"there_are": near("", channels.known())},
            )
        ]
    try:
        config = channels.load(adapter).Config
    except channels.UnknownAdapterError as error:
        return [
            document.fault(
                (*above, "adapter"),
                "unknown_adapter",
                _("There is no adapter of this name for “%(name)s”.") % {"name": quoted(name)},
                near(adapter, error.known),
            )
        ]
    except Exception as error:  # noqa: BLE001 -- another package's adapter may fail to load in any way
        return [
            document.fault(
                (*above, "adapter"),
                "broken_adapter",
                _("The adapter of “%(name)s” can't be loaded (%(kind)s).")
                % {"name": quoted(name), "kind": type(error).__name__},
                _("Install its package again, or ask who made it."),
            )
        ]
    try:
        return config.model_validate(dict(keys))
    except ValidationError as error:
        return faults_of(error, document, config, dict(keys), above, quoting=False)


def _blackouts(settings: Settings, document: Document) -> Iterator[Fault]:
    for place, blackout in enumerate(settings.blackouts):
        for number, name in enumerate(blackout.channels):
            if name not in settings.channels:
                yield document.fault(
                    ("blackouts", place, "channels", number),
                    "unknown_channel",
                    _("There is no channel “%(name)s” in schedule.toml.") % {"name": quoted(name)},
                    near(name, settings.channels),
                )


def _media_host(
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
            "media_host",
            _("“%(name)s” is no channel that can keep media for others.")
            % {"name": quoted(hosting.channel)},
            near(hosting.channel, able)
            if able
            else _('A channel with adapter = "wordpress" can; else choose another kind of host.'),
        )


def _links(settings: Settings, document: Document) -> Iterator[Fault]:
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


def _alerts(settings: Settings, document: Document) -> Iterator[Fault]:
    """Who is to be told by mail can't be where no server takes it; posts go out all the same."""
    if settings.alerts.to and settings.mail is None:
        yield document.fault(
            ("alerts", "to"),
            "no_mail",
            _("Alerts can't be mailed: there is no mail server."),
            _('Add the table [mail], or name chat services: services = ["file:…"]'),
            Severity.WARNING,
        )


def _hosts(config: ChannelConfig) -> bool:
    return config.enabled and hasattr(channels.load(config.adapter), "address")


def _same_accounts(configs: Mapping[str, ChannelConfig], document: Document) -> Iterator[Fault]:
    """Two channels of one account would publish everything twice on it."""
    owners: dict[object, str] = {}
    for name, config in configs.items():
        for mark in _marks(config) if config.enabled else ():
            if mark in owners:
                yield document.fault(
                    ("channels", name),
                    "same_account",
                    _("“%(name)s” is the same account as “%(other)s”.")
                    % {"name": name, "other": owners[mark]},
                    _("Keep one of the two: otherwise every post goes out on it twice."),
                )
                break
            owners[mark] = name


def _marks(config: ChannelConfig) -> Iterator[object]:
    """What tells an account: its declared id, and all of its keys where secrets are among them."""
    if config.account:
        yield (config.adapter, config.account)
    model = type(config)
    if any(getattr(config, key) for key in secret_keys(model)):
        own = config.model_dump(mode="json", exclude={"title", "account", "timeout_s"})
        yield repr(sorted(own.items()))


def _absolute(root: Path, keys: Mapping[str, Any], config: ChannelConfig) -> dict[str, Any]:
    """A channel's keys with its paths taken from the folder of schedule.toml."""
    fields = type(config).model_fields
    return {
        key: str(root / value) if key in fields and bare(fields[key].annotation) is Path else value
        for key, value in keys.items()
    }


def _unknown_root(document: Document) -> Fault:
    return document.fault(
        ("root",), "unknown_key", _("There is no key “%(key)s”.") % {"key": "root"}
    )


def _in_order(faults: Sequence[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: fault.line or 0)
