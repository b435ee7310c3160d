"""The channels of schedule.toml, each checked by its adapter's own ``Config``.

No message repeats a value from a channel: it may be a secret that was put in the wrong place.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

import channels
from channels.base import ChannelConfig, secret_keys
from publisher.files.document import Document
from publisher.files.faults import Fault
from publisher.files.messages import faults_of, near, quoted
from publisher.files.schema import bare
from publisher.i18n import _

REPORTS_CHANNEL = "reports"
"""The channel by which reports leave: it stands in no schedule.toml, its name is reserved."""


def read_channels(document: Document) -> tuple[dict[str, ChannelConfig], list[Fault]]:
    """The channels that are right, by name; and what is wrong with the others."""
    given = document.data.get("channels", {})
    configs: dict[str, ChannelConfig] = {}
    faults: list[Fault] = []
    for name, keys in given.items() if isinstance(given, dict) else ():
        if not isinstance(keys, dict):
            continue
        if name == REPORTS_CHANNEL:
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
                "no_adapter",
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
                _("Channel “%(name)s” names an adapter that there isn't.") % {"name": quoted(name)},
                near(adapter, error.known),
            )
        ]
    except Exception as error:  # noqa: BLE001 -- another package's adapter may fail to load in any way
        return [
            document.fault(
                (*above, "adapter"),
                "broken_adapter",
                _("The adapter that channel “%(name)s” names can't be loaded (%(kind)s).")
                % {"name": quoted(name), "kind": type(error).__name__},
                _("Install its package again, or ask who made it."),
            )
        ]
    try:
        return config.model_validate(dict(keys))
    except ValidationError as error:
        return faults_of(error, document, config, dict(keys), above, quoting=False)


def same_accounts(configs: Mapping[str, ChannelConfig], document: Document) -> Iterator[Fault]:
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


def with_absolute_paths(
    root: Path, keys: Mapping[str, Any], config: ChannelConfig
) -> dict[str, Any]:
    """A channel's keys with its paths taken from the folder of schedule.toml."""
    fields = type(config).model_fields
    return {
        key: str(root / value) if key in fields and bare(fields[key].annotation) is Path else value
        for key, value in keys.items()
    }
