"""The table of how each adapter settles the doubt whether a post is out."""

from __future__ import annotations

import channels
from channels.base import Settlement
from publisher.reference.sheet import sheet

_WHAT_HAPPENS = {
    Settlement.NATIVE_KEY: "sent again under the same key: the receiver drops the repeat. For as "
    "long as it remembers the key; after that it is looked up, or a person is asked",
    Settlement.LOOKUP: "what the platform handed out half-way (a job's token, a container, an "
    "upload's address) is asked about; else the account's recent posts are read. Found means sent, "
    "surely absent means sent again",
    Settlement.NONE: "never sent again by itself. What may still prove that it is out is looked at "
    "(a public Telegram channel's preview page); otherwise a person is asked and says "
    "`publisher settle … --sent` or `--again`",
}


def settlements() -> str:
    """One row a way: the adapters that declare it, and what happens."""
    ways: dict[Settlement, list[str]] = {way: [] for way in Settlement}
    for name in channels.known():
        adapter = channels.load(name)
        if adapter.__module__.startswith("channels."):
            ways[adapter.settlement].append(name)
    rows = [[str(way), ", ".join(names), _WHAT_HAPPENS[way]] for way, names in ways.items()]
    return f"{sheet(['way', 'channels', 'what happens'], rows)}\n"
