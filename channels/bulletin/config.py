"""Says what schedule.toml may say of a commune loudspeaker. Used by ``channels.bulletin``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from channels.base import Address, ChannelConfig, SecretRef, ZoneName


class BulletinConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "bulletin"``.

    ``folder`` is where the slots' texts are put, ``slots`` the times of day at which they are read.
    ``seconds_max`` is how long one post may take to read. ``intro`` and ``outro`` are read before
    and after a slot's posts. ``abbreviations`` are the office's own, in words. ``url`` also sends
    each post to a webhook, signed with ``secret``, which drops a repeat for ``remembers_s``.
    """

    adapter: Literal["bulletin"] = "bulletin"
    folder: Path
    slots: tuple[Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")], ...] = Field(
        ("05:30", "17:00"), min_length=1
    )
    timezone: ZoneName = "Asia/Ho_Chi_Minh"
    a_minute: float = Field(160, ge=60, le=400)
    seconds_max: float = Field(240, ge=10)
    intro: str = ""
    outro: str = ""
    abbreviations: dict[str, str] = Field(default_factory=dict)
    url: Address | None = None
    secret: SecretRef | None = None
    remembers_s: float = Field(300.0, ge=0)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.url and self.secret is None:
            raise ValueError("a webhook needs its secret")
        return self
