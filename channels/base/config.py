"""The keys of a channel in schedule.toml, typed."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints
from pydantic_core import PydanticCustomError

from channels.base.errors import N_
from channels.web.hosts import is_protected

SECRET = StringConstraints(pattern=r"^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+|credential:[\w.-]+)$")
SecretRef = Annotated[str, SECRET]
"""Where a secret stands, never the secret: ``env:NAME``, ``file:PATH`` (mode 0600), or
``credential:NAME`` (systemd's LoadCredential)."""


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, RecursionError):
        raise PydanticCustomError("zone", "{value} names no time zone", {"value": name}) from None
    return name


ZoneName = Annotated[str, AfterValidator(_zone)]
"""A name of the time zone data base, as ``Asia/Ho_Chi_Minh``."""


def _address(url: str) -> str:
    if not is_protected(url):
        raise ValueError(N_("must be an address that begins with https://"))
    return url


Address = Annotated[str, AfterValidator(_address)]
"""Where secrets may be sent to: https without a user name in it, or http on this machine."""


class ChannelConfig(BaseModel):
    """The keys that every ``[channels.NAME]`` of schedule.toml may have; adapters add theirs.

    ``adapter`` names the platform; ``account`` is the id or name that ``identify`` must give, so
    that a post can't go out on another account; ``timeout_s`` bounds one HTTP exchange.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    adapter: str
    title: str = ""
    account: str = ""
    enabled: bool = True
    timeout_s: float = 15.0


def secret_keys(config: type[ChannelConfig]) -> tuple[str, ...]:
    """The keys of ``config`` that say where a secret stands, in its order."""
    return tuple(
        key
        for key, field_info in config.model_fields.items()
        if SECRET in field_info.metadata or SECRET in _within(field_info.annotation)
    )


def _within(annotation: Any) -> list[Any]:
    """What is noted at the parts of an annotation (``SecretRef | None``)."""
    return [note for part in get_args(annotation) for note in getattr(part, "__metadata__", ())]


ConfigT = TypeVar("ConfigT", bound=ChannelConfig)
