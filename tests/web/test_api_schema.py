"""The API against its own document: questions made up from it, by schemathesis, on a live console.

No answer may be a 5xx or other than the document says, and nobody may be let in without a token.
``PUBLISHER_API_EXAMPLES`` asks more of each kind (see docs/tests.md).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from schemathesis.checks import CHECKS
from schemathesis.generation import GenerationMode

from publisher.settings.console import Role
from publisher.store import api_tokens
from tests.web.office import ConsoleOffice

EXAMPLES = int(os.environ.get("PUBLISHER_API_EXAMPLES", "4"))


def bearer(office: ConsoleOffice, role: Role) -> dict[str, str]:
    with office.site.database.writing() as session:
        person = office.person(role)
        token = api_tokens.make(session, office.clock(), person, "thử", None, role=role)
    return {"Authorization": f"Bearer {token}"}


def operations(office: ConsoleOffice) -> Iterator[Any]:
    document = office.visitor(Role.VIEWER).get("/api/v1/openapi.json").json()
    for found in schemathesis.openapi.from_dict(document).get_all_operations():
        yield found.ok()


def ask_all(office: ConsoleOffice, headers: dict[str, str], mode: Any, check: Any) -> int:
    """Ask what ``mode`` makes up of every operation; gives how many questions these were."""
    from hypothesis import HealthCheck, given, settings

    asked = 0
    for operation in operations(office):

        @settings(
            max_examples=EXAMPLES,
            deadline=None,
            database=None,
            derandomize=True,
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def ask(case: Any) -> None:
            nonlocal asked
            asked += 1
            answer = case.call(base_url=office.address, headers=headers)
            check(case, answer)

        ask()
    return asked


def test_the_api_answers_whatever_its_document_allows_as_its_document_says(
    own_office: ConsoleOffice,
) -> None:
    def check(case: Any, answer: Any) -> None:
        # What fits the document may still name a campaign that isn't there.
        case.validate_response(answer, excluded_checks=[CHECKS.get_one("positive_data_acceptance")])

    asker = bearer(own_office, Role.ADMINISTRATOR)
    asked = ask_all(own_office, asker, GenerationMode.POSITIVE, check)
    assert asked >= len(list(operations(own_office)))


def test_the_api_refuses_what_its_document_does_not_allow_and_says_why(
    own_office: ConsoleOffice,
) -> None:
    kinds = set()

    def check(case: Any, answer: Any) -> None:
        kinds.add(answer.status_code)
        case.validate_response(answer, excluded_checks=[CHECKS.get_one("unsupported_method")])

    ask_all(own_office, bearer(own_office, Role.ADMINISTRATOR), GenerationMode.NEGATIVE, check)
    assert 422 in kinds


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer khong-phai"}])
def test_whoever_has_no_token_gets_a_401_whatever_they_ask(
    office: ConsoleOffice, headers: dict[str, str]
) -> None:
    def check(case: Any, answer: Any) -> None:
        assert answer.status_code == 401, answer
        assert answer.headers["www-authenticate"] == ["Bearer"]

    assert ask_all(office, headers, GenerationMode.POSITIVE, check)


def test_a_viewers_token_changes_nothing_whatever_they_ask(office: ConsoleOffice) -> None:
    def check(case: Any, answer: Any) -> None:
        if case.method != "GET":
            assert answer.status_code == 403, answer
        assert answer.status_code < 500

    assert ask_all(office, bearer(office, Role.VIEWER), GenerationMode.POSITIVE, check)
