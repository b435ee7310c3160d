"""An assistant's program: the SDK's client, which starts ``publisher assistant`` and asks it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from anyio.from_thread import BlockingPortal, start_blocking_portal
from mcp import Client, StdioServerParameters
from mcp.types import Implementation, Tool

PATIENCE_S = 120.0
PASSED_ON = ("PUBLISHER_STORE", "TELEGRAM_TOKEN")
CALLS_ITSELF = Implementation(name="Trợ lý thử", version="1.2")
"""What a client says of itself when it comes in."""


@dataclass(frozen=True)
class Answer:
    """What a tool said; ``text`` is as a model reads it."""

    text: str
    is_error: bool

    @property
    def data(self) -> Any:
        assert not self.is_error, self.text
        return json.loads(self.text)


@dataclass(frozen=True)
class Visitor:
    """A client with its own thread, so that tests need not be coroutines."""

    portal: BlockingPortal
    client: Client

    @property
    def instructions(self) -> str:
        return self.client.instructions or ""

    def tools(self) -> list[Tool]:
        return list(self.portal.call(self.client.list_tools).tools)

    def ask(self, tool: str, **arguments: Any) -> Answer:
        found = self.portal.call(partial(self.client.call_tool, tool, arguments))
        text = "\n".join(getattr(one, "text", "") for one in found.content)
        return Answer(text, bool(found.is_error))


@contextmanager
def visitor(
    root: Path,
    name: str = "Lan",
    lang: str = "en",
    itself: Implementation = CALLS_ITSELF,
    mode: str = "auto",
) -> Iterator[Visitor]:
    """An assistant of ``name`` at work in the office in ``root``, which calls ``itself`` so;
    ``mode``: whether it shakes hands first ("legacy"), or says who it is with each question."""
    program = StdioServerParameters(
        command=sys.executable,
        args=["-m", "publisher", "--lang", lang, "assistant", "--by", name],
        env={key: os.environ[key] for key in PASSED_ON if key in os.environ},
        cwd=root,
    )
    with start_blocking_portal() as portal:
        client = Client(program, read_timeout_seconds=PATIENCE_S, client_info=itself, mode=mode)
        with portal.wrap_async_context_manager(client) as opened:
            yield Visitor(portal, opened)
