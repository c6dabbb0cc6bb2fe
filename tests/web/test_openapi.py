"""Whatever the OpenAPI description allows or forbids, no answer is an error of the server's, and
each is one that the description knows (schemathesis)."""

from itertools import product
from typing import Any

import schemathesis
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
HOST = {"Host": "localhost"}


QUICK = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_every_answer_is_as_described(client: TestClient) -> None:
    service = client.app.state.service  # type: ignore[attr-defined]
    assert service.warmed.wait(30)
    described = schemathesis.openapi.from_asgi("/openapi.json", client.app, headers=HOST)
    operations = [each.ok() for each in described.get_all_operations() if isinstance(each, Ok)]
    assert len(operations) >= 20
    statuses = set[int]()
    for operation, mode in product(operations, GenerationMode):
        if mode == GenerationMode.NEGATIVE and not (operation.query or operation.body):
            continue  # there is nothing that could be wrong

        @QUICK
        @given(case=operation.as_strategy(mode))
        def holds(case: schemathesis.Case[Any]) -> None:
            answer = case.call_and_validate(checks=CHECKS, headers=HOST)
            statuses.add(answer.status_code)

        holds()
    assert {200, 404, 409, 422} <= statuses
