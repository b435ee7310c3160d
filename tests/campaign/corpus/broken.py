"""One way in which a file goes wrong: what is written, and what must be said about it."""

from __future__ import annotations

from dataclasses import dataclass

from tests.campaign.workspace import GOOD

HERE = "§"
SECRET = "7203456789:AAHsecretSECRETsecretSECRETsecret12"


@dataclass(frozen=True)
class Broken:
    """``old`` in ``file`` becomes ``new``; that is told as ``code``."""

    file: str
    old: str
    new: str
    code: str
    says: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The file as it is broken, the mark taken out."""
        return self._marked.replace(HERE, "")

    @property
    def line(self) -> int:
        return self._marked[: self._marked.index(HERE)].count("\n") + 1

    @property
    def _marked(self) -> str:
        good = GOOD[self.file]
        assert self.old in good, self.old
        return good.replace(self.old, self.new, 1)

    def __str__(self) -> str:
        place = self.file.rsplit("/", 1)[-1]
        return f"{place}-{self.code}-{' '.join(self.new.split())[:40]}"
