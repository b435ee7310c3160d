"""A table of a file, of which every key is known.

Unknown keys are refused, so that a slip of the pen is told and never passed over.
"""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Keys(BaseModel):
    """The keys of a table; the fields' descriptions are the reference that people read."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
