"""A Jinja2 in which values are plain data.

Only the keys of our own mappings, places of lists and the few parts of a loop that are of use can
be reached. Nothing can be called that isn't put there on purpose. Posts (``environment``) and the
offices' Word templates (``publisher.reports.documents.sandbox``) are both filled in by one of
these.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from jinja2 import StrictUndefined, Undefined
from jinja2.sandbox import ImmutableSandboxedEnvironment


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment without globals or filters; its ``loop_parts`` are all of a loop."""

    loop_parts: ClassVar[frozenset[str]] = frozenset({"index", "first", "last", "length"})

    def __init__(self, **options: Any) -> None:
        super().__init__(undefined=StrictUndefined, **options)
        self.globals.clear()
        self.filters.clear()

    def getattr(self, obj: Any, attribute: str) -> Any:
        return self.reach(obj, attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        if isinstance(obj, (list, tuple)) and isinstance(argument, int):
            return obj[argument] if -len(obj) <= argument < len(obj) else self.nothing(argument)
        return self.reach(obj, argument)

    def reach(self, obj: Any, name: Any) -> Any:
        """What stands under ``name`` in a value; undefined for all that isn't offered."""
        if isinstance(obj, Mapping) and name in obj:
            return obj[name]
        if type(obj).__name__ == "LoopContext" and name in self.loop_parts:
            return getattr(obj, name)
        return self.nothing(name)

    def nothing(self, name: Any) -> Undefined:
        return self.undefined(name=str(name))
