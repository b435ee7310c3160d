"""The administrator's consent: the question that is asked and the answer that is taken."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import pytest

from channels.base import CredentialsExpiredError, ForbiddenError
from channels.oauth import LOOPBACK, Challenge, consented


class Person:
    """Opens the address, and comes back with ``answer`` (and the state that was asked)."""

    def __init__(self, answer: Mapping[str, str], state: str = "") -> None:
        self.answer = answer
        self.state = state
        self.asked: dict[str, str] = {}

    def tell(self, text: str) -> None:
        pass

    def ask(self, question: str, *, hidden: bool = False) -> str:
        raise AssertionError("nothing is to be asked")

    def consent(self, address: str, redirect_uri: str) -> Mapping[str, str]:
        self.asked = {key: value for key, (value,) in parse_qs(urlsplit(address).query).items()}
        assert self.asked["redirect_uri"] == redirect_uri
        return {"state": self.state or self.asked["state"], **self.answer}


def test_consent_gives_the_code_and_what_proves_that_we_asked() -> None:
    person = Person({"code": "abc"})
    consent = consented(person, "https://example.vn/authorize", {"client_id": "7", "scope": "a b"})
    assert (consent.code, consent.redirect_uri) == ("abc", LOOPBACK)
    assert person.asked["client_id"] == "7"
    assert person.asked["scope"] == "a b"
    assert person.asked["code_challenge_method"] == "S256"
    digest = hashlib.sha256(consent.verifier.encode()).digest()
    assert base64.urlsafe_b64decode(person.asked["code_challenge"] + "=") == digest


def test_every_consent_has_a_state_and_a_verifier_of_its_own() -> None:
    persons = [Person({"code": "abc"}) for _ in range(2)]
    consents = [consented(person, "https://example.vn/", {}) for person in persons]
    assert persons[0].asked["state"] != persons[1].asked["state"]
    assert consents[0].verifier != consents[1].verifier


@pytest.mark.parametrize(("pkce", "length"), [("S256-hex", 64), ("", None)])
def test_the_challenge_has_the_form_that_the_platform_wants(
    pkce: Challenge, length: int | None
) -> None:
    person = Person({"code": "abc"})
    consented(person, "https://example.vn/", {}, pkce=pkce)
    challenge = person.asked.get("code_challenge")
    assert (len(challenge) if challenge else None) == length


def test_an_answer_to_another_question_is_not_taken() -> None:
    with pytest.raises(CredentialsExpiredError, match="not to this question"):
        consented(Person({"code": "abc"}, state="another's"), "https://example.vn/", {})


@pytest.mark.parametrize("answer", [{"error": "access_denied"}, {}])
def test_who_declines_is_told_so(answer: dict[str, str]) -> None:
    with pytest.raises(ForbiddenError, match="not granted"):
        consented(Person(answer), "https://example.vn/", {})
