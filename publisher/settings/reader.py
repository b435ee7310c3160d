"""From schedule.toml to ``Settings``, every fault with its line.

Paths are made absolute. No message repeats a value from a channel or from ``[mail]``:
it may be a secret that was put in the wrong place.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from publisher.files.document import Document, read_document
from publisher.files.faults import Fault, any_error
from publisher.files.messages import faults_of
from publisher.i18n import _
from publisher.settings import Settings
from publisher.settings.channels import read_channels, same_accounts, with_absolute_paths
from publisher.settings.rules import (
    of_alerts,
    of_blackouts,
    of_cards,
    of_console,
    of_engine,
    of_links,
    of_media_host,
)


def read_settings(path: Path) -> tuple[Settings | None, list[Fault]]:
    """The settings in ``path``, ``None`` where they have an error; and all of the faults."""
    document = read_document(path)
    if isinstance(document, Fault):
        return None, [document]
    configs, of_channels = read_channels(document)
    settings, faults = _checked(document, path)
    faults += of_channels
    if settings is not None:
        faults += same_accounts(configs, document)
        faults += of_media_host(settings, configs, document)
    if settings is None or any_error(faults):
        return None, _in_order(faults)
    absolute = {
        name: with_absolute_paths(settings.root, settings.channels[name], configs[name])
        for name in configs
    }
    return settings.model_copy(update={"channels": absolute}), faults


def read_settings_but_channels(path: Path) -> tuple[Settings | None, list[Fault]]:
    """The same for who looks at what is stored, and has no use for the channels: their own keys
    are left as they stand, unchecked, and no adapter is loaded for them."""
    document = read_document(path)
    if isinstance(document, Fault):
        return None, [document]
    settings, faults = _checked(document, path)
    return (None if any_error(faults) else settings), _in_order(faults)


def _checked(document: Document, path: Path) -> tuple[Settings | None, list[Fault]]:
    """The settings of ``document`` and what is wrong with them, the channels' own keys left out;
    ``None`` where a key has a value that it can't have."""
    try:
        settings = Settings.model_validate({**document.data, "root": path.absolute().parent})
    except ValidationError as error:
        return None, faults_of(error, document, Settings, document.data, quoting=False)
    faults = [_unknown_root(document)] if "root" in document.data else []
    faults += of_engine(settings, document)
    faults += of_blackouts(settings, document)
    faults += of_links(settings, document)
    faults += of_cards(settings, document)
    faults += of_alerts(settings, document)
    faults += of_console(settings, document)
    return settings, faults


def _unknown_root(document: Document) -> Fault:
    return document.fault(
        ("root",),
        "unknown_key",
        _("There is no key “%(key)s”.") % {"key": "root"},
        _("Take the line out."),
    )


def _in_order(faults: Sequence[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: fault.line or 0)
