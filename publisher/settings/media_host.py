"""Where media stand for platforms that fetch them from an address."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Literal

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from channels.base import SecretRef
from channels.hosting import is_public
from publisher.files.durations import Duration
from publisher.files.keys import Keys


class MediaHosting(Keys):
    """Where media stand for platforms that fetch them from an address of their own: Instagram,
    Threads, Zalo, photos on TikTok."""

    kind: Literal["folder", "bucket", "channel"] = Field(
        description=(
            '"folder": a folder that the office\'s web server serves; "bucket": an S3-compatible '
            'storage; "channel": the media library of a channel of ours (WordPress).'
        )
    )
    folder: Path | None = Field(None, description="folder: where to put the files.")
    url: str = Field(
        "",
        description=(
            "folder: the address at which the web server serves that folder. bucket: the address "
            "below which its objects are readable; signed addresses are used when left out."
        ),
    )
    endpoint: str = Field("", description="bucket: the storage's address, https://…")
    bucket: str = Field("", description="bucket: its name.")
    region: str = Field("", description="bucket: its region, where the storage has any.")
    access_key: SecretRef | None = Field(None, description="bucket: where its access key stands.")
    secret_key: SecretRef | None = Field(None, description="bucket: where its secret key stands.")
    channel: str = Field("", description="channel: which one.")
    keep: Duration = Field(
        timedelta(days=3), description="How long a file stays there before it is taken away."
    )

    @model_validator(mode="after")
    def _whole(self) -> MediaHosting:
        missing = next((key for key in _NEEDED[self.kind] if not getattr(self, key)), None)
        if missing:
            raise PydanticCustomError("media_host_lacks", "incomplete", {"lacks": missing})
        for url in (self.url, self.endpoint):
            if url and not is_public(url):
                raise PydanticCustomError("media_host_url", "not public", {})
        if self.keep < timedelta(days=2):
            raise PydanticCustomError("media_host_keep", "too short", {})
        return self


_NEEDED = {
    "folder": ("folder", "url"),
    "bucket": ("endpoint", "bucket", "access_key", "secret_key"),
    "channel": ("channel",),
}
