"""An administrator for tests: what a person at the terminal and in the browser would do."""

# ruff: noqa: S101 -- it is a test's: it asserts

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Protocol
from urllib.parse import parse_qs, urlsplit


class Consents(Protocol):
    """A stand-in whose platform has a page on which a person consents."""

    def consent(self, address: str) -> Mapping[str, str]:
        """What the browser is sent back with; ``ValueError`` where an error is shown instead."""


class AgreeingPerson:
    """Agrees in the browser, as ``stand_in`` has it, and gives ``answers`` to what is asked; only
    those to ``shown`` may be seen while they are typed. ``told`` and ``asked`` are what came."""

    def __init__(
        self,
        stand_in: Consents,
        answers: Mapping[str, str] | None = None,
        shown: Collection[str] = (),
    ) -> None:
        self.stand_in = stand_in
        self.answers = answers or {}
        self.shown = shown
        self.told: list[str] = []
        self.asked: dict[str, str] = {}

    def tell(self, text: str) -> None:
        self.told.append(text)

    def ask(self, question: str, *, hidden: bool = False) -> str:
        assert hidden == (question not in self.shown)
        return self.answers[question]

    def consent(self, address: str, redirect_uri: str) -> Mapping[str, str]:
        self.asked = {key: value for key, (value,) in parse_qs(urlsplit(address).query).items()}
        assert self.asked["redirect_uri"] == redirect_uri
        return self.stand_in.consent(address)


class TypingPerson:
    """Types ``answers``, in turn, whatever is asked for; none may be seen. Has no browser. ``told``
    is what came."""

    def __init__(self, *answers: str) -> None:
        self._answers = list(answers)
        self.told: list[str] = []

    def tell(self, text: str) -> None:
        self.told.append(text)

    def ask(self, question: str, *, hidden: bool = False) -> str:
        assert hidden
        return self._answers.pop(0)

    def consent(self, address: str, redirect_uri: str) -> Mapping[str, str]:
        raise AssertionError("there is nothing to consent to")
