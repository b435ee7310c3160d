"""Whom schedule.toml named last, without fault, to be told: for a start on a faulty one.

A daemon that finds its schedule.toml faulty, after a power cut perhaps, would know nobody to tell.
So each start notes the tables that telling needs, in ``var/``. They hold no secret: secrets are
named in them, and read anew.
"""

from __future__ import annotations

import json
from pathlib import Path

import structlog
from pydantic import ValidationError

from channels.durable import written
from publisher.files.document import Document, read_document
from publisher.settings import Settings

log = structlog.get_logger("alerts")

FILE = "alerts-last-good.json"

_KEYS = ("timezone", "language", "office", "mail", "alerts")


def note(config: Path, settings: Settings) -> None:
    """Note whom ``config``, which was read as ``settings``, names; a disk that doesn't take it is
    no reason not to begin."""
    document = read_document(config)
    if not isinstance(document, Document):
        return
    tables = {key: document.data[key] for key in _KEYS if key in document.data}
    try:
        settings.var_folder.mkdir(parents=True, exist_ok=True)
        with written(settings.var_folder / FILE, 0o600) as file:
            file.write(json.dumps(tables, ensure_ascii=False, indent=1).encode())
    except OSError as error:
        log.warning("not noted whom to tell", why=error.strerror or type(error).__name__)


def noted(config: Path) -> Settings | None:
    """What is needed to tell whom ``config`` named when it was last without fault; all else as if
    it were left out. ``None`` where that isn't known."""
    root = config.absolute().parent
    document = read_document(config)
    var = document.data.get("var") if isinstance(document, Document) else None
    folder = root / var if isinstance(var, str) else Settings(root=root).var_folder
    try:
        tables = json.loads((folder / FILE).read_bytes())
        return Settings.model_validate({**tables, "root": root})
    except (OSError, ValueError, TypeError, ValidationError):
        return None
