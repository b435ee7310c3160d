"""A ticker: the running text over an office's door, which shows the text files of one folder.

Its controller takes the files in the order of their names. Facts: none but this page; it stands for
any platform that Publisher has no adapter for.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import ClassVar, Literal

from channels.base import (
    Account,
    Channel,
    ChannelConfig,
    ForbiddenError,
    InvalidContentError,
    Journal,
    Limits,
    Message,
    Receipt,
    Settlement,
    TransientError,
)
from channels.durable import written
from channels.limits import violations

_READABLE = 0o644


class TickerConfig(ChannelConfig):
    """``[channels.NAME]`` with ``adapter = "ticker"``; ``folder`` is the one that it shows."""

    adapter: Literal["ticker"] = "ticker"
    folder: Path


class Adapter(Channel[TickerConfig]):
    """One ticker."""

    Config = TickerConfig
    # The name of a file is made of the message's key: a repeat writes the same file again.
    settlement: ClassVar[Settlement] = Settlement.NATIVE_KEY

    @classmethod
    def limits(cls, config: TickerConfig) -> Limits:  # noqa: ARG003 -- all tickers are alike
        return Limits(text_max=160)

    def identify(self) -> Account:
        if not self.config.folder.is_dir():
            raise ForbiddenError(f"there is no folder {self.config.folder}")
        return Account(id=str(self.config.folder), name=self.config.folder.name)

    def send(self, message: Message, journal: Journal) -> Receipt:
        broken = [one.code for one in violations(message, self.limits(self.config))]
        if broken:
            raise InvalidContentError(f"the ticker doesn't take it: {', '.join(broken)}")
        name = hashlib.sha256(message.key.encode()).hexdigest()[:16]
        try:
            # The controller must never meet half a text.
            with written(self.config.folder / f"{name}.txt", _READABLE) as file:
                file.write(message.body.plain.encode())
        except OSError as error:
            why = f"{self.config.folder}: {error.strerror}"
        else:
            return Receipt(name, "", self.context.clock())
        raise TransientError(why)

    def delete(self, receipt: Receipt) -> bool:
        (self.config.folder / f"{receipt.remote_id}.txt").unlink(missing_ok=True)
        return True
