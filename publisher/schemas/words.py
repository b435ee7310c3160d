"""What the schemas tell of each key, in the present language.

The models say it in English, where the catalogue finds it; officers read it in their editor.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from publisher.i18n import _

TOLD = "description"


def translated(part: Any) -> Any:
    """``part`` of a schema with all that it tells in the present language."""
    if isinstance(part, list):
        return [translated(one) for one in part]
    if not isinstance(part, dict):
        return part
    return {
        key: _(value) if key == TOLD and isinstance(value, str) else translated(value)
        for key, value in part.items()
    }


def told(part: Any) -> Iterator[str]:
    """All that ``part`` of a schema tells, in its order."""
    if isinstance(part, list):
        for one in part:
            yield from told(one)
    elif isinstance(part, dict):
        for key, value in part.items():
            if key == TOLD and isinstance(value, str):
                yield value
            else:
                yield from told(value)
