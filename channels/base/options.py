"""What an officer may wish of one post on one platform: ``[for.NAME.options]``, typed."""

from __future__ import annotations

from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from channels.base.errors import N_, InvalidContentError
from channels.base.message import Message

_WRONG = N_("an option of the post isn't one that this channel takes: correct it in the post")


class ChannelOptions(BaseModel):
    """As it stands here: no wish is known. Adapters derive, with a default for every key.

    The check reads it, so that an officer is told of a slip with its line, and the references are
    made from it. Strict: ``"yes"`` is no ``true``. A ``ValueError`` of a validator is shown to the
    officer: marked by ``N_``, it says what to write instead.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


OptionsT = TypeVar("OptionsT", bound=ChannelOptions)


def options_of(message: Message, kind: type[OptionsT]) -> OptionsT:
    """The wishes of ``message`` as ``kind`` has them; raises ``InvalidContentError``.

    What goes out was checked; but a message may lie in the store since before an upgrade.
    """
    try:
        return kind.model_validate(dict(message.options))
    except ValidationError as error:
        first = error.errors()[0]
        why = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
    raise InvalidContentError(f"{_WRONG}: {why}")
