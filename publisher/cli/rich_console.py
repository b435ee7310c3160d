"""The terminal as rich draws on it: tables, and marks within a line.

Apart from ``terminal``, which says plain lines: rich is slow to load, and most commands have no
need of it.
"""

from __future__ import annotations

from rich.console import Console

console = Console(highlight=False, soft_wrap=True, emoji=False)
