"""Says what it means for a post in doubt that it can't be asked about now.

The errors stand alone, without the one that they come of: that may hold more than is to be shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from channels.base import AmbiguousError, CannotTellError, ChannelError, ForbiddenError

AnswerT = TypeVar("AnswerT")


def or_doubt(ask: Callable[[], AnswerT], before: str = "") -> AnswerT:
    """What ``ask`` gives; ``AmbiguousError`` where it fails, for the post may be out all the same.
    ``before`` begins the text."""
    try:
        return ask()
    except ChannelError as error:
        doubt = f"{before}{error}"
    raise AmbiguousError(doubt)


def or_cannot_tell(
    ask: Callable[[], AnswerT], refusals: tuple[type[ChannelError], ...] = (ForbiddenError,)
) -> AnswerT:
    """What ``ask`` gives; ``CannotTellError`` where it is met by one of ``refusals``: who may not
    look can't tell."""
    try:
        return ask()
    except refusals as error:
        refused = str(error)
    raise CannotTellError(refused)
