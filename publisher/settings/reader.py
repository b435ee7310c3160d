"""From schedule.toml to ``Settings``, every fault with its line.

Paths are made absolute. No message repeats a value from a channel or from ``[mail]``:
it may be a secret that was put in the wrong place.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pydantic import ValidationError

from publisher.files.document import Document, parse
from publisher.files.faults import Fault, Severity
from publisher.files.messages import faults_of
from publisher.files.text import read_text
from publisher.i18n import _
from publisher.settings import Settings
from publisher.settings.channels import read_channels, same_accounts, with_absolute_paths
from publisher.settings.rules import (
    of_alerts,
    of_blackouts,
    of_cards,
    of_console,
    of_links,
    of_media_host,
)


def read_settings(path: Path) -> tuple[Settings | None, list[Fault]]:
    """The settings in ``path``, ``None`` where they have an error; and all of the faults."""
    text = read_text(path)
    document = text if isinstance(text, Fault) else parse(path, text)
    if isinstance(document, Fault):
        return None, [document]
    configs, faults = read_channels(document)
    root = path.absolute().parent
    try:
        settings = Settings.model_validate({**document.data, "root": root})
    except ValidationError as error:
        faults = faults_of(error, document, Settings, document.data, quoting=False) + faults
        return None, _in_order(faults)
    if "root" in document.data:
        faults.append(_unknown_root(document))
    faults += of_blackouts(settings, document)
    faults += same_accounts(configs, document)
    faults += of_media_host(settings, configs, document)
    faults += of_links(settings, document)
    faults += of_cards(settings, document)
    faults += of_alerts(settings, document)
    faults += of_console(settings, document)
    if any(fault.severity is Severity.ERROR for fault in faults):
        return None, _in_order(faults)
    absolute = {
        name: with_absolute_paths(root, settings.channels[name], configs[name]) for name in configs
    }
    return settings.model_copy(update={"channels": absolute}), faults


def _unknown_root(document: Document) -> Fault:
    return document.fault(
        ("root",),
        "unknown_key",
        _("There is no key “%(key)s”.") % {"key": "root"},
        _("Take the line out."),
    )


def _in_order(faults: Sequence[Fault]) -> list[Fault]:
    return sorted(faults, key=lambda fault: fault.line or 0)
